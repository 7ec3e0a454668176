"""Texts on complaints: where they stand, and which words only look like one (tz-9.1, tz-9.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from monitor.policy.conditions.content_answers import COMPLAINT
from monitor.policy.conditions.content_seen import (
    DATA_ROLES,
    Page,
    View,
    is_only,
    own_text,
    start_of,
)
from monitor.policy.conditions.content_texts import holds, sections, sentences, with_next

ROLES = ("start", "contact", "terms", "complaints")
HEADING_MAX_CHARS = 60
PAGE_MIN_CHARS = 40
PROSE_MIN_WORDS = 5
# An entry of a menu ("Complaints procedure") tells nothing by itself.
ENTRY_MAX_WORDS = 3
# A complaint about privacy goes to another desk; what goods are good for ("helps with
# complaints of the back") is no complaint.
_OTHER_MATTERS = (DATA_ROLES, frozenset({"product", "category"}))

# Slogans, ailments, and complaints that go to a supervisor: no route to the shop.
_NO_ROUTE = re.compile(
    r"(?i)klacht(?:en)?vrij|klachtenloos|(?:zonder|geen|nooit|0|nul|minder|weinig)\s(?:enkele\s|\w{1,12}\s)?"
    r"klacht(?:en)?|(?:sans|z[ée]ro|aucune|moins\sde)\s(?:r[ée]clamation|plainte)s?"
    r"|\brsi[\s\-]?klachten|klachten\s(?:aan|in)\s(?:uw|je|de|het)\s\w{0,12}(?:rug|nek|schouder|knie|pols|arm|been|gewricht)"
    r"|(?:no|zero|without|fewer|never\sa)\s(?:single\s)?complaints?|complaint[\s\-]free"
    r"|beschwerdefrei|reklamationsfrei|(?:keine|ohne|weniger)\s(?:beschwerden?|reklamation(?:en)?)"
    r"|(?:rug|nek|gewricht|maag|darm|huid|spier|knie|schouder|overgang|hooikoorts|allergie|stress|gezondheid|pijn"
    r"|ademhaling|slaap|menopauze|oog|voet|hart|blaas)s?-?klacht\w{0,2}"
    r"|(?:lichamelijke|medische|fysieke|psychische|chronische|terugkerende|milde)\sklacht\w{0,2}"
    r"|(?:gelenk|r[üu]cken|magen|haut|schlaf|wechseljahres|knie)beschwerden"
    r"|(?:k[öo]rperliche[nr]?|gesundheitliche[nr]?)\sbeschwerden|(?:gegen|lindert|lindern)\s\w{0,20}beschwerden"
    r"|bei\s(?:\w{1,15}\s)?\w{0,20}beschwerden\s(?:\w{1,12}\s){0,4}?(?:arzt|[äa]rzt|medizin)"
    r"|(?:bij|tegen|verlicht|vermindert)\s(?:\w{1,12}\s)?klachten\s(?:\w{1,12}\s){0,3}?(?:arts|huisarts|dokter)"
)
_SUPERVISOR = re.compile(
    r"(?i)autoriteit\spersoonsgegevens|gegevensbeschermingsautoriteit|toezichthoud|\bcnil\b|autorit[ée]\sde"
    r"\s(?:protection|contr[ôo]le)|supervisory\sauthority|data\sprotection\s(?:authority|commission)|\bico\b"
    r"|aufsichtsbeh[öo]rde|datenschutzbeh[öo]rde|\b(?:ap|gba|apd)\b"
)
# Dutch terms call a complaint "reclame" or "reclamatie", which elsewhere is advertising.
_OTHER_NAME = re.compile(
    r"(?i)\breclamaties?\b|\breclameren\b|\breclames?\s(?:dien|moet|kunnen|worden|ter\szake|over\s"
    r"(?:geleverde|de\slevering))|\breclame(?:recht|termijn|plicht)|beanstandung|bem[äa]ngel|grievance"
    r"|\bniet\s(?:helemaal\s)?tevreden\b|\bontevreden|m[ée]content|insatisf|pas\ssatisfait"
    r"|(?:not|un|dis)\s?-?(?:happy|satisfied)|unzufrieden|nicht\s(?:ganz\s)?zufrieden"
)
_CHANNEL = re.compile(
    r"(?i)[\w.+\-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w\-]{1,63}\.|(?<!\d)\+?\(?\d{2,4}\)?[\s./\-]?(?:\d[\s./\-]?){5,10}"
    r"(?!\d)|\be-?mail|\bmail(?:en|t)?\b|courriel|formulier|formulaire|\bform\b|formular|telefo|t[ée]l[ée]phon"
    r"|\bphone|\bbel(?:len)?\b|\bcall\b|\bappel(?:ez|er)\b|anruf|schriftelijk|\bschrijf|per\s(?:brief|post|mail)"
    r"|par\s[ée]crit|par\s(?:courrier|lettre|mail)|[ée]cri(?:vez|re)|in\swriting|write\sto|by\s(?:post|letter)"
    r"|schriftlich|schreiben\ssie|brieflich|\bcontact|kontakt|klantenservice|klantendienst|service\sclient"
    r"|customer\s(?:service|care|support)|kundenservice|kundendienst|helpdesk|\bchat\b|whatsapp|adres|adresse"
    r"|\baddress|anschrift|postbus|laat\shet\sons\sweten|let\sus\sknow"
)
_DIRECT = re.compile(
    r"[\w.+\-]{1,64}@[\w\-]{1,63}\.|(?<!\d)\+?\(?\d{2,4}\)?[\s./\-]?(?:\d[\s./\-]?){5,10}(?!\d)"
)
_HAND_IN = re.compile(
    r"(?i)ingediend|indienen|dient\s\w{1,20}\sin\b|gemeld\b|melden\b|kenbaar|voorleggen\saan\sons|introdui|introduction"
    r"|adress(?:er|ez|[ée]e)|transm|submit|lodge|addressed\sto|report(?:ed)?\sto|einreich|eingereicht|richten|anzuzeigen"
)
# Every word of a complaint holds one of these: most lines need no closer reading.
_MARKS = (
    "klacht", "geschil", "complain", "dispute", "clamation", "plainte", "litige", "beschwerde",
    "reklamation",
)  # fmt: skip
_HEADING_END = (".", ";", ",", ":-")


@dataclass(frozen=True, slots=True)
class Text:
    """A text on complaints of one page.

    ``place`` is ``page`` (a page of its own), ``heading`` (a section under a heading on
    complaints), ``passing`` (sentences in another text).  ``said`` are its sentences.
    """

    page: Page
    place: str
    said: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentences, one a line."""
        return "\n".join(self.said)

    @property
    def has_channel(self) -> bool:
        """Is a way to reach the shop part of it: mail, form, phone, address?"""
        if any(_CHANNEL.search(sentence) for sentence in self.said):
            return True
        facts = self.page[1]
        reachable = bool(facts.emails or facts.phones)
        if self.place != "page":
            # "Handed in with us, in full and clearly described": by what the page offers.
            told = self.place == "heading" and any(_HAND_IN.search(s) for s in self.said)
            return told and reachable
        forms = any(not form.search and form.personal for form in facts.forms)
        return forms or reachable

    @property
    def in_terms(self) -> bool:
        """Does it stand on a page that is nothing but terms?"""
        return is_terms(self.page)


def is_terms(page: Page) -> bool:
    """Are terms and conditions all that the page is linked as?"""
    roles = frozenset(page[1].roles)
    return "terms" in roles and "complaints" not in roles and "start" not in roles


def names_complaint(said: str) -> bool:
    """Does a sentence or heading speak of complaints to the shop?"""
    if not may_name_complaint(said):
        return False
    return bool(COMPLAINT.search(_NO_ROUTE.sub(" ", said))) and not _SUPERVISOR.search(said)


def may_name_complaint(text: str) -> bool:
    """Is there any word of a complaint?  A quick look before the slow one."""
    return holds(text, _MARKS)


def hints_at_complaint(said: str) -> bool:
    """Does it speak of them by another name, or of a customer who is not content?"""
    return bool(_OTHER_NAME.search(said))


def complaint_texts(view: View) -> tuple[Text, ...]:
    """Every text on complaints of the shop's own pages, the plainest place first."""
    order = ("page", "heading", "passing")
    found = [t for p in pages_of(view) for t in _of_page(p, view)]
    return tuple(sorted(found, key=lambda text: order.index(text.place)))


def pages_of(view: View) -> tuple[Page, ...]:
    """Own readable pages where a complaint may be spoken of: not goods, nor privacy."""
    own = (page for page in view.readable if page[1].own)
    return tuple(p for p in own if not any(is_only(p[1], other) for other in _OTHER_MATTERS))


def _of_page(page: Page, view: View) -> Iterator[Text]:
    facts = page[1]
    if not may_name_complaint("\n".join((facts.title, *facts.headings, facts.text))):
        return
    alone = "complaints" in facts.roles and not {"start", "terms"} & set(facts.roles)
    # What every page shows (a menu) is a text only where it comes from.
    text = own_text(facts, start_of(view))
    if alone:
        whole = tuple(s for line in text.split("\n") for s in sentences(line))
        filled = sum(map(len, whole)) >= PAGE_MIN_CHARS or any(f.personal for f in facts.forms)
        if filled and any(names_complaint(s) for s in (*whole, facts.title, *facts.headings)):
            yield Text(page, "page", whole)
            return
    passing: list[str] = []
    for heading, lines in _parts(page, text):
        said = tuple(s for line in lines for s in sentences(line))
        if said and heading != facts.title and names_complaint(heading):
            yield Text(page, "heading", (heading, *said))
        else:
            passing.extend(_labels(page, lines))
            named = (line for line in lines if may_name_complaint(line))
            kept = (line for line in named if not (_is_entry(line) or _is_menu(page, line)))
            spoken = tuple(s for line in kept for s in sentences(line))
            passing.extend(with_next(spoken, names_complaint))
    if passing:
        yield Text(page, "passing", tuple(passing))


def _parts(page: Page, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Sections; a short line on complaints before running text is a heading as well.

    Folded lists of questions have buttons for headings, without any markup.
    """
    for heading, lines in sections(page[1], text):
        here, kept = heading, list[str]()
        for number, line in enumerate(lines):
            after = lines[number + 1 : number + 2]
            if _is_plain_heading(line) and any(_is_prose(text) for text in after):
                yield here, tuple(kept)
                here, kept = line, []
            else:
                kept.append(line)
        yield here, tuple(kept)


def _is_plain_heading(line: str) -> bool:
    short = len(line) <= HEADING_MAX_CHARS and not line.endswith(_HEADING_END)
    return short and names_complaint(line) and not _CHANNEL.search(line)


def _is_prose(line: str) -> bool:
    """Running text, not the next entry of a menu."""
    return len(line.split()) >= PROSE_MIN_WORDS


def _labels(page: Page, lines: tuple[str, ...]) -> Iterator[str]:
    """Entries of a table: "Complaints" and, in the next cell, a number or mail address."""
    links = frozenset(link.text for link in page[1].links)
    for label, channel in pairwise(lines):
        named = label not in links and _is_entry(label) and names_complaint(label)
        if named and _DIRECT.search(channel) and not _is_prose(channel):
            yield f"{label} {channel}"


def _is_entry(said: str) -> bool:
    return len(said.split()) <= ENTRY_MAX_WORDS and not _CHANNEL.search(said) and "?" not in said


def _is_menu(page: Page, line: str) -> bool:
    """Is the line nothing but the words of links in a row?"""
    if not COMPLAINT.search(line):
        return False
    texts = {link.text for link in page[1].links if link.text and link.text in line}
    for text in sorted(texts, key=len, reverse=True):
        line = line.replace(text, " ")
    return len(texts) > 1 and not any(map(str.isalnum, line))
