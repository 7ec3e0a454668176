"""Can a text be kept: what keeps a visitor from printing or copying it (tz-4.2b).

Only what stands in the page itself is read.  A print style that drops menu and footer is
good manners; one that drops most of the text is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from scanners.content.html import parse
from scanners.content.tree import lower_bytes

CSS_MAX_CHARS = 400_000
STYLES_MAX = 60
RULES_MAX = 6_000
DEPTH_MAX = 6
SELECTORS_MAX = 80
SELECTOR_MAX_CHARS = 120
MATCHES_MAX = 50
SCRIPT_MAX_CHARS = 200_000
SCRIPTS_MAX = 60
HANDLER_CHARS = 400
# A style that hides this share of the text hides the main part.
MAIN_SHARE = 0.5

_PRINT_HINT = re.compile(r"(?i)@media[^{}]{0,200}print|media\s{0,3}=\s{0,3}[\"']?\s{0,3}print")
# Without one of these no script or style can; plain words are found faster than a pattern.
_COPY_HINTS = (b"user-select", b"contextmenu", b"selectstart", b"oncopy", b"oncut",
               b"onbeforeprint", b"onkeydown", b"preventdefault", b"'copy'", b'"copy"',
               b" copy ")  # fmt: skip
_UNSHOWN = re.compile(
    r"(?i)(?:^|[;\s])(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden)"
)
_SHOWN = re.compile(
    r"(?i)(?:^|[;\s])(?:display\s{0,3}:\s{0,3}(?!none)\w|visibility\s{0,3}:\s{0,3}visible)"
)
_UNSELECTABLE = re.compile(r"(?i)(?:^|[;\s])(?:-\w{1,10}-)?user-select\s{0,3}:\s{0,3}none")
_WHOLE_PAGE = re.compile(
    r"(?i)^(?:\*|html|body|html\s?>?\s?body|main|article|#main|#content|\.content|#page|\.page"
    r"|#wrapper|\.wrapper|\.entry-content|body\s?>?\s?(?:\*|main|p|div)|p|div)$"
)
_DENIES = re.compile(r"(?i)return\s{0,3}\(?(?:false|!1)|preventdefault|disable|nocopy|noselect")
_HANDLERS = ("oncopy", "oncut", "onselectstart", "oncontextmenu", "onbeforeprint")
_EVENTS = r"(?:copy|cut|selectstart|contextmenu)"
_BOUND = re.compile(
    rf"(?i)(?:document|window|body|html)\s{{0,2}}(?:\.\s{{0,2}}(?:body|documentelement)\s{{0,2}})?(?:['\"]\)|\))?"
    rf"\s{{0,2}}\.\s{{0,2}}(?:on{_EVENTS}\s{{0,3}}=(?!=)|(?:addeventlistener|on|bind)\s{{0,2}}\(\s{{0,2}}"
    rf"['\"][\w\s]{{0,40}}{_EVENTS})"
)
_PRINT_KEY = re.compile(
    r"(?i)(?:ctrlkey|metakey)[^;{}]{0,120}(?:keycode|which|key)\s{0,2}={2,3}\s{0,2}(?:80|['\"]p['\"])"
)
_HIDES_BEFORE_PRINT = re.compile(
    r"(?i)onbeforeprint[^;{}]{0,80}\{[^{}]{0,200}(?:display|visibility)\s{0,2}=\s{0,2}['\"](?:none|hidden)"
)
# A button that copies a code takes the event to put its own text on the clipboard.
_CLIPBOARD = re.compile(r"(?i)clipboarddata|setdata|navigator\.clipboard")
_NOT_MAIN = frozenset(("nav", "header", "footer", "aside", "form", "dialog", "button", "iframe"))


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule of a style sheet: the media it is for, its selectors, its declarations."""

    media: tuple[str, ...]
    selectors: str
    body: str


def hides_print(body: str) -> bool:
    """Does a print style of the page hide its main part?

    ``body`` is the HTML.  Never raises; only ``<style>`` in the page is read.
    """
    if b"print" not in lower_bytes(body) or not _PRINT_HINT.search(body):
        return False
    tree = parse(body)
    rules = [r for r in _rules(tree) if _is_for_print(r.media)]
    hidden = [r for r in rules if _UNSHOWN.search(r.body)]
    if not hidden:
        return False
    shown = {s for r in rules if _SHOWN.search(r.body) for s in _split(r.selectors)}
    return _hidden_share(tree, hidden, frozenset(shown)) >= MAIN_SHARE


def blocks_copy(body: str) -> bool:
    """Does a script or style keep visitors from selecting, copying or printing?

    ``body`` is the HTML.  Only what concerns the whole page or its main part counts, not
    a protected picture.  Never raises.
    """
    lower = lower_bytes(body)
    if not any(hint in lower for hint in _COPY_HINTS):
        return False
    tree = parse(body)
    if any(_denies(node) for node in tree.css("html, body, main, article, body > div")[:20]):
        return True
    if any(_scripted(node.text(deep=True)[:SCRIPT_MAX_CHARS]) for node in _scripts(tree)):
        return True
    return any(
        _UNSELECTABLE.search(rule.body) and any(map(_WHOLE_PAGE.match, _split(rule.selectors)))
        for rule in _rules(tree)
        if not rule.media or any("print" not in medium for medium in rule.media)
    )


def _scripts(tree: LexborHTMLParser) -> list[LexborNode]:
    return tree.css("script:not([src])")[:SCRIPTS_MAX]


def _denies(node: LexborNode) -> bool:
    attributes = node.attributes
    if any(_DENIES.search((attributes.get(name) or "")[:HANDLER_CHARS]) for name in _HANDLERS):
        return True
    return bool(_UNSELECTABLE.search((attributes.get("style") or "")[:HANDLER_CHARS]))


def _scripted(code: str) -> bool:
    for match in _BOUND.finditer(code):
        handler = code[match.end() : match.end() + HANDLER_CHARS]
        if _DENIES.search(handler) and not _CLIPBOARD.search(handler):
            return True
    key = _PRINT_KEY.search(code)
    if key is not None and _DENIES.search(code[key.end() : key.end() + HANDLER_CHARS]):
        return True
    return bool(_HIDES_BEFORE_PRINT.search(code))


def _rules(tree: LexborHTMLParser) -> Iterator[_Rule]:
    left = CSS_MAX_CHARS
    for node in tree.css("style")[:STYLES_MAX]:
        css = node.text(deep=True)[:left]
        left -= len(css)
        medium = (node.attributes.get("media") or "").strip()[:200]
        yield from _parsed(_without_comments(css), medium)


def _without_comments(css: str) -> str:
    parts: list[str] = []
    at = 0
    while (begin := css.find("/*", at)) >= 0:
        parts.append(css[at:begin])
        end = css.find("*/", begin + 2)
        if end < 0:
            return "".join(parts)
        at = end + 2
    return "".join((*parts, css[at:]))


def _parsed(css: str, medium: str) -> Iterator[_Rule]:
    """The rules of a sheet; at-rules other than ``@media`` only nest."""
    media = [medium.lower()] if medium else []
    opened: list[bool] = []
    prelude = ""
    count = 0
    for piece in re.findall(r"[{}]|[^{}]+", css):
        if piece == "{":
            if len(opened) >= DEPTH_MAX or count >= RULES_MAX:
                return
            is_media = prelude.lower().startswith("@media")
            opened.append(is_media)
            if is_media:
                media.append(prelude[6:].strip().lower()[:200])
        elif piece == "}":
            if opened and opened.pop() and media:
                media.pop()
            prelude = ""
        elif opened and not opened[-1] and not prelude.startswith("@"):
            count += 1
            yield _Rule(tuple(media), prelude, piece)
            prelude = piece.rpartition(";")[2].strip()
        else:
            prelude = piece.rpartition(";")[2].strip()


def _is_for_print(media: tuple[str, ...]) -> bool:
    """Is a rule for paper alone?  One for the screen too hides nothing that is seen there."""
    for queries in media:
        each = [query.strip() for query in queries.split(",")]
        if any(query.startswith(("screen", "only screen", "all", "not")) for query in each):
            return False
    return any(
        query.strip().removeprefix("only ").startswith("print")
        for queries in media
        for query in queries.split(",")
    )


def _split(selectors: str) -> list[str]:
    found = (" ".join(part.split()) for part in selectors[:10_000].split(","))
    return [part for part in found if part and len(part) <= SELECTOR_MAX_CHARS][:SELECTORS_MAX]


def _length(node: LexborNode) -> int:
    return len("".join(node.text(deep=True).split()))


def _hidden_share(tree: LexborHTMLParser, hidden: list[_Rule], shown: frozenset[str]) -> float:
    """The share of the visible text that print styles take away."""
    for node in tree.css("script, style, template, noscript"):
        node.decompose()
    root = tree.body
    total = _length(root) if root is not None else 0
    if root is None or not total:
        return 0.0
    most = 0
    for rule in hidden[:SELECTORS_MAX]:
        # Hiding all and showing a part again is how one prints that part.
        again = bool(shown) and "visibility" in rule.body.lower()
        for selector in _split(rule.selectors):
            if not again and selector not in shown and not (shown and selector.endswith("*")):
                most = max(most, _matched(tree, selector))
    return most / total


def _matched(tree: LexborHTMLParser, selector: str) -> int:
    """How much text the largest element of a selector holds, menus and the like left out."""
    # Pseudo classes may be costly or say what a print never meets (:hover).
    if ":" in selector or "@" in selector:
        return 0
    try:
        nodes = tree.css(selector)[:MATCHES_MAX]
    except (SelectolaxError, ValueError, RuntimeError):
        return 0
    return max((_length(node) for node in nodes if node.tag not in _NOT_MAIN), default=0)
