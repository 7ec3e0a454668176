"""What a shop states about itself, from the pages that a crawl read.

Facts come from the footer of the start page, from contact, about and legal pages; premium
numbers and wallets from every page, for whoever plants one does not mind where.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import urlsplit

from stdnum import iban

from scanners.api import clip
from scanners.content.channels import phone_links, phones_in, regions_for
from scanners.content.evidence import PageFacts, PriceSeen, Structured
from scanners.content.law_words import (
    APPLIES,
    ASIDE,
    RESERVED,
    courts_in,
    is_denied,
    laws_in,
    of_a_company,
)
from scanners.content.marks import payments_of
from scanners.content.numbers import iban_spans, is_foreign
from scanners.content.price_words import labels_in
from scanners.content.prices import prices_of
from scanners.content.read import CrawledPage
from scanners.drift.addresses import addresses_in
from scanners.drift.companies import companies_in
from scanners.drift.evidence import Statement
from scanners.drift.places import Place, place_of
from scanners.drift.right_words import rights_in
from scanners.drift.wallets import wallets_in
from scanners.net.names import registrable_domain

ROLES = (
    "start", "contact", "about", "terms", "privacy", "complaints", "returns", "delivery",
)  # fmt: skip
KIND_MAX = 60
TEXT_CHARS = 120
SENTENCE_CHARS = 1_500
PRICED_PAGES_MAX = 3
CALL_REACH = 60
SHOWN_SHARE = 0.8
# "Applicable law: Dutch law" is a clause without a verb.
HEADED_CHARS = 40
_LEGAL = frozenset({"terms", "privacy", "complaints", "returns", "delivery"})
_TRADE = frozenset({"payment", "checkout", "cart"})
_MAILED = frozenset({"start", "contact", "terms"})
# "inkl. MwSt." and "Art. 15" go on.
_SENTENCE = re.compile(
    r"(?<=[.!?;])(?<![iI]n[ck]l\.)(?<![eE]x[ck]l\.)(?<!zzgl\.)(?<![aA]rt\.)(?<![BN]\.V\.)\s+"
)
_PRICE_WORD = re.compile(r"(?i)prij[sz]|prix|tarif|price|preis")
_MONEY = re.compile(r"[€$£]|\beur\b", re.IGNORECASE)
_CRYPTO = re.compile(
    r"(?i)(?<!\w)(?:bitcoins?|btc|ethereum|usdt|tether|litecoin|monero|cryptocurrenc(?:y|ies)"
    r"|crypto(?:munten|valuta|monnaies?)|krypto(?:w[äa]hrung(?:en)?)?)(?!\w)"
)
_COINS = ("bitcoin", "btc", "ethereum", "usdt", "tether", "litecoin", "monero", "crypto", "krypto")
_PAYING = re.compile(r"(?i)bet[aä]a?l|paiement|pay(?:er|ez|ment|\s|ing)|zahl|afreken|checkout")
_PREMIUM_HINT = re.compile(r"(?<!\d)(?:\+|00|0)?[\d\s().-]{0,6}(?:9\s?0\s?[0369]|70|89)\D?\d")
_CALLED = re.compile(
    r"(?i)(?<![a-z])(?:tel|bel(?:len|t)?(?![a-z])|phone|call|hotline|appel|num[ée]ro\sd|anruf|ruf"
    r"|service|help|hulp|klanten|customer|kunden|minuut|minute|min(?![a-z])|ct(?![a-z])|cent"
    r"|fax|contact|kontakt|support)|telefo|/min|t[ée]l[ée]phone|☎|📞|p/m"
)
_PREMIUM = "PREMIUM_RATE"
_WALLET_LINK = re.compile(r"(?i)(?:bitcoin|ethereum):([a-z0-9]{26,90})")
# Numbers of public bodies that privacy statements name: Autoriteit Persoonsgegevens, police.
_PUBLIC = frozenset({"+319002001201", "+319008844"})


def statements_of(
    pages: Sequence[tuple[CrawledPage, PageFacts]], others: Iterable[CrawledPage], url: str
) -> tuple[Statement, ...]:
    """The statements of a site, sorted, at most ``KIND_MAX`` of a kind.

    ``pages`` are those of watched roles with their facts, ``others`` the rest of what was
    read; ``url`` is the start page.
    """
    own = registrable_domain(urlsplit(url).hostname or "")
    found: dict[tuple[str, str, str], Statement] = {}
    for page, facts in sorted(pages, key=lambda one: (_rank(one[0]), one[0].final_url)):
        place = place_of(page, facts)
        for one in (*_of_place(place, own), *_anywhere(page, facts)):
            if one.kind != "payment" or (one.kind, one.value, "start") not in found:
                found.setdefault((one.kind, one.value, one.role), one)
    priced = 0
    for page in sorted(others, key=lambda one: one.final_url):
        shown = page.html is not None and "product" in page.roles and priced < PRICED_PAGES_MAX
        priced += shown
        for one in _of_other(page, shown=shown):
            found.setdefault((one.kind, one.value, one.role), one)
    kept: dict[str, list[Statement]] = {}
    for key in sorted(found):
        kept.setdefault(key[0], []).append(found[key])
    return tuple(_once_told([one for kind in kept.values() for one in kind[:KIND_MAX]]))


def _once_told(statements: list[Statement]) -> Iterator[Statement]:
    """A fragment for the first page of each value: the facts stay small."""
    told: set[tuple[str, str]] = set()
    for one in statements:
        key = (one.kind, one.value)
        yield Statement(one.kind, one.value, one.role, one.url) if key in told else one
        told.add(key)


def _rank(page: CrawledPage) -> int:
    return next((at for at, role in enumerate(ROLES) if role in page.roles), len(ROLES))


def _role(roles: frozenset[str], first: tuple[str, ...] = ()) -> str:
    """The role under which something of a page is kept: one of ``first``, else the first."""
    return next((r for r in (*first, *ROLES) if r in roles), min(roles, default="other"))


def _of_place(place: Place, own: str) -> Iterator[Statement]:
    text = place.text
    role = _role(place.roles)
    for company in companies_in(place.lines, place.roles):
        yield _made("company" if company.own else "named", company.value, role, place, company.text)
    for address in addresses_in(text):
        said = text[address.start : address.end].replace("\n", ", ")
        yield _made("address", address.value, role, place, said)
    yield from _structured(place, role)
    for span in iban_spans(text):
        if not is_foreign(text, span.start):
            bare = iban.compact(text[span.start : span.end])
            yield _made("iban", hidden(bare), role, place, masked(bare))
    if place.roles & _MAILED:
        yield from _mails(place, role, own)
    yield from _clauses(place, role)
    # A privacy statement names those who handle payments, not how one can pay.
    if role != "privacy":
        yield from _payments(place.facts, text, role)
    for kind in _displayed(place.facts.prices):
        yield _made("prices", f"shown:{kind}", role, place, "")


def _made(kind: str, value: str, role: str, place: Place, text: str) -> Statement:
    return Statement(kind, value[:160], role, place.url, clip(text, TEXT_CHARS))


def masked(account: str) -> str:
    """An account number as people may see it."""
    return f"{account[:4]}…{account[-4:]}"


def hidden(account: str) -> str:
    """An account number as it is compared: its ends and a digest, never the whole."""
    digest = blake2b(account.encode(), digest_size=6).hexdigest()
    return f"{account[:2]}{account[-2:]}-{digest}"


def _structured(place: Place, role: str) -> Iterator[Statement]:
    """Legal name and address of the organisation in JSON-LD or microdata."""
    known: dict[str, str] = {}
    for one in place.facts.structured:
        known.setdefault(one.key, one.value)
        if one.key == "legalName":
            yield from _legal_name(one, place, role)
    street, code = known.get("streetAddress", ""), known.get("postalCode", "")
    town = known.get("addressLocality", "")
    for address in addresses_in(f"{street[:80]}, {code[:12]} {town[:40]}")[:1]:
        yield _made("address", address.value, role, place, f"{street}, {code} {town}")


def _legal_name(one: Structured, place: Place, role: str) -> Iterator[Statement]:
    for company in companies_in((one.value[:120],), frozenset({"contact"})):
        yield _made("company", company.value, role, place, one.value)


def _mails(place: Place, role: str, own: str) -> Iterator[Statement]:
    """Registrable domains of mail addresses; ``own`` for the site's."""
    said, whole = place.text.casefold(), place.facts.text.casefold()
    for mail in place.facts.emails:
        domain = registrable_domain(mail.rpartition("@")[2])
        # One of a link has no place in the text; one of a review has none in these lines.
        if domain and (mail.casefold() in said or mail.casefold() not in whole):
            yield _made("mail", "own" if domain == own else domain, role, place, mail)


def _clauses(place: Place, role: str) -> Iterator[Statement]:
    """Law, courts, rights and what is said of VAT."""
    split = (s[:SENTENCE_CHARS] for line in place.lines for s in _SENTENCE.split(line))
    sentences = tuple(dict.fromkeys(split))
    legal = bool(place.roles & _LEGAL)
    for sentence in sentences:
        if legal:
            for value in _laws(sentence):
                home = _role(place.roles, ("terms", "complaints"))
                yield _made("law", value, home, place, sentence)
        if _PRICE_WORD.search(sentence) and not _MONEY.search(sentence):
            kinds = {label.kind for label in labels_in(sentence)}
            if len(kinds) == 1:
                yield _made("prices", kinds.pop(), role, place, sentence)
    if "privacy" in place.roles:
        for name, sentence in rights_in(sentences).items():
            yield _made("right", name, "privacy", place, sentence)


@lru_cache(maxsize=4_096)
def _laws(sentence: str) -> tuple[str, ...]:  # cached: the same terms are read day after day
    """``NL`` for a law that applies to the contract, ``court:NL`` for a court."""
    return tuple(_named_laws(sentence))


def _named_laws(sentence: str) -> Iterator[str]:
    for named in laws_in(sentence):
        short = len(sentence) <= named.end - named.start + HEADED_CHARS
        applies = short or APPLIES.search(sentence)
        aside = RESERVED.search(sentence) or ASIDE.search(sentence)
        if applies and not (aside or of_a_company(sentence, named) or is_denied(sentence, named)):
            yield named.code
    for court in courts_in(sentence):
        if not is_denied(sentence, court):
            yield f"court:{court.code}"


def _payments(facts: PageFacts, text: str, role: str) -> Iterator[Statement]:
    for method in sorted({seen.method for seen in facts.payments}):
        yield Statement("payment", method, role, facts.final_url)
    lowered = text.casefold()
    for line in text.split("\n") if any(sign in lowered for sign in _COINS) else ():
        if _CRYPTO.search(line[:SENTENCE_CHARS]) and _PAYING.search(line[:SENTENCE_CHARS]):
            yield Statement("payment", "crypto", role, facts.final_url, clip(line, TEXT_CHARS))


def _displayed(prices: Sequence[PriceSeen]) -> tuple[str, ...]:
    """``incl`` or ``excl`` when most prices on offer say so, both when neither leads."""
    told = [p.vat for p in prices if p.shown and p.vat and not (p.old or p.unit)]
    for kind in ("incl", "excl"):
        if told and told.count(kind) >= SHOWN_SHARE * len(told):
            return (kind,)
    return ("incl", "excl") if told else ()


def _anywhere(page: CrawledPage, facts: PageFacts) -> Iterator[Statement]:
    """Premium numbers and wallets."""
    role = _role(page.roles)
    if any(phone.type == _PREMIUM and phone.number not in _PUBLIC for phone in facts.phones):
        yield from _premium(page, role)
    yield from _wallets(page, role)


def _premium(page: CrawledPage, role: str) -> Iterator[Statement]:
    """Numbers at a premium rate that are there to be called: an article may have such a number."""
    regions = regions_for(urlsplit(page.final_url).hostname or "")
    found = [phone.number for phone in phone_links(page.links, regions) if phone.type == _PREMIUM]
    for at, line in enumerate(page.lines):
        if not _PREMIUM_HINT.search(line):
            continue
        for span, phone in phones_in(line, regions):
            near = line[max(0, span.start - CALL_REACH) : span.end + CALL_REACH]
            above = page.lines[at - 1][-CALL_REACH:] if at and span.start < CALL_REACH else ""
            if phone.type == _PREMIUM and _CALLED.search(f"{above} {near}"):
                found.append(phone.number)
    for number in sorted(set(found) - _PUBLIC):
        yield Statement("premium", number, role, page.final_url, number)


def _wallets(page: CrawledPage, role: str) -> Iterator[Statement]:
    linked = ""
    if page.html is not None:
        links = page.html.css("a[href^='bitcoin:' i], a[href^='ethereum:' i]")[:20]
        linked = "\n".join((node.attributes.get("href") or "")[:200] for node in links)
    for wallet in wallets_in("\n".join((*page.lines, _WALLET_LINK.sub(r" \1 ", linked)))):
        yield Statement("wallet", wallet, role, page.final_url, wallet)


def _of_other(page: CrawledPage, *, shown: bool) -> Iterator[Statement]:
    """What counts on pages of no watched role: checkout, cart, products, blog."""
    role = _role(page.roles, ("checkout", "payment", "cart", "product"))
    yield from _premium(page, role)
    yield from _wallets(page, role)
    text = "\n".join(page.lines)
    if page.roles & _TRADE:
        for method in sorted({seen.method for seen in payments_of(page.html, text)}):
            yield Statement("payment", method, role, page.final_url)
        for span in iban_spans(text):
            bare = iban.compact(text[span.start : span.end])
            yield Statement("iban", hidden(bare), role, page.final_url, masked(bare))
    if shown and page.html is not None:
        for kind in _displayed(prices_of(page.html, text, product=True, mark=page.mark)):
            yield Statement("prices", f"shown:{kind}", role, page.final_url)
