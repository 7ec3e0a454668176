"""Pages of text as a set of sentences that can be compared.

Order, typography, numbering, dates and prices make no difference; every other word
does, up to the last one of the longest sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from scanners.api import clip
from scanners.drift.counting import words
from scanners.drift.durations import Duration, durations_in
from scanners.drift.noise import noise_spans, without_noise

SENTENCE_MIN_WORDS = 4
SENTENCE_LONG_CHARS = 400
SKELETON_BYTES = 8
CONTEXT_CHARS = 80

# Stands where a duration stood; not a character of any page (private use).
_TERM = "\ue000"
_END = re.compile(r"(?<=[.!?;])\s+")
# B.V., S.P.R.L., G.m.b.H.; Kerkstr. 12 and Kerkstraat 12; ", Nederland" behind a town.
_FORM = re.compile(r"(?<![\w.])(?:[A-Za-z]\.\s?){1,4}[A-Za-z]\.(?!\w)")
_SHORTENED = re.compile(r"(?:(?<![\w.])(?:[A-Za-z]\.\s?){1,4}[A-Za-z]\.|\w(?:str|nr)\.)$")
SHORTENED_MAX = 16
JOINED_MAX = 400
_STOPS = ".!?:;|)"
_NEVER_LAST = frozenset(
    words(
        "de het een van voor met bij en of dat die deze dit onze uw in op te tot door als dan om "
        "le la les un une des du au aux et ou que qui dans par pour sur avec sans votre notre a "
        "the an of for with by and or that this our your in on to from as than is are has have "
        "der die das den dem des ein eine einen einem einer und oder dass mit von zu im am auf "
        "bei aus nach wie als ist hat wird werden heeft wordt worden est sont mag darf binnen na "
        "uiterlijk minimaal maximaal minstens hoogstens ongeveer gedurende within after before "
        "least most until about during sous dans apres après environ pendant moins plus jusqu "
        "innerhalb spätestens mindestens höchstens etwa während"
    )
)
_POINTS = re.compile(r"[.\s]")
_STREET = re.compile(r"((?<!\w)\w{2,30}?)(?:str\.|stra(?:at|ße|sse))(?=\s{0,2}\d)")
_COUNTRY = re.compile(
    r"(?<=\w),? (?:\()?(?:Nederland|The Netherlands|Netherlands|Pays-Bas|Niederlande|België"
    r"|Belgique|Belgium|Belgien|Deutschland|Duitsland|Germany|Allemagne|Frankrijk|France|Frankreich"
    r"|Luxemburg|Luxembourg)(?:\))?(?=\s?(?:[.,;)]|$))"
)
_COMMA = re.compile(r"(?<=,)\s+")
_NUMBERING = re.compile(
    r"(?:(?:artikel|article|art\.?|clause|§)\s{0,2}\d{1,3}[.:)]?\s|\d{1,2}(?:\.\d{1,2}){1,3}[.:)]?\s"
    r"|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)\s|[-•–—*·▪●○✓✔]\s)"
)
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("‘’‚‛`´", "'") | dict.fromkeys("“”„«»‟", '"') | dict.fromkeys("‐‑‒–—−", "-")
)
_TRAILING = " .,;:!?-"


@dataclass(frozen=True, slots=True)
class Read:
    """One sentence as it was read: see ``scanners.drift.evidence.Sentence``.

    ``text`` is the whole of it, ``focus`` the offset of its first duration.
    """

    skeleton: str
    terms: tuple[str, ...]
    text: str
    focus: int = 0

    @property
    def key(self) -> str:
        """What is compared: the skeleton and the durations."""
        return "|".join((self.skeleton, *self.terms))

    def fragment(self, limit: int) -> str:
        """At most ``limit`` characters, with the first duration in them."""
        if len(self.text) <= limit or self.focus < limit // 2:
            return clip(self.text, limit) if limit else ""
        return clip("…" + self.text[self.focus - limit // 3 :], limit) if limit else ""


def sentences_of(lines: Iterable[str]) -> dict[str, Read]:
    """The sentences of a page by key, from its lines of text.

    Fewer than four words are a menu or a heading, unless they name a duration: then
    they are the cell of a table, and are read with the line before them.
    """
    found: dict[str, Read] = {}
    before = ""
    for piece in _pieces(lines):
        durations = durations_in(piece)
        shape = _shape(piece, durations)
        terms = tuple(duration.value for duration in durations)
        words = len(shape.split()) + len(terms)
        context = ""
        if terms and words < SENTENCE_MIN_WORDS + 1:
            context, shape = before, f"{_shape(before, durations_in(before))} {shape}"
        before = piece if len(piece) <= CONTEXT_CHARS else piece[-CONTEXT_CHARS:]
        if words < SENTENCE_MIN_WORDS and not terms:
            continue
        text = f"{context} {piece}".strip()
        focus = len(text) - len(piece) + durations[0].start if durations else 0
        read = Read(_digest(shape), terms, text, focus)
        found.setdefault(read.key, read)
    return found


def _pieces(lines: Iterable[str]) -> Iterator[str]:
    """Sentences as they stand; a long one in clauses, so that a change in it can be shown."""
    for line in _joined(" ".join(raw.replace(_TERM, " ").split()) for raw in lines):
        for sentence in _cut(line):
            if len(sentence) <= SENTENCE_LONG_CHARS:
                yield sentence
            else:
                yield from _clauses(sentence)


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Lines whose sentence goes on in the next one as one line: a ``<br>`` binds nobody.

    It goes on when the first ends without a stop and the second begins small, or when the
    first ends with a word that no sentence ends with.
    """
    held = ""
    for line in filter(None, lines):
        if held and len(held) < JOINED_MAX and _goes_on(held, line):
            held = f"{held} {line}"
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _goes_on(first: str, second: str) -> bool:
    if first[-1] in _STOPS or _NUMBERING.match(second):
        return False
    return second[0].islower() or first.rpartition(" ")[2].casefold() in _NEVER_LAST


def _spelt(text: str) -> str:
    """``text`` with legal forms without points, streets in one spelling, no country after a town.

    Nobody is bound by how these are written.
    """
    text = _FORM.sub(lambda found: _POINTS.sub("", found[0]), text)
    return _COUNTRY.sub("", _STREET.sub(r"\1str", text))


def _cut(line: str) -> Iterator[str]:
    """The sentences of a line; the points of ``3. März``, ``B.V.`` and ``Kerkstr. 12`` end none."""
    spans = noise_spans(line)
    start = here = 0
    for match in _END.finditer(line):
        while here < len(spans) and spans[here][1] <= match.start():
            here += 1
        if here < len(spans) and spans[here][0] < match.start():
            continue
        if _SHORTENED.search(line[max(0, match.start() - SHORTENED_MAX) : match.start()]):
            continue
        yield line[start : match.start()]
        start = match.end()
    if line[start:]:
        yield line[start:]


def _clauses(sentence: str) -> Iterator[str]:
    held = ""
    for part in _COMMA.split(sentence):
        if held and len(part.split()) >= SENTENCE_MIN_WORDS:
            yield held
            held = part
        else:
            held = f"{held} {part}".strip()
    yield held


def _shape(piece: str, durations: Iterable[Duration]) -> str:
    """What a sentence is compared by, durations apart."""
    parts: list[str] = []
    at = 0
    for duration in durations:
        parts += [piece[at : duration.start], _TERM]
        at = duration.end
    masked = _spelt(without_noise("".join((*parts, piece[at:]))))
    plain = " ".join(masked.casefold().translate(_TYPOGRAPHY).split())
    return (
        _NUMBERING.sub("", plain, count=1).strip(_TRAILING)
        if _numbered(plain)
        else plain.strip(_TRAILING)
    )


def _numbered(plain: str) -> bool:
    return _NUMBERING.match(plain) is not None


def _digest(shape: str) -> str:
    return blake2b(shape.encode("utf-8", "surrogatepass"), digest_size=SKELETON_BYTES).hexdigest()
