"""Where time comes from: this machine, or the database that several machines share."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

ASK_EVERY_S = 30.0


class SystemClock:
    """The clock of this machine; implements ``scanners.api.Clock``."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.now(UTC)


class DatabaseClock:
    """The clock of a PostgreSQL server: the same for all machines that share its leases.

    Asked at most every ``ask_every_s`` seconds; in between the monotonic clock
    counts on from the last answer.  Never goes back.  Safe from any thread.
    """

    def __init__(self, engine: Engine, ask_every_s: float = ASK_EVERY_S) -> None:
        self._engine = engine
        self._ask_every_s = ask_every_s
        self._lock = threading.Lock()
        self._answer: datetime | None = None
        self._answered_s = 0.0
        self._latest: datetime | None = None

    def now(self) -> datetime:
        """The present moment, aware, UTC; a database error when the server cannot be asked."""
        with self._lock:
            elapsed_s = time.monotonic() - self._answered_s
            if self._answer is None or elapsed_s >= self._ask_every_s:
                self._answer = self._ask()
                self._answered_s = time.monotonic()
                elapsed_s = 0.0
            moment = self._answer + timedelta(seconds=elapsed_s)
            if self._latest is not None:
                moment = max(moment, self._latest)
            self._latest = moment
            return moment

    def _ask(self) -> datetime:
        with self._engine.connect() as connection:
            answer = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        if not isinstance(answer, datetime):
            raise TypeError(f"clock_timestamp() gave {type(answer).__name__}")
        return answer.astimezone(UTC)
