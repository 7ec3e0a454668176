"""``python -m scanners.tls HOST``: look at one host's TLS, with its NCSC levels."""

from __future__ import annotations

import argparse
import ipaddress
import sys
import time
from dataclasses import dataclass

import msgspec
from rich.console import Console
from rich.table import Table

from scanners import alone
from scanners.api import NetOptions, Resolve, ScanKind, ScanRequest, ScanResult
from scanners.tls.evidence import VERSIONS, CertificateFacts, CertificateReason, TlsFacts
from scanners.tls.helper import Helper
from scanners.tls.job import EngineJob, EngineResult
from scanners.tls.rating import EDITIONS, rate
from scanners.tls.scanner import CertificateScanner, TlsScanner
from scanners.tls.trust import RootsError

DEADLINES_S = {"certificate": 15.0, "fingerprint": 60.0, "lean": 60.0, "full": 300.0}


class _CountingHelper(Helper):
    """Adds up the processor time the engine's children report."""

    def __init__(self) -> None:
        super().__init__()
        self.cpu_s = 0.0

    async def run(self, job: EngineJob) -> EngineResult:
        result = await super().run(job)
        self.cpu_s += result.cpu_s
        return result


@dataclass(frozen=True, slots=True)
class _Endpoint:
    address: str
    port: int | None


def _connect(text: str) -> _Endpoint:
    """``ADDR[:PORT]``; an IPv6 address with a port stands in brackets."""
    address, port = text, ""
    if text.startswith("["):
        address, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    try:
        ipaddress.ip_address(address)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{address!r} is no address") from error
    return _Endpoint(address, alone.port(port) if port else None)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scanners.tls", description=__doc__)
    parser.add_argument("host", type=alone.host)
    parser.add_argument("--port", type=alone.port, default=443)
    parser.add_argument("--connect", type=_connect, metavar="ADDR[:PORT]", help="dial this")
    parser.add_argument("--tier", choices=tuple(DEADLINES_S), default="lean")
    parser.add_argument("--json", action="store_true")
    alone.add_net_options(parser, resolve=False)
    alone.add_deadline(parser, None)
    return parser.parse_args(argv)


def _options(arguments: argparse.Namespace) -> NetOptions:
    resolve: tuple[Resolve, ...] = ()
    if arguments.connect is not None:
        to = arguments.connect
        resolve = (Resolve(arguments.host, arguments.port, to.address, to.port or arguments.port),)
    return NetOptions(
        resolve=resolve,
        allow_networks=tuple(arguments.allow_network),
        ca_file=arguments.ca_file,
    )


def _request(arguments: argparse.Namespace) -> ScanRequest:
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    kind = ScanKind.CERTIFICATE if arguments.tier == "certificate" else ScanKind.TLS
    return ScanRequest(
        kind=kind,
        url=f"https://{host}:{arguments.port}/",
        hosts=(arguments.host,),
        options={"tier": arguments.tier},
        deadline_s=arguments.deadline or DEADLINES_S[arguments.tier],
    )


async def _scan(arguments: argparse.Namespace) -> tuple[ScanResult, float]:
    options, request = _options(arguments), _request(arguments)
    if request.kind is ScanKind.CERTIFICATE:
        return await CertificateScanner(options, alone.MachineClock()).scan(request), 0.0
    helper = _CountingHelper()
    try:
        return await TlsScanner(options, alone.MachineClock(), helper).scan(request), helper.cpu_s
    finally:
        helper.close()


def report(result: ScanResult, host: str, cpu_s: float) -> dict[str, object]:
    """The JSON object of contract 4; null means not known."""
    found = [e.facts for e in result.evidence]
    views = [f for f in found if isinstance(f, CertificateFacts)]
    certificate = _worst(views)
    facts = next((f for f in found if isinstance(f, TlsFacts)), None)
    ratings = {name: rate(facts, certificate, edition) for name, edition in EDITIONS.items()}
    return {
        "host": host,
        "address": certificate.address if certificate and certificate.address else None,
        "outcome": result.outcome,
        "protocols": facts.protocols if facts else dict.fromkeys(VERSIONS),
        "suites": facts.suites if facts else {},
        "groups": facts.groups if facts else None,
        "certificate": _certificate(certificate),
        "addresses": {a: v.reason for v in views for a in v.addresses or (v.address,) if a},
        "features": _features(facts),
        "ratings": {
            name: {"level": rating.level, "items": rating.items} for name, rating in ratings.items()
        },
        "doubtful": facts.doubtful if facts else 0,
        "connections": result.requests,
        "cpu_s": round(cpu_s, 4),
        "duration_s": round(result.duration_s, 4),
        "detail": result.detail,
    }


def _worst(views: list[CertificateFacts]) -> CertificateFacts | None:
    """The view with the most serious reason; one that shows no certificate comes last."""
    order = tuple(CertificateReason)
    return max(
        (v for v in views if v.leaf),
        key=lambda v: -order.index(v.reason) if v.problems else -len(order),
        default=views[0] if views else None,
    )


def _certificate(found: CertificateFacts | None) -> dict[str, object]:
    if found is None:
        return dict.fromkeys(("chain", "trusted", "host_matches", "not_after", "reason"))
    return {
        "chain": found.chain,
        "trusted": found.trusted,
        "host_matches": found.host_matches,
        "not_after": found.not_after,
        "reason": found.reason,
        "reason_text": found.reason_text,
        "problems": found.problems,
        "protocol": found.protocol,
        "handshake": found.handshake,
        "addresses": found.addresses,
        "staple": found.staple,
        "staple_until": found.staple_until,
    }


def _features(facts: TlsFacts | None) -> dict[str, object] | None:
    if facts is None:
        return None
    names = ("heartbleed", "ccs_injection", "robot", "compression", "secure_renegotiation",
             "client_renegotiations", "early_data", "fallback_scsv", "extended_master_secret",
             "dh_bits", "dh_group", "weak_signatures", "fingerprint", "addresses", "engines",
             "problems")  # fmt: skip
    return {name: getattr(facts, name) for name in names}


def _show(result: ScanResult, host: str) -> None:
    table = Table("What", "Seen", title=f"TLS of {host}: {result.outcome}", title_justify="left")
    certificate, tls = None, None
    for evidence in result.evidence:
        facts = evidence.facts
        if isinstance(facts, CertificateFacts):
            certificate = facts
            where = f"certificate at {', '.join(facts.addresses)}" if facts.addresses else ""
            table.add_row(where or "certificate", facts.reason_text)
            if facts.staple is not None:
                table.add_row("OCSP response", facts.staple)
            if facts.not_after is not None:
                table.add_row("valid until", f"{facts.not_after:%Y-%m-%d %H:%M} UTC")
        elif isinstance(facts, TlsFacts):
            tls = facts
            words = {True: "yes", False: "no", None: "not known"}
            for version, accepted in facts.protocols.items():
                suites = ", ".join(facts.suites.get(version) or ())
                table.add_row(version, f"{words[accepted]} {suites}".strip())
            for name in ("heartbleed", "ccs_injection", "robot", "compression", "early_data"):
                table.add_row(name.replace("_", " "), words[getattr(facts, name)])
    for name, edition in EDITIONS.items():
        rating = rate(tls, certificate, edition)
        worst = ", ".join(f"{i.what} {i.name}".strip() for i in rating.worst[:4])
        table.add_row(name, f"{rating.level} ({worst})" if worst else rating.level)
    Console(markup=False, highlight=False).print(table)


def main(argv: list[str] | None = None) -> int:
    """Exit codes: see ``scanners.alone``."""
    arguments = _arguments(argv)
    started = time.process_time()

    async def look() -> int:
        result, engine_s = await _scan(arguments)
        if arguments.json:
            cpu_s = time.process_time() - started + engine_s
            found = report(result, arguments.host, cpu_s)
            sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
        else:
            _show(result, arguments.host)
        return alone.ending(result)

    try:
        return alone.running(look)
    except RootsError as error:
        sys.stderr.write(f"--ca-file: {error}\n")
        return alone.EXIT_USAGE


if __name__ == "__main__":
    sys.exit(main())
