"""Amounts in running text, and whether they ask for money: one reading for all judges of costs."""

from __future__ import annotations

import re

from monitor.policy.conditions.content_durations import SENTENCE_MAX_CHARS
from monitor.policy.conditions.content_texts import sentences

# "€ 4,95", "4,95 EUR", "10 euro", "€ 5,-".
MONEY = r"(?:€|£|\beuro?s?\b)\s?\d|\d(?:[.,](?:\d{1,2}|-))?\s?(?:€|£|euro?s?\b)"
AMOUNT = re.compile(rf"(?i){MONEY}")
# Surcharges are percentages as well.
SHARE = re.compile(rf"(?i){MONEY}|\d\s?(?:%|procent\b|percent\b|pour\s?cent\b|prozent\b)")
_VALUE = re.compile(
    r"(?i)(?:€|£|\beur\b)\s?(\d{1,6}(?:[.,]\d{1,2})?)"
    r"|(?<![\d.,])(\d{1,6}(?:[.,](?:\d{1,2}|-))?)\s?(?:€|£|%|euro?s?\b)"
)


def is_more_than_nothing(text: str) -> bool:
    """Does an amount or percentage above nothing stand in the text?"""
    found = (m.group(1) or m.group(2) for m in _VALUE.finditer(text))
    return any(float(value.rstrip("-").replace(",", ".")) > 0 for value in found)


def whole_sentences(line: str) -> tuple[str, ...]:
    """Sentences of a line; "zzgl. 1,5 %" is cut by its own full stop, and joined again."""
    found: list[str] = []
    for said in sentences(line):
        if found and said[0].isdigit():
            found[-1] = f"{found[-1]} {said}"[:SENTENCE_MAX_CHARS]
        else:
            found.append(said)
    return tuple(found)
