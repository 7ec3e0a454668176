"""Forms of a page: which ask personal data (pattern P12) and where they send it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.evidence import FormSeen
from scanners.content.html import absolute, base_of
from scanners.net.names import registrable_domain

FORMS_MAX = 60
FIELDS_MAX = 200
_SKIPPED_TYPES = frozenset({"hidden", "submit", "button", "reset", "image", "checkbox", "radio"})
_PERSONAL = re.compile(
    r"mail|phone|naam|adres|postcode|zip|password|wachtwoord|passwort|motdepasse|iban|geboorte|birth"
    r"|bsn|rijksregister|naissance|prenom|vorname|geburt|strasse|street|straat|huisnummer"
    r"|(?:^|[^a-z])(?:tel|telefoon|telefon|telephone|gsm|mobile|mobiel|nom|plz)(?:$|[^a-z]|nr|nummer)"
    r"|(?:^|[^a-z]|first|last|full|sur|user|your|company|customer|family)name(?:$|[^a-z])"
)
_NOT_PERSONAL = re.compile(r"(?:head|micro|smart|tele)phones?(?:$|[^a-z])|product_?name|filename")
_SEARCH_NAMES = frozenset(
    {"q", "s", "search", "zoek", "zoekterm", "zoeken", "query", "keyword", "keywords", "suche"}
    | {"recherche", "search_query", "searchterm", "term"}
)


def _words(node: LexborNode) -> str:
    attributes = node.attributes
    camel = " ".join(attributes.get(key) or "" for key in ("type", "name", "id", "autocomplete"))[
        :400
    ]
    return re.sub(r"([a-z])([A-Z])", r"\1 \2", camel).lower()


def _fields(form: LexborNode) -> list[LexborNode]:
    nodes = form.css("input, textarea, select")[:FIELDS_MAX]
    return [n for n in nodes if (n.attributes.get("type") or "").lower() not in _SKIPPED_TYPES]


def _personal(fields: list[LexborNode]) -> tuple[str, ...]:
    found: list[str] = []
    for node in fields:
        words = _words(node)
        if _PERSONAL.search(words) and not _NOT_PERSONAL.search(words):
            attributes = node.attributes
            found.append((attributes.get("name") or attributes.get("id") or "field")[:60])
    return tuple(dict.fromkeys(found))


def _is_search(form: LexborNode, fields: list[LexborNode]) -> bool:
    if (form.attributes.get("role") or "").lower() == "search":
        return True
    names = {(n.attributes.get("name") or "").lower() for n in fields}
    types = {(n.attributes.get("type") or "").lower() for n in fields}
    return len(fields) <= 3 and ("search" in types or bool(names & _SEARCH_NAMES))  # noqa: PLR2004


def _form(form: LexborNode, action: str, url: str, base: str, own: frozenset[str]) -> FormSeen:
    fields = _fields(form)
    scripted = action.strip().lower().startswith("javascript:")
    target = "" if scripted else (absolute(base, action) if action.strip() else absolute(url, ""))
    personal = _personal(fields)
    return FormSeen(
        action=target,
        method=(form.attributes.get("method") or "get").lower()[:10],
        personal=personal,
        scripted=scripted or not target,
        search=_is_search(form, fields) and not personal,
        own=registrable_domain(urlsplit(target).hostname or "") in own,
    )


def forms_of(tree: LexborHTMLParser, url: str, own: frozenset[str]) -> tuple[FormSeen, ...]:
    """Every form, once per target: a button's ``formaction`` sends elsewhere.

    Personal fields outside any form are one scripted form.
    """
    base = base_of(tree, url)
    found: list[FormSeen] = []
    for form in tree.css("form")[:FORMS_MAX]:
        found.append(_form(form, form.attributes.get("action") or "", url, base, own))
        targets = (b.attributes.get("formaction") or "" for b in form.css("[formaction]")[:10])
        found.extend(_form(form, target, url, base, own) for target in targets)
    inside = {n.mem_id for form in tree.css("form")[:FORMS_MAX] for n in _fields(form)}
    body = tree.body
    loose = [n for n in _fields(body) if n.mem_id not in inside] if body is not None else []
    loose = [n for n in loose if not n.attributes.get("form")]
    personal = _personal(loose)
    if personal:
        found.append(FormSeen("", "script", personal, scripted=True, search=False, own=True))
    return tuple(found)
