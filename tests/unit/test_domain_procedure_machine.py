"""Whatever people record in whatever order, the machines keep their promises."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from monitor.adapters.calendar import HolidayCalendar
from monitor.domain.attestation import Role
from monitor.domain.procedure import (
    ELAPSE,
    Effect,
    EffectKind,
    Event,
    NotPossibleError,
    Procedure,
    ProcedureKind,
    advance,
    begin,
)
from monitor.domain.procedure_machines import MACHINES
from tests.builders import MONDAY

CALENDAR = HolidayCalendar()
START = {
    ProcedureKind.RECERTIFICATION: {"valid_until": "2026-05-01"},
    ProcedureKind.ENDING: {"paid_until": "2026-04-30"},
    ProcedureKind.OWNER_CHANGE: {"domain": "shop.example"},
}
SMOOTH: dict[ProcedureKind, tuple[tuple[str, dict[str, str]], ...]] = {
    ProcedureKind.APPLICATION: (
        ("documents_complete", {}),
        ("questionnaire_sent", {}),
        ("questionnaire_back", {}),
        ("accountant_positive", {}),
        ("audited", {}),
        ("advised", {"advice": "positive"}),
        ("decided_positive", {}),
    ),
    ProcedureKind.RECERTIFICATION: (
        *(("part_passed", {"part": part}) for part in ("finance", "law", "security")),
        ("renewed", {}),
    ),
    ProcedureKind.OWNER_CHANGE: (
        ("sender_verified", {"method": "site_code"}),
        ("data_changed", {}),
        ("domain_transferred", {}),
        ("validated", {"to": "m2"}),
    ),
}
EVENTS = sorted({event for machine in MACHINES.values() for _, event in machine.steps})
DATA = st.fixed_dictionaries(
    {},
    optional={
        "advice": st.sampled_from(["positive", "negative", "maybe"]),
        "open_breaches": st.sampled_from(["0", "tz-3.1c"]),
        "part": st.sampled_from(["finance", "law", "security", "mood"]),
        "result": st.sampled_from(["good", "points", ""]),
        "by": st.sampled_from(["member", "staff"]),
        "method": st.sampled_from(["mail", "site_code", "dns_code", "phone"]),
        "domain": st.sampled_from(["shop.example", "gmail.com"]),
        "spf": st.sampled_from(["pass", "fail"]),
        "to": st.sampled_from(["m1", "m2"]),
        "on": st.sampled_from(["2026-04-01", "2026-05-31", "soon"]),
        "day": st.sampled_from(["2026-04-01", "soon"]),
        "since": st.sampled_from(["2026-04-01", ""]),
        "note": st.text(max_size=5),
    },
)


class Office(RuleBasedStateMachine):
    """One procedure of any kind under any events."""

    @initialize(kind=st.sampled_from(list(ProcedureKind)))
    def opened(self, kind: ProcedureKind) -> None:
        self.at = MONDAY
        self.machine = MACHINES[kind]
        blank = Procedure(
            "KP-1", kind, "s", "m1", "mark", "NL", "", opened_at=self.at, changed_at=self.at
        )
        event = Event("opened", START.get(kind, {}))
        self.one, self.effects = begin(self.machine, blank, event, CALENDAR)
        self.event = event
        self.taken = 0

    @rule(name=st.sampled_from(EVENTS), role=st.sampled_from(list(Role)), data=DATA)
    def recorded(self, name: str, role: Role, data: dict[str, str]) -> None:
        before, self.event = self.one, Event(name, data, role)
        possible = self.machine.events(before.state) if before.active else ()
        try:
            self.one, self.effects = advance(self.machine, before, self.event, self.at, CALENDAR)
        except NotPossibleError:
            self.effects = ()
            return
        assert name in possible
        wanted = self.machine.roles.get(name)
        assert wanted in (None, role)

    @precondition(lambda self: self.machine.kind in SMOOTH)
    @rule(breaches=st.sampled_from(["0", "tz-3.1c"]))
    def went_well(self, breaches: str) -> None:
        """The way to a good end, by who may: chance alone never reaches it."""
        way = SMOOTH[self.machine.kind]
        name, said = way[self.taken % len(way)]
        self.taken += 1
        role = self.machine.roles.get(name, Role.AUDITOR)
        self.recorded(name, role, {**said, "open_breaches": breaches})

    @rule(hours=st.integers(1, 24 * 40))
    def waited(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.event = Event(ELAPSE)
        self.one, self.effects = advance(self.machine, self.one, self.event, self.at, CALENDAR)
        for _ in range(4):
            again, said = advance(self.machine, self.one, self.event, self.at, CALENDAR)
            assert said == () or again != self.one
            self.one = again
        _, said = advance(self.machine, self.one, self.event, self.at, CALENDAR)
        assert said == ()

    @precondition(lambda self: not self.one.active)
    @rule()
    def closed_for_ever(self) -> None:
        for name in self.machine.events(self.one.state) or ("x",):
            try:
                advance(self.machine, self.one, Event(name), self.at, CALENDAR)
            except NotPossibleError:
                continue
            raise AssertionError(name)

    @invariant()
    def states_are_known(self) -> None:
        assert self.one.state in self.machine.states
        assert self.one.active == (self.one.state not in self.machine.finals)
        assert self.one.active or self.one.due_at is None

    @invariant()
    def the_clock_never_runs_backwards(self) -> None:
        assert timedelta(0) <= self.one.age(self.at) <= self.at - self.one.opened_at
        assert self.one.waited >= timedelta(0)

    @invariant()
    def nobody_is_certified_over_an_open_breach(self) -> None:
        applies = self.machine.kind is ProcedureKind.APPLICATION
        if applies and any(e.kind is EffectKind.CERTIFY for e in self.effects):
            assert self.event.data.get("open_breaches", "0") == "0"

    @invariant()
    def only_the_end_of_a_membership_or_an_application_sets_a_standing(self) -> None:
        kinds = {e.name for e in self.effects if e.kind is EffectKind.STANDING}
        assert kinds <= {"applicant", "ended"}
        if kinds == {"ended"}:
            assert self.machine.kind is ProcedureKind.ENDING

    @invariant()
    def a_shop_goes_over_only_with_the_whole_checklist(self) -> None:
        if any(e.kind is EffectKind.TRANSFER for e in self.effects):
            parts = self.one.parts
            assert all(
                parts[n] for n in ("sender_verified", "data_changed", "domain_transferred", "to")
            )

    effects: tuple[Effect, ...] = ()


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
