"""Whose scan a shared daemon carries: a process that is gone claims nothing any more."""

from __future__ import annotations

import subprocess
import sys

from scanners.owasp.zap.claims import claim, is_dead, new_owner

SAY = "from scanners.owasp.zap.claims import new_owner; print(new_owner(), flush=True); input()"


def test_a_process_that_runs_is_not_dead_and_one_that_ended_is() -> None:
    with subprocess.Popen(
        (sys.executable, "-c", SAY), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        owner = other.stdout.readline().strip()
        assert not is_dead(owner)
        other.kill()
        other.wait()
    assert is_dead(owner)


def test_another_process_with_the_same_number_is_another_one() -> None:
    mine = new_owner()
    assert not is_dead(mine)
    assert is_dead(f"{mine[:12]}{'beef' if mine[12:16] != 'beef' else 'cafe'}{mine[16:]}")


def test_of_another_machine_nothing_is_known() -> None:
    assert not is_dead("0" * 32 if new_owner()[:6] != "000000" else "f" * 32)


def test_no_two_pools_have_one_name() -> None:
    assert new_owner() != new_owner()
    assert claim(new_owner(), -5.0).startswith("keurwacht-0-")
