"""``python -m scanners.owasp URL --engine passive|zap|wapiti``: one look at one site."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from urllib.parse import urlsplit

import msgspec

from scanners import alone
from scanners.api import NetOptions, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.net.fetch import FetchError, canonical
from scanners.owasp.engine import Profile, Report, silent
from scanners.owasp.engines import DEFAULT_ENGINE, PROFILES
from scanners.owasp.evidence import PROFILE_BASELINE, Engine, OwaspFacts
from scanners.owasp.fleet import Daemons, RemoteZap, ZapFleet
from scanners.owasp.rules import ENGINE
from scanners.owasp.scanner import OwaspScanner
from scanners.owasp.table import show, told_to

DEADLINE_MAX_S = 14_400.0
DEADLINE_S, DEADLINE_LONG_S = 120.0, 1_800.0
RATE_MAX = 1_000.0
KEY_NAME = "KEURWACHT_ZAP_KEY"
_SAID = frozenset({"engine", "profile", "reason"})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scanners.owasp", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--engine", choices=sorted(PROFILES), default=DEFAULT_ENGINE)
    parser.add_argument(
        "--profile", choices=[one.value for one in Profile], default=Profile.BASELINE.value
    )
    parser.add_argument("--zap", metavar="URL", help="address of a ZAP daemon")
    parser.add_argument("--zap-key", metavar="K", help=f"its API key; better in {KEY_NAME}")
    parser.add_argument("--wapiti", metavar="PROGRAM", help="wapiti; or in WAPITI_BIN")
    parser.add_argument(
        "--libraries", metavar="FILE", help="data of retire.js (jsrepository-v5.json), or its URL"
    )
    parser.add_argument(
        "--authorised", action="store_true", help="the owner of the site agreed to an active scan"
    )
    alone.add_net_options(parser)
    parser.add_argument("--rate", type=float, default=2.0, help="requests per second (2)")
    parser.add_argument("--deadline", type=float, help="seconds (120; 1800 for zap and wapiti)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def refusal(arguments: argparse.Namespace) -> str:
    """Why this cannot be asked, in one line; "" when it can."""
    profile, engine = Profile(arguments.profile), arguments.engine
    if profile.attacks and not arguments.authorised:
        return f"{profile} attacks the site: give --authorised when its owner agreed"
    if profile not in PROFILES[engine]:
        return f"the engine {engine} has the profile {PROFILE_BASELINE} only"
    if engine == "zap" and not arguments.zap:
        return "the engine zap needs --zap URL, the address of a daemon"
    if arguments.zap and not _is_daemon(arguments.zap):
        return f"--zap {arguments.zap}: not an address"
    if arguments.deadline is not None and not 0 < arguments.deadline <= DEADLINE_MAX_S:
        return f"--deadline has to be more than 0 and at most {DEADLINE_MAX_S:.0f} seconds"
    if not 0 < arguments.rate <= RATE_MAX:
        return f"--rate has to be more than 0 and at most {RATE_MAX:.0f} requests a second"
    try:
        canonical(arguments.url)
    except FetchError as error:
        return error.reason
    return ""


def _is_daemon(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        return False


def facts_of(result: ScanResult) -> OwaspFacts:
    """What was seen; without facts an empty look of the engine that was asked."""
    found = [e.facts for e in result.evidence if isinstance(e.facts, OwaspFacts)]
    name = str(result.detail.get("engine", DEFAULT_ENGINE))
    nothing = ENGINE if name == ENGINE.name else Engine(name, "", 0)
    return found[0] if found else OwaspFacts(nothing, str(result.detail.get("profile", "")))


def as_json(result: ScanResult) -> bytes:
    """The result as a JSON object; without facts the lists are empty."""
    facts = facts_of(result)
    return msgspec.json.encode(
        {
            "outcome": result.outcome,
            "engine": facts.engine,
            "profile": facts.profile,
            "findings": facts.findings,
            "coverage": facts.coverage,
            "categories": facts.categories,
            "canary_seen": facts.canary_seen,
            "started_at": result.started_at,
            "duration_s": result.duration_s,
            "requests": result.requests,
            "reason": result.detail.get("reason", ""),
            "detail": {k: v for k, v in result.detail.items() if k not in _SAID},
        }
    )


async def _scan(
    options: NetOptions, request: ScanRequest, report: Report, daemons: Daemons
) -> ScanResult:
    scanner = OwaspScanner(
        options, alone.MachineClock(), lambda _run_id, told: report(told), daemons
    )
    try:
        return await scanner.scan(request)
    finally:
        await scanner.aclose()


def main(argv: list[str] | None = None) -> int:
    """Exit codes: see ``scanners.alone``; an engine that fails is an operational error."""
    arguments = _parser().parse_args(argv)
    refused = refusal(arguments)
    if refused:
        sys.stderr.write(f"{refused}\n")
        return alone.EXIT_USAGE
    options = replace(alone.net_options(arguments), requests_per_second=arguments.rate)
    report = silent if arguments.json or not sys.stderr.isatty() else told_to(sys.stderr)

    async def look() -> int:
        result = await _scan(options, _request(arguments), report, _daemons(arguments))
        if report is not silent:
            sys.stderr.write("\r\x1b[K")
        if arguments.json:
            sys.stdout.write(as_json(result).decode() + "\n")
        else:
            show(result, facts_of(result))
        if result.outcome is ScanOutcome.ENGINE_ERROR:
            sys.stderr.write(f"{result.detail.get('reason', '')}\n")
            return alone.EXIT_ERROR
        return alone.ending(result)

    return alone.running(look)


def _daemons(arguments: argparse.Namespace) -> Daemons:
    """The one daemon that was named, if any."""
    if not arguments.zap:
        return Daemons()
    key = arguments.zap_key or os.environ.get(KEY_NAME, "")
    return Daemons(ZapFleet(remote=(RemoteZap(arguments.zap, key),)))


def _request(arguments: argparse.Namespace) -> ScanRequest:
    host = urlsplit(canonical(arguments.url)).hostname or ""
    standard = DEADLINE_S if arguments.engine == DEFAULT_ENGINE else DEADLINE_LONG_S
    words: dict[str, object] = {
        "engine": arguments.engine,
        "profile": arguments.profile,
        "authorised": arguments.authorised,
        "libraries": arguments.libraries or "",
        "wapiti": arguments.wapiti or "",
    }
    return ScanRequest(
        kind=ScanKind.OWASP,
        url=arguments.url,
        hosts=(host,),
        options=words,
        deadline_s=arguments.deadline or standard,
    )


if __name__ == "__main__":
    sys.exit(main())
