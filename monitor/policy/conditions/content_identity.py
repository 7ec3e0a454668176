"""Company details and ways to make contact (tz-3.1a, tz-3.1b)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from monitor.domain.member import Member
from monitor.policy.conditions.content_seen import (
    IDENTITY_ROLES,
    VALUES,
    Page,
    View,
    look,
    roles_of,
    suspects,
    values,
)
from monitor.policy.conditions.folding import unaccented
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import ScanKind
from scanners.content.evidence import FormSeen, PageFacts

CONTACT_ROLES = ("start", "contact", "about")
NAME_TOKENS_MAX = 12
PHONE_DIGITS_MIN = 7
MESSAGE_FIELDS_MIN = 2
NO_CONTACT_ROLES = frozenset({"checkout", "account", "product", "category"})

_LEGAL_FORMS = frozenset(
    {"bv", "nv", "vof", "cv", "bvba", "cvba", "ebvba", "vzw", "sprl", "srl", "sa", "sas", "sarl"}
    | {"sasu", "eurl", "snc", "scs", "asbl", "gmbh", "ug", "ag", "kg", "ohg", "ek", "gbr", "ltd"}
    | {"llc", "inc", "plc", "limited", "eenmanszaak", "ua", "se", "comm", "commv"}
)
_CONNECTORS = frozenset({"en", "and", "et", "und"})
# With the place after it: "2024 BV" and "1500 ML" look like postcodes.
_GAP = r"[\s,;:|•·()\-–]{1,6}(?:(?:te|à|in|at|zu)\s)?"
_CODE_NL = r"[1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2}"
_POSTCODE_NL = re.compile(rf"(?<!\w)(?<!© ){_CODE_NL}{_GAP}(?:te\s)?['’A-ZÀ-Þ][\w'’]")
_STREET = r"[A-ZÀ-Þ][\w'’.\- ]{2,50}?[ ,]{1,2}(?:n[r°]\.? ?)?\d{1,4}(?: ?[a-zA-Z](?!\w))?"
_ROAD = (
    rf"(?:{_STREET}|(?<!\w)(?i:rue|avenue|av\.|boulevard|bd|place|chauss[ée]e|chemin|quai|all[ée]e|route"
    r"|zone|zoning|parc|industrie(?:park|terrein|zone)|bedrijven(?:park|terrein)|gewerbe(?:park|gebiet))"
    r"\s[^\n]{2,50})(?:[ ,]{1,3}(?:bus|bte|bo[îi]te|box)\.? ?\w{1,4})?"
)
_TOWN = (
    r"(?:(?:B|BE|D|DE|F|FR|L|LU|A|AT|CH)[\- ]{1,2})?(?<!\d)\d{4,5}(?!\d)[ ]{1,2}"
    r"(?!S[ADS](?!\w))[A-ZÀ-Þ][\w'’\-]{1,40}"
)
_POSTCODE_OTHER = re.compile(rf"{_ROAD}{_GAP}{_TOWN}")
# "1000 Brussel, Wetstraat 16"; a year before a name is no postcode.
_TOWN_FIRST = re.compile(rf"(?<!©)(?<!© ){_TOWN}\s?[,;|•·\n\-–]\s?{_ROAD}")
# As in "Liège (4000), rue Haute 5".
_TOWN_BEFORE_CODE = re.compile(rf"[A-ZÀ-Þ][\w'’\-]{{1,40}}\s\(\d{{4,5}}\){_GAP}{_ROAD}")
# In small letters only behind a street: "2020 in Amsterdam" is none.
_POSTCODE_NL_SMALL = re.compile(
    rf"{_STREET}{_GAP}[1-9]\d{{3}}\s?(?!sa|sd|ss)[a-z]{{2}}{_GAP}['’A-ZÀ-Þ][\w'’]"
)
_ALL_SMALL = re.compile(
    r"(?:straat|weg|laan|plein|gracht|kade|singel|dijk|markt|steeg|dreef)\s\d{1,4}\s?[a-z]?[\s,|\-–]{1,4}"
    r"[1-9]\d{3}\s?[a-z]{2}[\s,]{1,3}[a-z]{3}"
)
# Place first, the code last, as British addresses have it and forms for Dutch ones.
_CODE_LAST = re.compile(rf"{_STREET}{_GAP}[A-ZÀ-Þ'’][\w'’\- ]{{1,40}}?{_GAP}{_CODE_NL}(?!\w)")
_CODE_UK = re.compile(r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}(?!\w)")
# A table or list that names its parts; "postcode" alone also stands beside an empty field.
_LABELLED_CODE = re.compile(
    r"(?i)(?<!\w)(?:postcode|code\spostal|postal\s?code|plz|postleitzahl|zip(?:\s?code)?)(?!\w)[^\d\n]{0,30}"
    r"\n?\s?(?:[a-z]{1,2}-)?\d{4,5}(?!\d)"
)
_ADDRESSES = (
    _POSTCODE_NL,
    _POSTCODE_OTHER,
    _TOWN_FIRST,
    _TOWN_BEFORE_CODE,
    _POSTCODE_NL_SMALL,
    _ALL_SMALL,
    _CODE_LAST,
    _LABELLED_CODE,
)
# Every other address has such a code: only what stands around one is looked through.
_CODE = re.compile(r"(?<!\d)\d{4,5}(?!\d)")
CODE_REACH = 160
_PO_BOX = re.compile(r"(?i)\b(?:postbus|po\s?box|p\.o\.\s?box|bo[îi]te\spostale|postfach)\s?\d")
_IMAGE_DETAILS = re.compile(
    r"bedrijfs?-?_?gegevens|bedrijfsinfo|adres|address|adresse|anschrift"
    r"|contact[-_ ]?(?:gegevens|details|info|data)|gegevens|impressum|colofon|mentions|coordonn"
    r"|company[-_ ]?(?:details|info|data)|^contact$"
)
_IMAGE_CONTACT = re.compile(
    r"e-?mail|telefoon|telephone|phone|^tel|contact[-_ ]?(?:gegevens|details|info|data)|^contact$"
    r"|coordonn|impressum|gegevens"
)

_PASSWORD = re.compile(r"pass|wachtwoord|kennwort|mdp|pwd|^ww$")
_NEWSLETTER = re.compile(
    r"newsletter|nieuwsbrief|subscri|list-manage|mailchimp|mc4wp|infolettre|abonn"
)
_NEWSLETTER_FIELD = re.compile(r"mail|naam|name|nom|courriel|field|^f\w?$|^l\w?$")


class DetailsSeen(StrEnum):
    """What was seen of the company details."""

    FOUND = "found"
    STRUCTURED_ONLY = "structured_only"
    NAME_MISSING = "name_missing"
    ADDRESS_MISSING = "address_missing"
    ABSENT_COMPLETE = "absent_complete"
    IMAGE_SUSPECTED = "image_suspected"
    INCOMPLETE = "incomplete"


class ChannelsSeen(StrEnum):
    """What was seen of the ways to make contact."""

    FOUND = "found"
    ONE_CHANNEL = "one_channel"
    STRUCTURED_ONLY = "structured_only"
    HIDDEN = "hidden"
    ABSENT_COMPLETE = "absent_complete"
    IMAGE_SUSPECTED = "image_suspected"
    INCOMPLETE = "incomplete"


def _tokens(text: str) -> list[str]:
    # "B.V." is one word, "Jansen & Zn." are two.
    return re.findall(r"[^\W_]+", re.sub(r"(?<=\b\w)\.(?=\w\b)|['’`´]", "", unaccented(text)))


def name_pattern(name: str) -> re.Pattern[str] | None:
    """A name in folded text, legal form and "and" words optional; None when nothing is left."""
    tokens = [t for t in _tokens(name) if t not in _CONNECTORS]
    core = [t for t in tokens if t not in _LEGAL_FORMS] or tokens
    if not core:
        return None
    body = r" ?(?:(?:en|and|et|und) )?".join(re.escape(t) for t in core[:NAME_TOKENS_MAX])
    return re.compile(rf"(?<!\w){body}(?!\w)")


def name_patterns(member: Member) -> tuple[re.Pattern[str], ...]:
    """The legal name and the trade names of a member, as patterns for ``states_name``."""
    names = (member.legal_name, *member.trade_names)
    return tuple(p for p in map(name_pattern, names) if p is not None)


def states_name(text: str, patterns: tuple[re.Pattern[str], ...]) -> bool:
    """Does one of the names stand in the text, whatever its accents, case and signs?"""
    folded = " ".join(_tokens(text))
    return any(pattern.search(folded) for pattern in patterns)


def _postcode(address: str) -> re.Pattern[str] | None:
    """The registered postcode, spelt as people spell it."""
    dutch = re.search(r"(?i)(?<!\w)([1-9]\d{3})\s?([a-z]{2})(?!\w)", address)
    if dutch:
        return re.compile(rf"(?i)(?<!\w){dutch.group(1)}\s?{dutch.group(2)}(?!\w)")
    other = re.search(r"(?<!\d)(\d{4,5})\s+([^\W\d_]{2,})", address)
    if other:
        place = re.escape(other.group(2)[:4])
        return re.compile(rf"(?i)(?<!\d){other.group(1)}\s{{1,3}}{place}")
    return None


def _states_address(page: PageFacts, registered: re.Pattern[str] | None) -> bool:
    text = page.text
    if (registered is not None and registered.search(text)) or _CODE_UK.search(text):
        return True
    near = _near_codes(text)
    return any(shape.search(near) for shape in _ADDRESSES)


def _near_codes(text: str) -> str:
    """What stands around numbers of four or five digits; the rest is left out."""
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        begin, till = code.start() - CODE_REACH, code.end() + CODE_REACH
        if begin > end:
            parts.append("\n\n")
        parts.append(text[max(end, begin) : till])
        end = max(end, till)
    return "".join(parts)


def _structured_details(page: PageFacts, patterns: tuple[re.Pattern[str], ...]) -> bool:
    keys = {s.key for s in page.structured}
    named = any(
        s.key in ("name", "legalName", "alternateName") and states_name(s.value, patterns)
        for s in page.structured
    )
    return named and bool(keys & {"postalCode", "streetAddress"})


def company_details(seen: Seen, subject: Subject) -> Observation:
    """Do name and address stand on one page?  (tz-3.1a)."""
    out, view, member = DetailsSeen, look(seen), subject.member
    patterns = name_patterns(member)
    registered = _postcode(member.address or "")
    told = values(view, subject, member.legal_name)
    named = [p for p in view.readable if states_name(f"{p[1].title}\n{p[1].text}", patterns)]
    both = tuple(p for p in named if _states_address(p[1], registered))
    if both:
        told = values(view, subject, member.legal_name, both[0][1].final_url)
        note = _address_note(both, registered)
        return Observation(
            out.FOUND, "Name and address are stated.", view.cite(both), told, note=note
        )
    coded = tuple(p for p in view.readable if _structured_details(p[1], patterns))
    if coded:
        said = "Name and address stand together in structured data only."
        return Observation(out.STRUCTURED_ONLY, said, view.cite(coded), told, note=said)
    placed = tuple(p for p in view.readable if _states_address(p[1], registered))
    return _details_missing(view, subject, tuple(named), placed, told)


def _address_note(pages: tuple[Page, ...], registered: re.Pattern[str] | None) -> str:
    text = "\n".join(facts.text for _, facts in pages)
    if registered is not None and not registered.search(text):
        return "The address on the site differs from the one on file."
    # "Postbus 12" has the look of a street and its number.
    if _PO_BOX.search(text) and not re.search(_STREET, _PO_BOX.sub(" ", text)):
        return "Only a post box is stated."
    return ""


def _details_missing(
    view: View,
    subject: Subject,
    named: tuple[Page, ...],
    placed: tuple[Page, ...],
    told: Mapping[str, str],
) -> Observation:
    out = DetailsSeen
    roles = roles_of(subject.params, IDENTITY_ROLES)
    gap = view.unread(*roles, short=True)
    if gap:
        said = f"Name and address were not found together; not every page was read ({gap})."
        return Observation(out.INCOMPLETE, said, view.cite(), told)
    if placed:
        said = "An address is stated, but not the registered or trade name beside it."
        return Observation(out.NAME_MISSING, said, view.cite(placed), told)
    pictures = suspects(view.of(*roles), _IMAGE_DETAILS)
    if pictures:
        said = f"No address in text; picture {pictures[0][1]!r} may hold it."
        cited = view.cite(tuple(page for page, _ in pictures))
        return Observation(out.IMAGE_SUSPECTED, said, cited, told)
    if named:
        said = f"The name is stated, but no address on {told['pages_checked']} pages."
        return Observation(out.ADDRESS_MISSING, said, view.cite(named), told)
    said = f"Neither name nor address was found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(), told)


def _contact_forms(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """Pages with a form to write to the shop.

    An order form, a login and a box for a newsletter ask for a mail address as well: the
    first two stand on pages of their own, the last stands on every page alike.
    """
    shared = Counter(
        box for _, facts in pages for box in {(f.action, f.personal) for f in facts.forms}
    )
    return tuple(
        page
        for page in pages
        if ("contact" in page[1].roles or not NO_CONTACT_ROLES.intersection(page[1].roles))
        and any(
            _takes_message(form, page[1], everywhere=shared[form.action, form.personal] > 1)
            for form in page[1].forms
        )
    )


def _takes_message(form: FormSeen, page: PageFacts, *, everywhere: bool) -> bool:
    names = [name.lower() for name in form.personal]
    if form.search or not names or any(_PASSWORD.search(name) for name in names):
        return False
    if _NEWSLETTER.search(form.action.lower()) or (
        everywhere and all(_NEWSLETTER_FIELD.search(name) for name in names)
    ):
        return False
    return "contact" in page.roles or len(names) >= MESSAGE_FIELDS_MIN


def _channels(pages: tuple[Page, ...]) -> dict[str, Page]:
    """The first page of every way to make contact that was seen."""
    found: dict[str, Page] = {}
    forms = _contact_forms(pages)
    for page in pages:
        facts = page[1]
        phones = [p for p in facts.phones if sum(map(str.isdecimal, p.number)) >= PHONE_DIGITS_MIN]
        seen = {
            "email": bool(facts.emails),
            "phone": bool(phones),
            "form": page in forms,
            "chat": facts.chat,
        }
        for name, there in seen.items():
            if there:
                found.setdefault(name, page)
    return found


def contact_channels(seen: Seen, subject: Subject) -> Observation:
    """Are there a phone number or mail address and a second way?  (tz-3.1b).

    With parameter ``require_both`` phone and mail address are both wanted.
    """
    out, view = ChannelsSeen, look(seen)
    own = tuple(p for p in view.readable if p[1].own)
    found = _channels(own)
    told = {**values(view, subject), "channels": ", ".join(found) or "-"}
    cited = view.cite(tuple(dict.fromkeys(found.values())))
    direct = {"email", "phone"} & found.keys()
    strict = subject.params.get("require_both") is True
    if len(direct) == 2 or (direct and len(found) > 1 and not strict):  # noqa: PLR2004
        page = next(iter(found.values()))[1]
        told["url"] = page.final_url
        return Observation(out.FOUND, f"Contact by {told['channels']}.", cited, told)
    roles = roles_of(subject.params, CONTACT_ROLES)
    gap = view.unread(*roles, short=True)
    if gap:
        said = f"Too few ways to make contact were found; not every page was read ({gap})."
        return Observation(out.INCOMPLETE, said, cited, told)
    return _channels_missing(view, own, found, told)


def _channels_missing(
    view: View, own: tuple[Page, ...], found: dict[str, Page], told: Mapping[str, str]
) -> Observation:
    out = ChannelsSeen
    hidden = tuple(p for p in own if p[1].hidden_email and "email" not in found)
    if hidden:
        said = "A mail address seems to be put together by a script; it could not be read."
        return Observation(out.HIDDEN, said, view.cite(hidden), told)
    coded = tuple(p for p in own if {s.key for s in p[1].structured} & {"email", "telephone"})
    if coded:
        said = "Phone or mail address stand in structured data only."
        return Observation(out.STRUCTURED_ONLY, said, view.cite(coded), told)
    pictures = suspects(view.of(*CONTACT_ROLES), _IMAGE_CONTACT)
    if pictures:
        said = f"No contact details in text; picture {pictures[0][1]!r} may hold them."
        cited = view.cite(tuple(page for page, _ in pictures))
        return Observation(out.IMAGE_SUSPECTED, said, cited, told)
    if found:
        said = f"Only one way to make contact was found: {told['channels']}."
        return Observation(out.ONE_CHANNEL, said, view.cite(tuple(found.values())), told)
    said = f"Neither phone number nor mail address was found on {told['pages_checked']} pages."
    return Observation(out.ABSENT_COMPLETE, said, view.cite(), told)


_ROLES = "page roles that must have been read"

JUDGES: tuple[Judge, ...] = (
    Judge(
        name="content.company_details",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=DetailsSeen,
        run=company_details,
        params={"roles": Param("list[str]", list(IDENTITY_ROLES), _ROLES)},
        values=VALUES,
        help="Registered or trade name and an address stand on one page.",
    ),
    Judge(
        name="content.contact_channels",
        version=1,
        kinds=(ScanKind.CONTENT,),
        outcomes=ChannelsSeen,
        run=contact_channels,
        params={
            "roles": Param("list[str]", list(CONTACT_ROLES), _ROLES),
            "require_both": Param("bool", default=False, help="want phone and mail address"),
        },
        values=(*VALUES, "channels"),
        help="A phone number or mail address, and a second way to make contact.",
    ),
)
