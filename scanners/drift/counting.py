"""Number words of four languages, one to a hundred, folded (lower case, no accents)."""

from __future__ import annotations

from collections.abc import Mapping


def words(text: str) -> tuple[str, ...]:
    """A list of words as people write it."""
    return tuple(text.split())


_NL = words(
    "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien "
    "zestien zeventien achttien negentien twintig dertig veertig vijftig zestig zeventig tachtig "
    "negentig honderd"
)
_DE = words(
    "ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn "
    "sechzehn siebzehn achtzehn neunzehn zwanzig dreissig vierzig funfzig sechzig siebzig achtzig "
    "neunzig hundert"
)
_EN = words(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred"
)
_FR = words(
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
)
_FR_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
_FR_TENS_BE = {70: "septante", 90: "nonante"}
_VALUES = (*range(1, 21), *range(30, 101, 10))


def _joined(known: tuple[str, ...], link: str) -> dict[str, int]:
    """Dutch and German: the unit, a link word, the ten, in one word."""
    plain = dict(zip(known, _VALUES, strict=True))
    compound = {
        f"{known[unit - 1]}{link}{ten_word}": ten + unit
        for ten_word, ten in plain.items()
        if ten in range(20, 100, 10)
        for unit in range(1, 10)
    }
    return plain | compound


def _english() -> dict[str, int]:
    plain = dict(zip(_EN, _VALUES, strict=True))
    compound = {
        f"{ten_word} {_EN[unit - 1]}": ten + unit
        for ten_word, ten in plain.items()
        if ten in range(20, 100, 10)
        for unit in range(1, 10)
    }
    return plain | compound | {"a": 1, "an": 1, "one hundred": 100, "a hundred": 100}


def _french() -> dict[str, int]:
    small = dict(enumerate(_FR, 1))
    small |= {10 + unit: f"dix {small[unit]}" for unit in (7, 8, 9)}
    found = {word: value for value, word in small.items()} | {"une": 1, "cent": 100}
    for ten, word in (_FR_TENS | _FR_TENS_BE).items():
        found |= {word: ten, f"{word} et un": ten + 1, f"{word} et une": ten + 1}
        found |= {f"{word} {small[unit]}": ten + unit for unit in range(1, 10)}
    found |= {f"soixante {small[unit]}": 60 + unit for unit in range(10, 20)}
    found |= {f"quatre vingt {small[unit]}": 80 + unit for unit in range(1, 20)}
    return found | {"soixante et onze": 71, "quatre vingts": 80, "quatre vingt": 80}


_GERMAN_ONES = dict.fromkeys(("eine", "einen", "einem", "einer", "eines"), 1)
_GERMAN_SPELT = {"fuenf": 5, "zwoelf": 12, "fuenfzehn": 15, "fuenfzig": 50}

NUMBERS: Mapping[str, Mapping[str, int]] = {
    "nl": _joined(_NL, "en"),
    "de": _joined(_DE, "und") | _GERMAN_ONES | _GERMAN_SPELT,
    "en": _english(),
    "fr": _french(),
}
PHRASE_WORDS_MAX = 4
