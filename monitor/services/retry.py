"""When to look again at what could not be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Retry:
    """When to look again after a look that could not decide.

    ``first`` doubles with every further look in a row, up to the cadence.
    """

    first: timedelta = timedelta(hours=1)

    def after(self, looks: int, cadence: timedelta) -> timedelta:
        """The pause before the next look, after ``looks`` undecided ones in a row."""
        factor: int = 1 << min(max(looks - 1, 0), 16)
        return min(self.first * factor, cadence)
