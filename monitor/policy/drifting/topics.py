"""What a duration is about: the return period, delivery, a refund, in nl, fr, en and de."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scanners.drift.durations import durations_in, fold
from scanners.drift.evidence import Sentence

TEXT_MAX_CHARS = 1_000
# For folded text: lower case without accents.
TOPICS: Mapping[str, re.Pattern[str]] = {
    "refund": re.compile(
        r"terug ?(?:te )?(?:betal|stort|betaald|gestort)|(?:betal|stort)\w{0,3} .{0,60}\bterug\b"
        r"|terugbetaling|restitu|rembours|refund|reimburse|money back|geld terug|erstatt"
        r"|ruckzahlung|zuruckgezahlt|geld zuruck"
    ),
    "return period": re.compile(
        r"bedenktijd|bedenktermijn|herroep|retour(?!betal)|terug ?(?:te )?(?:stur|zend|breng)"
        r"|(?:stuur|zend)\w{0,2} .{0,60}\bterug\b|ontbind|zichttermijn|van de koop af"
        r"|retract|renvoy|renvoi|droit de retour|delai de retour|rendre l|withdraw|cooling|\breturn"
        r"|send .{0,30}back|widerruf|ruckgabe|rucksend|zuruck(?:send|geb|schick)|umtausch|ruilen"
        r"|ruiltermijn|echange|exchange"
    ),
    "warranty": re.compile(r"garanti|warrant|guarantee|gewahrleist"),
    "complaint answer": re.compile(
        r"klacht|klagen|plainte|reclamation|complain|beschwerde|reklamation|geschil|litige|dispute"
    ),
    "delivery": re.compile(
        r"lever|bezorg|verzend|verstu|thuisbezorg|livr|expedi|deliver|dispatch|\bship|liefer|versand"
        r"|versend|zustell|verschick|levertijd"
    ),
    "payment term": re.compile(
        r"betaal|betaling|betalen|factuur|paie|facture|payment|\bpay\b|invoice|zahl|rechnung"
    ),
    "retention": re.compile(
        r"bewaar|bewaren|bewaard|opgeslagen|conserv|retain|retention|\bkept\b|\bkeep\b|stored?\b"
        r"|aufbewahr|gespeichert|speicher"
    ),
    "answer": re.compile(
        r"antwoord|reage|reactie|repon|repli|reply|answer|respond|response|antwort|ruckmeld"
    ),
}  # fmt: skip


# "14 days after delivery" speaks of no delivery.
_SINCE = re.compile(
    r"\b(?:na|vanaf|sinds|after|from|following|of(?= receipt| receiving)|apres|suivant|compter|nach"
    r"|ab|seit)(?: [\w'’]{1,20}){0,5}? (?:\w{0,12}(?:lever|bezorg|ontvang|herroep|retour|betal"
    r"|betaal|klacht|factuur|verzend)\w{0,8}|livraison|reception|retractation|renvoi|paiement|reclamation"
    r"|facture|expedition|l'expedition|delivery|receipt|receiving|return|withdrawal|payment"
    r"|complaint|invoice|dispatch|shipping"
    r"|\w{0,6}(?:liefer|erhalt|widerruf|zahlung|beschwerde|rechnung|versand)\w{0,6})\b"
    # "after receipt of your return" speaks of no return either.
    r"(?: (?:van|of|de|du|der|des)(?: \w{1,20}){0,2} (?:\w{0,5}retour\w{0,9}|returned|return|renvoi"
    r"|rucksendung|herroeping|withdrawal|widerrufs)\b)?"
)


def topics_of(text: str) -> tuple[str, ...]:
    """For each duration of a text the topic whose words stand nearest to it, or ""."""
    folded = fold(text[:TEXT_MAX_CHARS])
    said = _SINCE.sub(lambda match: " " * len(match[0]), folded)
    spans = {name: [m.span() for m in pattern.finditer(said)] for name, pattern in TOPICS.items()}
    if spans["complaint answer"]:
        spans["answer"] = []
    found = []
    for duration in durations_in(folded):
        near = [
            (max(0, start - duration.end, duration.start - end), at, name)
            for at, (name, places) in enumerate(spans.items())
            for start, end in places
        ]
        found.append(min(near)[2] if near else "")
    return tuple(found)


def topic(sentence: Sentence, place: int) -> str:
    """What the duration number ``place`` of a sentence is about, "" when nobody can tell."""
    told = topics_of(sentence.text)
    # A fragment that was cut may hold fewer durations than the sentence has.
    return told[place] if place < len(told) == len(sentence.terms) else ""


def about(old: Sentence, new: Sentence, place: int) -> str:
    """The topic that both sentences have for a duration, with a space behind, else ""."""
    said = topic(old, place) if topic(old, place) == topic(new, place) else ""
    return f"{said} " if said else ""


def rejoined(
    lost: list[Sentence], came: list[Sentence]
) -> tuple[list[tuple[Sentence, Sentence]], list[Sentence], list[Sentence]]:
    """Pairs of sentences in other words on the same topic in the same unit; what is left.

    Only where one sentence of each side has that topic and unit, and one duration.
    """
    pairs = []
    for old in lost:
        mine = [s for s in lost if _subject(s) and _subject(s) == _subject(old)]
        theirs = [s for s in came if _subject(s) and _subject(s) == _subject(old)]
        if len(mine) == len(theirs) == 1 and old.terms != theirs[0].terms:
            pairs.append((old, theirs[0]))
    olds, news = ({pair[side].key for pair in pairs} for side in (0, 1))
    return pairs, [s for s in lost if s.key not in olds], [s for s in came if s.key not in news]


def _subject(sentence: Sentence) -> tuple[str, str] | None:
    if len(sentence.terms) != 1:
        return None
    said = topic(sentence, 0)
    return (said, sentence.terms[0].partition(" ")[2].rstrip("s")) if said else None
