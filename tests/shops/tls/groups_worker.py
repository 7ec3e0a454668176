"""Asks SSLyze which curves servers take, one JSON line ``[host, port]`` after the other.

A process of its own, run by its path: SSLyze warns at import, and tests run with warnings as
errors.  Answers a JSON list of names as OpenSSL writes them, or null when it could not look.
"""

from __future__ import annotations

import json
import sys
import warnings

warnings.simplefilter("ignore")

from sslyze import (  # noqa: E402 (its own imports warn)
    ScanCommand,
    Scanner,
    ServerNetworkConfiguration,
    ServerNetworkLocation,
    ServerScanRequest,
)


def curves_of(host: str, port: int) -> list[str] | None:
    """The curves the server takes at its highest version, one connection at a time."""
    scanner = Scanner(per_server_concurrent_connections_limit=1, concurrent_server_scans_limit=1)
    where = ServerNetworkLocation(host, port, ip_address="127.0.0.1")
    how = ServerNetworkConfiguration(tls_server_name_indication=host, network_timeout=5)
    scanner.queue_scans([ServerScanRequest(where, how, {ScanCommand.ELLIPTIC_CURVES})])
    for found in scanner.get_results():
        if found.scan_result is None:
            return None
        attempt = found.scan_result.elliptic_curves
        if attempt.result is not None:
            return [curve.name for curve in attempt.result.supported_curves or ()]
    return None


def main() -> None:
    """Until standard input ends."""
    for line in sys.stdin:
        host, port = json.loads(line)
        sys.stdout.write(json.dumps(curves_of(host, port)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
