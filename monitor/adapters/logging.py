"""Logs: structlog on stderr, the standard library's logging on the same road.

Times are UTC in ISO 8601.  Secrets and mail addresses are taken out, and text
that came from outside cannot move the cursor, colour the screen or forge a line.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
VALUE_MAX_CHARS = 2000
DEPTH_MAX = 6
ITEMS_MAX = 50
# Chatty at info, and not about our work.
# The same failure again within this long is only counted.
REPEAT_S = 60.0
REPEATS_MAX = 500
QUIET = ("httpx", "httpcore", "apscheduler", "asyncio", "alembic", "mail.log")

# What a job of theirs raised, and which turns were skipped: the ticker hears of both and says it.
SAID_ELSEWHERE = {
    "apscheduler.executors": logging.CRITICAL + 1,
    "apscheduler.scheduler": logging.ERROR,
}
_NUMBERS = re.compile(r"\d+")
_SECRET_KEY = re.compile(
    r"pass(?:word|wd|phrase)|secret|token|authorization|cookie|credential|api_?key"
    r"|private_?key|recipient|e_?mail|address_to"
)
# Fencing tokens are small numbers and wanted in a log; everything else of the name is not.
_FENCING = frozenset({"token"})
_ADDRESS = re.compile(r"[^\s@<>\"',;:()\[\]]{1,64}@([\w.-]{1,253})")
# Up to the last @ of the authority, as a password may hold one.
_URL_LOGIN = re.compile(r"(?<=://)[^/?#\s]{1,2000}(?=@)")
_BEARER = re.compile(r"\b(bearer|basic)\s{1,4}[A-Za-z0-9._~+/=-]{6,4000}", re.IGNORECASE)


def configure_logging(fmt: str, level: str, stream: TextIO | None = None) -> None:
    """Send structlog and ``logging`` to ``stream`` (stderr) as ``json`` or ``console`` lines.

    ``level`` is debug, info, warning or error.  May be called again: the newest
    call counts.
    """
    target = sys.stderr if stream is None else stream
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(fmt, target),
            ],
        )
    )
    handler.addFilter(Repeats())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name, least in SAID_ELSEWHERE.items():
        logging.getLogger(name).setLevel(max(least, root.level))


@dataclass(slots=True)
class _Failure:
    said_at: float
    seen_at: float
    since: int = 0


class Repeats(logging.Filter):
    """Says a failure once with its traceback, and while it goes on once a minute how often.

    A failure is an error with an exception; it is the same when logger, event,
    job, kind and exception are, whatever site or number they speak of.  After a
    minute of silence it is told in full again.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._failures: dict[tuple[str, ...], _Failure] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """False for a repetition that is only counted."""
        error = _error_of(record)
        if not error or record.levelno < logging.ERROR:
            return True
        key = _failure_key(record, error)
        now = self._clock()
        known = self._failures.get(key)
        if known is None or now - known.seen_at > REPEAT_S:
            if len(self._failures) >= REPEATS_MAX:
                self._failures.clear()
            self._failures[key] = _Failure(now, now)
            return True
        known.seen_at = now
        known.since += 1
        if now - known.said_at < REPEAT_S:
            return False
        _shorten(record, error, known.since)
        known.said_at, known.since = now, 0
        return True


def _error_of(record: logging.LogRecord) -> str:
    """The exception in one line, "" when there is none."""
    if isinstance(record.msg, dict):
        return str(record.msg.get("exception", "")).strip().rpartition("\n")[2][:300]
    error = record.exc_info[1] if record.exc_info else None
    return "" if error is None else repr(error)[:300]


def _failure_key(record: logging.LogRecord, error: str) -> tuple[str, ...]:
    """What makes two failures the same one."""
    words: tuple[object, ...] = (record.msg,)
    if isinstance(record.msg, dict):
        words = tuple(record.msg.get(name, "") for name in ("event", "job", "kind"))
    return (record.name, *map(str, words), _NUMBERS.sub("#", error))


def _shorten(record: logging.LogRecord, error: str, times: int) -> None:
    """The line of a minute: how often, without the traceback."""
    if isinstance(record.msg, dict):
        rest = {key: value for key, value in record.msg.items() if key != "exception"}
        record.msg = {**rest, "repeated": times, "error": error}
    else:
        record.msg, record.args = f"{record.getMessage()} (repeated {times} times: {error})", ()
        record.exc_info = None


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide secrets by key and by shape, and make every text harmless."""
    for key, value in list(event.items()):
        if key.startswith("_"):
            continue
        cleaned = _clean(key, value, 0)
        del event[key]
        event[plain(key)] = cleaned
    return event


def plain(text: str, limit: int = VALUE_MAX_CHARS, *, lines: bool = False) -> str:
    r"""``text`` with control and format characters written as ``\\x1b``, at most ``limit`` long.

    ``lines`` keeps line feeds and tabs (tracebacks).
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    kept = "\n\t " if lines else " "
    return "".join(c if c.isprintable() or c in kept else _escaped(c) for c in cut)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 (one byte)


def _renderer(fmt: str, target: TextIO) -> Processor:
    if fmt == "json":
        return structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def _clean(key: str, value: object, depth: int) -> object:
    match value:
        case _ if _secret(key, value):
            return HIDDEN
        case None | bool() | int() | float():
            return value
        case str():
            return _clean_text(value, trace=key in ("exception", "stack"))
        case Mapping() if depth < DEPTH_MAX:
            items = list(value.items())[:ITEMS_MAX]
            return {plain(str(k)): _clean(str(k), v, depth + 1) for k, v in items}
        case list() | tuple() | set() | frozenset() if depth < DEPTH_MAX:
            return [_clean("", item, depth + 1) for item in list(value)[:ITEMS_MAX]]
        case _:
            text = f"[{len(value)} bytes]" if isinstance(value, bytes) else str(value)
            return _clean_text(text, trace=False)


def _secret(key: str, value: object) -> bool:
    name = key.lower().replace("-", "_")
    if name in _FENCING and isinstance(value, int):
        return False
    return value is not None and _SECRET_KEY.search(name) is not None


def _clean_text(text: str, *, trace: bool) -> str:
    # Cut first: patterns run over a bounded text whatever the other side sent.
    bounded = text[-20_000:] if trace else text[: VALUE_MAX_CHARS * 2]
    for hide in _HIDERS:
        bounded = hide(bounded)
    return plain(bounded, 20_000 if trace else VALUE_MAX_CHARS, lines=trace)


_HIDERS: tuple[Callable[[str], str], ...] = (
    lambda text: _URL_LOGIN.sub(HIDDEN, text),
    lambda text: _ADDRESS.sub(rf"{HIDDEN}@\1", text),
    lambda text: _BEARER.sub(rf"\1 {HIDDEN}", text),
)
