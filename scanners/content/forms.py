"""Forms of a page: which ask personal data (pattern P12) and where they send it."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice, pairwise
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.evidence import FormSeen
from scanners.content.html import absolute, base_of
from scanners.net.names import registrable_domain

FORMS_MAX = 60
FIELDS_MAX = 200
LABELS_MAX = 400
SEARCH_FIELDS_MAX = 3
_SKIPPED_TYPES = frozenset(
    {"hidden", "submit", "button", "reset", "image", "checkbox", "radio", "range", "color", "file"}
)
# The words of the autofill standard (HTML 4.10.18.7) that name a person or an account.
_AUTOFILL = re.compile(
    r"(?:^|-)name$|username|email|^tel\b|address|postal-code|^bday|^cc-|password|^nickname$"
)
# These mean a person wherever they stand in a word.
_CERTAIN = re.compile(
    r"mail(?!ing|chimp)|courriel|telefoon|wachtwoord|passw|postcode|geboorte|naissance"
    r"|(?:voor|achter|familie)naam|(?:first|last)name|^prenom|(?:vor|nach)name"
)
# Whole words of a field's name or label; what people run together is in full.
_WORD = re.compile(
    r"e?-?mail(?:s|adres|adress[e]?|address|box)?|courriel|mel"
    r"|(?:mobiele?|vaste?)?(?:tel|telefoon|telefon|telephone|phone|gsm|mobiel|mobile|mobil|handy)"
    r"(?:nr|nummer|number|numero|no)?"
    r"|(?:voor|achter|familie|klant|uw|je|contact|bedrijfs?|gebruikers|roep|aanspreek|deelnemers?"
    r"|ontvangers?)?naam"
    r"|(?:first|last|full|sur|nick|user|your|customer|company|family|billing|shipping|contact|fore"
    r"|f|l|m)?name"
    r"|(?:vor|nach|familien|zu|firmen|kunden|benutzer)name|nom|prenom|(?:nom)?famille"
    r"|(?:factuur|aflever|bezorg|lever|woon|post|thuis|huis|straat|vestigings)?adres(?:regel)?"
    r"|(?:street|billing|shipping|home|delivery|postal|invoice)?address(?:line)?|adresse|anschrift"
    r"|straat(?:naam)?|street|strasse|rue|huis(?:nummer|nr)|house(?:number|no)|hausnummer"
    r"|postcode|zip(?:code)?|plz|postleitzahl|postalcode|codepostal|woonplaats|wohnort"
    r"|pass(?:word|wd|wort)|pwd|wachtwoord|motdepasse|mdp|kennwort"
    r"|iban|bankrekening(?:nummer)?|rekeningnummer|kontonummer|creditcard(?:number)?|cardnumber"
    r"|geboorte(?:datum|dag|jaar|plaats)?|birth(?:day|date)?|dob|bday|naissance"
    r"|geburt(?:stag|sdatum)?|bsn|burgerservicenummer|rijksregister(?:nummer)?|passport|paspoort"
    r"|contactpersoon|ansprechpartner"
)
# A name, address or code of a thing, not of a person.
_THING_WORDS = (
    "product producten products produkt produit artikel artikelen article item file bestand fichier"
    " datei domain domein domaine brand merk marque marke model modele modell category categorie"
    " kategorie project coupon voucher kleur color colour maat size shop store winkel vestiging"
    " filiale ip mac web website url type case cover hoes qty quantity aantal quantite anzahl"
    " amount bedrag stuks search zoek zoeken zoekterm suche recherche query filter sort plant dier"
    " hond dog"
    " cat kat boek book titel title song film hotel"
)
_THING = frozenset(_THING_WORDS.split())
_SEARCH_NAMES_LINE = (
    "q s search searchword searchterm searchquery searchtext zoek zoekterm zoekwoord zoeken query"
    " keyword keywords suche suchbegriff suchwort recherche rechercher wd term terms trefwoord"
    " sword"
)
_SEARCH_NAMES = frozenset(_SEARCH_NAMES_LINE.split())
_SEARCH_WORD = re.compile(r"(?:^|[^a-z])(?:site)?(?:search|zoek(?:en|resultaten)?|suche|recherche)")
_HANDLERS = ("onsubmit", "@submit", "v-on:submit", "x-on:submit", "ng-submit", "(submit)")
_HANDLER_PREFIXES = (
    "@submit", "v-on:submit", "x-on:submit", "wire:submit", "hx-", "data-hx-", "data-ajax",
    "data-remote", "up-submit", "data-action", "data-turbo-stream",
)  # fmt: skip
_SETS_ACTION = re.compile(r"(?i)\.action\s*=|setattribute\(\s*['\"]action")


def _plain_words(text: str) -> list[str]:
    """Lower-case words of a name or label: camelCase and accents undone, digits left out."""
    camel = re.sub(r"([a-z])([A-Z])", r"\1 \2", text[:400])
    bare = unicodedata.normalize("NFKD", camel.replace("ß", "ss"))
    bare = "".join(c for c in bare if not unicodedata.combining(c)).lower()
    return re.findall(r"[a-z]+", bare.replace("mot de passe", "motdepasse"))


def _is_personal_word(words: list[str]) -> bool:
    whole = [*words, *(a + b for a, b in pairwise(words))]
    if any(_CERTAIN.search(word) for word in whole):
        return True
    return any(_WORD.fullmatch(word) for word in whole) and _THING.isdisjoint(words)


def _fields(form: LexborNode) -> list[LexborNode]:
    nodes = form.css("input, textarea, select")[:FIELDS_MAX]
    return [n for n in nodes if type_of(n) not in _SKIPPED_TYPES]


def type_of(node: LexborNode) -> str:
    """The type of a field, lower case; "" when it has none."""
    return (node.attributes.get("type") or "").strip().lower()


def _is_sure(node: LexborNode) -> bool:
    """Is it personal by its very type, or by what the browser is told to fill in?"""
    words = [w for key in ("name", "id") for w in _plain_words(node.attributes.get(key) or "")]
    # Shops use the telephone keyboard for numbers of pieces as well.
    if type_of(node) in ("email", "password") or (
        type_of(node) == "tel" and _THING.isdisjoint(words)
    ):
        return True
    fills = (node.attributes.get("autocomplete") or "").lower().split()
    return any(_AUTOFILL.search(fill) for fill in fills)


def _is_personal(node: LexborNode, labels: dict[str, str]) -> bool:
    if _is_sure(node):
        return True
    attributes = node.attributes
    for key in ("name", "id"):
        words = _plain_words(attributes.get(key) or "")
        if words and _is_personal_word(words):
            return True
        if not _THING.isdisjoint(words):
            return False
    shown = [labels.get(key, "") for key in (attributes.get("id") or "", f"#{node.mem_id}")]
    shown += [attributes.get("aria-label") or "", attributes.get("placeholder") or ""]
    return any(_is_personal_word(_plain_words(text)) for text in shown if text)


def _said(label: LexborNode) -> str:
    """The words of a label: its own and those one level down; deeper ones may be a whole page."""
    parts = [label.text(deep=False)]
    parts += [node.text(deep=False)[:200] for node in islice(label.iter(), 8)]
    return " ".join(parts)[:200]


def _labels(tree: LexborHTMLParser) -> dict[str, str]:
    """Words of every label by the id it is for, or by the field that stands in it."""
    found: dict[str, str] = {}
    for label in tree.css("label")[:LABELS_MAX]:
        said = _said(label)
        target = label.attributes.get("for") or ""
        if target:
            found[target] = said
        for node in islice(label.iter(), 8):
            found[f"#{node.mem_id}"] = said
    return found


def _personal(fields: list[LexborNode], labels: dict[str, str]) -> tuple[str, ...]:
    found = [
        (node.attributes.get("name") or node.attributes.get("id") or "field")[:60]
        for node in fields
        if _is_personal(node, labels)
    ]
    return tuple(dict.fromkeys(found))


def _is_search(form: LexborNode, fields: list[LexborNode], *, personal: bool) -> bool:
    """A search form asks what is wanted; a field that is surely personal makes it none."""
    if any(_is_sure(node) for node in fields):
        return False
    if "search" in _roles_around(form):
        return True
    if len(fields) > SEARCH_FIELDS_MAX:
        return False
    if "search" in {type_of(n) for n in fields}:
        return True
    names = {"".join(_plain_words(n.attributes.get("name") or "")) for n in fields}
    about = " ".join(
        (form.attributes.get(k) or "")[:300] for k in ("action", "class", "id", "name")
    )
    gets = (form.attributes.get("method") or "get").lower() == "get"
    named = bool(names & _SEARCH_NAMES) or (gets and bool(_SEARCH_WORD.search(about.lower())))
    return named and not personal


def _roles_around(form: LexborNode) -> frozenset[str]:
    """Roles and tags of a form and of what it stands in (ARIA ``search``, HTML 4.4.15)."""
    found: set[str] = set()
    node: LexborNode | None = form
    for _ in range(3):
        if node is None or node.tag in ("body", "html"):
            break
        found |= {(node.attributes.get("role") or "").lower(), node.tag or ""}
        node = node.parent
    return frozenset(found)


def _is_scripted(form: LexborNode, action: str) -> bool:
    """Does a script decide where it goes?  An action with a handler is only checked by it."""
    attributes = form.attributes
    handled = any(
        name.lower() in _HANDLERS or name.lower().startswith(_HANDLER_PREFIXES)
        for name in attributes
    )
    bare = action.strip() in ("", "#", "#!", "?")
    if handled and bare:
        return True
    nodes = [form, *form.css("[onclick], [onsubmit], [onchange]")[:40]]
    code = " ".join(
        (n.attributes.get(key) or "")[:1_000]
        for n in nodes
        for key in ("onclick", "onsubmit", "onchange")
    )
    return bool(_SETS_ACTION.search(code)) or (bare and ".submit(" in code)


def _form(
    form: LexborNode,
    action: str,
    page: tuple[str, str],
    own: frozenset[str],
    labels: dict[str, str],
) -> FormSeen:
    url, base = page
    fields = _fields(form)
    scripted = action.strip().lower().startswith("javascript:") or _is_scripted(form, action)
    target = "" if scripted else (absolute(base, action) if action.strip() else absolute(url, ""))
    personal = _personal(fields, labels)
    search = _is_search(form, fields, personal=bool(personal))
    return FormSeen(
        action=target,
        method=(form.attributes.get("method") or "get").lower()[:10],
        personal=() if search else personal,
        scripted=scripted or not target,
        search=search,
        own=registrable_domain(urlsplit(target).hostname or "") in own,
    )


def forms_of(tree: LexborHTMLParser, url: str, own: frozenset[str]) -> tuple[FormSeen, ...]:
    """Every form, once per target: a button's ``formaction`` sends elsewhere.

    Personal fields outside any form are one scripted form.
    """
    page, labels = (url, base_of(tree, url)), _labels(tree)
    found: list[FormSeen] = []
    for form in tree.css("form")[:FORMS_MAX]:
        found.append(_form(form, form.attributes.get("action") or "", page, own, labels))
        targets = (b.attributes.get("formaction") or "" for b in form.css("[formaction]")[:10])
        found.extend(_form(form, target, page, own, labels) for target in targets)
    inside = {n.mem_id for form in tree.css("form")[:FORMS_MAX] for n in _fields(form)}
    body = tree.body
    loose = [n for n in _fields(body) if n.mem_id not in inside] if body is not None else []
    loose = [n for n in loose if not n.attributes.get("form")]
    personal = _personal(loose, labels)
    if personal:
        found.append(FormSeen("", "script", personal, scripted=True, search=False, own=True))
    return tuple(found)
