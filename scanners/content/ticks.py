"""Boxes to tick, fields that ask more than a sale needs, and buttons that send.

The words of a box are those of its label, of ``aria-label``, or what stands beside it.
Custom boxes hide the real one with a style, so what is not drawn is still read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scanners.content.evidence import FieldSeen, TickSeen
from scanners.content.forms import FORMS_MAX, type_of
from scanners.content.html import normalise
from scanners.content.vocabulary import fold

TICKS_MAX = 200
FIELDS_MAX = 400
EXTRA_MAX = 40
BUTTONS_MAX = 60
LABELS_MAX = 400
LABEL_MAX_CHARS = 240
NEAR_MAX_CHARS = 300
NEAR_MIN_CHARS = 60
NODES_MAX = 60
NEIGHBOURS_MAX = 6
PARENTS_MAX = 6
TARGETS_MAX = 10

_TICKS = "input[type=checkbox i], input[type=radio i], input[type=hidden i], [role=checkbox i]"
_ASKED = "input, select, textarea"
_PERSONAL = (
    "input[type=email i], input[type=password i], input[type=tel i], input[name*=mail i], "
    "input[name*=pass i], input[name*=wachtwoord i], input[name*=phone i], input[name*=telefo i], "
    "input[name*=postcode i], input[name*=zip i], input[name*=lastname i], "
    "input[name*=achternaam i]"
)
_FIELD_TAGS = frozenset({"input", "select", "textarea", "button"})
_NO_FIELD = frozenset({"hidden", "submit", "button", "reset", "image", "range", "color", "search"})
_YES = frozenset({"1", "true", "yes", "on", "y", "ja", "oui", "j", "o", "subscribe", "subscribed"})
_MAILING = re.compile(
    r"newsletter|nieuwsbrief|mailing|marketing|optin|opt.in|subscri|abonn|infolettre|lettreinfo"
)
_REQUIRED_CLASS = re.compile(
    r"(?:^|(?<!not)(?<!non)[\s_\-])(?:is-)?(?:required|verplicht|mandatory|obligatoire"
    r"|pflichtfeld)(?:$|[\s_\-])"
)
_OPTIONAL = re.compile(
    r"optione|optional|facultati|niet verplicht|non obligatoire|not required|freiwillig"
    r"|vrijblijvend"
)
_UNSEEN = re.compile(r"display:none|visibility:hidden|(?:left|top):-\d{3}|opacity:0(?:;|$)")
_TRAP = re.compile(r"honey|hpot|hp-|leave (?:this|blank)|laat dit veld leeg|do not fill")
_CAMEL = re.compile(r"([a-z])([A-Z])")
# Pattern P13 and its kin, on folded words; the first that fits counts.
_ASKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "national_number",
        re.compile(
            r"\b(?:bsn|ssn|insz|niss|nir)\b|burgerservice|\bsofi ?n|rijksregister|registre national"
            r"|(?:numero|nr|no) national\b|national (?:insurance|register|registry|number|id)"
            r"|social security|securite sociale|sozialversicherung|rentenversicherungsn"
        ),
    ),
    (
        "id_document",
        re.compile(
            r"(?:paspoort|passport|passeport|reisepass)(?! ?(?:foto|photo|cover|hoes))"
            r"|\bid ?(?:kaart|card)|identiteits ?(?:kaart|bewijs)|identity (?:card|document)"
            r"|(?:carte|piece) d identite|personalausweis|ausweis ?(?:nummer|kopie|nr)|legitimatie"
            r"|rijbewijs|driv(?:ing|er s) licen[cs]e|permis de conduire|fuhrerschein"
        ),
    ),
    (
        "birth",
        re.compile(
            r"geboorte(?!kaart|lijst|bord|plank)|birth(?! ?(?:list|card))|\bbday\b|\bdob\b"
            r"|naissance(?! ?liste)|geburt(?!skarte)|verjaardag(?!skaart)"
            r"|(?:jour|date) d anniversaire"
        ),
    ),
    ("gender", re.compile(r"geslacht|\bgender\b|\bsexe?\b|geschlecht")),
    ("religion", re.compile(r"\breligi|godsdienst|geloofsovertuiging|\bkonfession|\bcroyance")),
    (
        "health",
        re.compile(
            r"gezondheid|medische|\bmedical|\bhealth\b|\bsante\b|gesundheit|allergi|\bziekte"
            r"|\bmaladie|krankheit|\bzwanger|\benceinte\b|\bpregnan|schwanger|handicap|behinderung"
        ),
    ),
    (
        "second_phone",
        re.compile(
            r"(?:phone|telefoon|telephone|telefon|\btel|gsm|mobiel|mobile)"
            r"(?: ?(?:nr|nummer|number))? ?2\b"
            r"|(?:second(?:ary)?|alternati\w{0,6}|other|tweede|andere?|deuxieme|autre|zweite"
            r"|weitere) (?:phone|telefoon|telephone|telefon|numero de telephone|mobiel|gsm"
            r"|rufnummer)"
        ),
    ),
)
# "Mr or Mrs": how to address somebody is not asked for the gender's own sake.
_SALUTATION = re.compile(
    r"aanhef|aanspreek|salutation|civilite|\banrede\b|\btitre\b|\btitle\b|\btitel\b|\bdhr\b|\bmevr"
    r"|\bmr\b|\bmrs\b|\bmme\b|madame|\bherr\b|\bfrau\b|de heer|mevrouw"
)


@dataclass(frozen=True, slots=True)
class _Page:
    """What a page's fields are looked up in: forms by field, labels by field or its id."""

    forms: dict[int, int]
    labels: dict[str, str]


def _words(node: LexborNode, most: int = LABEL_MAX_CHARS) -> str:
    """The words in an element, as far as its first ``NODES_MAX`` nodes go.

    Deeper text may be a whole page when a label is never closed.
    """
    parts: list[str] = []
    for inner in islice(node.traverse(include_text=True), NODES_MAX):
        if inner.tag == "-text":
            above = inner.parent.tag if inner.parent is not None else ""
            if above not in ("script", "style", "option", "template"):
                parts.append((inner.text_content or "")[:most])
        if sum(map(len, parts)) > most:
            break
    return " ".join(normalise(" ".join(parts)).split())[:most]


def _page(tree: LexborHTMLParser) -> _Page:
    """Forms are numbered as in ``forms_of``: a ``formaction`` counts as one more."""
    forms, ids, number = dict[int, int](), dict[str, int](), 0
    for form in tree.css("form")[:FORMS_MAX]:
        ids.setdefault(form.attributes.get("id") or "", number)
        for node in form.css(f"{_ASKED}, [role=checkbox i]")[:FIELDS_MAX]:
            forms.setdefault(node.mem_id, number)
        number += 1 + len(form.css("[formaction]")[:TARGETS_MAX])
    for node in tree.css("input[form], select[form], textarea[form]")[:FIELDS_MAX]:
        named = node.attributes.get("form") or ""
        if named in ids:
            forms[node.mem_id] = ids[named]
    labels: dict[str, str] = {}
    for label in tree.css("label")[:LABELS_MAX]:
        said = _words(label)
        target = label.attributes.get("for") or ""
        if target:
            # One field may have a label above it and one behind it.
            labels[target] = " ".join([*filter(None, [labels.get(target, "")]), said])
        for node in islice(label.traverse(), NODES_MAX):
            labels.setdefault(f"#{node.mem_id}", said)
    return _Page(forms, labels)


def _holds_field(node: LexborNode) -> bool:
    return any(inner.tag in _FIELD_TAGS for inner in islice(node.traverse(), NODES_MAX))


def _beside(node: LexborNode, steps: tuple[str, ...]) -> str:
    """The words right behind or before a field, as far as the next field or line."""
    for step in steps:
        parts: list[str] = []
        other: LexborNode | None = getattr(node, step)
        for _ in range(NEIGHBOURS_MAX):
            ends = other is None or (other.tag == "br" and bool("".join(parts).strip()))
            if other is None or ends or other.tag == "legend" or _holds_field(other):
                break
            if other.tag == "label" and other.attributes.get("for"):
                break
            words = (other.text_content or "") if other.tag == "-text" else _words(other)
            parts.append(words[:LABEL_MAX_CHARS])
            other = getattr(other, step)
        found = " ".join(normalise(" ".join(parts if step == "next" else parts[::-1])).split())
        if found:
            return found[:LABEL_MAX_CHARS]
    return ""


def _label(node: LexborNode, page: _Page) -> str:
    attributes = node.attributes
    named = page.labels.get(attributes.get("id") or "\0", "")
    said = named or page.labels.get(f"#{node.mem_id}", "")
    said = said or attributes.get("aria-label") or attributes.get("title") or ""
    # Words follow a box and come before a line to fill in.
    box = type_of(node) in ("checkbox", "radio") or node.tag not in _FIELD_TAGS
    steps = ("next", "prev") if box else ("prev",)
    if not said.strip():
        said = _words(node) if node.tag not in _FIELD_TAGS else _beside(node, steps)
    if not said and node.parent is not None and node.parent.tag not in ("form", "body"):
        # In a table the words stand in the next cell.
        said = _beside(node.parent, steps)
    return " ".join(normalise(said[: LABEL_MAX_CHARS * 2]).split())[:LABEL_MAX_CHARS]


def _above(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    for _ in range(PARENTS_MAX):
        if above is None or above.tag in ("form", "body", "html"):
            return
        yield above
        above = above.parent


def _legend(node: LexborNode) -> str:
    """The question above a choice of "yes" and "no"."""
    for above in _above(node):
        if above.tag == "fieldset":
            return next((_words(n) for n in islice(above.iter(), 3) if n.tag == "legend"), "")
    return ""


def _is_required(node: LexborNode, label: str) -> bool:
    attributes = node.attributes
    if "required" in attributes or (attributes.get("aria-required") or "").lower() == "true":
        return True
    rules = (attributes.get("data-validate") or attributes.get("data-rules") or "")[:300].lower()
    if "required" in rules.replace('required":false', "").replace("required:false", ""):
        return True
    classes = [attributes.get("class") or ""]
    classes += [above.attributes.get("class") or "" for above in islice(_above(node), 2)]
    marked = any(_REQUIRED_CLASS.search(c[:300].lower()) for c in classes)
    return marked or "*" in label


def _is_checked(node: LexborNode) -> bool:
    if node.tag == "input":
        return "checked" in node.attributes
    return (node.attributes.get("aria-checked") or "").lower() == "true"


def _name(node: LexborNode) -> str:
    return normalise((node.attributes.get("name") or node.attributes.get("id") or "")[:60])


def ticks_of(tree: LexborHTMLParser) -> tuple[TickSeen, ...]:
    """Boxes and choices of a page, at most ``TICKS_MAX``; disabled ones say nothing.

    Of hidden inputs only those whose name is about mailings and whose value says yes.
    """
    nodes = tree.css(_TICKS)[: FIELDS_MAX * 2]
    if not nodes:
        return ()
    page, found = _page(tree), list[TickSeen]()
    for node in nodes:
        if len(found) >= TICKS_MAX:
            break
        kind, name = type_of(node) or "checkbox", _name(node)
        form = page.forms.get(node.mem_id, -1)
        if "disabled" in node.attributes:
            continue
        if kind == "hidden":
            value = (node.attributes.get("value") or "").strip().lower()[:20]
            if value in _YES and _MAILING.search(name.lower()):
                found.append(TickSeen(name, "", kind, checked=True, required=False, form=form))
            continue
        label = _label(node, page)
        if kind == "radio":
            label = " ".join(filter(None, [label, _legend(node)]))
        required = _is_required(node, label)
        found.append(
            TickSeen(name, label, kind, checked=_is_checked(node), required=required, form=form)
        )
    return tuple(found)


def _is_unseen(node: LexborNode) -> bool:
    """A field that people never see, such as those that catch robots."""
    for above in (node, *_above(node)):
        attributes = above.attributes
        style = (attributes.get("style") or "")[:300].lower().replace(" ", "")
        about = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:300].lower()
        if "hidden" in attributes or _UNSEEN.search(style) or _TRAP.search(about):
            return True
    return node.attributes.get("tabindex") == "-1"


def _asks(node: LexborNode, label: str) -> str:
    attributes = node.attributes
    keys = ("name", "id", "autocomplete", "placeholder")
    parts = [_CAMEL.sub(r"\1 \2", (attributes.get(key) or "")[:100]) for key in keys]
    words = fold(re.sub(r"[\[\].:]", " ", " ".join([*parts, label])))
    for asks, pattern in _ASKS:
        if pattern.search(words):
            return "" if asks == "gender" and _SALUTATION.search(words) else asks
    return ""


def _near(node: LexborNode) -> str:
    """The words around a field: of the smallest element with enough of them."""
    said = ""
    for above in islice(_above(node), 4):
        said = _words(above, NEAR_MAX_CHARS)
        if len(said) >= NEAR_MIN_CHARS:
            break
    return said


def extra_fields_of(tree: LexborHTMLParser) -> tuple[FieldSeen, ...]:
    """Fields of pattern P13 in forms that ask who somebody is, once per name.

    The gender of a product filter and the date of birth on a birth card are none.
    """
    nodes = [n for n in tree.css(_ASKED)[:FIELDS_MAX] if type_of(n) not in _NO_FIELD]
    if not nodes:
        return ()
    page, found = _page(tree), dict[tuple[str, str], FieldSeen]()
    asking = {page.forms.get(n.mem_id, -1) for n in tree.css(_PERSONAL)[:FIELDS_MAX]}
    shown = [(n, page.forms.get(n.mem_id, -1), _label(n, page)) for n in nodes]
    strict = {form for node, form, label in shown if _is_required(node, label)}
    for node, form, label in shown:
        if form not in asking or len(found) >= EXTRA_MAX or _is_unseen(node):
            continue
        # A heading such as "Your health" over a box is about what follows, not an answer.
        legend = _legend(node) if type_of(node) == "radio" else ""
        asks = _asks(node, f"{label} {legend}")
        if not asks or (asks == "health" and type_of(node) == "checkbox"):
            continue
        near = _near(node)
        if asks == "gender" and type_of(node) == "radio" and _SALUTATION.search(fold(near)):
            continue
        required = _is_required(node, f"{label} {legend}")
        free = bool(_OPTIONAL.search(fold(f"{label} {legend}"))) or (
            not required and form in strict
        )
        said = f"{label} {legend}".strip()[:LABEL_MAX_CHARS]
        key = (asks, _name(node).partition("[")[0])
        found.setdefault(key, FieldSeen(_name(node), asks, said, required, near, free))
    return tuple(found.values())


def buttons_of(tree: LexborHTMLParser) -> tuple[str, ...]:
    """The words on buttons that send a form (HTML 4.10.6), each once."""
    found: list[str] = []
    for node in tree.css("button, input[type=submit i], input[type=image i]")[:FIELDS_MAX]:
        if node.tag == "button" and type_of(node) in ("button", "reset", "menu"):
            continue
        attributes = node.attributes
        said = _words(node, 90) if node.tag == "button" else attributes.get("value") or ""
        said = said or attributes.get("aria-label") or attributes.get("alt") or ""
        said = " ".join(normalise((said or attributes.get("title") or "")[:90]).split())
        if said:
            found.append(said)
    return tuple(dict.fromkeys(found))[:BUTTONS_MAX]
