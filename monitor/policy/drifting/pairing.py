"""Which old sentence became which new one; pure, for the judge and whoever shows a change."""

from __future__ import annotations

from difflib import SequenceMatcher

from scanners.api import clip
from scanners.drift.evidence import Sentence

FRAGMENT_CHARS = 160
LEAD_CHARS = 30
PAIRS_MAX = 80
ALIKE = 0.5
ALIKE_TERMS = 0.2
PUNCTUATION = ".,;:!?()'\"…"
_Pair = tuple[Sentence, Sentence]


def paired(
    lost: list[Sentence], came: list[Sentence]
) -> tuple[list[_Pair], list[Sentence], list[Sentence]]:
    """Old and new wording of the same sentence, and what is left of both sides."""
    pairs: list[_Pair] = []
    left = list(came)
    alone: list[Sentence] = []
    by_skeleton: dict[str, list[Sentence]] = {}
    for sentence in left:
        by_skeleton.setdefault(sentence.skeleton, []).append(sentence)
    for sentence in lost:
        twins = by_skeleton.get(sentence.skeleton)
        if twins:
            pairs.append((sentence, twins.pop(0)))
        else:
            alone.append(sentence)
    taken = {new.key for _, new in pairs}
    left = [sentence for sentence in left if sentence.key not in taken]
    return _by_likeness(pairs, alone, left)


def _by_likeness(
    pairs: list[_Pair], lost: list[Sentence], came: list[Sentence]
) -> tuple[list[_Pair], list[Sentence], list[Sentence]]:
    """Pair the likest sentences first; of a text that is wholly new only the beginning."""
    words = {s.key: _words(s.text) for s in (*lost[:PAIRS_MAX], *came[:PAIRS_MAX])}
    scores = sorted(
        (
            (_likeness(words[a.key], words[b.key]), a.key, b.key, a, b)
            for a in lost[:PAIRS_MAX]
            for b in came[:PAIRS_MAX]
        ),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    used: set[str] = set()
    for score, old_key, new_key, old, new in scores:
        bar = ALIKE_TERMS if _same_unit(old, new) else ALIKE
        if score >= bar and old_key not in used and new_key not in used:
            used |= {old_key, new_key}
            pairs.append((old, new))
    return (
        pairs,
        [sentence for sentence in lost if sentence.key not in used],
        [sentence for sentence in came if sentence.key not in used],
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip(PUNCTUATION) for word in text.casefold().split())


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's measure over words, 0 to 1."""
    size = len(one) + len(other)
    return 2 * len(one & other) / size if size else 0.0


def _same_unit(old: Sentence, new: Sentence) -> bool:
    units = [{term.partition(" ")[2].rstrip("s") for term in s.terms} for s in (old, new)]
    return bool(units[0] & units[1])


def marked(before: str, after: str) -> str:
    """Both texts in one, word by word: ``[-14-] {+7+} days``."""
    if not before or not after:
        return f"{{+{after}+}}" if after else f"[-{before}-]"
    one, other = before.split(), after.split()
    said: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what == "equal":
            said += one[a:b]
            continue
        said += [f"[-{' '.join(one[a:b])}-]"] if b > a else []
        said += [f"{{+{' '.join(other[c:d])}+}}"] if d > c else []
    return " ".join(said)


def head(text: str) -> str:
    """The beginning of a text, in one line."""
    return clip(text, FRAGMENT_CHARS)


def fragments(before: str, after: str) -> tuple[str, str]:
    """Both texts from shortly before their first difference."""
    words = zip(before.split(), after.split(), strict=False)
    same = 0
    for one, other in words:
        if one != other:
            break
        same += len(one) + 1
    start = max(0, same - LEAD_CHARS)
    lead = "…" if start else ""
    return head(lead + before[start:]), head(lead + after[start:])
