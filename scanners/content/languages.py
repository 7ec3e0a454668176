"""Which language a page is in: a count of stop words, and a detector where that is silent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

COVERED_LANGUAGES = ("nl", "fr", "en", "de")
DETECT_MIN_CHARS = 200
DETECT_MIN_HITS = 6
DETECT_MAX_CHARS = 3_000
# Below this the detector guesses (measured: lists of brands get 0.5 to 0.8).
DETECT_MIN_CONFIDENCE = 0.9
# Names and numbers begin with capitals or digits; sentences hold words that do not.
PROSE_MIN_WORDS = 20
_PROSE = re.compile(r"(?<!\w)[a-z\u00df-\u00ff][^\W\d_]{2,}")

_STOP_WORD_LISTS: Mapping[str, str] = {
    "nl": (
        "het een van en niet zijn voor met op wij uw ook naar bij deze wordt onze kunt u "
        "hebben heeft geen meer door worden onder"
    ),
    "fr": (
        "le les des et est pour vous nous votre dans avec une sur pas par nos que qui au "
        "aux ce cette sont vos plus"
    ),
    "en": (
        "the and of to for you your our with are this that from not by or be have we will "
        "on can has it"
    ),
    "de": (
        "der und die das ist nicht mit für sie wir auf den von zu ihre oder werden bei dem "
        "eine ein uns im auch sich"
    ),
    "es": ("el los las para por con una del su nuestro que se más como y sus"),
    "it": ("il gli per con una del della che sono nostro non di è più le e"),
    "pt": ("os para com uma do da não em seu são mais você ao dos das e"),
    "pl": ("i w na się nie do jest oraz z od dla przez że jak lub są"),
    "sv": ("och att det som för på är av inte till den vi du våra eller"),
    "da": ("og at det som på er af ikke til den vi du vores eller har"),
    "tr": ("ve bir bu için ile da de çok daha olarak en veya olan her"),
    "cs": ("a se na je v že pro jsou od nebo ale jako jsme naše vaše"),
}
STOP_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in _STOP_WORD_LISTS.items()
}


def language_of(declared: str, text: str) -> str:
    """ISO 639-1 of a page: what its words say, else what it declares, else "".

    Templates often declare English over Dutch text, so a clear count of stop words
    goes first; ``declared`` is ``html lang`` or the hreflang of the link.  A detector
    is asked where the count is not clear: it takes any text for one of the languages
    it knows, so only of prose, and never against a declared language it does not know.
    """
    code = declared.strip().lower().replace("_", "-").partition("-")[0]
    code = code if re.fullmatch(r"[a-z]{2,3}", code) else ""
    if len(text) < DETECT_MIN_CHARS:
        return code
    words = Counter(re.findall(r"[^\W\d_]+", text[:12_000].lower()))
    counts = sorted(
        ((sum(words.get(w, 0) for w in stop), lang) for lang, stop in STOP_WORDS.items()),
        reverse=True,
    )
    (first, language), (second, _) = counts[0], counts[1]
    if first >= max(DETECT_MIN_HITS, words.total() // 40) and first >= second * 1.25:
        return language
    if code and code not in STOP_WORDS:
        return code
    return _detected(text[:DETECT_MAX_CHARS]) or code


@cache
def _detector() -> LanguageDetector:
    """Built when first needed: its models take some 26 MiB."""
    known = [one for one in Language.all() if one.iso_code_639_1.name.lower() in STOP_WORDS]
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def _detected(text: str) -> str:
    """The language of prose, "" when it is none or the detector is not sure."""
    if len(_PROSE.findall(text)) < PROSE_MIN_WORDS:
        return ""
    best = _detector().compute_language_confidence_values(text)[0]
    sure = best.value >= DETECT_MIN_CONFIDENCE
    return best.language.iso_code_639_1.name.lower() if sure else ""


def is_covered(language: str) -> bool:
    """Can the role and fact words read this language?  Unknown counts as readable."""
    return not language or language in COVERED_LANGUAGES
