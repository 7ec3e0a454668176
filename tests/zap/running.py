"""What a test knows of a running ZAP, true or fake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.zap.fake import Faults

KEY = "kw-test-key-0123456789"


@dataclass
class RunningZap:
    """A ZAP that answers at ``url`` (``http://127.0.0.1:port``) to ``key``.

    ``home`` and ``process_id`` are None for the fake; ``faults`` and ``calls`` (the endpoints
    called, in order) are the fake's alone.
    """

    url: str
    key: str
    home: Path | None
    true: bool
    process_id: int | None = None
    faults: Faults | None = None
    calls: list[str] = field(default_factory=list)
    _wait: Callable[[float], int] = field(repr=False, default=lambda _limit_s: 0)
    _kill: Callable[[], None] = field(repr=False, default=lambda: None)

    def kill(self) -> None:
        """End it without a word: SIGKILL for the true one, every connection cut for the fake."""
        self._kill()

    def wait(self, limit_s: float) -> int:
        """The exit code, once it has ended by itself; subprocess.TimeoutExpired when it does not.

        0 at once for the fake.
        """
        return self._wait(limit_s)

    def rss_mib(self) -> float | None:
        """Resident memory in MiB; None for the fake and when it is gone."""
        if self.process_id is None:
            return None
        try:
            status = Path(f"/proc/{self.process_id}/status").read_text("ascii", "replace")
        except OSError:
            return None
        lines = [line.split() for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(lines[0][1]) / 1024 if lines else None
