"""sslyze's cheap commands, run in a process that can be killed.

sslyze can hang for ever (an alert it does not know kills its thread) and has no
deadline of its own; only a process of its own bounds it.  This module is what
the forkserver preloads; the daemon itself never imports sslyze.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import warnings

# sslyze and its libraries warn; in this process that must never become an error.
warnings.resetwarnings()
warnings.simplefilter("ignore")

from multiprocessing.connection import Connection  # noqa: E402

from sslyze import (  # noqa: E402
    ScanCommand,
    ScanCommandAttemptStatusEnum,
    Scanner,
    ServerNetworkConfiguration,
    ServerNetworkLocation,
    ServerScanRequest,
    __version__,
)
from sslyze.errors import ServerHostnameCouldNotBeResolved  # noqa: E402
from sslyze.plugins.robot.implementation import RobotScanResultEnum  # noqa: E402

COMMANDS = {
    ScanCommand.SESSION_RENEGOTIATION,
    ScanCommand.TLS_COMPRESSION,
    ScanCommand.TLS_1_3_EARLY_DATA,
    ScanCommand.ROBOT,
    ScanCommand.TLS_FALLBACK_SCSV,
    ScanCommand.HEARTBLEED,
    ScanCommand.OPENSSL_CCS_INJECTION,
}
_ROBOT = {
    RobotScanResultEnum.VULNERABLE_WEAK_ORACLE: True,
    RobotScanResultEnum.VULNERABLE_STRONG_ORACLE: True,
    RobotScanResultEnum.NOT_VULNERABLE_NO_ORACLE: False,
    RobotScanResultEnum.NOT_VULNERABLE_RSA_NOT_SUPPORTED: False,
    RobotScanResultEnum.UNKNOWN_INCONSISTENT_RESULTS: None,
}


def run(pipe: Connection, host: str, address: str, port: int, dies_after_s: int) -> None:
    """Scan one target, one connection at a time; send words -> true, false or null as JSON.

    ``dies_after_s`` ends this process even when nobody is left to kill it.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(dies_after_s)
    dialled = 0

    def count(event: str, _: object) -> None:
        nonlocal dialled
        dialled += event == "socket.connect"

    sys.addaudithook(count)
    found: dict[str, bool | None] = {}
    try:
        location = ServerNetworkLocation(host, port, ip_address=address)
        request = ServerScanRequest(
            server_location=location,
            network_configuration=ServerNetworkConfiguration(
                tls_server_name_indication=host, network_timeout=5, network_max_retries=1
            ),
            scan_commands=COMMANDS,
        )
        scanner = Scanner(
            per_server_concurrent_connections_limit=1, concurrent_server_scans_limit=1
        )
        scanner.queue_scans([request])
        for result in scanner.get_results():
            if result.scan_result is not None:
                found = _facts(result.scan_result)
    except ServerHostnameCouldNotBeResolved:
        found = {}
    word = {
        "version": str(__version__),
        "weaknesses": found,
        "connections": dialled,
        "cpu_s": time.process_time(),
    }
    pipe.send_bytes(json.dumps(word).encode())
    pipe.close()


def _facts(result: object) -> dict[str, bool | None]:
    """A command that did not complete is None: a reset is no proof of anything."""
    done = ScanCommandAttemptStatusEnum.COMPLETED

    def value(command: str, attribute: str) -> object:
        attempt = getattr(result, command)
        if attempt.status is not done or attempt.result is None:
            return None
        return getattr(attempt.result, attribute)

    def known(command: str, attribute: str, *, bad: bool) -> bool | None:
        found = value(command, attribute)
        return None if found is None else bool(found) is bad

    robot = value("robot", "robot_result")
    renegotiates = value("session_renegotiation", "is_vulnerable_to_client_renegotiation_dos")
    return {
        "heartbleed": known("heartbleed", "is_vulnerable_to_heartbleed", bad=True),
        "ccs_injection": known("openssl_ccs_injection", "is_vulnerable_to_ccs_injection", bad=True),
        "robot": _ROBOT.get(robot) if isinstance(robot, RobotScanResultEnum) else None,
        "compression": known("tls_compression", "supports_compression", bad=True),
        "insecure_renegotiation": known(
            "session_renegotiation", "supports_secure_renegotiation", bad=False
        ),
        "client_renegotiation": None if renegotiates is None else bool(renegotiates),
        "early_data": known("tls_1_3_early_data", "supports_early_data", bad=True),
        "no_fallback_scsv": known("tls_fallback_scsv", "supports_fallback_scsv", bad=False),
    }
