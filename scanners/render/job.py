"""What goes between a scanner and the browser's process: one JSON line each way."""

from __future__ import annotations

from dataclasses import dataclass

HTML_MAX_CHARS = 2_000_000
LINE_MAX_BYTES = 12_000_000


@dataclass(frozen=True, slots=True)
class Start:
    """How to start the browser; the first line that its process reads.

    ``proxy`` is the address of the egress guard; nothing is reached but through it.
    ``agent`` is added to the browser's own user agent.
    """

    executable: str
    proxy: str
    agent: str
    sandbox: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One page to open in a context of its own; ``user`` and ``secret`` open the proxy.

    ``settle_s`` is how long the page may take to come to rest after it was loaded.
    """

    url: str
    user: str
    secret: str
    deadline_s: float
    settle_s: float


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the browser made of a page.

    ``problem`` is "" or why there is nothing to read: ``timed_out``, ``no_answer``,
    ``no_browser``.  ``html`` is the document as scripts left it, shadow trees unfolded.
    ``requests`` counts what the page asked for, refused ones included.
    """

    url: str
    final_url: str = ""
    status: int = 0
    html: str = ""
    requests: int = 0
    problem: str = ""
