"""How many material changes are told, how many alarms are right, and which are not.

``python -m tests.drift.evaluate [--part dev|held_out|all] [--full] [--only WORD] [--jobs N]
[--json]``, or ``--quiet DAYS`` for daily looks at shops where nothing but trade goes on.

Per kind and shop: four accepted observations on earlier days, two looks at the changed shop.
An alarm is a change of weight critical or high that both looks tell; it is typed right when
its kind is among those the corpus expects.  A scan that ends ``redirected_out`` counts as
``host_changed``: the scan itself says so, and there are no facts to compare.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from random import Random

from monitor.policy.drifting.change import Change, Kind, Weight
from monitor.policy.drifting.compare import confirmed, settled
from scanners.api import ScanKind, ScanOutcome, ScanRequest
from scanners.drift.evidence import DriftFacts
from scanners.drift.scanner import DriftScanner
from tests.drift.kinds import REGISTRY
from tests.drift.mutate import FOREIGN, Mutation
from tests.drift.serve import Lab, serving
from tests.drift.site import Site
from tests.drift.templates import TEMPLATES, build
from tests.drift.words import LANGUAGES

ACCEPTED = ((11, 20), (12, 21), (13, 23), (14, 26))
LATER = ((21, 27), (22, 28))
ALARMS = (Weight.CRITICAL, Weight.HIGH)
PLACES = tuple((template, language) for template in TEMPLATES for language in LANGUAGES)


class StandingClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One kind of change at one shop."""

    name: str
    template: str
    language: str


@dataclass(frozen=True)
class Verdict:
    """What was told of a case: kinds that alarm, kinds for review, fragments of the alarms."""

    name: str
    template: str
    language: str
    material: bool
    expected: tuple[str, ...]
    alarms: tuple[str, ...]
    reviews: tuple[str, ...]
    outcome: str
    quotes: tuple[str, ...]

    @property
    def told(self) -> bool:
        return bool(self.alarms)

    @property
    def typed(self) -> bool:
        return bool(set(self.alarms) & set(self.expected))


def cases(part: str, *, full: bool = False, each: int = 2) -> list[Case]:
    """Every kind at ``each`` shops of differing template and language, or at all twenty."""
    found = []
    chosen = [one for one in REGISTRY.values() if part in ("all", one.part)]
    templates = list(TEMPLATES)
    for at, mutation in enumerate(chosen):
        if full:
            found += [Case(mutation.name, *place) for place in PLACES]
            continue
        for turn in range(each):
            template = templates[(at + turn * 2) % len(templates)]
            language = LANGUAGES[(at // len(templates) + at + turn) % len(LANGUAGES)]
            found.append(Case(mutation.name, template, language))
    return found


class Bench:
    """Looks at shops through a running lab and judges what it sees."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._accepted: dict[tuple[str, str], list[DriftFacts]] = {}

    def look(self, site: Site) -> tuple[DriftFacts | None, ScanOutcome]:
        """One scan of ``site`` as it stands."""
        self.lab.show(site)
        request = ScanRequest(ScanKind.DRIFT, site.url, (site.host,))
        result = asyncio.run(DriftScanner(self.lab.options, StandingClock()).scan(request))
        for one in result.evidence:
            if isinstance(one.facts, DriftFacts):
                return one.facts, result.outcome
        return None, result.outcome

    def accepted(self, template: str, language: str) -> list[DriftFacts]:
        """The baseline: quiet observations on several days."""
        key = (template, language)
        if key not in self._accepted:
            looks = [self.look(build(template, language, *visit))[0] for visit in ACCEPTED]
            facts = [one for one in looks if one is not None]
            if len(facts) < len(ACCEPTED):
                raise RuntimeError(f"a healthy shop was not readable: {key}")
            self._accepted[key] = facts
        return self._accepted[key]

    def judge(self, case: Case) -> Verdict:
        """Baseline, two looks at the changed shop, and what both told."""
        mutation = REGISTRY[case.name]
        baseline = self.accepted(case.template, case.language)
        told: list[tuple[Change, ...]] = []
        outcomes = []
        for number, visit in enumerate(LATER):
            site = build(case.template, case.language, *visit)
            if number == 0 or not mutation.once:
                site = mutation.apply(site, Random(f"{case}"))
            facts, outcome = self.look(site)
            outcomes.append(outcome.value)
            told.append(self._told(baseline, facts, outcome, site))
            if not told[-1]:
                break
        both = confirmed(told[0], told[1]) if len(told) == len(LATER) else ()
        return _verdict(case, mutation, both, "+".join(outcomes))

    def _told(
        self, baseline: list[DriftFacts], facts: DriftFacts | None, outcome: ScanOutcome, site: Site
    ) -> tuple[Change, ...]:
        if facts is not None:
            return settled(baseline, facts)
        if outcome is ScanOutcome.REDIRECTED_OUT:
            # The scan itself says it: there is nothing left to compare.
            went = Change(Kind.HOST_CHANGED, Weight.CRITICAL, "start", site.url, site.host, "")
            return (went,)
        return ()


def _verdict(case: Case, mutation: Mutation, both: Sequence[Change], outcome: str) -> Verdict:
    alarms = [change for change in both if change.weight in ALARMS]
    return Verdict(
        case.name,
        case.template,
        case.language,
        mutation.material,
        tuple(sorted(kind.value for kind in mutation.kinds)),
        tuple(sorted({change.kind.value for change in alarms})),
        tuple(sorted({c.kind.value for c in both if c.weight not in ALARMS})),
        outcome,
        tuple(
            f"{c.kind.value}@{c.role}: {c.before[:90]!r} -> {c.after[:90]!r}" for c in alarms[:4]
        ),
    )


def hosts() -> list[str]:
    """Every host a case may lead to."""
    return [*(build(*place, 0, 0).host for place in PLACES), *FOREIGN]


def run(chosen: Iterable[Case]) -> list[Verdict]:
    """All cases in this process."""
    with serving(hosts()) as lab:
        bench = Bench(lab)
        return [bench.judge(case) for case in chosen]


def run_in_parallel(chosen: Sequence[Case], jobs: int) -> list[Verdict]:
    """The cases shared among ``jobs`` processes; shops stay together for their baselines."""
    if jobs <= 1:
        return run(chosen)
    ordered = sorted(chosen, key=lambda case: (case.template, case.language))
    size = -(-len(ordered) // jobs)
    source = iter(ordered)
    shares = [list(islice(source, size)) for _ in range(jobs)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return [verdict for share in pool.map(run, shares) for verdict in share]


def figures(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Recall, precision, share typed right; 1.0 where nothing was to be told."""
    material = [one for one in verdicts if one.material]
    quiet = [one for one in verdicts if not one.material]
    right = [one for one in material if one.told]
    wrong = [one for one in quiet if one.told]
    return {
        "material": len(material),
        "noise": len(quiet),
        "recall": len(right) / len(material) if material else 1.0,
        "precision": len(right) / (len(right) + len(wrong)) if right or wrong else 1.0,
        "typed": sum(one.typed for one in right) / len(right) if right else 1.0,
    }


def _table(verdicts: Sequence[Verdict]) -> None:
    missed = [one for one in verdicts if one.material and not one.told]
    mistyped = [one for one in verdicts if one.material and one.told and not one.typed]
    wrong = [one for one in verdicts if not one.material and one.told]
    for title, rows in (("missed", missed), ("typed wrong", mistyped), ("false alarms", wrong)):
        kinds = Counter(one.name for one in rows)
        print(f"\n{title}: {len(rows)} cases of {len(kinds)} kinds")
        for one in sorted(rows, key=lambda verdict: verdict.name):
            said = ",".join(one.alarms) or f"review {','.join(one.reviews) or '-'}"
            print(f"  {one.name} [{one.template} {one.language}] {one.outcome}: {said}")
            for quote in one.quotes if title != "missed" else ():
                print(f"      {quote}")
    for part in ("dev", "held_out"):
        of_part = [one for one in verdicts if REGISTRY[one.name].part == part]
        if of_part:
            print(f"\n{part}: " + _line(figures(of_part)))
    print("all: " + _line(figures(verdicts)))


def _line(numbers: dict[str, float]) -> str:
    return " ".join(f"{name}={value:.4g}" for name, value in numbers.items())


def quiet_rounds(days: int) -> list[str]:
    """Alarms of ``days`` daily looks at the twenty shops when nothing but trade goes on."""
    found = []
    with serving(hosts()) as lab:
        bench = Bench(lab)
        for template, language in PLACES:
            baseline = bench.accepted(template, language)
            before: tuple[Change, ...] = ()
            for day in range(LATER[0][1], LATER[0][1] + days):
                facts, _ = bench.look(build(template, language, 100 + day, day))
                now = settled(baseline, facts) if facts is not None else ()
                found += [
                    f"day {day} {template} {language}: {one.kind.value}@{one.role} "
                    f"{one.before[:90]!r} -> {one.after[:90]!r}"
                    for one in confirmed(before, now)
                    if one.weight in ALARMS
                ]
                before = now
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 0 always, the bounds are held by a test."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("dev", "held_out", "all"), default="dev")
    parser.add_argument("--full", action="store_true", help="each kind at all twenty shops")
    parser.add_argument("--each", type=int, default=2, help="shops per kind")
    parser.add_argument("--only", default="", help="kinds whose name contains this")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--quiet", type=int, default=0, help="days of trade at every shop instead")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.quiet:
        alarms = quiet_rounds(chosen.quiet)
        print(
            "\n".join([*alarms, f"{len(PLACES)} shops, {chosen.quiet} days: {len(alarms)} alarms"])
        )
        return 0
    wanted = [one for one in cases(chosen.part, full=chosen.full, each=chosen.each)
              if chosen.only in one.name]  # fmt: skip
    verdicts = run_in_parallel(wanted, chosen.jobs)
    if chosen.json:
        rows = [asdict(verdict) for verdict in verdicts]
        print(json.dumps({"figures": figures(verdicts), "verdicts": rows}, indent=1))
    else:
        _table(verdicts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
