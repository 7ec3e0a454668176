"""Terms in a text (pattern P8): amounts and units of four languages, as calendar days.

Anything that looks like a term and cannot be counted is ``unread``: a reader may
then doubt, and never say that no term was there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.policy.conditions.folding import unaccented

SENTENCE_MAX_CHARS = 1_200
HOURS_OF_CLOCK = 24
WORKING_HOURS_A_DAY = 8

_ONES = {
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien"
    " zestien zeventien achttien negentien",
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze"
    " seize dix-sept dix-huit dix-neuf",
    "de": "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn"
    " fünfzehn sechzehn siebzehn achtzehn neunzehn",
}
_TENS = {
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "fr": "vingt trente quarante cinquante soixante",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
}
_ARTICLES = "une a an eine einem einer einen eines 'n"


def _key(word: str) -> str:
    """A number word without accents, hyphens and spaces; ß is ss."""
    return re.sub(r"[\s\-]", "", unaccented(word))


def _spelled() -> Iterator[tuple[str, float]]:
    yield from ((word, 1) for word in _ARTICLES.split())
    yield from (("anderhalve", 1.5), ("anderhalf", 1.5), ("anderthalb", 1.5), ("eineinhalb", 1.5))
    yield from (("fuenf", 5), ("zwoelf", 12), ("fuenfzehn", 15), ("dreissig", 30))
    for language, line in _ONES.items():
        ones = line.split()
        yield from ((word, value) for value, word in enumerate(ones, 1))
        for ten, word in enumerate(_TENS[language].split(), 2):
            yield word, ten * 10
            for one in range(1, 10):
                yield _joined(language, word, ones[one - 1]), ten * 10 + one
    # soixante-dix to quatre-vingt-dix-neuf
    yield from ((f"soixante{word}", 60 + v) for v, word in _over_ten())
    yield from ((f"quatrevingt{word}", 80 + v) for v, word in enumerate(_ONES["fr"].split(), 1))
    yield from (("quatre-vingts", 80), ("quatre-vingt", 80), ("soixanteetonze", 71))


def _over_ten() -> Iterator[tuple[int, str]]:
    yield from list(enumerate(_ONES["fr"].split(), 1))[9:]


def _joined(language: str, ten: str, one: str) -> str:
    match language:
        case "nl":
            return f"{one}en{ten}"
        case "de":
            return f"{one}und{ten}"
        case "fr" if one == "un":
            return f"{ten}etun"
        case _:
            return f"{ten}{one}"


_NUMBER_WORDS: dict[str, float] = {_key(word): value for word, value in _spelled()}


def _compound_pattern() -> str:
    """Number words as they are written, the longest form first."""
    simple = {w for line in _ONES.values() for w in line.split()}
    simple |= {"één", "eén", "zwo", "fuenf", "zwoelf", "fuenfzehn", *_ARTICLES.split()}
    simple |= {"anderhalve", "anderhalf", "anderthalb", "eineinhalb"}
    nl_ones = "een|één|eén|twee|drie|vier|vijf|zes|zeven|acht|negen"
    de_ones = "ein|zwei|drei|vier|f[üu]e?nf|sechs|sieben|acht|neun"
    en_ones = "|".join(_ONES["en"].split()[:9])
    fr_ones = "|".join(sorted((*_ONES["fr"].split(), "une"), key=len, reverse=True))
    fr_ones = fr_ones.replace("-", r"[\s\-]")
    fr_tens = "vingt|trente|quarante|cinquante|soixante|quatre[\\s\\-]vingts?"
    return "|".join(
        (
            rf"(?:(?:{nl_ones})[eë]n)?(?:{'|'.join(_TENS['nl'].split())})",
            rf"(?:(?:{de_ones})und)?(?:{'|'.join(_TENS['de'].split())}|dreissig)",
            rf"(?:{'|'.join(_TENS['en'].split())})(?:[\s\-](?:{en_ones})(?!\w))?",
            rf"(?:{fr_tens})(?:[\s\-](?:et[\s\-])?(?:{fr_ones})(?!\w))?",
            *(re.escape(w).replace(r"\-", r"[\s\-]") for w in sorted(simple, key=_longest)),
        )
    )


def _longest(word: str) -> tuple[int, str]:
    return -len(word), word


_WORDS = _compound_pattern()
# The kinds of days that stand before or in the unit: "14 volle (werk)dagen".
_BEFORE_UNIT = (
    r"(?:(?:volle|hele|gewone|opeenvolgende|aaneengesloten|ganze|aufeinanderfolgende|full|whole"
    r"|clear|consecutive|straight|petits|bons)\s)?"
)
_UNITS: dict[str, str] = {
    "working_hour": r"werkur?en|werkuur|(?:working|business|office)[\s\-]hours?"
    r"|heures\s(?:ouvr\w{2,6}|de\s(?:travail|bureau))|(?:arbeits|gesch[äa]fts)stunden?",
    "working": r"\(?(?:werk|arbeids|week|kantoor|bank)\)?\s?-?dag(?:en)?"
    r"|(?:working|business|week|bank)[\s\-]?days?|wd|werkd|werkdgn"
    r"|jours?\s(?:ouvrables?|ouvr[ée]s?|de\s(?:travail|bureau)|francs)|j\.\s?o"
    r"|\(?(?:werk|arbeits|gesch[äa]fts|wochen|bank)\)?-?tage?n?s?",
    "day": r"\(?(?:kalender|calendar)?\)?[\s\-]?dag(?:en)?|dgn|dg|(?:calendar[\s\-])?days?"
    r"|jours?(?:\s(?:calend\w{3,8}|francs?|civils?|pleins?))?|\(?(?:kalender)?\)?tage?n?s?|tg|d|j"
    r"|etmaal|etmalen|dag(?:en)?\stijds",
    "week": r"(?:werk)?(?:we?ken|week)|(?:working|business)\sweeks?|arbeitswochen?"
    r"|weeks?|wkn?|wks|semaines?|sem|wochen?|w",
    "fortnight": r"fortnights?",
    "hour": r"uur|uren|uurtjes|hours?|hrs?|heures?|stunden?|std|u|h",
    "minute": r"minuten|minuut|minutes?|min",
    "month": r"maand(?:en)?|mnd|months?|mth|mois|monate?n?s?",
}
_SPANNING = r"[\s\-]{1,2}(?:daagse?|day)|-?(?:daagse?|t[äa]gige?[nrsm]?)"
_ALL_UNITS = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS.items())


def _amount_pattern(prefix: str) -> str:
    return (
        rf"(?:\(?\s?(?P<{prefix}digits>\d{{1,3}}(?:[.,]5)?)\s?\)?|(?=[a-zé'])(?P<{prefix}word>(?>{_WORDS}))"
        r"(?!\w))"
    )


_TO = (
    r"\s?(?:[\-–—/]|(?:(?:werk)?dagen\s|days\s|jours\s|tage\s)?(?:tot(?:\sen\smet)?|t/?m|à|a|of|to|or"
    r"|ou|bis(?:\szu)?|oder)(?!\w))\s?(?:(?:hooguit|maximaal|maximum|max\.?|at\smost|uiterlijk"
    r"|h[öo]chstens|maximal|h\.)\s)?"
)
_DURATION = re.compile(
    rf"(?i)(?<![\w.,])(?:{_amount_pattern('low_')}{_TO})?"
    rf"{_amount_pattern('')}"
    rf"(?:\s?\(\s?(?:(?P<inner>\d{{1,3}})\s?(?:[a-zé]{{3,10}}\s?)?|(?!werk|kalender|arbeid|arbeit|calend|working)"
    r"[a-zéèëüöäß\- ]{3,24})\))?"
    rf"(?:(?P<spanning>{_SPANNING})|(?:\s?[\-]\s?|\s{{0,2}}){_BEFORE_UNIT}(?:{_ALL_UNITS}))"
    r"(?![\w'’])"
)
_GLUED = re.compile(rf"(?i)(?<!\w)(?P<word>{_WORDS})(?:daagse?|t[äa]gige?[nrsm]?)(?!\w)")
_HALF = re.compile(
    r"(?i)(?<!\w)(?:(?:een\s)?halve|half\sa|une?\sdemi-?e?|eine[rmn]?\shalben?)[\s\-]"
    rf"(?:{_ALL_UNITS})(?!\w)"
)
# "Binnen de week", "dans la journée": one of them.
_WITHIN_THE = re.compile(
    r"(?i)(?<!\w)(?:binnen|within|sous|dans|innerhalb|innert)\s(?:de|het|the|la|le|der|des|l['’])\s?"
    r"(?:(?P<working>werkdag|working\sday|jour\souvrable|werktag(?:es)?)"
    r"|(?P<day>dag|day|jour(?:n[ée]e)?|tag(?:es)?|24h)|(?P<week>week|semaine|woche)"
    r"|(?P<month>maand|month|mois|monats?))(?!\w)"
)
_NEXT = re.compile(
    r"(?i)(?<!\w)(?:(?P<working>(?:de|het|the|le|den|am|der|dem)?\s?(?:eerst)?(?:volgende|next|following"
    r"|premier|prochain|n[äa]chste[nrm]?|folgende[nrm]?)\s(?:werkdag|working\sday|business\sday"
    r"|jour\souvrable|werktag(?:es)?|arbeitstag)|(?:eerste|first|ersten?)\s(?:werkdag|working\sday"
    r"|business\sday|werktag)|jour\souvrable\ssuivant|andere\swerkdag)"
    r"|(?P<day>(?:dezelfde|diezelfde|same|m[êe]me|selben|gleichen)[\s\-](?:werk|working\s|business\s"
    r"|arbeits)?(?:dag|day|jour|tage?)|(?:le\s)?jour\sm[êe]me|taggleich"
    r"|(?:eerst)?volgende\sdag|dag\serna|next\sday|following\sday|lendemain|jour\ssuivant"
    r"|(?:n[äa]chste[nrm]?|folgende[nrm]?)\stage?|binnen\sde\sdag|dans\sla\sjourn[ée]e"
    r"|sous\shuitaine)|(?P<week>volgende\sweek|next\sweek|semaine\sprochaine|n[äa]chste[nr]?\swoche))"
    r"(?!\w)"
)
# A term has an amount in digits or a unit in full: most sentences have neither.
_DIGIT = re.compile(r"\d")
_UNIT_MARKS = (
    "dag", "daag", "day", "jour", "tag", "täg", "uur", "uren", "hour", "hr", "heure", "stund",
    "std", "week",
    "wek", "wk", "semaine", "sem", "woch", "fortnight", "minu", "maand", "mnd", "month", "mth",
    "mois", "monat", "dgn", "dg", "tg", "lendemain", "huitaine", "etmal", "etmaal", "24h", "j.o",
    "j. o",
)  # fmt: skip
_ORDINAL = re.compile(
    r"(?i)(?<![\w.,])(?P<digits>\d{1,3})(?:e|de|ste|th|st|nd|rd|ème|[èe]me|\.)\s"
    r"(?:(?P<working>werkdag|(?:working|business)\sday|jour\souvrable|werktag)"
    r"|(?P<day>(?:kalender)?dag|day|jour|(?:kalender)?tag))(?!\w)"
)
# "365 dagen per jaar", "7 days a week", "24/7": opening times, no terms.
_NOT_A_TERM = re.compile(
    r"(?i)^(?:\s?(?:per|par|pro|a|an|op|sur|im|in\sder|die|each|every)\s(?:de\s|the\s)?"
    r"(?:jaar|year|an|jahr|week|semaine|woche|dag|day|jour|tag|maand|month|mois|monat|7|24)"
    r"|\s?/\s?(?:7|24|an|jaar|week)|\s?op\s7\b)"
)
_CLOCK_BEFORE = re.compile(
    r"(?i)(?<!\w)(?:om|tussen|vanaf|v[oó][oó]r|tot|until|till|before|by|between|from|avant|jusqu['’][àa]"
    r"|d[èe]s|entre|um|vor|ab|zwischen|bis|gegen|à|[àa]\spartir\sde|en|and|et|und|[\-–])\s?$"
)
_CLOCK_AFTER = re.compile(r"(?i)\s?(?:à|a|[\-–]|tot|en|et|to|and|bis|und)\s?\d{1,2}(?!\d)")
_TERM_BEFORE = re.compile(
    r"(?i)(?<!\w)(?:binnen|within|sous|dans|in|innerhalb|innert|maximaal|max\.?|hooguit|uiterlijk"
    r"|(?:termijn|d[ée]lai|frist|period|tijd)\s(?:van|de|von|of)|over)\s(?:de\s|les\s|the\s|von\s)?$"
)
# What looks like a term and is none that can be counted.
_UNIT_WORDS = (
    r"(?:dag|dagen|dgn|werkdag|werkdagen|days?|jours?|tage?n?|werktage?n?|week|weken|weeks?"
    r"|semaines?|wochen?|uur|uren|hours?|heures?|stunden?|maand|maanden|mois|months?|monate?n?"
    r"|etmaal|etmalen|journ[ée]e)"
)
_UNREAD = re.compile(
    rf"(?i)(?<!\d)\d{{1,3}}(?!\d)\D{{1,25}}(?<![a-zà-ÿ]){_UNIT_WORDS}(?!\w)"
    r"|(?<!\w)(?:binnen|within|inside|sous|dans|innerhalb|innert|end[ée]ans|uiterlijk|laatste|at\smost"
    r"|maximaal|maximum|max|hooguit|hoogstens|h[öo]chstens|sp[äa]testens|au\splus\stard|longer\sthan"
    r"|d[ée]lais?|(?:\w{1,20})?termijn|(?:\w{1,20})?frist|time\slimit|enkele|paar|aantal|several|few"
    r"|couple|quelques|einige|einigen|wenige[nr]?|\w{3,10}tal|\w{3,9}aines?|dozijn|dozen|dutzend)"
    rf"(?!\w)[^.;]{{0,30}}?(?<![a-zà-ÿ])(?:{_UNIT_WORDS}|(?:half)?jaar|(?:half-?)?years?|ann[ée]es?|an"
    r"|jahres?)(?!\w)"
    r"|(?<!\w)(?:quinzaine|huitaine|dizaine|trentaine|veertiendaags\w?|overmorgen|morgen|vandaag"
    r"|heden|today|tomorrow|aujourd['’]hui|demain|heute|[üu]bermorgen|quartaal|kwartaal|trimestre"
    r"|quarter|vierteljahr|halfjaar|etmaal|stante\spede|avond|vanavond)(?!\w)"
)
_OPENING_TIMES = re.compile(r"24\s?/\s?7|365|(?i:per (?:jaar|week)|par an|pro jahr|a year|a week)")


@dataclass(frozen=True, slots=True)
class Duration:
    """A term in a text: ``days`` are calendar days, the most it can mean.

    ``working`` marks working days, ``vague`` an amount that people read in two ways
    (half a month); ``start`` and ``end`` are offsets in its text.
    """

    days: int
    working: bool
    start: int
    end: int
    said: str
    vague: bool = False


def calendar_days(amount: float, unit: str) -> int:
    """Calendar days of an amount: the longest a week or month can last.

    Working days span weekends: ``n + 2 * ceil(n / 5)`` (label conditions, P8).
    """
    match unit:
        case "working":
            return math.ceil(amount + 2 * math.ceil(amount / 5))
        case "working_hour":
            return calendar_days(math.ceil(amount / WORKING_HOURS_A_DAY), "working")
        case "week":
            return math.ceil(7 * amount)
        case "fortnight":
            return math.ceil(14 * amount)
        case "month":
            return math.ceil(31 * amount)
        case "hour":
            return math.ceil(amount / 24)
        case "minute":
            return math.ceil(amount / 1_440)
        case _:
            return math.ceil(amount)


def durations(text: str) -> tuple[Duration, ...]:
    """Every term in a sentence in order; opening times and times of the clock left out."""
    lower = text[:SENTENCE_MAX_CHARS].casefold()
    if not (_DIGIT.search(lower) or any(mark in lower for mark in _UNIT_MARKS)):
        return ()
    return _read(text[:SENTENCE_MAX_CHARS])[0]


def _read(text: str) -> tuple[tuple[Duration, ...], tuple[tuple[int, int], ...]]:
    """Terms, and every stretch that is one or is known to be none."""
    found: list[Duration] = []
    spans: list[tuple[int, int]] = []
    for pattern in (_DURATION, _GLUED, _HALF, _NEXT, _WITHIN_THE, _ORDINAL):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in spans):
                continue
            opening = _NOT_A_TERM.match(text[match.end() : match.end() + 25])
            spans.append((match.start(), match.end() + (opening.end() if opening else 0)))
            if not opening and not _is_clock(match, text):
                found.append(_term(match, pattern))
    return tuple(sorted(found, key=lambda term: term.start)), tuple(spans)


def _term(match: re.Match[str], pattern: re.Pattern[str]) -> Duration:
    groups = match.groupdict()
    unit = next((name for name in _UNITS if groups.get(name)), "day")
    if pattern is _HALF:
        amount = 0.5
    elif pattern is _NEXT and "huitaine" in match.group().lower():
        amount = 8.0
    else:
        amount = max(_amount(groups, ""), _amount(groups, "low_"), 1.0)
    days = calendar_days(amount, unit)
    working = unit in ("working", "working_hour")
    # Half a month is two weeks to most people and 16 days to a lawyer.
    vague = pattern is _HALF and unit == "month"
    return Duration(days, working, *match.span(), said=match.group().strip(), vague=vague)


def _amount(groups: dict[str, str | None], prefix: str) -> float:
    digits = (groups.get("inner") if not prefix else None) or groups.get(f"{prefix}digits")
    if digits:
        return float(digits.replace(",", "."))
    word = groups.get(f"{prefix}word")
    return _NUMBER_WORDS.get(_key(word), 0.0) if word else 0.0


def _is_clock(match: re.Match[str], text: str) -> bool:
    """Is "17 uur" a time of the day?  Dutch and French have one word for both."""
    groups = match.groupdict()
    if not groups.get("hour"):
        return False
    amount = max(_amount(groups, ""), _amount(groups, "low_"))
    before = text[max(0, match.start() - 30) : match.start()]
    if amount > HOURS_OF_CLOCK or _TERM_BEFORE.search(before):
        return False
    ranged = bool(groups.get("low_digits") or groups.get("low_word"))
    return ranged or bool(_CLOCK_BEFORE.search(before) or _CLOCK_AFTER.match(text, match.end()))


def has_unread_term(text: str) -> bool:
    """Does anything look like a term that ``durations`` cannot count?"""
    text = text[:SENTENCE_MAX_CHARS]
    for start, end in _read(text)[1]:
        text = text[:start] + "." * (end - start) + text[end:]
    return bool(_UNREAD.search(text)) and not _OPENING_TIMES.search(text)
