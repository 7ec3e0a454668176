"""Who the shop says it is: register numbers, mail addresses, telephone numbers."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.policy.drifting.change import Change, Kind, Weight
from monitor.policy.drifting.statements import mail_moved
from monitor.policy.drifting.view import View
from scanners.drift.evidence import DriftFacts, RoleFacts

IDENTITY_ROLES = ("start", "contact", "about", "terms")


def numbers_changed(view: View) -> list[Change]:
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
        gone_or_added = Kind.NUMBER_GONE if gone else Kind.NUMBER_ADDED
        kind = Kind.NUMBER_SWAPPED if gone and added else gone_or_added
        weight = Weight.CRITICAL if gone and added else Weight.HIGH
        holders = {*added, *(() if added else gone)}
        url = _holder(pages if added else homes, holders) or view.after.start_url
        was, now = (", ".join(_masked(n) for n in numbers) for numbers in (gone, added))
        found.append(
            Change(
                kind, weight, "identity", url, was, now,
                lost=_named("number", gone), came=_named("number", added),
            )
        )  # fmt: skip
    return found


def features(facts: DriftFacts) -> frozenset[str]:
    """``number:kvk:30198127``, ``email:...`` and ``phone:...`` of all roles."""
    return frozenset(
        name
        for role in facts.roles
        for kind, values in (
            ("number", (*role.numbers, *role.doubtful)),
            ("email", role.emails),
            ("phone", role.phones),
        )
        for name in _named(kind, values)
    )


def _named(kind: str, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{kind}:{value}" for value in values)


def _of(scheme: str, numbers: set[str]) -> list[str]:
    return sorted(number for number in numbers if number.startswith(f"{scheme}:"))


def _holder(pages: list[RoleFacts], numbers: set[str]) -> str:
    """The first page of the first role that shows one of the numbers."""
    holding = (f for f in pages if f.urls and numbers.intersection((*f.numbers, *f.doubtful)))
    return next((facts.urls[0] for facts in holding), "")


def addresses_changed(view: View) -> list[Change]:
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
            (Kind.EMAIL_CHANGED, then.emails, now.emails, mails),
            (Kind.PHONE_CHANGED, then.phones, now.phones, phones),
        ):
            gone, added = sorted(set(was) - anywhere), sorted(set(came) - set(was))
            # A value that was added beside the old ones takes nothing away from anybody.
            if gone:
                word = kind.value.partition("_")[0]
                swapped = bool(added) and set(gone) == set(was)
                moved = mail_moved(view, role) if word == "email" else swapped
                weight = Weight.HIGH if moved else Weight.REVIEW
                found.append(
                    Change(
                        kind, weight, role, url, ", ".join(gone), ", ".join(added),
                        lost=_named(word, gone), came=_named(word, added),
                    )
                )  # fmt: skip
    return found


def _masked(number: str) -> str:
    """The old Dutch VAT number of a sole trader holds a citizen number: never show it whole."""
    scheme, _, value = number.partition(":")
    if scheme != "vat_nl":
        return value
    return f"{value[:4]}…{value[-4:]}"
