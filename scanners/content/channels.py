"""Ways to reach a shop that stand on a page: mail addresses, telephone numbers, chat."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, chain, islice
from urllib.parse import unquote, urlsplit

import phonenumbers
from selectolax.lexbor import LexborHTMLParser

from scanners.content.evidence import PhoneSeen, Span
from scanners.content.html import Link
from scanners.content.parties import FOREIGN_PARTIES
from scanners.content.stretches import matches_in, near
from scanners.content.tree import lower_bytes
from scanners.net.names import registrable_domain

EMAILS_MAX = 60
PHONES_MAX = 60
MATCH_TRIES = 500
PHONE_DIGITS_MIN = 7

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,4}"
    r"\.[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_IN_BRACKETS = r"[\[({<]\s?(?:at|ät|a|@|apenstaart(?:je)?|arobase|arrobase|bij)\s?[\])}>]"
_AT = rf"\s?(?:{_IN_BRACKETS}|\sAT\s)\s?"
_DOT = r"(?:\.|\s?[\[({<]\s?(?:dot|punt|point|punkt|\.)\s?[\])}>]\s?|\sDOT\s)"
_HIDDEN = re.compile(
    rf"(?i)(?<![a-z0-9._%+\-])([a-z0-9._%+\-]{{1,64}}){_AT}"
    rf"([a-z0-9\-]{{1,63}}(?:{_DOT}[a-z0-9\-]{{1,63}}){{0,3}}){_DOT}([a-z]{{2,24}})(?![a-z0-9])"
)
_DOT_SIGN = re.compile(rf"(?i){_DOT}")
# Behind the number there may be a price ("0180 5 123456 (14 ct/min)") or, on the next line,
# a postcode: neither is part of it.
_LABELLED_PHONE = re.compile(
    r"(?i)(?<![a-z])(?:tel|telefoon(?:nummer)?|telephone|t[ée]l[ée]phone|t[ée]l|telefon|phone|gsm|"
    r"mobiel|hotline|bel ons(?: op)?|call us(?: on| at)?|appelez(?:-nous)?(?: au)?)(?![a-z])"
    r"[.:\s]{0,4}(\+?(?:\d{1,3}[ ./\-]{0,2})?(?:\(\d{1,5}\) ?)?\d[\d ./\-]{4,18}\d)(?![.,]?\d)"
)
# No number that can be dialled is shorter (Dutch 14 020), and none goes over a line.
DIALLED_DIGITS_MIN = 5
_LONG_NUMBER = re.compile(r"\d[\d ./\-]{4,18}\d")
LABEL_REACH = 100
_DIGIT = re.compile(r"\d")
_FILE_ENDINGS = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "avif", "pdf"})
_PLACEHOLDER_DOMAINS = frozenset(
    {"example.com", "example.org", "example.net", "voorbeeld.nl", "domein.nl", "domain.com"}
    | {"email.com", "jouwdomein.nl", "uwdomein.nl", "yourdomain.com", "mail.com", "exemple.fr"}
)
_SCRIPT_MAIL = re.compile(
    r"mailto:|fromCharCode\([^)]{20,}|data-(?:email|mail|user)\b|class=[\"'][^\"']{0,60}"
    r"(?:cryptedmail|spamspan|obfuscat|eeb-|antispam)",
    re.IGNORECASE,
)
# Plain words are found faster than a pattern; without one of them that finds nothing.
_MAIL_SIGNS = (b"mailto:", b"fromcharcode(", b"data-email", b"data-mail", b"data-user",
               b"cryptedmail", b"spamspan", b"obfuscat", b"eeb-", b"antispam")  # fmt: skip
_CHATS = (b"tawk.to", b"zopim", b"livechatinc", b"intercom", b"crisp.chat", b"tidio", b"trengo",
          b"smartsupp", b"userlike", b"freshchat", b"wa.me/", b"api.whatsapp.com", b"m.me/",
          b"zdassets")  # fmt: skip
_SIGN = (re.compile("@"),)
# Apart, for each begins with a set of characters: that is what makes a search fast.
_SPELT = (re.compile(rf"(?i){_IN_BRACKETS}"), re.compile(r"(?i)\sAT\s"))
SIGNS_MAX = 100


def emails_of(texts: tuple[str, ...], links: tuple[Link, ...], host: str) -> tuple[str, ...]:
    """Mail addresses in the text (plain or spelt out) and in mailto links, lower case.

    Left out: file names, placeholders, and parties every shop mentions.
    """
    found: list[str] = []
    for link in links:
        if link.kind == "mail":
            found.extend(_EMAIL.findall(unquote(link.url[7:]).partition("?")[0]))
    for at, text in enumerate(texts):
        read = _EMAIL.findall(_near(text, _SIGN))
        # Without spaces the words beside an address stick to one that is known already.
        known = tuple(dict.fromkeys(found))[:EMAILS_MAX] if at else ()
        found.extend(a for a in read if a in known or not any(k in a for k in known))
        for name, domain, top in _HIDDEN.findall(_near(text, _SPELT)):
            found.append(f"{name}@{_DOT_SIGN.sub('.', domain)}.{top}")
    own = registrable_domain(host)
    kept = (address.lower() for address in found)
    return tuple(dict.fromkeys(a for a in kept if _counts(a, own)))[:EMAILS_MAX]


def _counts(address: str, own: str) -> bool:
    domain = registrable_domain(address.rpartition("@")[2])
    if domain == own:
        return True
    ending = address.rpartition(".")[2]
    return (
        ending not in _FILE_ENDINGS
        and domain not in _PLACEHOLDER_DOMAINS
        and domain not in FOREIGN_PARTIES - {"google.com", "microsoft.com"}
    )


def _near(text: str, signs: tuple[re.Pattern[str], ...]) -> str:
    """The parts of a text an address can stand in: around each sign, a line each.

    Most text has none; with very many the whole is searched once, not part by part.
    """
    found = (islice(sign.finditer(text), SIGNS_MAX + 1) for sign in signs)
    places = sorted(match.start() for match in chain.from_iterable(found))
    if len(places) > SIGNS_MAX:
        return text
    # Beside a name of 64, a space and a domain of six labels stand what ends them.
    parts: list[tuple[int, int]] = []
    for at in places:
        begin, end = max(0, at - 67), at + 450
        if parts and begin <= parts[-1][1]:
            begin = parts.pop()[0]
        parts.append((begin, end))
    return "\n".join(text[begin:end] for begin, end in parts)


def has_hidden_email(body: str) -> bool:
    """Signs of an address that only a script puts together."""
    head = body[:500_000]
    lower = lower_bytes(head)
    return any(word in lower for word in _MAIL_SIGNS) and bool(_SCRIPT_MAIL.search(head.lower()))


def has_chat(body: str) -> bool:
    """A known chat widget or a messenger link."""
    head = body[:500_000].encode("utf-8", "replace")
    return any(name in head for name in _CHATS)


def regions_for(host: str) -> tuple[str, ...]:
    """Whose national spelling of numbers to expect, by the host's top domain."""
    top = host.rpartition(".")[2].upper()
    return (top,) if top in ("NL", "BE", "FR", "DE", "LU", "AT") else ("NL", "BE")


def phones_in(text: str, regions: tuple[str, ...]) -> tuple[tuple[Span, PhoneSeen], ...]:
    """Valid numbers in the text (offsets kept), and labelled ones even when not valid."""
    found: dict[tuple[int, int], PhoneSeen] = {}
    dialled = _dialled(text)
    lines = "\n".join(line for _, line in dialled)
    moves = _moves(dialled)
    for region in regions if lines else ():
        matcher = phonenumbers.PhoneNumberMatcher(
            lines, region, leniency=phonenumbers.Leniency.VALID, max_tries=MATCH_TRIES
        )
        for match in matcher:
            if len(found) >= PHONES_MAX:
                break
            by = moves[bisect_right(moves, (match.start, len(text))) - 1][1]
            place = (match.start + by, match.end + by)
            found.setdefault(place, _phone(match.number, link=False))
    labels = matches_in(near(_LONG_NUMBER, text, LABEL_REACH), _LABELLED_PHONE, text)
    for labelled in islice(labels, PHONES_MAX):
        start, end = labelled.span(1)
        if not any(start < e and s < end for s, e in found):
            raw = "".join(c for c in labelled.group(1) if c.isdecimal() or c == "+")
            found[start, end] = PhoneSeen(raw, "UNKNOWN", link=False)
    return tuple((Span("phone", s, e), phone) for (s, e), phone in sorted(found.items()))


def _dialled(text: str) -> list[tuple[int, str]]:
    """The lines with digits enough and where they begin: the matcher tries every digit it meets."""
    found: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        if len(line) >= DIALLED_DIGITS_MIN and len(_DIGIT.findall(line)) >= DIALLED_DIGITS_MIN:
            found.append((at, line))
        at += len(line) + 1
    return found


def _moves(lines: list[tuple[int, str]]) -> list[tuple[int, int]]:
    """Where each line begins among the joined ones, and how far from there it was taken."""
    ends = accumulate((len(line) + 1 for _, line in lines), initial=0)
    return [(begin, at - begin) for begin, (at, _) in zip(ends, lines, strict=False)]


def _phone(number: phonenumbers.PhoneNumber, *, link: bool) -> PhoneSeen:
    name = phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number))
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return PhoneSeen(written, name, link)


def _parsed(raw: str, regions: tuple[str, ...]) -> phonenumbers.PhoneNumber | None:
    """The number as the first region that has such a one reads it."""
    for region in regions:
        try:
            number = phonenumbers.parse(raw, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return number
    return None


def phone_links(links: tuple[Link, ...], regions: tuple[str, ...]) -> tuple[PhoneSeen, ...]:
    """Numbers of tel: links; one that is none in the regions keeps its digits, type UNKNOWN."""
    found: list[PhoneSeen] = []
    for link in links[:2_000]:
        if link.kind != "phone":
            continue
        raw = unquote(link.url.partition(":")[2])[:60]
        known = _parsed(raw, regions)
        bare = "".join(c for c in raw if c.isdecimal())
        if known is not None:
            found.append(_phone(known, link=True))
        elif len(bare) >= PHONE_DIGITS_MIN:
            found.append(PhoneSeen(bare, "UNKNOWN", link=True))
    return tuple(dict.fromkeys(found))[:PHONES_MAX]


def embeds_of(tree: LexborHTMLParser, links: tuple[Link, ...]) -> tuple[str, ...]:
    """Hosts of frames and of scripts that write documents into a page."""
    hosts = [urlsplit(ln.url).hostname or "" for ln in links if ln.kind == "frame"]
    for node in tree.css("script[src], div[data-id], a.iubenda-embed")[:500]:
        source = (node.attributes.get("src") or node.attributes.get("href") or "").lower()
        known = ("iubenda", "termly", "termsfeed", "enzuzo", "getterms", "privacybee", "juro")
        hosts.extend(name for name in known if name in source)
    return tuple(dict.fromkeys(h for h in hosts if h))[:20]
