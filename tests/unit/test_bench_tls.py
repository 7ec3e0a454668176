"""The pure parts of the TLS benchmark: reading /proc, ratios and verdicts, the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import tls_report as report
from benchmarks.tls_proc import Stat, active_opens, descendants, read_stat, status_kib
from benchmarks.tls_report import Aim, Memory, Sample, Sweep
from benchmarks.tls_targets import RECIPES, Target
from benchmarks.tls_tools import blackbox_config

SNMP = """\
Ip: Forwarding DefaultTTL InReceives
Ip: 1 64 1029
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails
Tcp: 1 200 120000 -1 602 17 3
Udp: InDatagrams NoPorts
Udp: 4 0
"""


def sample(tool: str, target: str, number: int, cpu_s: float, connections: float = 1.0) -> Sample:
    return Sample(tool, target, number, connections, cpu_s, cpu_s * 2, 10.0)


def cpu(found: Sample) -> float:
    return found.cpu_s


def aim(at_most: float | None, *targets: str) -> Aim:
    return Aim("CPU: a / b", "a", "b", cpu, at_most, frozenset(targets))


def sweep(own: list[float], helper: list[float], wall_s: float = 60.0) -> Sweep:
    memory = tuple(
        Memory(at / 2, one, two, one + two)
        for at, (one, two) in enumerate(zip(own, helper, strict=True))
    )
    return Sweep(1000, 6, wall_s, 50.0, 20.0, 30_000, memory)


def test_dialled_connections_are_read_from_the_tcp_lines_by_name() -> None:
    assert active_opens(SNMP) == 602


def test_a_program_name_with_blanks_and_brackets_does_not_shift_the_fields_of_stat() -> None:
    line = "77 (odd ) R (name) S 12 77 77 0 -1 4194304 100 200 0 0 31 7 250 13 20 0 2 0 5 6 7"
    assert read_stat(line) == Stat(parent=12, own=38, children=263)


def test_the_tree_of_a_process_has_grandchildren_and_no_strangers() -> None:
    parents = {1: 0, 10: 1, 11: 10, 12: 11, 13: 10, 20: 1}
    assert sorted(descendants(parents, 10)) == [10, 11, 12, 13]
    assert descendants(parents, 20) == [20]


def test_memory_of_a_process_that_is_only_a_zombie_is_zero() -> None:
    assert status_kib("Name:\tpython\nVmHWM:\t  900 kB\nVmRSS:\t   812 kB\n", "VmRSS") == 812
    assert status_kib("Name:\tpython\nState:\tZ (zombie)\n", "VmRSS") == 0


def test_a_ratio_is_the_median_of_the_ratios_within_rounds() -> None:
    # In round 2 the machine was ten times slower for both: that must not show.
    samples = [
        sample("a", "x", 0, 1.0), sample("b", "x", 0, 4.0),
        sample("a", "x", 1, 10.0), sample("b", "x", 1, 40.0),
        sample("a", "x", 2, 1.0), sample("b", "x", 2, 2.0),
    ]  # fmt: skip
    assert report.ratio(samples, "a", "b", "x", cpu) == 0.25


def test_a_ratio_needs_both_in_the_same_round_and_something_to_divide_by() -> None:
    apart = [sample("a", "x", 0, 1.0), sample("b", "x", 1, 4.0)]
    nothing = [sample("a", "x", 0, 1.0), sample("b", "x", 0, 0.0)]
    elsewhere = [sample("a", "x", 0, 1.0), sample("b", "y", 0, 4.0)]
    assert report.ratio(apart, "a", "b", "x", cpu) is None
    assert report.ratio(nothing, "a", "b", "x", cpu) is None
    assert report.ratio(elsewhere, "a", "b", "x", cpu) is None


def test_one_target_above_the_aim_is_enough_for_it_not_to_hold() -> None:
    samples = [
        sample("a", "x", 0, 1.0), sample("b", "x", 0, 8.0),
        sample("a", "y", 0, 1.0), sample("b", "y", 0, 3.0),
    ]  # fmt: skip
    verdict = report.judge(samples, aim(1 / 4, "x", "y"))
    assert verdict.holds is False
    assert verdict.word == "does not hold"
    assert verdict.value.startswith("1/3.0 at worst (y)")
    assert report.judge(samples, aim(1 / 3, "x", "y")).word == "holds"
    assert report.judge(samples, aim(1 / 4, "x")).holds is True


def test_a_ratio_without_an_aim_is_told_and_not_judged() -> None:
    samples = [sample("a", "x", 0, 3.0), sample("b", "x", 0, 2.0)]
    verdict = report.judge(samples, aim(None, "x"))
    assert (verdict.value, verdict.aim, verdict.word, verdict.holds) == ("1.50 (x)", "", "", None)


def test_a_target_that_was_not_measured_leaves_the_aim_open() -> None:
    samples = [sample("a", "x", 0, 1.0), sample("b", "x", 0, 8.0)]
    verdict = report.judge(samples, aim(1 / 4, "x", "y"))
    assert verdict.holds is None
    assert verdict.word == "not measured"
    assert report.judge([], aim(1 / 4)).holds is None


@pytest.mark.parametrize(
    ("value", "said"),
    [(1 / 15, "1/15.0"), (0.5, "1/2.0"), (1.0, "1.00"), (1.3, "1.30"), (0, "0.00")],
)  # fmt: skip
def test_ratios_are_written_as_parts_below_one(value: float, said: str) -> None:
    assert report.as_part(value) == said


def test_growth_leaves_out_the_start_and_single_peaks() -> None:
    warming_up = [10.0, 40.0, *[50.0] * 4, 90.0, *[50.0] * 3]
    assert report.growth(warming_up) == 0.0
    assert report.growth([float(n) for n in range(100)]) == 60.0
    assert report.growth([1.0, 2.0]) == 0.0


def test_a_sweep_whose_helper_grows_is_not_flat() -> None:
    level, rising = [50.0] * 50, [50.0 + n for n in range(50)]
    speed, flat = report.judge_sweep(sweep(level, level))
    assert (speed.holds, flat.holds) == (True, True)
    assert report.judge_sweep(sweep(level, rising))[1].holds is False
    assert report.judge_sweep(sweep(rising, level))[1].holds is False
    assert report.judge_sweep(sweep(level, level, 120.0))[0].holds is False


def test_a_sweep_with_hardly_any_sample_says_nothing_about_memory() -> None:
    assert report.judge_sweep(sweep([50.0], [40.0]))[1].holds is None


def test_the_table_has_a_dash_where_a_tool_did_not_look() -> None:
    samples = [sample("a", "x", 0, 0.002, 16), sample("a", "x", 1, 0.004, 18)]
    rows = report.tools_table(samples, {"a": "steady state", "b": "per call"}, ["x", "y"])
    assert rows[0] == "| tool | how | x | y | peak RSS MiB |"
    assert rows[2] == "| a | steady state | 17 · 3.00 · 6.00 | - | 10 |"
    assert rows[3] == "| b | per call | - | - | 0 |"
    assert len({row.count("|") for row in rows}) == 1


def test_the_page_keeps_everything_around_its_section() -> None:
    text = report.section([["first"], [], ["| a |", "|---|"]])
    page = report.put("# Benchmarks\n\nbefore\n", text)
    assert page.startswith("# Benchmarks\n\nbefore\n\n<!-- bench_tls: begin -->\nfirst\n\n| a |")
    again = report.put(page + "after\n", report.section([["second"]]))
    assert "first" not in again
    assert again.startswith("# Benchmarks\n\nbefore\n\n")
    assert again.endswith("second\n<!-- bench_tls: end -->\nafter\n")


def test_blackbox_gets_two_verifying_modules_per_target() -> None:
    targets = [Target("old", "old.bench.test", 4433, tls12=True)]
    said = blackbox_config(targets, Path("ca.pem")).splitlines()
    assert said[0] == "modules:"
    assert [line.split(":")[0].strip() for line in said[1:]] == ["tcp_old", "http_old"]
    assert all("ca_file: ca.pem, server_name: old.bench.test" in line for line in said[1:])
    assert all(line.count("{") == line.count("}") for line in said)
    assert "insecure" not in "".join(said)


def test_the_shops_of_the_benchmark_differ_in_what_they_speak() -> None:
    usual = [recipe for recipe in RECIPES if not recipe.extreme]
    assert len({(r.protocols, r.ciphers) for r in RECIPES}) == len(RECIPES)
    assert {r.tls12 for r in usual} == {True, False}
