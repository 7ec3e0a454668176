"""Finding company numbers, and everything that only looks like one.

Sources: patterns P1 to P3 of the label conditions; check digits by python-stdnum
(nl.btw, be.vat, iban).  A KvK number has no check digit, so candidates are only used
to tell *another* number; the registered one is searched by the judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from stdnum import iban
from stdnum.be import vat as be_vat
from stdnum.nl import btw as nl_vat

from scanners.content.evidence import NumberSeen, Span
from scanners.content.stretches import matches_in, near
from scanners.content.vocabulary import fold_plain

CANDIDATES_MAX = 200
LABEL_REACH = 60
CONTEXT_CHARS = 60
FOREIGN_REACH = 110
EXAMPLE_REACH = 45

KVK_LABEL = re.compile(
    r"(?i)(?<![a-z])(?:k\.?\s?v\.?\s?k\.?(?:\s?-?\s?(?:nr|nummer|no)\b\.?)?(?![a-z])"
    r"|kamer\s+van\s+koophandel|handelsregister(?:nummer)?|chamber\s+of\s+commerce|coc(?![a-z])"
    r"|trade\s+register|registre\s+(?:du|de)\s+commerce|chambre\s+de\s+commerce|handelskammer)"
)
KBO_LABEL = re.compile(
    r"(?i)(?<![a-z])(?:ondernemingsnummer|kbo|bce|rpr|rpm|num[ée]ro\s+d['’]entreprise"
    r"|n°\s?d['’]entreprise|unternehmensnummer|enterprise\s+number|company\s+number"
    r"|btw|tva|vat|ust)(?![a-z])"
)
VAT_LABEL = re.compile(
    r"(?i)(?<![a-z])(?:btw|b\.t\.w\.?|omzetbelasting\w{0,10}|tva|t\.v\.a\.?|vat|ust|mwst"
    r"|umsatzsteuer\w{0,30}|taxe)(?![a-z])"
)
# Every company number holds one, however it is written; the longest are within the reach.
_SIX_DIGITS = re.compile(r"\d(?:[\s.\-]{0,3}\d){5}")
_LONG_NUMBER = re.compile(r"\d[\d .\-]{4,20}\d")
_IBAN_HEAD = re.compile(r"[A-Z]{2}\d{2}")
REACH = 100
_VAT_NL = re.compile(
    r"(?i)(?<![a-z0-9])(NL[\s.\-]{0,3})?((?:\d[\s.\-]{0,2}){9})B[\s.\-]{0,2}(\d[\s.\-]?\d)(?![a-z0-9])"
)
_VAT_BE = re.compile(
    r"(?i)(?<![a-z0-9.])BE[\s.\-]{0,3}([01]?\d{3}[\s.\-]?\d{3}[\s.\-]?\d{3})(?![\s.\-]?\d)"
)
_KBO = re.compile(r"(?<![\d.])([01]\d{3}[\s.\-]?\d{3}[\s.\-]?\d{3})(?!\d)")
_KVK = re.compile(r"(?<!\d)(?<!\d[.\-])\d(?:[ .\-]?\d){7}(?![ .\-]?\d)")
_IBAN = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])"
)
_REFERENCE = re.compile(
    r"(?i)(?<![a-z])(?:(?:order|bestel|bestelling|factuur|artikel|klant|product|ticket|dossier|"
    r"zaak|serie|commande|facture|article|client|invoice|customer|item|case|reference|r[ée]f[ée]rence|"
    r"bestell|rechnungs?|kunden|auftrags?|artikel)[\s\-]?(?:nr|no|nummer|number|num[ée]ro|n°|id|code|#)"
    r"|(?:sku|ean|gtin|isbn|gln|rsin|duns|ref|gmp))\b\.?\s{0,3}[:#]?\s{0,3}"
    r"(?P<number>\d[\d .\-]{4,20}\d)"
)
_FOREIGN = re.compile(
    r"website (?:door|by|gemaakt|gebouwd|ontwikkeld)|web ?design|web ?development|realisatie"
    r"|gerealiseerd door|ontwikkeld door|gebouwd door|gemaakt door|site (?:by|door|realise)"
    r"|(?:built|made|developed|designed|hosted|powered) (?:by|with)|realisation|realise par"
    r"|cree par|developpe par|conception|hebergeur|hebergement|hosting|umsetzung|erstellt von"
    r"|entwickelt von|gestaltet von|realisiert|webagentur|internetbureau|webbureau|webbouwer"
    r"|handelsmerk van|merk van|trademark|marque de|marke der|leverancier|supplier|fournisseur"
    r"|lieferant|vervoerder|betaaldienst|payment provider|geschillencommissie|keurmerk"
)
# Whole words only: "B.V." and "Voorbeeld Handel" are companies, "informatie" is no format.
_EXAMPLE = re.compile(
    r"(?<![a-z])(?:bijvoorbeeld|bijv\.|als voorbeeld|zoals|e\.g\.|for example|for instance|such as"
    r"|par exemple|p\. ?ex\.|z\. ?b\.|zum beispiel|beispielsweise)(?![a-z])"
)


def digits(text: str) -> str:
    """Only the digits."""
    return "".join(c for c in text if c.isdecimal() and c.isascii())


def blank(text: str, spans: tuple[Span, ...]) -> str:
    """``text`` with the spans as spaces: offsets stay."""
    if not spans:
        return text
    parts = list(text)
    for span in spans:
        parts[span.start : span.end] = " " * (span.end - span.start)
    return "".join(parts)


def _found(
    parts: tuple[tuple[int, int], ...], pattern: re.Pattern[str], text: str
) -> Iterator[re.Match[str]]:
    return islice(matches_in(parts, pattern, text), CANDIDATES_MAX)


def vat_spans(text: str) -> tuple[Span, ...]:
    """Everything written like a Dutch or Belgian VAT number."""
    parts = near(_SIX_DIGITS, text, REACH)
    found = [*_found(parts, _VAT_NL, text), *_found(parts, _VAT_BE, text)][:CANDIDATES_MAX]
    return tuple(Span("vat", m.start(), m.end()) for m in found)


def iban_spans(text: str) -> tuple[Span, ...]:
    """IBANs whose mod 97 holds; national checks are left out, they know too few banks."""
    return tuple(
        Span("iban", m.start(), m.end())
        for m in _found(near(_IBAN_HEAD, text, REACH), _IBAN, text)
        if iban.is_valid(m.group(), check_country=False)
    )


def reference_spans(text: str) -> tuple[Span, ...]:
    """Numbers that say they are an order, article, invoice or the like.

    The Dutch trade register calls its number a "dossiernummer" as well.
    """
    found = [
        m
        for m in _found(near(_LONG_NUMBER, text, REACH), _REFERENCE, text)
        if not (m[0][:7].lower() == "dossier" and _distance(text, m.start(), KVK_LABEL) >= 0)
    ]
    return tuple(Span("reference", m.start("number"), m.end("number")) for m in found)


def _distance(text: str, start: int, label: re.Pattern[str]) -> int:
    """Characters between the nearest label before ``start`` and it; -1 when none counts."""
    before = text[max(0, start - LABEL_REACH - 40) : start]
    found = list(label.finditer(before))
    if not found:
        return -1
    between = before[found[-1].end() :]
    if len(between) > LABEL_REACH or any(c.isdecimal() for c in between):
        return -1
    return len(between)


def is_foreign(text: str, start: int) -> bool:
    """Somebody else's number, or one that only shows how such a number is written."""
    before = fold_plain(text[max(0, start - FOREIGN_REACH) : start])
    return bool(_FOREIGN.search(before) or _EXAMPLE.search(before[-EXAMPLE_REACH:]))


def _seen(
    text: str, scheme: str, match: re.Match[str], value: str, label: re.Pattern[str], valid: bool
) -> NumberSeen:
    context = text[max(0, match.start() - CONTEXT_CHARS) : match.end() + CONTEXT_CHARS]
    return NumberSeen(
        scheme=scheme,
        value=value,
        start=match.start(),
        end=match.end(),
        distance=_distance(text, match.start(), label),
        foreign=is_foreign(text, match.start()),
        valid=valid,
        context=" ".join(context.split()),
    )


def numbers_in(text: str, masked: str) -> Iterator[NumberSeen]:
    """Candidates for company numbers; ``masked`` is the text without IBAN, phone and VAT."""
    # The masked text has no digits that the text has not.
    parts = near(_SIX_DIGITS, text, REACH)
    for match in _found(parts, _KVK, masked):
        seen = _seen(text, "kvk", match, digits(match.group()), KVK_LABEL, valid=True)
        if seen.distance >= 0:
            yield seen
    for match in _found(parts, _KBO, text):
        value = digits(match.group())
        seen = _seen(text, "kbo", match, value, KBO_LABEL, valid=be_vat.is_valid(value))
        if seen.distance >= 0 or text[max(0, match.start() - 4) : match.start()].upper().strip(
            " .-"
        ).endswith("BE"):
            yield seen
    yield from _vat_numbers(text, parts)


def _vat_numbers(text: str, parts: tuple[tuple[int, int], ...]) -> Iterator[NumberSeen]:
    for match in _found(parts, _VAT_NL, text):
        value = f"{digits(match.group(2))}B{digits(match.group(3))}"
        seen = _seen(text, "vat_nl", match, f"NL{value}", VAT_LABEL, valid=nl_vat.is_valid(value))
        if match.group(1) or seen.distance >= 0:
            yield seen
    for match in _found(parts, _VAT_BE, text):
        value = digits(match.group(1)).zfill(10)
        yield _seen(text, "vat_be", match, f"BE{value}", VAT_LABEL, valid=be_vat.is_valid(value))
