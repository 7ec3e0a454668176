"""What a term in a sentence about complaints is for: an answer, or something else.

Terms and conditions are full of terms: to withdraw, to hand in a complaint, to
confirm its receipt, to repair, to go to a committee.  The verb or noun nearest to
the term decides; a sentence that can be read in two ways is doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.policy.conditions.content_durations import Duration, durations, has_unread_term

FAR = 10_000
# No sentence of a person holds more terms.
TERMS_MAX = 12
OTHER_PIECE = 20
BEFORE_CHARS = 45

COMPLAINT = re.compile(
    r"(?i)klacht(?!en?commissie)|geschil(?!len)|geschillen(?!commissie)"
    r"|complain|dispute(?!s?\s(?:committee|commission|board|resolution))|r[ée]clamation|plainte"
    r"|litige|beschwerde|reklamation"
)
_ANSWER = re.compile(
    r"(?i)(?:be)?ge?antwoord|antwoord|reageren|reageer|gereageerd|reactie|afgehandeld|afhandel"
    r"|\bhandel(?:en|t)\s.{0,60}?\baf\b|wikkel(?:en|t)\s.{0,60}?\baf\b|afgewikkeld|(?<!in\s)behandel"
    r"|inhoudelijk|hoort\su|hoor\sje|u\shoort|je\shoort|bericht\svan\sons|uitsluitsel|uitkomst"
    r"|standpunt|opgelost|oploss|op\ste\slossen|\bloss?(?:en|t)\s.{0,60}?\bop\b|\bla(?:ten|at)\s"
    r".{0,60}?\bweten\b|bij\su\sterug|(?:nemen|neemt)\s(?:wij\s|we\s)?.{0,30}contact|contact\smet\su"
    r"|r[ée]pon(?:d|s|dr)|(?<!mal)trait(?:[ée]|e\b|ons|ent)|traiter|traitement|revien(?:t|drons|dra|nent)|revenir\svers|recontact"
    r"|solution|suite\s(?:[àa]|donn)|r[ée]sol[uv]"
    r"|answer|respon[ds]|repl(?:y|ies|ied)|handled|handle\s|resolv|resolution\sof|deals?\swith|dealt"
    r"|(?:get|come)\sback|hear\s(?:back\s)?from|be\sin\stouch|(?<!in\s)process(?:ed)?\b|let\syou\sknow|outcome|look\sinto|our\sview"
    r"|antwort|bearbeit|r[üu]ckmeld|reagier|melden\s(?:wir\s)?uns|gel[öo]st|\bl[öo]sen\b|l[öo]sung|stellungnahme"
    r"|bescheid|verhelp|fix\syour|decision|examin|looked\sat|complaint[s']{0,2}\shandling|reaktionszeit"
)
_RECEIPT = re.compile(
    r"(?i)ontvangstbevestig|bevestiging\svan\s(?:de\s)?ontvangst|bericht\svan\sontvangst"
    r"|bevestig(?:en|t|d)\b|acknowledg|confirm|accus[ée]\sde\sr[ée]ception|accusons"
    r"|(?:eingangs|empfangs)best[äa]tig|best[äa]tigen"
)
_HAND_IN = re.compile(
    r"(?i)ingediend\b|in\ste\sdienen|indienen|dient\s.{0,40}\s(?:te\smelden|kenbaar)|gemeld\b"
    r"|\bmeld(?:t|e)?\b|\bdien\s.{0,40}?\bin\b|(?<!uns\s)\bmelden\b(?!\s(?:wir\s)?uns)|kenbaar|submit(?:ted)?\b|lodge|notif|introdui|signal"
    r"|adress[ée]e?s?\b|eingereicht|einreichen|angezeigt|mitgeteilt|na\s(?:ontdekking|constatering)"
    r"|after\sdiscover|send\s(?:us\s)?(?:your|any|the)\scomplaint|reclameren"
    r"|(?:wij|we|ons)\s(?:\w{1,15}\s){0,3}?(?:hebben\s)?ontvangen|must\sreach\sus|nous\sparven"
    r"|klacht(?:en)?\s(?:moet|dien)(?:en|t)?\b|complaints?\s(?:must|should|have\sto)\b"
    r"|(?:plainte|r[ée]clamation)s?\sdoi(?:ven)?t|(?:beschwerden?|reklamation(?:en)?)\sm[üu]ss"
    r"|\b(?:u|je)\s(?:heeft|hebt)\b|\byou\shave\b|\bvous\s(?:avez|disposez)\b|\bsie\shaben\b"
)
# Matters with terms of their own.
_OTHER = re.compile(
    r"(?i)bedenktijd|herroep|retour|terug(?:betal|stort|stuur|zend|gestuurd)|\bterug\b(?!\s(?:op|met))"
    r"|garantie|levertijd|\blever|levering|geleverd|bezorg|verzend|verzonden|reparatie|repareren"
    r"|gerepareerd|herstelling|offerte|betal|factu|bestelling\swordt|verzoek|inzage|verleng|bewaar"
    r"|de\stijd\b|gelegenheid|verjar|vervalt|vervallen|opzeg|ouder\sdan"
    r"|refund|return(?:s|ed|ing)?\b(?!\sto\syou)|withdraw|warrant|(?<!\bwe\s)guarantee|deliver|shipp"
    r"|repair|quot(?:e|ation)|pa(?:y|id|yment)\b|invoice|request|prolong|exten[ds]|retain|older\sthan"
    r"|r[ée]tract|rembours|livr[ée]|livraison|r[ée]parat|devis|pai(?:e|ement)|factur|demande|conserv"
    r"|renvoy|widerruf|zur[üu]ck(?:geb|send|schick)|r[üu]ckgabe|r[üu]cksend|r[üu]ckerstatt|gew[äa]hrleist|garantiezeit|geliefert|liefer"
    r"|versand|reparatur|angebot|zahlung|rechnung|anfrage|antrag|verl[äa]nger|aufbewahr|[äa]lter\sals"
    r"|voorleggen|voorgelegd|onderling\soverleg|to\sour\s(?:bank|account)"
)
# Who judges a complaint after the shop did.
_BOARD = re.compile(
    r"(?i)geschillencommissie|de\scommissie|disputes?\s(?:committee|commission|board|resolution)"
    r"|commission\s(?:de|des)\slitige|m[ée]diat|schlichtung|ombuds|arbitra|rechter\b|court\b"
    r"|tribunal|gericht\b|odr"
)
_OURSELVES = re.compile(r"(?i)\b(?:wij|we|ons|onze|nous|notre|us|our|wir|uns|unser\w*)\b")
# "Complaints about X": X is what the complaint is on, not what the term is for.
_ABOUT = re.compile(
    r"(?i)(?:klacht|geschil|complain|dispute|r[ée]clamation|plainte|litige|beschwerde|reklamation)\w*"
    r"\s(?:\S{1,20}\s)?(?:over|inzake|omtrent|rond|wegens|betreffende|aangaande|met\sbetrekking\stot"
    r"|in\sverband\smet|m\.b\.t\.|about|regarding|concerning|relating\sto|related\sto|with\srespect\sto"
    r"|on|concernant|relative?s?\s(?:[àa]|aux?)|portant\ssur|au\ssujet\sd|li[ée]e?s?\s(?:[àa]|aux?)"
    r"|pour|zu|zur|zum|[üu]ber|bez[üu]glich|wegen|betreffend|hinsichtlich)(?!\w)"
)
_AFTER = re.compile(
    r"(?i)\b(?:nadat|nachdem|apr[èe]s\sque|after\swe|once\swe)\b"
    r"|\b(?:na|after|following|apr[èe]s|suivant|nach|vanaf|from|since|depuis|[àa]\scompter\sde)\s"
    r"(?:(?:de|het|onze|ons|our|the|notre|la|le|unsere[rmns]?|der|dem|des|ontvangst\svan|receipt\sof"
    r"|r[ée]ception\sde|erhalt(?=\s(?:unser|der|des|von))|van|of|de)\s){0,5}$"
)
# "Within 14 days after we received it": when the term begins, not what it is for.
_BEGINS = re.compile(
    r"(?i)\s?(?:nadat|zodra|vanaf\shet\smoment|after|once|from\sthe\smoment|apr[èe]s\sque|d[èe]s\sque"
    r"|nachdem|sobald)\b"
)
# "Within 60 days of submitting it": likewise, wherever the promise stands.
_HANDED_IN = re.compile(
    r"(?i)\s?(?:na|vanaf|sinds|after|of|from|following|apr[èe]s|suivant|d[èe]s|nach|ab)\s"
    r"(?:(?:de|het|uw|the|your|la|le|votre|der|dem|ihrer|datum\svan|date\sof|date\sde)\s|l['’]){0,3}"
    r"(?:indien|inzend|meld(?:en|ing)\b|submi|lodg|fil(?:ing|ed)|introduction|d[ée]p[ôo]t|envoi|einreich"
    r"|eingang|absend)\w{0,10}"
)
# "Complaints that are handed in within 60 days": which ones, not how fast.
_RELATIVE = re.compile(
    r"(?i)(?:klacht(?:en)?|complaints?|plaintes?|r[ée]clamations?|beschwerden?|reklamation(?:en)?),?\s"
    r"(?:die|that|which|qui|welche)\s(?:[^\s,]{1,15}\s){0,4}$"
)
_LATEST = re.compile(
    r"(?i)\b(?:uiterlijk|laatste|plus\stard|sp[äa]testens|latest|hooguit|niet|not|no|nicht|ne|n['’]\w+)\b"
)
# A term that begins when something is over, is counted back, or comes round.
_NO_PROMISE = re.compile(
    r"(?i)\b(?:na|after|apr[èe]s|nach|sinds|since|depuis|seit|dan|than|als|plus\sde|om\sde|alle|every"
    r"|elke|iedere|tou(?:s|tes)\sles|afgelopen|laatste|vorige|past|last|letzten|derni[èe]re?s)"
    r"\s(?:de\s|het\s|the\s|les\s|den\s)?$"
)
_AT_MOST = re.compile(
    r"(?i)\bniet\s(?:later|langer|meer)\sdan|\b(?:no|not)\s(?:later|longer|more)\sthan"
    r"|\bnicht\s(?:sp[äa]ter|l[äa]nger|mehr)\sals|\bne\sd[ée]pass\w*(?:\spas)?|\bpas\splus\sde"
    r"|\bniet\s(?:alleen|tevreden)|\bnot\sonly"
)
_NEGATION = re.compile(
    r"(?i)\b(?:niet|geen|nooit|not|no|never|cannot|nicht|nie|kein\w{0,2})\b|\bne\s|\bn['’]"
    r"|(?:d[ée]faut|absence)\sd|(?:zonder|sans|without|ohne)\s(?:(?:an?|eine)\s)?(?:antwoord|reactie"
    r"|r[ée]ponse|answer|reply|response|antwort)"
)
# What makes a term less than a plain promise: a condition.
_CONDITION = re.compile(
    r"(?i)\b(?:als|indien|wanneer|mocht|if|when|unless|tenzij|si|sauf|lorsque|wenn|falls|sofern)\b"
)
_OR_LONGER = re.compile(
    r"(?i)\s(?:of|or|ou|oder)\s(?:langer|meer|longer|more|plus|l[äa]nger|mehr)\b"
)
_PIECE = re.compile(
    r"(?i)[,;]|\s[\-–]\s|\b(?:en|maar|doch|waarna|daarna|and|but|then|et|mais|puis|und|aber|dann)\b"
)


class _Use(StrEnum):
    """What one term is for."""

    ANSWER = "answer"
    DOUBT = "doubt"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence says: terms for an answer, and is there one that may be?

    A ``vague`` term is one that nobody may be held to: it stands beside another
    matter or a condition.
    """

    terms: tuple[Duration, ...]
    doubt: bool


@dataclass(frozen=True, slots=True)
class _Term:
    """A term in its sentence; ``piece`` is the part between commas that holds it."""

    sentence: str
    term: Duration
    piece: tuple[int, int]

    def nearest(self, pattern: re.Pattern[str], skipped: tuple[tuple[int, int], ...] = ()) -> int:
        """Characters to the nearest match; a word of another piece is farther off."""
        gaps = [
            self.gap(match)
            for match in pattern.finditer(self.sentence)
            if not any(start <= match.start() < end for start, end in skipped)
        ]
        return min(gaps, default=FAR)

    def gap(self, match: re.Match[str]) -> int:
        gap = max(match.start() - self.term.end, self.term.start - match.end(), 0)
        return gap if self.piece[0] <= match.start() < self.piece[1] else gap + OTHER_PIECE

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Does the piece of the term hold a match?"""
        return pattern.search(self.sentence, *self.piece) is not None


def told_in(sentence: str) -> Told:
    """Read one sentence of a text about complaints."""
    found = durations(sentence)
    if len(found) > TERMS_MAX:
        return Told((), doubt=True)
    read = [_Term(sentence, t, _piece(sentence, t.start, t.end)) for t in found]
    uses = [(here, _use(here)) for here in read]
    answers = [here for here, use in uses if use is _Use.ANSWER]
    plain = [here for here in answers if here.has(_ANSWER)]
    # "Within 14 days; otherwise 6 weeks": the verb belongs to the first alone.
    kept = plain or answers
    terms = tuple(_weighed(here) for here in kept)
    doubt = len(kept) < len(answers) or any(use is _Use.DOUBT for _, use in uses)
    if not terms and has_unread_term(sentence):
        doubt = doubt or bool(_ANSWER.search(sentence))
    return Told(terms, doubt)


def _weighed(here: _Term) -> Duration:
    about = _about(here)
    others = any(
        not any(start <= match.start() < end for start, end in about)
        for match in _OTHER.finditer(here.sentence, *here.piece)
    )
    return replace(here.term, vague=here.term.vague or others or here.has(_CONDITION))


def _use(here: _Term) -> _Use:
    answer = _nearest_answer(here)
    other = here.nearest(_OTHER, _about(here))
    begins = _begins(here)
    formal = min(here.nearest(_RECEIPT, begins), here.nearest(_HAND_IN, begins))
    board = here.has(_BOARD)
    nearest = min(answer, other, formal)
    if nearest == FAR:
        return _Use.OTHER if board else _Use.DOUBT
    if board and not here.has(_OURSELVES):
        return _Use.OTHER
    if answer > nearest:
        return _Use.DOUBT if here.has(_ANSWER) else _Use.OTHER
    apart = other < FAR and not COMPLAINT.search(here.sentence)
    if board or apart or answer in (other, formal) or _is_no_promise(here):
        return _Use.DOUBT
    return _Use.ANSWER


def _piece(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The part between commas and conjunctions that holds a stretch."""
    begin = 0
    for cut in _PIECE.finditer(sentence):
        if cut.end() <= start:
            begin = cut.end()
        elif cut.start() >= end:
            return begin, cut.start()
    return begin, len(sentence)


def _about(here: _Term) -> tuple[tuple[int, int], ...]:
    """Stretches that name what a complaint is on: up to the answer or the term."""
    found: list[tuple[int, int]] = []
    for match in _ABOUT.finditer(here.sentence):
        answer = _ANSWER.search(here.sentence, match.end())
        ends = [len(here.sentence) if answer is None else answer.start()]
        ends += [here.term.start] if here.term.start >= match.end() else []
        found.append((match.end(), min(ends)))
    return tuple(found)


def _begins(here: _Term) -> tuple[tuple[int, int], ...]:
    """The stretch that says when the term begins: "14 days after it was handed in"."""
    end = here.term.end
    promised = _ANSWER.search(here.sentence, here.piece[0], here.term.start)
    if promised is not None and _BEGINS.match(here.sentence, end):
        return ((end, here.piece[1]),)
    handed_in = _HANDED_IN.match(here.sentence, end)
    return (handed_in.span(),) if handed_in else ()


def _nearest_answer(here: _Term) -> int:
    """The nearest word of an answer; "30 days after our answer" has none."""
    gaps = [
        here.gap(match)
        for match in _ANSWER.finditer(here.sentence)
        if not _is_reference(here, match) and not _is_refused(here, match)
    ]
    return min(gaps, default=FAR)


def _is_reference(here: _Term, answer: re.Match[str]) -> bool:
    if answer.start() < here.term.end:
        return False
    between = here.sentence[here.term.end : answer.start()].rpartition(",")[2]
    return bool(_AFTER.search(between))


def _is_refused(here: _Term, answer: re.Match[str]) -> bool:
    """Another part of the sentence says when there is no answer at all."""
    if here.piece[0] <= answer.start() < here.piece[1]:
        return False
    start, end = _piece(here.sentence, *answer.span())
    return bool(_NEGATION.search(_AT_MOST.sub(" ", here.sentence[start:end])))


def _is_no_promise(here: _Term) -> bool:
    sentence, term = here.sentence, here.term
    before = sentence[max(0, term.start - BEFORE_CHARS) : term.start]
    if _RELATIVE.search(before) or (_NO_PROMISE.search(before) and not _LATEST.search(before)):
        return True
    said = _AT_MOST.sub(" ", sentence[slice(*here.piece)])
    return bool(_NEGATION.search(said) or _OR_LONGER.match(sentence, term.end))
