"""What is remembered of a site's drift between looks: suspicions, and habits.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# A feature that came or went this often without lasting is a habit of the site.
HABIT_TIMES = 2
HABITS_MAX = 400


@dataclass(frozen=True, slots=True)
class DriftMemory:
    """``newest``: the changes of the last look and the features they moved, by key.

    ``earlier``: the keys of the look before that; a change counts when both showed it.
    ``moves``: how often a feature was part of a change that did not last until the next look.
    """

    newest: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    earlier: frozenset[str] = frozenset()
    moves: Mapping[str, int] = field(default_factory=dict)

    @property
    def habits(self) -> frozenset[str]:
        """Features that come and go at this site."""
        return frozenset(name for name, times in self.moves.items() if times >= HABIT_TIMES)

    def after(self, seen: Mapping[str, tuple[str, ...]], *, whole: bool) -> DriftMemory:
        """The memory once a look showed ``seen``.

        A look that was not ``whole`` ends no suspicion.  What was suspected and is not
        there any more in a whole one did not last.  Of too many habits the most frequent
        are kept.
        """
        earlier = frozenset(self.newest)
        if not whole:
            return DriftMemory({**self.newest, **seen}, earlier, self.moves)
        moves = dict(self.moves)
        for key, features in self.newest.items():
            if key not in seen:
                for name in features:
                    moves[name] = moves.get(name, 0) + 1
        kept = sorted(moves.items(), key=lambda item: (-item[1], item[0]))[:HABITS_MAX]
        return DriftMemory(dict(seen), earlier, dict(kept))

    def without_habits(self) -> DriftMemory:
        """The same suspicions, every habit forgotten."""
        return DriftMemory(self.newest, self.earlier)
