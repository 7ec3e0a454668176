"""Material change against the accepted baseline; it accuses nobody, it asks a reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.policy.conditions.drift_pairing import fragments, head, paired
from monitor.policy.judge import Judge, Observation, Param, Seen, Subject
from scanners.api import Evidence, ScanKind, clip
from scanners.drift.evidence import DriftFacts, RoleFacts, Sentence


class Drift(StrEnum):
    """Outcomes of ``drift.material_change``."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NO_BASELINE = "no_baseline"
    INCOMPLETE = "incomplete"
    NOT_SCANNED = "not_scanned"


class Weight(StrEnum):
    """How much a change matters, heaviest first."""

    CRITICAL = "critical"
    HIGH = "high"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Change:
    """One typed change: in which role, what was there before and what is there now.

    ``before`` and ``after`` are fragments of the site's own words.  ``named`` says a
    change of duration in short: ``14 days -> 7 days``.
    """

    kind: str
    weight: Weight
    role: str
    url: str
    before: str
    after: str
    named: str = ""


IDENTITY_ROLES = ("start", "contact", "about", "terms")
LEGAL_ROLES = frozenset({"terms", "privacy", "complaints", "returns"})
# How soon a mail is answered and how long a shop exists binds nobody.
LIGHT_ROLES = frozenset({"contact", "about"})


@dataclass(frozen=True, slots=True)
class _View:
    """The newest observation beside the accepted one: what may be called gone."""

    before: DriftFacts
    after: DriftFacts

    def old(self) -> dict[str, RoleFacts]:
        return {facts.role: facts for facts in self.before.roles}

    def new(self) -> dict[str, RoleFacts]:
        return {facts.role: facts for facts in self.after.roles}

    def read(self, role: str) -> frozenset[str]:
        """URLs whose text was read again for what the role keeps, or that are honestly gone."""
        fit = [f for f in self.after.roles if role not in LEGAL_ROLES or f.role in LEGAL_ROLES]
        return frozenset(self.after.gone).union(*(facts.urls for facts in fit))

    def sure(self, then: RoleFacts) -> bool:
        """May what the role held be called gone?  Rule AB holds, or every page was read again."""
        now = self.new().get(then.role)
        if now is not None and now.cut:
            return False
        return then.role in self.after.complete_for or self.read(then.role).issuperset(then.urls)

    def sure_of(self, sentence: Sentence, then: RoleFacts, now: RoleFacts) -> bool:
        """The same for one sentence, which needs only the pages it stood on."""
        if now.cut:
            return False
        homes = {then.urls[place] for place in sentence.at if place < len(then.urls)}
        return then.role in self.after.complete_for or self.read(then.role).issuperset(homes)


def changes(before: DriftFacts, after: DriftFacts) -> tuple[Change, ...]:
    """Every material change, heaviest first.

    What is missing now counts only when its absence is proven; prices, dates, order of
    sentences and menus never count.
    """
    view = _View(before, after)
    new = view.new()
    found: list[Change] = [*_identity(view), *_addresses(view)]
    for role, then in view.old().items():
        now = new.get(role)
        if now is not None:
            found.extend(_wording(view, then, now))
        elif view.sure(then):
            found.extend(_page_gone(role, url) for url in then.urls or (before.start_url,))
    if before.languages and after.languages and not set(before.languages) & set(after.languages):
        was, came = ", ".join(before.languages), ", ".join(after.languages)
        url = after.start_url
        found.append(Change("language_changed", Weight.CRITICAL, "start", url, was, came))
    order = list(Weight)
    once: dict[tuple[str, ...], Change] = {}
    for change in found:
        # A page of two roles would tell everything twice.
        once.setdefault((change.kind, change.url, change.before, change.after), change)
    return tuple(sorted(once.values(), key=lambda change: order.index(change.weight)))


def unseen_roles(before: DriftFacts, after: DriftFacts) -> tuple[str, ...]:
    """Roles of the baseline that were not read this time, so that nobody knows them unchanged."""
    view = _View(before, after)
    new = view.new()
    cut = {role for role, facts in new.items() if facts.cut}
    return tuple(r for r, then in view.old().items() if r not in cut and not view.sure(then))


def _page_gone(role: str, url: str) -> Change:
    return Change("page_gone", Weight.HIGH, role, url, url, "")


def _identity(view: _View) -> list[Change]:
    """Register and VAT numbers over all identity pages: gone is one thing, another is worse."""
    old, new = view.old(), view.new()
    homes = [old[role] for role in IDENTITY_ROLES if role in old]
    pages = [new[role] for role in IDENTITY_ROLES if role in new]
    then = {number for facts in homes for number in facts.numbers}
    unsure = {n for facts in homes if not view.sure(facts) for n in facts.numbers}
    everywhere = {number for facts in view.after.roles for number in facts.numbers}
    known = {number for facts in view.before.roles for number in facts.numbers}
    lost = then - everywhere - unsure
    came = {number for facts in pages for number in facts.numbers} - known
    wrong = {number for facts in pages for number in facts.doubtful}
    wrong -= {number for facts in view.before.roles for number in facts.doubtful}
    found = []
    for scheme in sorted({number.partition(":")[0] for number in lost | came}):
        gone, added = _of(scheme, lost), _of(scheme, came)
        # A number with a wrong check digit counts only where a right one stood.
        added = added or (_of(scheme, wrong) if gone else [])
        kind = "number_swapped" if gone and added else "number_gone" if gone else "number_added"
        weight = Weight.CRITICAL if gone and added else Weight.HIGH
        holders = {*added, *(() if added else gone)}
        url = _holder(pages if added else homes, holders) or view.after.start_url
        was, now = (", ".join(_masked(n) for n in numbers) for numbers in (gone, added))
        found.append(Change(kind, weight, "identity", url, was, now))
    return found


def _of(scheme: str, numbers: set[str]) -> list[str]:
    return sorted(number for number in numbers if number.startswith(f"{scheme}:"))


def _holder(pages: list[RoleFacts], numbers: set[str]) -> str:
    """The first page of the first role that shows one of the numbers."""
    holding = (f for f in pages if f.urls and numbers.intersection((*f.numbers, *f.doubtful)))
    return next((facts.urls[0] for facts in holding), "")


def _addresses(view: _View) -> list[Change]:
    """Mail addresses and telephone numbers that nobody can use any more."""
    new = view.new()
    mails = {mail for facts in view.after.roles for mail in facts.emails}
    phones = {phone for facts in view.after.roles for phone in facts.phones}
    found = []
    for role, then in view.old().items():
        now = new.get(role)
        if now is None or not view.sure(then):
            continue
        url = next(iter(now.urls), "")
        for kind, was, came, anywhere in (
            ("email_changed", then.emails, now.emails, mails),
            ("phone_changed", then.phones, now.phones, phones),
        ):
            gone, added = sorted(set(was) - anywhere), sorted(set(came) - set(was))
            # A value that was added beside the old ones takes nothing away from anybody.
            if gone:
                weight = Weight.REVIEW
                found.append(Change(kind, weight, role, url, ", ".join(gone), ", ".join(added)))
    return found


def _wording(view: _View, then: RoleFacts, now: RoleFacts) -> list[Change]:
    """What became of the sentences of a role: durations by name, the rest as clauses."""
    lost, came = _differences(view, then, now)
    pairs, lost, came = paired(lost, came)
    legal = then.role in LEGAL_ROLES
    found = []
    for was, is_now in pairs:
        sure = view.sure_of(was, then, now)
        # The same words with another duration: two pages would hardly hold both.
        if was.terms != is_now.terms and (sure or was.skeleton == is_now.skeleton):
            found.append(_term_changed(was, is_now, then, now))
        elif sure and legal:
            shown = fragments(was.text, is_now.text)
            url = _url(is_now, now)
            found.append(Change("clause_changed", Weight.HIGH, then.role, url, *shown))
        elif legal:
            came.append(is_now)
    gone = [sentence for sentence in lost if view.sure_of(sentence, then, now)]
    found += _removed(gone, then, now) if legal else _terms_gone(gone, then, now)
    if legal:
        found += [
            Change("clause_added", Weight.REVIEW, then.role, _url(s, now), "", head(s.text))
            for s in came
        ]
    return found


def _differences(
    view: _View, then: RoleFacts, now: RoleFacts
) -> tuple[list[Sentence], list[Sentence]]:
    """Sentences of one side that the other has nowhere.

    Lists that were cut off are compared as far as both reach; a sentence that counts as
    furniture on the other side is still there.
    """
    reach = [facts.sentences[-1].skeleton for facts in (then, now) if facts.truncated]
    limit = min(reach, default="~")
    roles_of = (view.before.roles, view.after.roles)
    old_keys, new_keys = ({s.key for f in roles for s in f.sentences} for roles in roles_of)
    old_keys |= set(view.before.shared)
    new_keys |= set(view.after.shared)
    lost = [s for s in then.sentences if s.skeleton < limit and s.key not in new_keys]
    came = [s for s in now.sentences if s.skeleton < limit and s.key not in old_keys]
    return lost, came


def _term_changed(was: Sentence, is_now: Sentence, then: RoleFacts, now: RoleFacts) -> Change:
    """A duration is another one: both named, both shown in their own words."""
    both = list(zip(was.terms, is_now.terms, strict=False))
    if len(was.terms) == len(is_now.terms):
        both = [(a, b) for a, b in both if a != b]
        named = ", ".join(f"{a} -> {b}" for a, b in both)
    else:
        named = f"{', '.join(was.terms) or 'none'} -> {', '.join(is_now.terms) or 'none'}"
    weight = Weight.REVIEW if then.role in LIGHT_ROLES else Weight.HIGH
    shown = fragments(was.text, is_now.text)
    return Change("term_changed", weight, then.role, _url(is_now, now), *shown, named)


def _removed(gone: list[Sentence], then: RoleFacts, now: RoleFacts) -> list[Change]:
    """Sentences without a successor; those of a page that is not there any more as one."""
    found: list[Change] = []
    for sentence in gone:
        homes = [then.urls[place] for place in sentence.at if place < len(then.urls)]
        if homes and not set(homes) & set(now.urls):
            found.append(_page_gone(then.role, homes[0]))
        else:
            url = next((url for url in homes if url in now.urls), _url(sentence, now))
            text = head(sentence.text)
            found.append(Change("clause_removed", Weight.HIGH, then.role, url, text, ""))
    return list(dict.fromkeys(found))


def _terms_gone(gone: list[Sentence], then: RoleFacts, now: RoleFacts) -> list[Change]:
    """Outside legal texts a sentence may go as long as its durations are named somewhere."""
    weight = Weight.REVIEW if then.role in LIGHT_ROLES else Weight.HIGH
    return [
        Change(
            "term_changed",
            weight,
            then.role,
            _url(sentence, now),
            head(sentence.text),
            "",
            f"{', '.join(sentence.terms)} -> none",
        )
        for sentence in gone
        if not set(sentence.terms) <= set(now.durations)
    ]


def _url(sentence: Sentence, facts: RoleFacts) -> str:
    """Where a sentence stands; the first page of the role when that is not known."""
    places = [place for place in (*sentence.at, 0) if place < len(facts.urls)]
    return facts.urls[places[0]] if places else ""


def material_change(seen: Seen, subject: Subject) -> Observation:
    """Compare the newest observation with the accepted baseline.

    Params: ``review_at`` (``critical``, ``high``, ``review``): the lightest change
    that asks for a reviewer.
    """
    if seen.baseline is None:
        text = "No baseline is accepted yet."
        return Observation(Drift.NO_BASELINE, text, values=_values(()))
    accepted = _facts(seen.baseline.evidence)
    if accepted is None:
        text = "The accepted baseline is of another version of the scanner: accept a new one."
        return Observation(Drift.NO_BASELINE, text, values=_values(()))
    newest = seen.newest(ScanKind.DRIFT, DriftFacts)
    view = seen.scans.get(ScanKind.DRIFT)
    if view is None:
        return Observation(Drift.NOT_SCANNED, "Not looked for yet.", values=_values(()))
    if newest is None:
        text = f"The site could not be read: {view.outcome.value}. {clip(view.reason, 200)}".strip()
        return Observation(Drift.INCOMPLETE, text, values=_values(()))
    evidence, facts = newest
    order = [weight.value for weight in Weight]
    limit = str(subject.params.get("review_at", Weight.HIGH.value))
    bar = order.index(limit) if limit in order else order.index(Weight.HIGH.value)
    found = tuple(c for c in changes(accepted, facts) if order.index(c.weight.value) <= bar)
    note = _partly(accepted, facts)
    if found:
        text = f"{len(found)} material change(s): {'; '.join(_said(c) for c in found[:3])}."
        return Observation(Drift.CHANGED, clip(text), (evidence,), _values(found), note=note)
    unseen = unseen_roles(accepted, facts)
    if unseen:
        text = f"Nothing changed in what was read; not read this time: {', '.join(unseen)}."
        return Observation(Drift.INCOMPLETE, text, (evidence,), _values(()), note=note)
    text = f"Nothing material changed since {seen.baseline.accepted_at.date()}."
    return Observation(Drift.UNCHANGED, text, (evidence,), _values(()), note=note)


def _said(change: Change) -> str:
    named = f" {change.named}:" if change.named else ""
    before, after = (clip(text, 70) or "none" for text in (change.before, change.after))
    return f"{change.kind} ({change.role}){named} {before} -> {after}"


def _partly(before: DriftFacts, after: DriftFacts) -> str:
    """Which texts are too long to be compared whole."""
    long = {f.role for facts in (before, after) for f in facts.roles if f.truncated or f.cut}
    return f"Too long to be compared whole: {', '.join(sorted(long))}." if long else ""


def _facts(evidence: tuple[Evidence, ...]) -> DriftFacts | None:
    return next((e.facts for e in evidence if isinstance(e.facts, DriftFacts)), None)


def _masked(number: str) -> str:
    """The old Dutch VAT number of a sole trader holds a citizen number: never show it whole."""
    scheme, _, value = number.partition(":")
    if scheme != "vat_nl":
        return value
    return f"{value[:4]}…{value[-4:]}"


def _values(found: tuple[Change, ...]) -> dict[str, str]:
    return {
        "url": clip(found[0].url, 200) if found else "-",
        "count": str(len(found)),
        "before": clip(found[0].before, 200) if found else "-",
        "after": clip(found[0].after, 200) if found else "-",
    }


JUDGES: tuple[Judge, ...] = (
    Judge(
        name="drift.material_change",
        version=1,
        kinds=(ScanKind.DRIFT,),
        outcomes=Drift,
        run=material_change,
        params={
            "review_at": Param("str", "high", "lightest change for a reviewer: critical to review")
        },
        values=("url", "count", "before", "after"),
        help="Nothing material changed against the accepted baseline.",
    ),
)
