"""What the passive engine sees in one answer, and what it lets pass."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.net.fetch import Exchange
from scanners.owasp.checks import look
from scanners.owasp.cookies import parse_cookie
from scanners.owasp.csp import frames_restrained, parse_policies, script_weaknesses
from scanners.owasp.evidence import Confidence, Finding, Severity
from scanners.owasp.headers import max_age
from scanners.owasp.links import same_site_links
from scanners.owasp.page import Page, read_page
from scanners.owasp.rules import CATEGORIES, RULES, distinct, finding, path_template

SITE = "shop.example.nl"
HTML = ("content-type", "text/html; charset=utf-8")


def page(
    body: str | bytes = "<p>Welkom</p>",
    *headers: tuple[str, str],
    url: str = f"https://{SITE}/",
    status: int = 200,
    kind: tuple[str, str] = HTML,
    truncated: bool = False,
) -> Page:
    raw = body.encode() if isinstance(body, str) else body
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    exchange = Exchange(
        url, url, status, (kind, *headers), raw, truncated, (), "", moment, 0.1, "127.0.0.1"
    )
    return read_page(exchange, SITE)


def seen(*arguments: object, **more: object) -> dict[str, Finding]:
    return {found.rule: found for found in look(page(*arguments, **more))}  # type: ignore[arg-type]


def has(rule: str, *arguments: object, **more: object) -> bool:
    return rule in seen(*arguments, **more)


def csp(value: str) -> tuple[str, str]:
    return ("content-security-policy", value)


@pytest.mark.parametrize(
    ("values", "weak"),
    [(["default-src 'self'"], False), (["script-src 'self' 'unsafe-inline'"], True),
     (["script-src 'unsafe-inline' 'nonce-abc'"], False), (["script-src *"], True),
     (["script-src https:"], True), (["script-src https: 'strict-dynamic' 'nonce-a'"], False),
     (["img-src 'self'"], True), (["default-src *; script-src 'self'"], False),
     (["script-src 'self'; script-src *"], False), (["script-src 'self' data:"], True),
     (["SCRIPT-SRC 'UNSAFE-EVAL'"], True), (["script-src *", "script-src 'self'"], False),
     (["img-src 'self'", "script-src 'self'"], False), (["script-src *, script-src 'self'"], False),
     (["script-src 'none'"], False)],
)  # fmt: skip
def test_a_policy_is_weak_when_every_policy_has_the_hole(values: list[str], weak: bool) -> None:
    rules = seen("", *(csp(value) for value in values))
    assert ("csp-weak" in rules) is weak
    assert "csp-missing" not in rules


def test_a_policy_may_stand_in_the_page_but_not_for_frames() -> None:
    meta = "default-src 'self'; frame-ancestors 'none'"
    rules = seen(f'<meta http-equiv="Content-Security-Policy" content="{meta}"><p>x</p>')
    assert "csp-missing" not in rules
    assert "frame-protection-missing" in rules
    assert has("csp-missing", "", csp(" ; ;"))


@pytest.mark.parametrize(
    ("headers", "missing"),
    [([], True), ([("x-frame-options", "DENY")], False),
     ([("x-frame-options", "sameorigin")], False),
     ([("x-frame-options", "ALLOWALL")], True), ([csp("frame-ancestors 'self'")], False),
     ([csp("frame-ancestors *"), ("x-frame-options", "DENY")], True),
     ([csp("frame-ancestors https:")], True), ([csp("default-src 'self'")], True)],
)  # fmt: skip
def test_who_may_frame_the_page(headers: list[tuple[str, str]], missing: bool) -> None:
    assert has("frame-protection-missing", "", *headers) is missing


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("max-age=31536000", 31_536_000), ('MAX-AGE="60" ; includeSubDomains', 60), ("max-age=0", 0),
     ("includeSubDomains", None), ("max-age=1; max-age=2", None), ("max-age=x", None), ("", None),
     ("max-age=-1", None), ("max-age=1²", None)],
)  # fmt: skip
def test_the_age_of_transport_security_is_read_as_the_rfc_says(
    value: str, seconds: int | None
) -> None:
    assert max_age(value) == seconds


@pytest.mark.parametrize(
    ("value", "url", "rules"),
    [("max-age=31536000", "https://a.nl/", set()), ("max-age=600", "https://a.nl/", {"hsts-weak"}),
     ("max-age=0", "https://a.nl/", {"hsts-missing"}),
     ("nonsense", "https://a.nl/", {"hsts-missing"}),
     ("nonsense", "http://a.nl/", set()), ("nonsense", "https://127.0.0.1/", set())],
)  # fmt: skip
def test_transport_security_is_asked_of_https_names_only(
    value: str, url: str, rules: set[str]
) -> None:
    found = seen("", ("strict-transport-security", value), url=url)
    assert {rule for rule in found if rule.startswith("hsts")} == rules


def test_the_first_transport_security_header_counts() -> None:
    name = "strict-transport-security"
    assert has("hsts-missing", "", (name, "max-age=0"), (name, "max-age=31536000"))


@pytest.mark.parametrize(
    ("value", "rules"),
    [("no-referrer", set()), ("unsafe-url", {"referrer-policy-weak"}),
     ("bogus", {"referrer-policy-missing"}),
     ("no-referrer, bogus", set()), ("no-referrer, unsafe-url", {"referrer-policy-weak"})],
)  # fmt: skip
def test_the_last_known_referrer_policy_counts(value: str, rules: set[str]) -> None:
    found = seen("", ("referrer-policy", value))
    assert {rule for rule in found if rule.startswith("referrer")} == rules


def test_a_referrer_policy_may_stand_in_the_page() -> None:
    assert not has("referrer-policy-missing", '<meta name="Referrer" content="same-origin"><p>')


def test_nosniff_is_its_first_value() -> None:
    name = "x-content-type-options"
    assert not has("nosniff-missing", "", (name, "NoSniff, foo"))
    assert has("nosniff-missing", "", (name, "foo, nosniff"))


@pytest.mark.parametrize(
    ("header", "told"),
    [(("server", "nginx"), False), (("server", "nginx/1.24.0"), True),
     (("server", "cloudflare"), False),
     (("x-powered-by", "PHP/8"), True), (("x-powered-by", "Express"), False),
     (("x-aspnet-version", "4.0.30319"), True), (("x-request-id", "1.2.3"), False)],
)  # fmt: skip
def test_versions_in_headers(header: tuple[str, str], told: bool) -> None:
    found = seen("", header)
    assert ("version-disclosed" in found) is told
    if told:
        assert found["version-disclosed"].severity is Severity.INFO


@pytest.mark.parametrize(
    ("cookie", "rules"),
    [("PHPSESSID=x; Secure; HttpOnly; SameSite=Lax", {}),
     ("PHPSESSID=x; secure; httponly; samesite=none", {}),
     ("PHPSESSID=x", {"secure": "medium", "httponly": "medium", "samesite": "low"}),
     ("theme=dark", {"secure": "low", "httponly": "info", "samesite": "info"}),
     ("XSRF-TOKEN=x; Secure; SameSite=Strict", {}),
     ("__Host-session=x; Secure; Path=/; SameSite=Lax", {"httponly": "medium"}),
     ("outsider=x; Secure; HttpOnly", {"samesite": "info"}),
     ("laravel_session=x; Secure; HttpOnly; SameSite=", {"samesite": "low"}),
     ("PHPSESSID=deleted", {}), ("PHPSESSID=x; Max-Age=0", {}),
     ("PHPSESSID=; expires=Thu, 01-Jan-1970 00:00:01 GMT", {}), ("nonsense", {}), ("=x", {})],
)  # fmt: skip
def test_cookies_lack_what_they_lack(cookie: str, rules: dict[str, str]) -> None:
    found = {f.rule: f for f in look(page("", ("set-cookie", cookie)))}
    told = {rule: str(f.severity) for rule, f in found.items() if rule.startswith("cookie")}
    assert told == {f"cookie-without-{name}": severity for name, severity in rules.items()}


def test_the_value_of_a_cookie_is_never_kept() -> None:
    found = look(page("", ("set-cookie", "sid=hunter2; path=/hunter3")))
    assert all("hunter" not in f"{f.excerpt}{f.param}" for f in found)


@pytest.mark.parametrize(
    ("markup", "rule"),
    [('<script src="http://x.example/a.js"></script>', "mixed-content-active"),
     ('<iframe src="http://x.example/"></iframe>', "mixed-content-active"),
     ('<link rel="preload stylesheet" href="http://x.example/a.css">', "mixed-content-active"),
     ('<object data="http://x.example/a"></object>', "mixed-content-active"),
     ('<style>@import url("http://x.example/a.css");</style>', "mixed-content-active"),
     ('<base href="http://x.example/"><script src="a.js"></script>', "mixed-content-active"),
     ('<img src="HTTP://x.example/a.png">', "mixed-content-passive"),
     ('<video poster="http://x.example/a.png"></video>', "mixed-content-passive"),
     ('<input type="image" src="http://x.example/a.png">', "mixed-content-passive"),
     ('<form method="post" action="http://x.example/"></form>', "form-to-http"),
     ('<form method="POST"><button formaction="http://x.example/">b</form>', "form-to-http"),
     ('<form action="http://x.example/"><input type="password"></form>', "form-to-http")],
)  # fmt: skip
def test_plain_http_on_a_secure_page_is_told(markup: str, rule: str) -> None:
    found = {k: f for k, f in seen(markup).items() if k.startswith(("mixed", "form", "password"))}
    assert set(found) == {rule}
    assert found[rule].param == "x.example"
    assert found[rule].serious is not rule.endswith("passive")
    upgraded = seen(markup, csp("default-src 'self'; upgrade-insecure-requests"))
    assert (upgraded[rule].severity, upgraded[rule].confidence) == (Severity.LOW, Confidence.LOW)


@pytest.mark.parametrize(
    "markup",
    ['<script src="//x.example/a.js"></script>', '<script src="/a.js"></script>',
     '<script type="application/json" src="http://x.example/a"></script>',
     '<a href="http://x.example/">elsewhere</a>', '<img src="data:image/png;base64,AA">',
     '<link rel="canonical" href="http://x.example/">', '<input value="http://x.example/">',
     '<form action="http://x.example/search"><input name="q"></form>',
     '<form method="post" action="/order"></form>', '<input type="password">',
     '<form method="dialog"><input type="password"></form>',
     '<!-- <script src="http://x.example/a.js"></script> -->', '<img src="http://[bad">'],
)  # fmt: skip
def test_what_is_harmless_is_not_told(markup: str) -> None:
    assert not [k for k in seen(markup) if k.startswith(("mixed", "form", "password"))]


def test_a_password_on_a_page_without_https_is_grave_and_mixed_content_is_not_asked_there() -> None:
    found = seen(
        '<input type="PassWord"><img src="http://x.example/a">', url=f"http://{SITE}/login"
    )
    assert found["password-over-http"].serious
    assert "mixed-content-passive" not in found


TRACES = {
    "PHP": "<b>Warning</b>: Undefined variable $a in <b>/var/www/a.php</b> on line <b>12</b>",
    "Python": 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in x',
    "Java": "at nl.shop.A.b(A.java:12)\n at nl.shop.C.d(C.java:9)",
    ".NET": r"at Shop.A() in C:\site\A.cs:line 20",
    "ASP.NET": "<h1>Server Error in '/' Application.</h1>",
    "MySQL": "You have an error in your SQL syntax; check the manual that corresponds",
    "SQL": "SQLSTATE[42S02]: Base table or view not found",
    "Oracle": "ORA-00933: SQL command not properly ended",
}


@pytest.mark.parametrize("kind", TRACES)
def test_an_error_message_shown_to_visitors_is_told(kind: str) -> None:
    found = seen(f"<html><body><div>{TRACES[kind]}</div></body></html>")["error-disclosed"]
    assert (found.param, found.severity, found.confidence) == (kind, "medium", "medium")


@pytest.mark.parametrize("kind", TRACES)
def test_quoted_code_counts_only_when_the_server_failed(kind: str) -> None:
    book = f"<html><body><p>Uit het boek:</p><pre>{TRACES[kind]}</pre></body></html>"
    assert not has("error-disclosed", book)
    assert has("error-disclosed", book, status=500)
    assert not has("error-disclosed", f"<script>var a = `{TRACES[kind]}`</script><p>x</p>")


@pytest.mark.parametrize(
    "text",
    ["Warning: alleen vandaag in onze winkel!", "Traceback is a fine film", "ORA-1 stofzuiger",
     "Fatal error: the game, now in stock", "Meet at cafe.nl (Java.nl:80)", "SQLSTATE uitgelegd"],
)  # fmt: skip
def test_a_shops_own_words_are_no_error(text: str) -> None:
    assert not has("error-disclosed", f"<html><body><p>{text}</p></body></html>")


def test_protection_is_not_asked_of_error_pages_and_files() -> None:
    assert not has("csp-missing", "<p>weg</p>", status=404)
    assert not has("csp-missing", "{}", kind=("content-type", "application/json"))
    assert has("csp-missing", "<!doctype html><p>", kind=("content-type", ""))


def test_a_page_that_was_cut_is_not_whole() -> None:
    assert page().whole
    assert not page(truncated=True).whole
    assert not page("<div>" * 3_000).whole


@given(body=st.binary(max_size=300), header=st.text(max_size=80), status=st.integers(200, 599))
def test_no_answer_makes_a_check_fail(body: bytes, header: str, status: int) -> None:
    names = ("content-security-policy", "set-cookie", "strict-transport-security", "server",
             "referrer-policy", "x-frame-options")  # fmt: skip
    headers = [(name, header) for name in names]
    for found in look(page(b"<html><form>" + body, *headers, status=status)):
        assert len(found.excerpt) <= 200
        assert found.fingerprint


@given(text=st.text(alphabet="<>/= \"'abscriptfomhd:;-", max_size=120))
def test_no_markup_makes_a_check_fail(text: str) -> None:
    assert all(found.rule in RULES for found in look(page(text)))


@given(text=st.text(max_size=80))
def test_policies_and_cookies_of_any_text_are_read(text: str) -> None:
    policies = tuple(parse_policies(text, from_header=True))
    assert len(policies) <= 20
    assert frames_restrained(policies) in (True, False, None)
    assert all(isinstance(hole, str) for hole in script_weaknesses(policies))
    cookie = parse_cookie(text)
    assert cookie is None or cookie.name


@pytest.mark.parametrize(
    ("url", "template"),
    [("https://a.nl/p/123?x=1", "/p/{n}"), ("https://a.nl", "/"),
     ("https://a.nl/o/6f9619ff-8b86-d011-b42d-00cf4fc964ff", "/o/{uuid}"),
     ("https://a.nl/c/0123456789abcdef", "/c/{hash}"),
     ("https://a.nl/een-heel-lange-naam-van-een-product/", "/{slug}/")],
)  # fmt: skip
def test_paths_lose_what_differs_per_product(url: str, template: str) -> None:
    assert path_template(url) == template


def test_a_fingerprint_is_the_same_where_the_weakness_is() -> None:
    def print_of(rule: str, url: str, param: str = "p", site: str = SITE) -> str:
        return finding(rule, url, site=site, param=param).fingerprint

    base = print_of("file-exposed", "https://a.nl/p/1")
    assert print_of("file-exposed", "https://a.nl/p/2?q=3") == base
    assert print_of("file-exposed", "https://a.nl/q/1") != base
    assert print_of("file-exposed", "https://a.nl/p/1", "other") != base
    assert print_of("file-exposed", "https://a.nl/p/1", site="other.nl") != base
    for rule in ("csp-missing", "mixed-content-active", "form-to-http"):
        assert print_of(rule, "https://a.nl/x") == print_of(rule, "https://a.nl/y")


def test_each_weakness_is_told_once_at_its_gravest() -> None:
    mild = finding("mixed-content-active", f"https://{SITE}/", site=SITE, severity=Severity.LOW)
    grave = finding("mixed-content-active", f"https://{SITE}/", site=SITE)
    info = finding("version-disclosed", f"https://{SITE}/", site=SITE)
    assert distinct([info, mild, grave, info]) == (grave, info)


def test_every_rule_has_its_place_in_both_editions() -> None:
    for rule in RULES.values():
        assert rule.owasp_2021 in CATEGORIES
        assert rule.owasp_2025 in CATEGORIES
        assert rule.cwe.startswith("CWE-")


def test_links_are_ranked_own_and_without_actions() -> None:
    start = page(
        '<a href="/over">Over</a><a href="/account">Account</a><a href="http://shop.example.nl/login">L</a>'
        '<a href="/p?action=delete">x</a><a href="/x">Verwijder</a><a href="https://elders.nl/">E</a>'
        '<a href="mailto:a@b.nl">m</a><a href="/a.pdf">pdf</a><a href="javascript:x()">j</a>'
    )
    assert same_site_links(start, frozenset({"example.nl"})) == (
        f"http://{SITE}/login", f"https://{SITE}/account", f"https://{SITE}/over",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("href", "text"),
    [("/logout", "x"), ("/x", "Log out"), ("/x", "Log uit"), ("/x", "Uitloggen"),
     ("/sign_off", "x"), ("/x", "Se d\u00e9connecter"), ("/d%C3%A9connexion", "x"),
     ("/x", "Abmelden"),
     ("/?add-to-cart=12", "x"), ("/x", "Add to cart"), ("/x", "Add  to your basket"),
     ("/x", "In winkelwagen"), ("/x", "In mijn winkelmand"), ("/x", "In den Warenkorb"),
     ("/panier?add=1&id=3", "x"), ("/cart/change?line=1", "x"), ("/x", "Ajouter au panier"),
     ("/nieuwsbrief/unsubscribe?u=1", "x"), ("/x", "Se d\u00e9sabonner"),
     ("/x", "Newsletter abbestellen"),
     ("/x", "Nieuwsbrief uitschrijven"), ("/account?action=close", "x")],
)  # fmt: skip
def test_a_link_that_acts_is_never_followed(href: str, text: str) -> None:
    own = frozenset({"example.nl"})
    assert same_site_links(page(f'<a href="{href}">{text}</a>'), own) == ()


@pytest.mark.parametrize(
    ("href", "text"),
    [("/account/login", "Inloggen"), ("/winkelwagen", "Winkelwagen"),
     ("/blog/logistiek", "Logistiek"),
     ("/kasse", "Zur Kasse"), ("/pennen", "Pennen en papier"), ("/anmelden", "Anmelden")],
)  # fmt: skip
def test_a_link_that_only_leads_somewhere_may_be_followed(href: str, text: str) -> None:
    own = frozenset({"example.nl"})
    assert len(same_site_links(page(f'<a href="{href}">{text}</a>'), own)) == 1
