"""What a site says about itself and its terms, per page role: the material of drift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a page.

    ``skeleton`` is a digest (16 hex digits) of the whole sentence without durations,
    dates, prices, numbering, case and typography.  ``terms`` are its durations in
    order, such as ``14 days``; together they tell it from every other sentence.
    ``text`` is a fragment for people, shortened, as it stood there; it is never
    compared.  ``at`` are positions in ``RoleFacts.urls``.
    """

    skeleton: str
    terms: tuple[str, ...] = ()
    text: str = ""
    at: tuple[int, ...] = (0,)

    @property
    def key(self) -> str:
        """What is compared: the skeleton and the durations."""
        return "|".join((self.skeleton, *self.terms))


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """The facts of all pages of one role.

    ``numbers`` are labelled register and VAT numbers as ``scheme:value``, ``doubtful``
    those whose check digits are wrong.  ``sentences`` are sorted by skeleton: the whole
    text of terms, privacy, returns and complaints, elsewhere only what names a duration;
    never what stands on the start page or on most pages.  ``urls`` is where it was read.

    ``truncated``: there were more sentences, these have the smallest skeletons.  ``cut``:
    a page was longer than what is read, so a missing sentence proves nothing.
    """

    role: str
    urls: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    doubtful: tuple[str, ...] = ()
    truncated: bool = False
    cut: bool = False

    @property
    def durations(self) -> tuple[str, ...]:
        """Every duration that is named, once, sorted."""
        return tuple(sorted({term for sentence in self.sentences for term in sentence.terms}))


@dataclass(frozen=True, slots=True)
class DriftFacts:
    """One observation of a site; compared with the accepted one by policy.

    ``complete_for`` are the roles for which absence is proven (rule AB).
    ``languages`` are those of the pages read.  ``title`` is the start page's.
    ``gone`` are own URLs that answered honestly that there is no such page.
    ``shared`` are keys of sentences left out of the roles because they stand on the
    start page or on most pages.

    The version in ``KIND`` is raised with the shape *and* with the rules by which
    sentences are read: digests of different rules cannot be compared.  A baseline of
    another version is no baseline (docs/decisions/0012).
    """

    KIND: ClassVar[str] = "drift.facts@2"

    start_url: str
    final_url: str
    title: str
    languages: tuple[str, ...]
    complete_for: tuple[str, ...]
    roles: tuple[RoleFacts, ...]
    gone: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
