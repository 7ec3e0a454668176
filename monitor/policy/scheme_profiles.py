"""Cadences, confirmations, recoveries and remedies: the named profiles of label files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.domain.finding import Finding
from monitor.domain.label import (
    Cadence,
    Confirmation,
    Postponement,
    Recovery,
    Remedy,
    Require,
)
from monitor.domain.member import ContactRole
from monitor.policy.scheme_reader import Reader
from monitor.policy.yaml_lines import Path
from scanners.api import ScanKind

PROFILE_BLOCKS = ("cadences", "confirmations", "recoveries", "remedies")
_CONFIRMATION = ("observations", "offsets", "jitter", "max_gap", "review", "require", "reset_on",
                 "extends", "last_observation")  # fmt: skip
_REMEDY = ("due", "starts_at", "reminders", "postpone", "silent_after", "calendar", "tell_member",
           "tell_staff", "escalate", "digest", "renew_before", "grace")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profiles:
    """The named profiles in force for a file."""

    cadences: Mapping[str, Cadence] = field(default_factory=dict)
    confirmations: Mapping[str, Confirmation] = field(default_factory=dict)
    recoveries: Mapping[str, Recovery] = field(default_factory=dict)
    remedies: Mapping[str, Remedy] = field(default_factory=dict)


def read_profiles(reader: Reader, top: Mapping[str, object], base: Profiles) -> Profiles:
    """The profiles of a file on top of ``base``."""
    cadences = dict(base.cadences)
    for name, value in reader.mapping(top.get("cadences"), ("cadences",), None).items():
        cadences[name] = _cadence(reader, value, ("cadences", name))
    confirmations = dict(base.confirmations)
    for name, value in reader.mapping(top.get("confirmations"), ("confirmations",), None).items():
        path: Path = ("confirmations", name)
        confirmations[name] = _confirmation(reader, name, value, path, confirmations)
    recoveries = dict(base.recoveries)
    for name, value in reader.mapping(top.get("recoveries"), ("recoveries",), None).items():
        recoveries[name] = _recovery(reader, value, ("recoveries", name))
    remedies = dict(base.remedies)
    for name, value in reader.mapping(top.get("remedies"), ("remedies",), None).items():
        remedies[name] = _remedy(reader, name, value, ("remedies", name))
    return Profiles(cadences, confirmations, recoveries, remedies)


def _cadence(reader: Reader, value: object, path: Path) -> Cadence:
    raw = reader.mapping(value, path, ("every", "jitter", "also_on"), ("every",))
    every = reader.duration(raw.get("every"), (*path, "every"), timedelta(days=1))
    if every <= timedelta(0):
        reader.bad((*path, "every"), "must be longer than nothing")
    reader.texts(raw.get("also_on"), (*path, "also_on"))
    return Cadence(every, reader.number(raw.get("jitter"), (*path, "jitter"), 0.0, 0, 0.5))


def _confirmation(
    reader: Reader, name: str, value: object, path: Path, known: Mapping[str, Confirmation]
) -> Confirmation:
    raw = reader.mapping(value, path, _CONFIRMATION)
    base = Confirmation(name)
    if "extends" in raw:
        base = known.get(reader.named(raw["extends"], (*path, "extends"), tuple(known)), base)
    offsets = base.offsets
    if "offsets" in raw:
        offsets = reader.durations(raw["offsets"], (*path, "offsets")) or base.offsets
    if offsets[0] != timedelta(0):
        reader.bad((*path, "offsets"), "must begin with PT0S, the first look")
    wanted = reader.whole(raw.get("observations"), (*path, "observations"), len(offsets), 1, 50)
    if wanted != len(offsets):
        reader.bad((*path, "observations"), f"{wanted} looks but {len(offsets)} offsets")
    gap = raw.get("max_gap")
    return Confirmation(
        code=name,
        offsets=offsets,
        jitter=reader.number(raw.get("jitter"), (*path, "jitter"), base.jitter, 0, 0.5),
        max_gap=base.max_gap if gap is None else reader.duration(gap, (*path, "max_gap")),
        review=reader.flag(raw.get("review"), (*path, "review"), default=base.review),
        require=reader.choice(raw.get("require"), (*path, "require"), Require, Require.ALL_NOT_MET),
        reset_on=base.reset_on
        if "reset_on" not in raw
        else frozenset(reader.choices(raw["reset_on"], (*path, "reset_on"), Finding, Finding.MET)),
        last_rendered=_last_rendered(reader, raw, (*path, "last_observation"), base),
    )


def _last_rendered(
    reader: Reader, raw: Mapping[str, object], path: Path, base: Confirmation
) -> bool:
    """Must the last look be made in a browser?  No other kind of look can be asked for."""
    if raw.get("last_observation") is None:
        return base.last_rendered
    kind = reader.choice(raw["last_observation"], path, ScanKind, ScanKind.RENDERED)
    if kind is not ScanKind.RENDERED:
        reader.bad(path, f"only {ScanKind.RENDERED.value} can be asked for")
    return True


def _recovery(reader: Reader, value: object, path: Path) -> Recovery:
    raw = reader.mapping(value, path, ("observations", "min_apart"), ("observations",))
    return Recovery(
        reader.whole(raw.get("observations"), (*path, "observations"), 2, 1, 50),
        reader.duration(raw.get("min_apart"), (*path, "min_apart")),
    )


def _remedy(reader: Reader, name: str, value: object, path: Path) -> Remedy:
    raw = reader.mapping(value, path, _REMEDY)
    starts = reader.text(raw.get("starts_at"), (*path, "starts_at"), "notified")
    if starts != "notified":
        reader.bad((*path, "starts_at"), "the term always starts at 'notified'")
    here = (*path, "renew_before")
    renew = tuple(
        reader.duration(before, (*here, i))
        for i, before in enumerate(reader.items(raw.get("renew_before"), here))
    )
    reader.duration(raw.get("grace"), (*path, "grace"))
    given = reader.mapping(raw.get("postpone"), (*path, "postpone"), ("by", "times", "each"))
    due, silent = raw.get("due"), raw.get("silent_after")
    return Remedy(
        code=name,
        due=None if due is None else reader.duration(due, (*path, "due")),
        reminders=reader.durations(raw.get("reminders"), (*path, "reminders")),
        postpone=Postponement(
            reader.whole(given.get("times"), (*path, "postpone", "times"), 0, 0, 10),
            reader.duration(given.get("each"), (*path, "postpone", "each")),
        ),
        silent_after=None if silent is None else reader.duration(silent, (*path, "silent_after")),
        calendar=reader.flag(raw.get("calendar"), (*path, "calendar"), default=True),
        tell_member=tuple(
            role.value
            for role in reader.choices(
                raw.get("tell_member", ["contact"]),
                (*path, "tell_member"),
                ContactRole,
                ContactRole.CONTACT,
            )
        ),
        tell_staff=reader.texts(raw.get("tell_staff", ["labels"]), (*path, "tell_staff")),
        escalate=reader.durations(raw.get("escalate"), (*path, "escalate")),
        digest=reader.flag(raw.get("digest"), (*path, "digest"), default=False),
        renew_before=tuple(sorted(renew, reverse=True)),
    )
