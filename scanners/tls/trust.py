"""Does a served chain lead to a known root, and if not, why?  Pure but for reading roots.

The library decides whether a chain is good (RFC 5280); its words are not for shop
owners, so reasons are derived from the certificates themselves.  Forms are judged as
browsers do: an absent key identifier in a private authority breaks nothing.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification as verify

from scanners.api import clip
from scanners.tls.certificates import BROKEN, end_of, is_issued_by, load, matches, tolerant
from scanners.tls.evidence import CertificateReason as Why

CACHE_MAX = 20_000
CACHE_FOR = timedelta(days=1)
# Authorities that browsers took out; only names the reason of a chain that failed anyway.
# Sources: the removal notices of the Mozilla root programme, 2011 to 2026.
DISTRUSTED = ("diginotar", "wosign", "startcom", "cnnic", "symantec", "e-tugra", "trustcor")


class RootsError(Exception):
    """The file with extra roots cannot be read."""


@dataclass(frozen=True, slots=True)
class Trust:
    """``problems`` most serious first; ``issuer`` is the certificate above the leaf, as DER."""

    trusted: bool
    problems: tuple[Why, ...]
    path_not_after: datetime | None
    detail: str = ""
    issuer: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Roots:
    store: verify.Store
    names: frozenset[bytes]


@cache
def _roots(ca_file: str | None) -> _Roots:
    certificates = _read(Path(certifi.where()))
    if ca_file is not None:
        try:
            certificates += _read(Path(ca_file))
        except (OSError, ValueError) as error:
            raise RootsError(f"{ca_file}: no certificates could be read: {error}") from error
    names = frozenset(c.subject.public_bytes() for c in certificates)
    return _Roots(verify.Store(certificates), names)


def _read(file: Path) -> list[x509.Certificate]:
    with tolerant():
        return x509.load_pem_x509_certificates(file.read_bytes())


class TrustStore:
    """certifi's roots and ``ca_file``; verified chains are remembered for a day at most."""

    def __init__(self, ca_file: str | None) -> None:
        self._roots = _roots(ca_file)
        self._known: OrderedDict[bytes, tuple[datetime, datetime, Trust]] = OrderedDict()

    def judge(self, ders: tuple[bytes, ...], at: datetime) -> Trust:
        """Trust and dates of a served chain (leaf first) at the moment ``at``."""
        key = hashlib.sha256(b"".join(hashlib.sha256(d).digest() for d in ders)).digest()
        known = self._known.get(key)
        if known is not None and known[0] <= at < known[1]:
            self._known.move_to_end(key)
            return known[2]
        chain = tuple(c for c in map(load, ders) if c is not None)
        if not chain or load(ders[0]) is None:
            return Trust(False, (Why.UNREADABLE,), None, "The certificate cannot be read.")
        found = self._judge(chain, at)
        self._remember(key, at, chain, found)
        return found

    def _remember(
        self, key: bytes, at: datetime, chain: tuple[x509.Certificate, ...], found: Trust
    ) -> None:
        turns = [c.not_valid_after_utc + timedelta(seconds=1) for c in chain]
        turns += [c.not_valid_before_utc for c in chain]
        until = min([at + CACHE_FOR, *(moment for moment in turns if moment > at)])
        self._known[key] = (at, until, found)
        while len(self._known) > CACHE_MAX:
            self._known.popitem(last=False)

    def _judge(self, chain: tuple[x509.Certificate, ...], at: datetime) -> Trust:
        leaf, others = chain[0], chain[1:]
        problems: list[Why] = []
        moment = at
        if at > leaf.not_valid_after_utc:
            problems.append(Why.EXPIRED)
            moment = leaf.not_valid_after_utc
        elif at < leaf.not_valid_before_utc:
            problems.append(Why.NOT_YET_VALID)
            moment = leaf.not_valid_before_utc
        path, detail = self._path(leaf, others, moment)
        if path:
            issuer = path[min(1, len(path) - 1)].public_bytes(Encoding.DER)
            return Trust(True, tuple(problems), end_of(path[:-1] or path), issuer=issuer)
        why = self._why_not(leaf, others, at)
        above = next((c for c in others if is_issued_by(leaf, c)), None)
        issuer_der = None if above is None else above.public_bytes(Encoding.DER)
        return Trust(False, (*problems, why), leaf.not_valid_after_utc, detail, issuer_der)

    def _path(
        self, leaf: x509.Certificate, others: Iterable[x509.Certificate], at: datetime
    ) -> tuple[tuple[x509.Certificate, ...], str]:
        any_form = verify.ExtensionPolicy.permit_all()
        authority = any_form.require_present(
            x509.BasicConstraints, verify.Criticality.AGNOSTIC, None
        )
        builder = verify.PolicyBuilder().store(self._roots.store).time(at)
        builder = builder.extension_policies(ca_policy=authority, ee_policy=any_form)
        try:
            # The name is a fact of its own: a chain is verified without one.
            verified = builder.build_client_verifier().verify(leaf, list(others))
        except (verify.VerificationError, *BROKEN) as error:
            return (), clip(str(error), 200)
        return tuple(verified.chain), ""

    def _why_not(
        self, leaf: x509.Certificate, others: tuple[x509.Certificate, ...], at: datetime
    ) -> Why:
        if is_issued_by(leaf, leaf):
            return Why.SELF_SIGNED
        walked = _walk(leaf, others)
        top = walked[-1]
        if any(not c.not_valid_before_utc <= at <= c.not_valid_after_utc for c in walked[1:]):
            return Why.CHAIN_EXPIRED
        if top.issuer.public_bytes() in self._roots.names:
            return Why.INVALID_CHAIN
        issuer = top.issuer.rfc4514_string().lower()
        if any(name in issuer for name in DISTRUSTED):
            return Why.DISTRUSTED
        if len(walked) == 1:
            return Why.MISSING_INTERMEDIATE
        return Why.UNTRUSTED_ROOT


@cache
def shared_store(ca_file: str | None) -> TrustStore:
    """One per process and extra file.  Raises RootsError."""
    return TrustStore(ca_file)


def _walk(
    leaf: x509.Certificate, others: tuple[x509.Certificate, ...]
) -> tuple[x509.Certificate, ...]:
    """From the leaf upwards through what was served, as far as signatures lead."""
    walked, left = [leaf], list(others)
    while not is_issued_by(walked[-1], walked[-1]):
        above = next((c for c in left if is_issued_by(walked[-1], c)), None)
        if above is None:
            break
        walked.append(above)
        left.remove(above)
    return tuple(walked)


@lru_cache(maxsize=4096)
def name_matches(host: str, der: bytes) -> bool | None:
    """Is the leaf for ``host``?  None when it cannot be read."""
    leaf = load(der)
    return None if leaf is None else matches(host, leaf)
