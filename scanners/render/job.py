"""What goes between a scanner and the browser's process: one JSON line each way."""

from __future__ import annotations

from dataclasses import dataclass

HTML_MAX_CHARS = 2_000_000
LINE_MAX_BYTES = 12_000_000
PICTURE_SIDE = 64


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
    ``watch_s`` above 0: so long, from the opening on, what the page sets and asks for is
    noted, and nothing is touched.  ``mark`` not "": how prices are drawn is written into
    the document, in an attribute of that name (``scanners.render.styles``).  ``locale`` is
    the visitor's, such as ``nl-NL``; "" leaves the browser's own.
    """

    url: str
    user: str
    secret: str
    deadline_s: float
    settle_s: float
    watch_s: float = 0.0
    mark: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class CookieSet:
    """A cookie that was set, without its value.

    ``domain`` is the host it goes back to.  ``days`` it is kept, 0 until the browser
    closes.  ``how`` is ``header`` (``setter`` is the host that answered with it) or
    ``script`` (the host of the script, "" when not known).
    """

    name: str
    domain: str
    days: float
    how: str
    setter: str


@dataclass(frozen=True, slots=True)
class KeyStored:
    """A key that a page left in the browser's storage; ``area`` is ``local`` or ``session``."""

    area: str
    key: str
    host: str


@dataclass(frozen=True, slots=True)
class HostAsked:
    """How often a host was asked for, refused requests included.

    ``denied`` of them said by themselves that consent was not given (consent mode of
    Google: ``gcs=G100``).  ``types`` are the browser's words (``script``, ``image``).
    """

    host: str
    count: int
    denied: int
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """What happened in a visitor's browser before anything was touched.

    ``seconds`` is how long it was watched.  ``buttons`` are the words on what can be
    clicked, as far as they speak of a choice.
    """

    seconds: float
    cookies: tuple[CookieSet, ...] = ()
    stored: tuple[KeyStored, ...] = ()
    hosts: tuple[HostAsked, ...] = ()
    buttons: tuple[str, ...] = ()


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
    watched: Watched | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to decode in the browser's sandbox: base64 text and its media type."""

    picture: str
    media: str
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Pixels:
    """A decoded picture on white, white edges cut off, stretched to a square of 64 x 64.

    Red, green and blue of each pixel, row by row, base64; "" when a browser draws none.
    """

    rgb: str = ""
