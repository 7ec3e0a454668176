"""SSLyze's tests, one by one, without its scanner: in the forked child only.

Its scanner first shakes hands twice or more to learn what the hellos already said, in
threads that may hang; then polls.  Here every test is called with what is known, in the
only thread of the process, and a test that fails leaves its fact None.
"""

# mypy: disable-error-code="attr-defined"

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nassl._nassl import OpenSSLError
from nassl.legacy_ssl_client import LegacySslClient
from nassl.ssl_client import ClientCertificateRequested, OpenSslEarlyDataStatusEnum
from sslyze import (
    ClientAuthRequirementEnum,
    RobotScanResultEnum,
    ScanCommand,
    ServerNetworkConfiguration,
    ServerNetworkLocation,
    TlsVersionEnum,
)
from sslyze.connection_helpers.http_request_generator import HttpRequestGenerator
from sslyze.connection_helpers.tls_connection import SslConnection
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuitesRepository
from sslyze.plugins.plugin_base import ScanJob, ScanJobResult
from sslyze.plugins.robot._robot_tester import (
    RobotPmsPaddingPayloadEnum,
    RobotServerResponsesAnalyzer,
)
from sslyze.plugins.scan_commands import ScanCommandsRepository
from sslyze.server_connectivity import ServerConnectivityInfo, ServerTlsProbingResult

from scanners.tls.job import Command, EngineJob, EngineResult

VERSIONS = {
    "SSL 3.0": TlsVersionEnum.SSL_3_0,
    "TLS 1.0": TlsVersionEnum.TLS_1_0,
    "TLS 1.1": TlsVersionEnum.TLS_1_1,
    "TLS 1.2": TlsVersionEnum.TLS_1_2,
}
# "RSA not supported" is not among them: the engine says so after a mere reset as well.
ROBOT = {
    RobotScanResultEnum.VULNERABLE_WEAK_ORACLE: True,
    RobotScanResultEnum.VULNERABLE_STRONG_ORACLE: True,
    RobotScanResultEnum.NOT_VULNERABLE_NO_ORACLE: False,
}
# As the engine itself falls back to.
_ANY_SUITE = "ALL:COMPLEMENTOFALL:-PSK:-SRP"
READ_BYTES = 2048
QUICK_S = 1.0


@dataclass(frozen=True)
class _Server(ServerConnectivityInfo):
    """Offers what the server is known to take; the engine leaves weak suites out.

    ``named`` sends the server's name where the engine leaves that out.
    """

    suites: str = ""
    named: bool = False

    def get_preconfigured_tls_connection(
        self,
        override_tls_version: TlsVersionEnum | None = None,
        ca_certificates_path: Path | None = None,
        should_use_legacy_openssl: bool | None = None,
        should_enable_server_name_indication: bool = True,
    ) -> SslConnection:
        """As the engine's own, with our suites."""
        line = super().get_preconfigured_tls_connection(
            override_tls_version,
            ca_certificates_path,
            should_use_legacy_openssl,
            should_enable_server_name_indication or self.named,
        )
        legacy = isinstance(line.ssl_client, LegacySslClient)
        with contextlib.suppress(OpenSSLError):
            # The newer library refuses weak suites by its level, the older knows no levels.
            line.ssl_client.set_cipher_list(self.suites if legacy else f"{self.suites}:@SECLEVEL=0")
        return line


def run(
    job: EngineJob,
    location: ServerNetworkLocation,
    network: ServerNetworkConfiguration,
    result: EngineResult,
) -> None:
    """Each command of the job; what fails twice, or slowly, is named in ``problems``."""
    asked = _Asked(job, location, network)
    steps: dict[Command, Callable[[], None]] = {
        Command.CLIENT_RENEGOTIATION: lambda: asked.renegotiation(result),
        Command.COMPRESSION: lambda: asked.compression(result),
        Command.EARLY_DATA: lambda: asked.early_data(result),
        Command.ROBOT: lambda: asked.robot(result),
        Command.HEARTBLEED: lambda: asked.heartbleed(result),
        Command.CCS_INJECTION: lambda: asked.ccs_injection(result),
    }
    for command in job.commands:
        began = time.monotonic()
        error = _failure_of(steps[command])
        if error is not None and time.monotonic() - began < QUICK_S:
            # A reset is the line's or a limiter's doing more often than the server's.
            error = _failure_of(steps[command])
        if error is not None:
            result.problems.append(f"{command}: {type(error).__name__}")


def _failure_of(step: Callable[[], None]) -> Exception | None:
    try:
        step()
    except Exception as error:  # noqa: BLE001 (the engine raises bare errors of many libraries)
        return error
    return None


class _Asked:
    """One server and the tests that are put to it."""

    def __init__(
        self,
        job: EngineJob,
        location: ServerNetworkLocation,
        network: ServerNetworkConfiguration,
    ) -> None:
        self._location = location
        self._network = network
        version = VERSIONS.get(job.version, TlsVersionEnum.TLS_1_2)
        suites = _openssl_names(version, job.suites) or _ANY_SUITE
        self._older = _Server(
            location,
            network,
            ServerTlsProbingResult(
                # Never 1.3: else a refused handshake in 1.2 is taken for "does not speak it".
                highest_tls_version_supported=version,
                cipher_suite_supported=_ANY_SUITE,
                client_auth_requirement=ClientAuthRequirementEnum.DISABLED,
                supports_ecdh_key_exchange=True,
            ),
            suites,
        )

    def renegotiation(self, result: EngineResult) -> None:
        """How often the server renegotiates when the client asks (at most ten are tried)."""
        # The other job of the command learns what the hello said: secure renegotiation.
        for job in _jobs(self._older, ScanCommand.SESSION_RENEGOTIATION):
            if "_client_" in job.function_to_call.__name__:
                _, (_, count) = job.function_to_call(*job.function_arguments)
                result.client_renegotiations = int(count)

    def compression(self, result: EngineResult) -> None:
        """DEFLATE in an old version."""
        said = _whole(self._older, ScanCommand.TLS_COMPRESSION)
        result.compression = bool(said.supports_compression)

    def robot(self, result: EngineResult) -> None:
        """Does the server act as an oracle for RSA key exchange?

        Five odd messages; the same answer to all is no oracle.  Different answers must
        come out the same three times before they count.
        """
        answers: dict[RobotPmsPaddingPayloadEnum, list[str]] = {}
        for job in _jobs(self._older, ScanCommand.ROBOT):
            for payload, answer in job.function_to_call(*job.function_arguments).items():
                answers.setdefault(payload, []).append(answer)
            if len({answer for several in answers.values() for answer in several}) == 1:
                break
        times = len(next(iter(answers.values())))
        said = RobotServerResponsesAnalyzer(answers, times).compute_result_enum()
        result.robot = ROBOT.get(said)
        if result.robot is None:
            result.problems.append(f"robot: {said.value}")

    def heartbleed(self, result: EngineResult) -> None:
        """CVE-2014-0160, with the name and without."""
        result.heartbleed = self._either(ScanCommand.HEARTBLEED, "is_vulnerable_to_heartbleed")

    def ccs_injection(self, result: EngineResult) -> None:
        """CVE-2014-0224, likewise."""
        command = ScanCommand.OPENSSL_CCS_INJECTION
        result.ccs_injection = self._either(command, "is_vulnerable_to_ccs_injection")

    def _either(self, command: ScanCommand, flag: str) -> bool:
        """The host people visit counts; some old servers answer only without its name."""
        named = replace(self._older, named=True)
        found: list[bool] = []
        failed: Exception | None = None
        for info in (named, self._older):
            try:
                found.append(bool(getattr(_whole(info, command), flag)))
            except Exception as error:  # noqa: BLE001 (see run)
                failed = error
        if failed is not None and not found:
            raise failed
        return any(found)

    def early_data(self, result: EngineResult) -> None:
        """0-RTT: does a ticket allow it, and does the server then take it?"""
        with self._newest() as line:
            # Seen on the way: in TLS 1.3 no hello shows the OCSP response.
            found = line.ssl_client.get_tlsext_status_ocsp_resp()
            result.staple = b"" if found is None else found.as_der_bytes()
            asking = HttpRequestGenerator.get_request(
                host=self._location.hostname, user_agent=self._network.http_user_agent
            )
            line.ssl_client.write(asking)
            # Tickets come before the answer; some servers never answer, and some just close.
            try:
                line.ssl_client.read(READ_BYTES)
            except ConnectionResetError:
                # A reset takes a ticket with it that had arrived already: nothing is known.
                raise
            except OSError:
                pass
            session = line.ssl_client.get_session()
        if session is None or session.get_max_early_data() == 0:
            result.early_data = False
            return
        second = self._connection()
        second.ssl_client.set_session(session)
        try:
            second._do_pre_handshake()  # noqa: SLF001 (as the engine's own test does)
            second.ssl_client.write_early_data(b"E")
            second.ssl_client.do_handshake()
            status = second.ssl_client.get_early_data_status()
            result.early_data = status == OpenSslEarlyDataStatusEnum.ACCEPTED
        finally:
            second.close()

    def _connection(self) -> SslConnection:
        return SslConnection(
            server_location=self._location,
            network_configuration=self._network,
            tls_version=TlsVersionEnum.TLS_1_3,
            should_ignore_client_auth=True,
        )

    @contextlib.contextmanager
    def _newest(self) -> Iterator[SslConnection]:
        line = self._connection()
        line.ssl_client.set_tlsext_status_ocsp()
        try:
            with contextlib.suppress(ClientCertificateRequested):
                line.connect()
            yield line
        finally:
            line.close()


def _jobs(info: ServerConnectivityInfo, command: ScanCommand) -> list[ScanJob]:
    return ScanCommandsRepository.get_implementation_cls(command).scan_jobs_for_scan_command(info)


def _whole(info: ServerConnectivityInfo, command: ScanCommand) -> object:
    """All jobs of a command, one after the other, and its own reading of them."""
    implementation = ScanCommandsRepository.get_implementation_cls(command)
    done = []
    for job in implementation.scan_jobs_for_scan_command(info):
        try:
            done.append(ScanJobResult(job.function_to_call(*job.function_arguments), None))
        except Exception as error:  # noqa: BLE001 (the command reads its own errors)
            done.append(ScanJobResult(None, error))
    return implementation.result_for_completed_scan_jobs(info, done)


def _openssl_names(version: TlsVersionEnum, suites: tuple[str, ...]) -> str:
    """A cipher list of what the server takes, the cheapest key exchange first.

    A renegotiating server is asked up to ten times: with DHE that is the dearest test of all.
    """
    known = CipherSuitesRepository.get_all_cipher_suites(version)
    names = {suite.name: suite.openssl_name for suite in known}
    cheapest = sorted(suites, key=lambda name: ("_DHE_" in name, "_ECDHE_" not in name))
    return ":".join(names[name] for name in cheapest if name in names)
