"""What leads to other pages without being a link: buttons, scripted elements, menus of options."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.html import URL_MAX_CHARS, Link, absolute, base_of, label_of
from scanners.content.moves import literal_move

CONTROLS_MAX = 400
FORMS_MAX = 60
OPTIONS_MAX = 200
LABEL_MAX_CHARS = 90
_TARGETS = ("data-href", "data-url", "data-link", "data-target-url")
_CONTROLS = (
    "button, [onclick], [role=link], [role=button], [data-href], [data-url], [data-link], "
    "input[type=button], [href^='javascript:' i]"
)
_FIELDS = "input:not([type=hidden]):not([type=submit]):not([type=button]), textarea, select"


def control_links(tree: LexborHTMLParser, url: str) -> tuple[Link, ...]:
    """Kind ``page`` when the target is told, else ``script``; buttons of forms are left out."""
    base = base_of(tree, url)
    inside = {
        button.mem_id
        for form in tree.css("form")[:FORMS_MAX]
        if form.css(_FIELDS)
        for button in form.css("button, input[type=button]")[:CONTROLS_MAX]
    }
    found = [
        link
        for node in tree.css(_CONTROLS)[:CONTROLS_MAX]
        if node.mem_id not in inside and (link := _control(node, base, url)) is not None
    ]
    return (*found, *_options(tree, base), *_named(tree, base))


def _control(node: LexborNode, base: str, url: str) -> Link | None:
    attributes = node.attributes
    if node.tag in ("a", "area", "body", "form") and attributes.get("href"):
        return _scripted_anchor(node, base)
    if node.tag in ("body", "form"):
        return None
    text = label_of(node) or (attributes.get("value") or "")[:LABEL_MAX_CHARS]
    if not text or len(text) > LABEL_MAX_CHARS:
        return None
    stated = next((attributes.get(name) for name in _TARGETS if attributes.get(name)), None)
    target = absolute(base, stated[:URL_MAX_CHARS]) if stated else ""
    target = target or literal_move(attributes.get("onclick") or "", base) or ""
    return Link(target or url, text, "", "page" if target else "script")


def _scripted_anchor(node: LexborNode, base: str) -> Link | None:
    """``<a href="#" onclick="window.open('/privacy')">``: the link itself is read elsewhere."""
    attributes = node.attributes
    href = attributes.get("href") or ""
    code = href if href.strip().lower().startswith("javascript:") else ""
    target = literal_move(attributes.get("onclick") or code, base)
    return Link(target, label_of(node), "", "page") if target else None


def _options(tree: LexborHTMLParser, base: str) -> Iterator[Link]:
    """Menus that are a list of options; option values that are no path are none."""
    for node in tree.css("select[onchange] option[value]")[:OPTIONS_MAX]:
        value = (node.attributes.get("value") or "").strip()
        target = absolute(base, value) if value.startswith(("/", "http")) else ""
        if target:
            yield Link(target, label_of(node), "", "page")


def _named(tree: LexborHTMLParser, base: str) -> Iterator[Link]:
    """Link relations with a meaning of their own (RFC 6903)."""
    for rel in ("privacy-policy", "terms-of-service"):
        for node in tree.css(f"link[rel~={rel}][href], a[rel~={rel}][href]")[:5]:
            target = absolute(base, node.attributes.get("href") or "")
            if target:
                yield Link(target, rel.replace("-", " "), rel, "page")
