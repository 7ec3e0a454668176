"""Logs: structlog on stderr, the standard library's logging on the same road.

Times are UTC in ISO 8601.  Secrets and mail addresses are taken out, and text
that came from outside cannot move the cursor, colour the screen or forge a line.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
VALUE_MAX_CHARS = 2000
DEPTH_MAX = 6
ITEMS_MAX = 50
# Chatty at info, and not about our work.
QUIET = ("httpx", "httpcore", "apscheduler", "asyncio", "alembic", "mail.log")

_SECRET_KEY = re.compile(
    r"pass(?:word|wd|phrase)|secret|token|authorization|cookie|credential|api_?key"
    r"|private_?key|recipient|e_?mail|address_to"
)
# Fencing tokens are small numbers and wanted in a log; everything else of the name is not.
_FENCING = frozenset({"token"})
_ADDRESS = re.compile(r"[^\s@<>\"',;:()\[\]]{1,64}@([\w.-]{1,253})")
_URL_LOGIN = re.compile(r"(?<=://)[^/\s:@]{0,200}:[^/\s@]{1,200}(?=@)")
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
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


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
