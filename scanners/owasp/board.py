"""How far the looks that run now have come, for whoever follows one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict

from scanners.owasp.engine import Progress

RUNS_MAX = 1_000


class Board:
    """The last word of each run, by run id; the oldest runs are forgotten."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, Progress] = OrderedDict()

    def tell(self, run_id: str, progress: Progress) -> None:
        """Take the newest word of a run."""
        self._told[run_id] = progress
        self._told.move_to_end(run_id)
        while len(self._told) > RUNS_MAX:
            self._told.popitem(last=False)

    def of(self, run_id: str) -> Mapping[str, object] | None:
        """The fields of ``Progress``; None when the run told nothing (yet)."""
        found = self._told.get(run_id)
        return None if found is None else asdict(found)
