"""What the TLS figures mean: medians, ratios against their aims, and the page.  Pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

BEGIN, END = "<!-- bench_tls: begin -->", "<!-- bench_tls: end -->"
SWEEP_MAX_S = 120.0
# What "flat" allows from the second fifth of a sweep to its last: MiB.
FLAT_MIB = 5.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement of one tool on one target, per run: seconds, MiB."""

    tool: str
    target: str
    round: int
    connections: float
    cpu_s: float
    wall_s: float
    rss_mib: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory at one moment of a sweep: seconds since its start, MiB."""

    at_s: float
    own_mib: float
    helper_mib: float
    pss_mib: float


@dataclass(frozen=True, slots=True)
class Sweep:
    """Many sites, each scanned once; ``cpu_s`` of ours and of the servers."""

    sites: int
    at_once: int
    wall_s: float
    cpu_s: float
    nginx_cpu_s: float
    connections: int
    memory: tuple[Memory, ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """``ours`` may cost at most ``at_most`` of what ``theirs`` costs; None: only told."""

    what: str
    ours: str
    theirs: str
    of: Callable[[Sample], float]
    at_most: float | None
    targets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A ratio with its aim.  ``holds`` is None when it could not be measured."""

    what: str
    value: str
    aim: str
    holds: bool | None
    per_target: Mapping[str, float]

    @property
    def word(self) -> str:
        """For people; nothing where there is no aim."""
        if not self.aim:
            return ""
        return {True: "holds", False: "does not hold", None: "not measured"}[self.holds]


def median_of(
    samples: Sequence[Sample], tool: str, target: str, of: Callable[[Sample], float]
) -> float | None:
    """Median over the rounds, None when the tool did not look at the target."""
    values = [of(s) for s in samples if s.tool == tool and s.target == target]
    return statistics.median(values) if values else None


def ratio(
    samples: Sequence[Sample], ours: str, theirs: str, target: str, of: Callable[[Sample], float]
) -> float | None:
    """Median over the rounds of ours / theirs of the same round; a busy moment hits both."""
    both = [
        {s.round: of(s) for s in samples if s.tool == tool and s.target == target}
        for tool in (ours, theirs)
    ]
    pairs = [(both[0][n], both[1][n]) for n in both[0] if both[1].get(n)]
    return statistics.median(a / b for a, b in pairs) if pairs else None


def as_part(value: float) -> str:
    """A ratio as people read it: 1/15.2, or 1.30 from one upwards."""
    return f"1/{1 / value:.1f}" if 0 < value < 1 else f"{value:.2f}"


def judge(samples: Sequence[Sample], aim: Aim) -> Verdict:
    """The aim holds when it does for every target."""
    found = {
        target: value
        for target in sorted(aim.targets)
        if (value := ratio(samples, aim.ours, aim.theirs, target, aim.of)) is not None
    }
    wanted = "" if aim.at_most is None else f"≤ {as_part(aim.at_most)}"
    if set(found) != aim.targets or not found:
        return Verdict(aim.what, "", wanted, None, found)
    worst = max(found, key=lambda name: found[name])
    middle = statistics.median(found.values())
    said = f"{as_part(found[worst])} at worst ({worst}), {as_part(middle)} in the middle"
    if len(found) == 1:
        said = f"{as_part(found[worst])} ({worst})"
    holds = None if aim.at_most is None else found[worst] <= aim.at_most
    return Verdict(aim.what, said, wanted, holds, found)


def growth(values: Sequence[float]) -> float:
    """From the second fifth to the last, by their medians; 0 of too few values."""
    fifth = len(values) // 5
    if fifth == 0:
        return 0.0
    return statistics.median(values[-fifth:]) - statistics.median(values[fifth : 2 * fifth])


def judge_sweep(sweep: Sweep) -> tuple[Verdict, Verdict]:
    """Its time and whether its memory stayed flat."""
    own = growth([m.own_mib for m in sweep.memory])
    helper = growth([m.helper_mib for m in sweep.memory])
    speed = Verdict(
        f"{sweep.sites:,} sites swept lean, {sweep.at_once} at once",
        f"{sweep.wall_s:.1f} s ({sweep.sites / sweep.wall_s:.1f} sites/s)",
        f"< {SWEEP_MAX_S:.0f} s",
        sweep.wall_s < SWEEP_MAX_S,
        {},
    )
    flat = Verdict(
        "memory in the sweep, growth from its second fifth to its last",
        f"{own:+.1f} MiB in the daemon's place, {helper:+.1f} MiB in the helper",
        f"≤ {FLAT_MIB:.0f} MiB each",
        max(own, helper) <= FLAT_MIB if len(sweep.memory) >= 5 else None,
        {},
    )
    return speed, flat


def tools_table(
    samples: Sequence[Sample], tools: Mapping[str, str], targets: Sequence[str]
) -> list[str]:
    """A row per tool, a column per target: connections, CPU ms, wall ms; the peak last."""
    head = ["tool", "how", *targets, "peak RSS MiB"]
    rows = [head, ["---"] * len(head)]
    for tool, how in tools.items():
        cells = [_cell(samples, tool, target) for target in targets]
        peak = max((s.rss_mib for s in samples if s.tool == tool), default=0.0)
        rows.append([tool, how, *cells, f"{peak:.0f}"])
    return [f"| {' | '.join(row)} |" for row in rows]


def _cell(samples: Sequence[Sample], tool: str, target: str) -> str:
    found = [
        median_of(samples, tool, target, of)
        for of in (lambda s: s.connections, lambda s: s.cpu_s * 1000, lambda s: s.wall_s * 1000)
    ]
    connections, cpu, wall = found
    if connections is None or cpu is None or wall is None:
        return "-"
    return f"{connections:.0f} · {_ms(cpu)} · {_ms(wall)}"


def _ms(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def verdict_table(verdicts: Sequence[Verdict]) -> list[str]:
    """A row per aim."""
    rows = [f"| {v.what} | {v.value} | {v.aim} | {v.word} |" for v in verdicts]
    return ["| what | figure | aim | |", "|---|---|---|---|", *rows]


def sweep_lines(sweep: Sweep) -> list[str]:
    """What a sweep cost besides its time."""
    last = sweep.memory[-1] if sweep.memory else Memory(0, 0, 0, 0)
    peak = max((m.pss_mib for m in sweep.memory), default=0.0)
    text = (
        f"The sweep took {sweep.cpu_s:.1f} s of processor time of ours "
        f"({sweep.cpu_s / sweep.sites * 1000:.0f} ms a site) and {sweep.nginx_cpu_s:.1f} s of the "
        f"servers on the same cores, and {sweep.connections / sweep.sites:.1f} connections a "
        f"site. At its end the process held {last.own_mib:.0f} MiB and its helper "
        f"{last.helper_mib:.0f} MiB (RSS); all of it with children, shared pages counted once, "
        f"{peak:.0f} MiB at most (PSS)."
    )
    return [text]


def section(parts: Sequence[Sequence[str]]) -> str:
    """What stands between the markers, a blank line between the parts."""
    return "\n".join((BEGIN, *"\n\n".join("\n".join(p) for p in parts if p).split("\n"), END))


def put(page: str, text: str) -> str:
    """The page with its section replaced, or added at the end."""
    before, found, rest = page.partition(BEGIN)
    if not found:
        return f"{page.rstrip()}\n\n{text}\n"
    return before + text + rest.partition(END)[2]
