"""``python -m scanners.tls HOST``: one host's TLS, as a table or as JSON."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from scanners.api import NetOptions, Resolve, ScanKind, ScanRequest, ScanResult
from scanners.net.names import ascii_host
from scanners.tls.evidence import CertificateFacts, HostCertificate, TlsFacts
from scanners.tls.rating import EDITIONS, Level, rate
from scanners.tls.scanner import CertificateScanner, TlsScanner
from scanners.tls.suites import PROTOCOLS

EXIT_USAGE = 2
EXIT_UNKNOWN = 4


class _SystemClock:
    """The machine's clock, aware UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scanners.tls", description=__doc__)
    parser.add_argument("host")
    parser.add_argument("--port", type=int, default=443)
    parser.add_argument("--connect", metavar="ADDR[:PORT]", help="dial this instead of asking DNS")
    parser.add_argument("--ca-file", type=Path)
    parser.add_argument("--allow-network", type=ipaddress.ip_network, action="append", default=[])
    parser.add_argument("--tier", choices=("certificate", "lean", "full"), default="lean")
    parser.add_argument("--deadline", type=float, default=60.0, help="seconds")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    try:
        given.host = ascii_host(given.host)
    except ValueError as error:
        parser.error(str(error))
    if not 0 < given.port < 65536 or given.deadline <= 0:  # noqa: PLR2004
        parser.error("--port is from 1 to 65535 and --deadline more than 0")
    if given.ca_file is not None and not given.ca_file.is_file():
        parser.error(f"--ca-file: {given.ca_file} is not a file")
    if given.tier == "full":
        parser.error("--tier full is not in this version; choose certificate or lean")
    given.resolve = _connect(parser, given)
    return given


def _connect(parser: argparse.ArgumentParser, given: argparse.Namespace) -> tuple[Resolve, ...]:
    if given.connect is None:
        return ()
    address, port = given.connect, given.port
    if given.connect.startswith("["):
        address, _, tail = given.connect[1:].partition("]")
        port = tail.removeprefix(":") or port
    elif given.connect.count(":") == 1:
        address, _, port = given.connect.partition(":")
    try:
        return (Resolve(given.host, given.port, str(ipaddress.ip_address(address)), int(port)),)
    except ValueError:
        parser.error(f"--connect: {given.connect!r} is not ADDR or ADDR:PORT")


def document(host: str, result: ScanResult) -> dict[str, object]:
    """The JSON object of one host; null means not known."""
    tls = next((e.facts for e in result.evidence if isinstance(e.facts, TlsFacts)), None)
    certificate = tls.certificate if tls is not None else _only_certificate(result)
    ratings: dict[str, object] = {}
    for edition in EDITIONS:
        level, items = (Level.UNKNOWN, ()) if tls is None else rate(tls, edition)
        rows = [{"what": i.what, "level": i.level, "paragraph": i.paragraph} for i in items]
        ratings[edition] = {"level": level, "items": rows}
    return {
        "host": host,
        "address": "" if certificate is None else certificate.address,
        "outcome": result.outcome.value,
        "protocols": {n: None if tls is None else tls.protocols.get(n) for n in PROTOCOLS.values()},
        "suites": {n: None if tls is None else _list(tls, n) for n in PROTOCOLS.values()},
        "groups": [] if tls is None else list(tls.groups),
        "certificate": None if certificate is None else _certificate(certificate),
        "ratings": ratings,
        "weaknesses": {} if tls is None else tls.weaknesses,
        "doubtful": 0 if tls is None else tls.doubtful,
        "connections": result.requests,
        "cpu_s": 0.0 if tls is None else tls.cpu_s,
        "duration_s": round(result.duration_s, 3),
        "reason": str(result.detail.get("reason", "")),
    }


def _list(tls: TlsFacts, name: str) -> list[str] | None:
    found = tls.suites.get(name)
    return None if found is None else list(found)


def _only_certificate(result: ScanResult) -> HostCertificate | None:
    for evidence in result.evidence:
        if isinstance(evidence.facts, CertificateFacts):
            return evidence.facts.hosts[0]
    return None


def _certificate(seen: HostCertificate) -> dict[str, object]:
    return {
        "chain": [
            {
                "subject": c.subject,
                "issuer": c.issuer,
                "not_before": c.not_before.isoformat(),
                "not_after": c.not_after.isoformat(),
                "names": list(c.names),
                "key": c.key,
                "bits": c.bits,
                "signature_hash": c.signature_hash,
                "sha256": c.sha256,
            }
            for c in seen.chain
        ],
        "trusted": seen.trusted,
        "host_matches": seen.host_matches,
        "not_after": None if seen.not_after is None else seen.not_after.isoformat(),
        "reason": seen.reason.value,
    }


def _show(found: dict[str, object]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    shown = Table(show_header=False, box=None)
    for name, value in found.items():
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        shown.add_row(name, str(text)[:2000], style=None)
    Console(highlight=False, markup=False).print(shown)


def main(argv: list[str] | None = None) -> int:
    """Scan and print; 0 seen, 2 usage, 4 could not be evaluated."""
    given = _arguments(argv)
    options = NetOptions(
        resolve=given.resolve,
        allow_networks=tuple(given.allow_network),
        ca_file=None if given.ca_file is None else str(given.ca_file),
    )
    clock = _SystemClock()
    certificate_only = given.tier == "certificate"
    scanner = (CertificateScanner if certificate_only else TlsScanner)(options, clock)
    kind = ScanKind.CERTIFICATE if certificate_only else ScanKind.TLS
    host = f"[{given.host}]" if ":" in given.host else given.host
    url = f"https://{host}:{given.port}/"
    request = ScanRequest(kind, url, (given.host,), deadline_s=given.deadline)
    found = document(given.host, asyncio.run(scanner.scan(request)))
    if given.json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    else:
        _show(found)
    return 0 if found["certificate"] is not None else EXIT_UNKNOWN


if __name__ == "__main__":
    sys.exit(main())
