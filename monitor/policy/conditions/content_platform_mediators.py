"""Which mediators a text names (tp-3.2): organisations near a word of mediation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.policy.conditions.content_seen import Page

NAMES_MAX = 20
TEXT_MAX_CHARS = 6_000
REACH_LINES = 8

MEDIATION = re.compile(
    r"(?i)mediat(?:or|ion|ie|eur)|m[ée]diat(?:eur|rice|ion)|bemiddel|schlicht(?:er|ung)"
)
# A mediator of consumers is another one (French consumer law, sector committees).
_FOR_CONSUMERS = re.compile(r"(?i)consommat|consument|consumer|verbraucher|consumptie")
_HOST = re.compile(
    r"(?i)(?<![\w@.-])(?:https?://)?(?:www\.)?([a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,40}){0,2})"
    r"\.(?:nl|be|fr|de|com|org|eu|net|co\.uk|org\.uk|lu|at|it|info|legal)(?![\w-])"
)
_MAIL = re.compile(r"\S{1,60}@\S{1,80}")
_CAP = r"[A-ZÀ-Þ][\w'’&.\-]{0,30}"
_SMALL = r"(?:of|for|voor|van|de|het|des?|du|la|le|les|d['’]|et|en|and|und|für|der|in|op|&)"
_NAME = re.compile(rf"(?<![\w@.]){_CAP}(?:\s(?:{_SMALL}\s){{0,3}}{_CAP}){{0,7}}")
_ORGANISATION = re.compile(
    r"(?i)stichting|fondation|foundation|centre|center|centrum|zentrum|instit|institut|federati"
    r"|f[ée]d[ée]ration|f[öo]deration|chamb(?:re|er)|kammer|kamer|bureau|b[üu]ro|associ|verein"
    r"|vereniging|collecti|m[ée]diat|bemiddel|schlicht|arbitra|schieds|tribunal|commission|commissie"
    r"|council|conseil|agence|agency|adr|group|groep|groupe|partners|advocaten|avocats|legal"
    r"|b\.?v\.?$|n\.?v\.?$|vzw|asbl|gmbh|ltd|limited|e\.\s?v\.|sas|sarl|org"
)
# "And" joins two bodies where another one begins; in "Médiation et d'Arbitrage" it does not.
_PARTS = re.compile(
    r"[,;:()/\"„“”«»]|\s[-–—]\s|\.\s|\s(?:en|and|et|und|or|ou|of|oder)\s(?=(?:(?:het|de|the|le|la|die"
    r"|das|der|den|dem|via|bij)\s|l['’])?(?:Stichting|Cent(?:re|er|rum)|Zentrum|Inst|F[ée]d[ée]r|F[öo]der"
    r"|Chamb|Kamer|Kammer|Bureau|B[üu]ro|Associ|Verein|Verenig|Fond|Council|Conseil|Nederlands|Belg"
    r"|Deutsche|Fran[çc]ais|[A-ZÀ-Þ]{3,8}(?!\w)))"
)
_ACRONYM = re.compile(r"(?:[A-ZÀ-Þ]{3,8}|[A-Z]{1,3}[a-z]?[A-Z]{1,4}|[A-ZÀ-Þ]{2,8}\d?)\Z")
_CAPITALS = re.compile(r"[A-ZÀ-Þ]{3,8}")
# "Mediators Federatie Nederland (MfN)": the same body once more.
_SHORT_FORM = re.compile(r"(?<=[\w.])\s\([A-Za-zÀ-ÿ\-]{2,12}\)")
_PERSON = re.compile(
    r"(?i)(?<!\w)(?:mr|mrs|ms|drs|dr|prof|mevr|mevrouw|dhr|de\sheer|herr|frau|ma[îi]tre|madame|monsieur"
    r"|rechtsanw[äa]lt\w{0,3}|advocaat|avocate?)\.?\s[A-ZÀ-Þ]"
)
# Capitals that head a sentence or a heading, or name the matter instead of a body.
_MATTER = re.compile(
    r"(?i)\A(?:mediat(?:ion|ie|eurs?|or\w{0,4})|m[ée]diat(?:eur|rice|ion)s?|bemiddel(?:ing|aars?|en)"
    r"|(?:externe?|externer?|onafhankelijke|buitengerechtelijke|gerechtelijke|unabh[äa]ngige)"
    r"|schlicht(?:er|ung|ungsstelle)?|article|artikel|art|verordening|regulation|r[èe]glement|verordnung"
    r"|eu|ue|eg|p2b|b2b|platforms?|plattform|plateforme|verkopers?|sellers?|vendeurs?|verk[äa]ufer"
    r"|h[äa]ndler|de|het|een|the|an?|le|la|les|l['’]|der|die|das|ein|eine|wij|we|nous|wir|u|uw|you|your"
    r"|vous|sie|ons|onze|our|unsere|nos|notre|if|als|si|wenn|in|op|for|voor|pour|f[üu]r|bij|with|met"
    r"|avec|mit|this|deze|dit|cette|diese|both|beide|any|all|alle|toutes?|kosten|costs?|europese"
    r"|european|europ[ée]enne?|europ[äa]ische|unie|union|nederland|netherlands|belgi[ëe]|belgique"
    r"|deutschland|france|geschillen|disputes?|litiges|streit\w{0,12}|klachten|complaints?|beschwerden?"
    r"|algemene|general|conditions|voorwaarden|terms|agb|business|user|users|zakelijke|gebruikers?"
    r"|marktplaats|marketplace|place|march[ée]|contact|website|e-?mail|tel|telefoon|partij(?:en)?"
    r"|parties|parteien|regulations?|overeenkomst|contract|contrat|vertrag|en|et|and|und|of|ou|or|oder"
    r"|internal|interne|internes|complaint|handling|appointed|aangewezen|wijst|niet|not|no|geen|kein"
    r"|\d{1,3})\Z"
)
# Bodies that people call by one plain word.
_KNOWN = re.compile(
    r"(?i)thuiswinkel\.org|\bcedr\b|\bcepani\b|\bcepina\b|\bcmap\b|\bmfn\b|\bnai\b|\bicc\b|\beucon\b"
    r"|\bbmediation\b|\bmkb-?mediation\b|\bdis\b(?=[,.)\s])"
)


@dataclass(frozen=True, slots=True)
class Mediators:
    """Who is named: ``names`` one per organisation, ``where`` the texts on mediation.

    ``doubtful`` when something that may be a name was seen and not counted.
    """

    names: tuple[str, ...]
    where: tuple[tuple[Page, str], ...]
    doubtful: bool


def named_mediators(sections: Iterable[tuple[Page, str]], own: tuple[str, ...]) -> Mediators:
    """Organisations named near a word of mediation in texts for sellers; not the platform."""
    where: list[tuple[Page, str]] = []
    names: list[str] = []
    doubtful = False
    for page, section in sections:
        text = _about_mediation(section)
        if not text:
            continue
        where.append((page, text))
        found, doubt = _names(text)
        names.extend(n for n in found if not _is_own(n, own))
        doubtful = doubtful or doubt
    return Mediators(_distinct(names)[:NAMES_MAX], tuple(where), doubtful)


def _about_mediation(section: str) -> str:
    """The lines that speak of mediation, and the list that follows."""
    lines = section.split("\n")
    kept: list[str] = []
    left = 0
    for line in lines:
        if MEDIATION.search(line):
            left = REACH_LINES if not _FOR_CONSUMERS.search(line) else 0
        if left > 0:
            kept.append(line)
            left -= 1
    return "\n".join(kept)[:TEXT_MAX_CHARS]


def _names(text: str) -> tuple[list[str], bool]:
    """Names of organisations in reading order, and whether anything else looks like one."""
    found: list[str] = []
    doubt = False
    text = _SHORT_FORM.sub("", _MAIL.sub(" ", text))
    for line in text.split("\n"):
        found.extend(m.group() for m in _KNOWN.finditer(line))
        rest = line
        for match in _HOST.finditer(line):
            if "europa" not in match.group(1).lower():
                found.append(match.group(1))
            rest = rest.replace(match.group(), " , ")
        doubt = doubt or bool(_PERSON.search(rest))
        parts = [part.strip() for part in _PARTS.split(rest)]
        for at, part in enumerate(parts):
            # "..., Dispute House, 70 Fleet Street": where it sits, not another body.
            placed = at > 0 and parts[at + 1 : at + 2] and parts[at + 1][:1].isdigit()
            for match in _NAME.finditer(part):
                name = _trimmed(match.group())
                if _is_body(name) and not (placed and at > 0 and found):
                    found.append(name)
                elif name:
                    doubt = doubt or len(name.split()) > 1 or bool(_ORGANISATION.search(name))
    return found, doubt


def _is_body(name: str) -> bool:
    """An abbreviation, or several words of which one is a body's or an abbreviation."""
    parts = name.split()
    if len(parts) < 2:  # noqa: PLR2004
        return bool(_ACRONYM.match(name))
    return bool(_ORGANISATION.search(name)) or any(_CAPITALS.fullmatch(p) for p in parts)


def _trimmed(name: str) -> str:
    """Without words that only begin a sentence or name the matter."""
    parts = name.strip(" .").split()
    while parts and _MATTER.match(parts[0].strip(".,'’")):
        parts.pop(0)
    return " ".join(parts)


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _is_own(name: str, own: tuple[str, ...]) -> bool:
    key = _key(name)
    return any(key in _key(o) or _key(o) in key for o in own if len(_key(o)) > 2)  # noqa: PLR2004


def _initials(name: str) -> str:
    return "".join(w[0] for w in re.findall(r"[\w'’]+", name) if not re.fullmatch(_SMALL, w))


def _same(one: str, other: str) -> bool:
    """Are two spellings one organisation?  A contained name, or an abbreviation."""
    a, b = _key(one), _key(other)
    if a in b or b in a:
        return True
    return _initials(one).casefold() == b or _initials(other).casefold() == a


def _distinct(names: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for name in names:
        if not any(_same(name, other) for other in kept):
            kept.append(name)
    return tuple(kept)
