"""The engines by name.  Each is loaded when it is first asked for: most daemons need one.

Options of a request that choose and equip an engine:
``engine`` ``passive`` (default), ``zap`` or ``wapiti``; ``profile`` ``baseline``
(default), ``active-low`` or ``active-medium``; ``libraries`` file or address of the data
of retire.js; ``exposed_files`` false leaves those out; ``pages_max``;
``start_page_min_chars``; ``again_after_s`` seconds between the sight of a grave weakness
and the second look at it; ``wapiti`` the program.  The daemons of ZAP are no option: their
keys do not travel with requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from scanners.api import Clock, NetOptions
from scanners.owasp.engine import OwaspEngine, Profile
from scanners.owasp.fleet import Daemons

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


def _zap(net: NetOptions, clock: Clock, words: Options, daemons: Daemons) -> OwaspEngine:
    if not daemons.fleet.names:
        raise NoEngineError("no ZAP daemon is named (settings zap.endpoints, zap.command)")
    try:
        from scanners.owasp.zap.engine import ZapEngine  # noqa: PLC0415
        from scanners.owasp.zap.pool import pool_of  # noqa: PLC0415
        from scanners.owasp.zap.site import Timing  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise NoEngineError(f"ZAP needs the extra keurwacht[zap] ({error.name})") from error
    standard = Timing()
    timing = replace(
        standard, again_after_s=_seconds(words, "again_after_s", standard.again_after_s)
    )
    return ZapEngine(pool_of(daemons.fleet, daemons.told), net, clock, timing)


# What an engine can do is known without loading it.
PROFILES: Mapping[str, frozenset[Profile]] = {
    "passive": frozenset({Profile.BASELINE}),
    "zap": frozenset(Profile),
    "wapiti": frozenset(Profile),
}


# The options each is equipped by.
EQUIPMENT: Mapping[str, frozenset[str]] = {
    "passive": frozenset(
        {"libraries", "exposed_files", "pages_max", "start_page_min_chars", "again_after_s"}
    ),
    "zap": frozenset({"again_after_s"}),
    "wapiti": frozenset({"wapiti"}),
}


def make(name: str, net: NetOptions, clock: Clock, words: Options, daemons: Daemons) -> OwaspEngine:
    """An engine; NoEngineError when there is none of that name, or not here."""
    match name:
        case "passive":
            return _passive(net, clock, words)
        case "zap":
            return _zap(net, clock, words, daemons)
        case "wapiti":
            return _wapiti(net, clock, words)
        case _:
            raise NoEngineError(f"no engine {name!r}; known: {', '.join(sorted(PROFILES))}")


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
