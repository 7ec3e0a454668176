"""SSLyze, asked for what only a real handshake shows.  Runs in a forked child only.

Importing this module imports SSLyze (0.4 s, 30 MiB) and switches warnings off, because
with warnings as errors its certificate reading fails: never import it in the daemon.
"""

# mypy: disable-error-code="attr-defined"
# (sslyze's package re-exports its API without saying so.)

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterable

warnings.simplefilter("ignore")

from sslyze import (  # noqa: E402 (its own imports warn)
    RobotScanResultEnum,
    ScanCommand,
    ScanCommandAttemptStatusEnum,
    Scanner,
    ServerHostnameCouldNotBeResolved,
    ServerNetworkConfiguration,
    ServerNetworkLocation,
    ServerScanRequest,
    ServerScanStatusEnum,
)
from sslyze.__version__ import __version__ as sslyze_version  # noqa: E402

from scanners.tls import engine_lean as lean  # noqa: E402
from scanners.tls.job import EngineJob, EngineResult  # noqa: E402

NETWORK_TIMEOUT_S = 5
SUITES = {
    "SSL 2.0": "ssl_2_0_cipher_suites",
    "SSL 3.0": "ssl_3_0_cipher_suites",
    "TLS 1.0": "tls_1_0_cipher_suites",
    "TLS 1.1": "tls_1_1_cipher_suites",
    "TLS 1.2": "tls_1_2_cipher_suites",
    "TLS 1.3": "tls_1_3_cipher_suites",
}


class _Dialled:
    """Counts connections of this process through the interpreter's audit events."""

    def __init__(self) -> None:
        self.count = 0
        sys.addaudithook(self._heard)

    def _heard(self, event: str, _: tuple[object, ...]) -> None:
        if event == "socket.connect":
            self.count += 1


def run(job: EngineJob) -> EngineResult:
    """One target, one connection at a time; every fact that was not measured is None.

    ``full`` asks all commands.  May hang on odd servers: whoever calls must be able to
    kill this process.
    """
    started, dialled = time.process_time(), _Dialled()
    result = EngineResult(engine=f"sslyze {sslyze_version}")
    try:
        location = ServerNetworkLocation(job.host, job.port, ip_address=job.address)
        network = ServerNetworkConfiguration(
            tls_server_name_indication=job.host,
            network_timeout=NETWORK_TIMEOUT_S,
            network_max_retries=1,
        )
    except (ServerHostnameCouldNotBeResolved, UnicodeError, ValueError) as error:
        result.problems.append(f"{type(error).__name__}")
        return result
    if job.full:
        _everything(location, network, result)
    else:
        lean.run(job, location, network, result)
    result.cpu_s = time.process_time() - started
    result.connections = dialled.count
    return result


def _everything(
    location: ServerNetworkLocation, network: ServerNetworkConfiguration, result: EngineResult
) -> None:
    commands = frozenset(ScanCommand)
    scanner = Scanner(per_server_concurrent_connections_limit=1, concurrent_server_scans_limit=1)
    scanner.queue_scans([ServerScanRequest(location, network, scan_commands=set(commands))])
    for found in scanner.get_results():
        if found.scan_status is ServerScanStatusEnum.COMPLETED and found.scan_result is not None:
            _take(result, found.scan_result, commands)
        else:
            result.problems.append("sslyze could not connect")


def _take(result: EngineResult, scan: object, commands: Iterable[ScanCommand]) -> None:
    """Copy what was completed; an error of a command leaves its facts None."""
    done: dict[str, object] = {}
    for command in commands:
        attempt = getattr(scan, command.value, None)
        if attempt is not None and attempt.status is ScanCommandAttemptStatusEnum.COMPLETED:
            done[command.value] = attempt.result
        else:
            why = getattr(attempt, "error_reason", None)
            result.problems.append(f"{command.value}: {getattr(why, 'value', why)}")
    result.heartbleed = _flag(done.get("heartbleed"), "is_vulnerable_to_heartbleed")
    result.ccs_injection = _flag(
        done.get("openssl_ccs_injection"), "is_vulnerable_to_ccs_injection"
    )
    result.compression = _flag(done.get("tls_compression"), "supports_compression")
    result.early_data = _flag(done.get("tls_1_3_early_data"), "supports_early_data")
    result.fallback_scsv = _flag(done.get("tls_fallback_scsv"), "supports_fallback_scsv")
    renegotiation = done.get("session_renegotiation")
    result.secure_renegotiation = _flag(renegotiation, "supports_secure_renegotiation")
    count = getattr(renegotiation, "client_renegotiations_success_count", None)
    result.client_renegotiations = count if isinstance(count, int) else None
    robot = getattr(done.get("robot"), "robot_result", None)
    result.robot = lean.ROBOT.get(robot) if isinstance(robot, RobotScanResultEnum) else None
    for version, name in SUITES.items():
        accepted = getattr(done.get(name), "accepted_cipher_suites", None)
        if accepted is not None:
            result.suites[version] = sorted(entry.cipher_suite.name for entry in accepted)


def _flag(found: object, name: str) -> bool | None:
    value = getattr(found, name, None)
    return value if isinstance(value, bool) else None
