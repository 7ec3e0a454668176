"""Technical error messages in a page: stack traces and database errors.

Conservative on purpose: a shop may sell books on programming, so on a page that
was served without error only running text counts, not code that is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanners.owasp.evidence import Finding
from scanners.owasp.page import Page
from scanners.owasp.rules import finding
from scanners.owasp.zap.redact import redacted

TEXT_CHARS = 200_000
SERVER_ERROR = 500
_UNSHOWN = "script,style,template,head,noscript,option"
_QUOTED = "pre,code,samp,kbd,textarea,blockquote"

# (what it is, pattern, how often it must stand there).  White space is collapsed
# first; every repetition is bounded.
_PHP = (
    r"(?:Fatal error|Parse error|Warning|Notice|Deprecated): [^\n]{1,300}? in "
    r"(?:/|[A-Z]:\\)[^\s:]{1,200}\.(?:php|phtml|inc|tpl)(?::\d{1,6}| on line \d{1,6})"
)
_PYTHON = r"Traceback \(most recent call last\): ?File \"[^\"\n]{1,200}\", line \d{1,6}"
_JAVA = r"\bat [\w$.]{3,150}\.[\w$<>]{1,80}\([\w$]{1,80}\.(?:java|kt|scala):\d{1,6}\)"
_DOTNET = r" in [A-Z]:\\[^\n:]{1,200}\.(?:cs|vb|cshtml|aspx):(?:line|regel|ligne|Zeile) \d{1,6}"
_ASPNET = (
    r"(?:Server Error in|Serverfout in de toepassing|Serverfout in toepassing|"
    r"Erreur (?:du|de) serveur dans l['’]application|Serverfehler in der Anwendung|"
    r"Serverfehler in Anwendung) ['\"‘“«„]? ?/[^\s'\"]{0,80}"
)
_RUBY = r"(?<![\w/.-])[\w/.-]{1,150}\.rb:\d{1,6}:in [`'][^`'\n]{1,80}'"
_NODE = r"\bat [\w.<> ]{1,80} \((?:/|[A-Z]:\\)[^\s()]{1,200}\.[cm]?[jt]s:\d{1,6}:\d{1,6}\)"
_POSTGRES = r"(?:PG::\w{1,40}Error|psycopg2?\.errors\.\w{1,40}|pg_query\(\): Query failed)"
_SIGNS: tuple[tuple[str, re.Pattern[str], int], ...] = (
    ("PHP", re.compile(_PHP), 1),
    ("PHP", re.compile(r"Stack trace: ?#0 [^\n]{1,200}?#1 "), 1),
    ("Python", re.compile(_PYTHON), 1),
    ("Java", re.compile(_JAVA), 2),
    (".NET", re.compile(_DOTNET), 1),
    ("ASP.NET", re.compile(_ASPNET), 1),
    ("Ruby", re.compile(_RUBY), 2),
    ("Node", re.compile(_NODE), 2),
    ("MySQL", re.compile(r"You have an error in your SQL syntax; check the manual"), 1),
    ("SQL", re.compile(r"SQLSTATE\[[0-9A-Z]{5}\](?:: | \[)"), 1),
    ("Oracle", re.compile(r"\bORA-0\d{4}: "), 1),
    ("SQL Server", re.compile(r"Unclosed quotation mark after the character string '"), 1),
    ("PostgreSQL", re.compile(_POSTGRES), 1),
    ("SQLite", re.compile(r"sqlite3\.\w{1,30}Error: |SQLite3::SQLException"), 1),
    ("Django", re.compile(r"You['’]re seeing this error because you have DEBUG ?= ?True"), 1),
    ("Werkzeug", re.compile(r"The debugger caught an exception in your WSGI application"), 1),
    ("Tomcat", re.compile(r"Apache Tomcat/\d{1,3}\.\d{1,3}[.\d]{0,8} (?:- Error|- Fehler)"), 1),
)


def errors(page: Page) -> Iterator[Finding]:
    """One finding per page: the first kind of technical message that stands in it."""
    text = running_text(page)
    for name, pattern, times in _SIGNS:
        found = [match for _, match in zip(range(times), pattern.finditer(text), strict=False)]
        if len(found) == times:
            yield finding(
                "error-disclosed", page.url, site=page.site, param=name,
                excerpt=redacted(text[found[0].start() : found[0].start() + 200]),
            )  # fmt: skip
            return


def running_text(page: Page) -> str:
    """What a visitor reads, in one line; quoted code only when the server itself failed."""
    tree = page.tree.clone()
    unwanted = _UNSHOWN if page.status >= SERVER_ERROR else f"{_UNSHOWN},{_QUOTED}"
    for node in tree.css(unwanted):
        node.decompose()
    body = tree.body
    if body is None:
        return ""
    return " ".join(body.text(deep=True, separator="")[:TEXT_CHARS].split())
