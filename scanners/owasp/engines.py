"""The engines by name.  Each is loaded when it is first asked for: most daemons need one.

Options of a request that choose and equip an engine:
``engine`` ``passive`` (default), ``zap`` or ``wapiti``; ``profile`` ``baseline``
(default), ``active-low`` or ``active-medium``; ``libraries`` file or address of the data
of retire.js; ``exposed_files`` false leaves those out; ``pages_max``;
``start_page_min_chars``; ``again_after_s`` seconds between the sight of a grave weakness
and the second look at it; ``zap`` and ``zap_key`` address and key of a daemon;
``zap_command`` a program to start one; ``wapiti`` the program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from scanners.api import Clock, NetOptions
from scanners.owasp.engine import OwaspEngine, Profile

if TYPE_CHECKING:
    from scanners.owasp.wapiti import WapitiEngine

DEFAULT_ENGINE = "passive"
DAY_S = 86_400
Options = Mapping[str, object]


class NoEngineError(Exception):
    """The engine cannot be had; the argument is a sentence for staff, without secrets."""


def _passive(net: NetOptions, clock: Clock, words: Options) -> OwaspEngine:
    from scanners.owasp.passive import PassiveEngine, PassiveOptions  # noqa: PLC0415

    standard = PassiveOptions()
    return PassiveEngine(
        net,
        clock,
        PassiveOptions(
            libraries=_text(words, "libraries"),
            files=words.get("exposed_files") is not False,
            pages_max=_number(words, "pages_max", standard.pages_max),
            shell_chars=_number(words, "start_page_min_chars", standard.shell_chars),
            again_after_s=_seconds(words, "again_after_s", standard.again_after_s),
        ),
    )


def _wapiti(net: NetOptions, clock: Clock, words: Options) -> OwaspEngine:
    from scanners.owasp.wapiti import WapitiEngine, found_program  # noqa: PLC0415

    program = found_program(_text(words, "wapiti"))
    if program is None:
        raise NoEngineError("wapiti is not installed here (setting owasp.wapiti, WAPITI_BIN)")
    engine: WapitiEngine = WapitiEngine(net, clock, program)
    return engine


def _zap(net: NetOptions, clock: Clock, words: Options) -> OwaspEngine:
    try:
        from scanners.owasp.zap.daemon import LocalZap, RemoteZap  # noqa: PLC0415
        from scanners.owasp.zap.engine import ZapEngine  # noqa: PLC0415
        from scanners.owasp.zap.pool import local_pool, remote_pool  # noqa: PLC0415
        from scanners.owasp.zap.site import Timing  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise NoEngineError(f"ZAP needs the extra keurwacht[zap] ({error.name})") from error
    address, command = _text(words, "zap"), _text(words, "zap_command")
    if address:
        pool = remote_pool([RemoteZap(address, _text(words, "zap_key"))])
    elif command:
        pool = local_pool(LocalZap((command,)))
    else:
        raise NoEngineError("no ZAP daemon is named (zap, or zap_command)")
    standard = Timing()
    timing = replace(
        standard, again_after_s=_seconds(words, "again_after_s", standard.again_after_s)
    )
    return ZapEngine(pool, net, clock, timing)


ENGINES: Mapping[str, Callable[[NetOptions, Clock, Options], OwaspEngine]] = {
    "passive": _passive,
    "zap": _zap,
    "wapiti": _wapiti,
}
# What an engine can do is known without loading it.
PROFILES: Mapping[str, frozenset[Profile]] = {
    "passive": frozenset({Profile.BASELINE}),
    "zap": frozenset(Profile),
    "wapiti": frozenset(Profile),
}


def make(name: str, net: NetOptions, clock: Clock, words: Options) -> OwaspEngine:
    """An engine; NoEngineError when there is none of that name, or not here."""
    if name not in ENGINES:
        raise NoEngineError(f"no engine {name!r}; known: {', '.join(sorted(ENGINES))}")
    return ENGINES[name](net, clock, words)


def _text(words: Options, name: str) -> str:
    value = words.get(name)
    return value if isinstance(value, str) else ""


def _number(words: Options, name: str, standard: int) -> int:
    value = words.get(name)
    fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if fits and isinstance(value, int) else standard


def _seconds(words: Options, name: str, standard: float) -> float:
    value = words.get(name)
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < DAY_S
    return float(value) if fits and isinstance(value, int | float) else standard
