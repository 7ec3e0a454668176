"""What a reference on a page has to do with a label: its hosts, its certificates, its name."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from monitor.domain.site import SubjectType
from monitor.policy.conditions.folding import unaccented
from monitor.policy.conditions.hosts import has_path, is_within
from monitor.policy.judge import Subject
from scanners.seal.evidence import Reference

# What a page shows or loads, whatever it is, when it comes from a host of the label.
MATERIAL = frozenset({"image", "script", "frame", "inline_script"})
# What says who it is in alt text, title or file name.
PICTURES = frozenset({"linked_image", "image", "background"})
LINKS = frozenset({"linked_image", "bare_link", "link"})
NAME_MIN_CHARS = 4
# Shorter names are alike by chance.
WORD_MIN_CHARS, ALIKE_MIN_CHARS, NEAR = 7, 9, 2
_NUMBER = re.compile(r"[_-][0-9]+$")
_RUN = re.compile(r"[^\W_]+")
_LOCALE = re.compile(r"^/[a-z]{2}(-[a-z]{2})?(?=/)")
_LEGAL_FORMS = frozenset(
    ("b", "v", "n", "bv", "nv", "vof", "cv", "bvba", "srl", "sprl", "sa", "sarl", "gmbh", "ltd")
)
FRONT = re.compile(r"/?([a-z]{2}(-[a-z]{2})?/?)?", re.IGNORECASE)
# "BeCommerceLogo" is two words; "B2B" and "eCommerce" stay one.
_HUMP = re.compile(r"(?<=[a-z][a-z])(?=[A-Z])")
# File names glue these, or a year, to the name of the mark.
_GLUED = frozenset(("logo", "keurmerk", "label", "seal", "badge", "banner"))


def to_label(reference: Reference, subject: Subject) -> bool:
    """Does it lead to a host of the label, or one below it?"""
    return is_within(reference.host, {h for name in subject.label_hosts if (h := _host(name))})


def pretends_certificate(reference: Reference, subject: Subject) -> bool:
    """Does a mark lead to what looks like a certificate, on a host that looks like the label's?"""
    pictured = reference.kind in ("linked_image", "bare_link")
    return pictured and is_certificate(reference, subject) and resembles_label(reference, subject)


def resembles_label(reference: Reference, subject: Subject) -> bool:
    """Is it a host that could be taken for the label's: nearly its name, or its name in another?

    Never a host of the site itself.  A hint for a person: names may be alike by chance.
    """
    host = _host(reference.host).removeprefix("www.")
    if not host or to_label(reference, subject) or is_within(host, set(subject.site.all_hosts)):
        return False
    for name in (_host(known).removeprefix("www.") for known in subject.label_hosts):
        word = squeezed(name.rpartition(".")[0].rpartition(".")[2])
        if len(word) >= WORD_MIN_CHARS and word in squeezed(host):
            return True
        if len(name) >= ALIKE_MIN_CHARS and _is_near(host, name):
            return True
    return False


def _is_near(host: str, name: str) -> bool:
    """Do two names differ in at most ``NEAR`` letters put in, left out or exchanged?"""
    if abs(len(host) - len(name)) > NEAR:
        return False
    row = list(range(len(name) + 1))
    for at, letter in enumerate(host, 1):
        last, row = row, [at]
        for place, other in enumerate(name, 1):
            row.append(min(last[place] + 1, row[-1] + 1, last[place - 1] + (letter != other)))
    return row[-1] <= NEAR


def _host(name: str) -> str:
    """Lower case and without a final dot: the same name in DNS (RFC 1034 3.1)."""
    return name.rstrip(".").lower()


def is_certificate(reference: Reference, subject: Subject) -> bool:
    """Does its address look like a member's certificate page?"""
    return has_path(reference.target, subject.certificate_path)


def is_mine(reference: Reference, subject: Subject) -> bool | None:
    """Is the certificate that is linked this site's own?  None when that is not known."""
    known = subject.site.certificate_url
    if known is not None and to_label(_at(known), subject):
        return _certificate_key(known) == _certificate_key(reference.target)
    return True if bears_own_name(reference, subject) else None


def bears_own_name(reference: Reference, subject: Subject) -> bool:
    """Is a part of the address's path what this site or its company is called?"""
    path = unquote(urlsplit(reference.target).path)
    parts = {_without_form(_NUMBER.sub("", part)) for part in path.split("/")}
    return bool(parts & _own_names(subject))


def _own_names(subject: Subject) -> frozenset[str]:
    """What a certificate's address may call this site, squeezed.

    Whole parts of a path are compared: a company may be called nearly the same.  The
    words every certificate address has are no name.
    """
    host = _host(subject.site.host).removeprefix("www.")
    names = [subject.member.legal_name, *subject.member.trade_names]
    if subject.site.subject is not SubjectType.SELLER:
        names += [host, host.rpartition(".")[0].rpartition(".")[2]]
    common = _tokens(subject.certificate_path or "")
    squeezed = frozenset(_without_form(name) for name in names)
    return frozenset(n for n in squeezed if len(n) >= NAME_MIN_CHARS) - frozenset(common)


def _at(url: str) -> Reference:
    return Reference("link", url, urlsplit(url).hostname or "", "", url)


def _certificate_key(url: str) -> str:
    """Path without locale, final slash and case: hosts of one label serve the same pages."""
    parts = urlsplit(url)
    return _LOCALE.sub("", unquote(parts.path).casefold()).rstrip("/")


def _without_form(name: str) -> str:
    tokens = _tokens(name)
    while tokens and tokens[-1] in _LEGAL_FORMS:
        tokens.pop()
    return "".join(tokens)


def artwork(subject: Subject) -> tuple[str, ...]:
    """The label's words for its mark, squeezed, as ``names`` wants them."""
    return tuple(w for word in subject.artwork_words if (w := squeezed(word)))


def names(text: str, wanted: tuple[str, ...]) -> bool:
    """Does one of the squeezed words stand in the text as whole words?

    "be-commerce.png", "BeCommerceLogo" and "be commerce" name ``becommerce``;
    "B2B e-commerce" does not.
    """
    return any(
        _stands_in(tokens, word)
        for tokens in (_tokens(text), _tokens(_HUMP.sub(" ", text)))
        for word in wanted
    )


def _stands_in(tokens: list[str], word: str) -> bool:
    for start in range(len(tokens)):
        rest = word
        for token in tokens[start:]:
            if not rest.startswith(token):
                glued = token[len(rest) :] if token.startswith(rest) else ""
                if glued.isdigit() or glued in _GLUED:
                    return True
                break
            rest = rest[len(token) :]
            if not rest:
                return True
    return False


def _tokens(text: str) -> list[str]:
    """Runs of letters and digits, without accents and case."""
    return _RUN.findall(unaccented(text))


def squeezed(text: str) -> str:
    """Letters and digits only, without accents and case."""
    return "".join(_tokens(text))
