"""Settings of the look at the OWASP Top 10, and of the ZAP daemons."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from monitor.settings_base import Duration, Section
from monitor.settings_values import expanded, web_address
from scanners.net.written import ip_address
from scanners.owasp.fleet import LocalZap, RemoteZap, Wear, ZapFleet

FileName = Annotated[str, AfterValidator(expanded)]


DAEMONS_MAX = 16
# What a daemon is told by us: home, port and key are its own.
_OURS = frozenset({"-daemon", "-cmd", "-host", "-port", "-dir", "-configfile"})


def daemon_address(text: str) -> str:
    """``http://host:port`` of a daemon, without a path."""
    parts = urlsplit(web_address(text))
    if parts.path not in ("", "/") or parts.query:
        raise ValueError("wanted the address of a ZAP daemon without a path, http://zap:8080")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def dialled_by_others(text: str) -> str:
    """An address of this machine that others can dial."""
    if ipaddress.ip_address(ip_address(text)).is_unspecified:
        raise ValueError("wanted one address of this machine, which the endpoints can dial")
    return text


def command_word(text: str) -> str:
    """One word of the command; ValueError for an option that is given by us."""
    if not text.strip():
        raise ValueError("wanted a program or an option, not an empty text")
    if text in _OURS or "api.key" in text:
        raise ValueError("home, port and key of a daemon are given by keurwacht")
    return expanded(text)


class EngineName(StrEnum):
    """The engines of the look at the OWASP Top 10."""

    PASSIVE = "passive"
    ZAP = "zap"
    WAPITI = "wapiti"


class Owasp(Section):
    """How weaknesses are looked for."""

    engine: EngineName = Field(
        default=EngineName.PASSIVE, description="What visits shops on the cadence."
    )
    active_engine: EngineName = Field(
        default=EngineName.ZAP,
        description="What attacks shops whose owner consented: zap or wapiti.",
    )
    active_deadline: Duration = Field(
        default=timedelta(minutes=45), description="How long an active scan may take as a whole."
    )
    libraries: FileName = Field(
        default="",
        description="Known weaknesses of front-end libraries in the form of retire.js "
        "(jsrepository-v5.json): a file, or an address that is asked once a day. Without it "
        "components are not tested.",
    )
    exposed_files: bool = Field(
        default=True,
        description="Ask for a handful of files that should not be there, such as /.git/HEAD.",
    )
    wapiti: FileName = Field(
        default="",
        description="The program wapiti of an environment of its own; empty for WAPITI_BIN or "
        "the path.",
    )

    @model_validator(mode="after")
    def _able(self) -> Owasp:
        if self.active_engine is EngineName.PASSIVE:
            raise ValueError("owasp.active_engine: the passive engine attacks nothing; zap, wapiti")
        return self


class Zap(Section):
    """The ZAP daemons, each with one scan at a time: those of others, and ours."""

    endpoints: tuple[Annotated[str, AfterValidator(daemon_address)], ...] = Field(
        default=(),
        description="Addresses of daemons that somebody else runs, such as http://zap-1:8080. "
        "No other program should use them.",
    )
    keys: SecretStr = Field(
        default=SecretStr(""),
        description="Their API keys, with spaces or line ends between them: one for all, or one "
        "each in the order of `endpoints`; best given as KEURWACHT_ZAP__KEYS_FILE.",
    )
    outlet: Annotated[str, AfterValidator(dialled_by_others)] = Field(
        default="127.0.0.1",
        description="Address of this machine on which the endpoints reach keurwacht: they see "
        "shops only through it.",
    )
    command: tuple[Annotated[str, AfterValidator(command_word)], ...] = Field(
        default=(),
        description="Program that starts a daemon of ours, and its options, such as "
        '["/opt/zap/zap.sh"]; home, port and key are added.',
    )
    daemons: int = Field(
        default=1, ge=1, le=DAEMONS_MAX, description="How many daemons of ours may run."
    )
    heap_mib: int = Field(
        default=1024, ge=256, le=65_536, description="Memory each may use for its work, MiB."
    )
    idle: Duration = Field(
        default=timedelta(minutes=15),
        description="A daemon of ours with nothing to do for so long is ended.",
    )
    renew_scans: int = Field(
        default=20, ge=1, le=10_000, description="A daemon is renewed after so many scans."
    )
    renew_after: Duration = Field(
        default=timedelta(hours=12), description="A daemon is renewed when it has run for so long."
    )
    renew_mib: int = Field(
        default=1600,
        ge=256,
        le=262_144,
        description="A daemon of ours is renewed when it holds so much memory, MiB.",
    )

    @model_validator(mode="after")
    def _complete(self) -> Zap:
        if len(set(self.endpoints)) < len(self.endpoints):
            raise ValueError("zap.endpoints names a daemon twice: each carries one scan at a time")
        keys = len(self.keys.get_secret_value().split())
        if self.endpoints and keys not in (1, len(self.endpoints)):
            wanted = "1" if len(self.endpoints) == 1 else f"1 or {len(self.endpoints)}"
            raise ValueError(f"zap.keys holds {keys} keys, wanted {wanted}")
        if keys and not self.endpoints:
            raise ValueError("zap.keys is for zap.endpoints, which is not set")
        if self.daemons > 1 and not self.command:
            raise ValueError("zap.daemons counts those of zap.command, which is not set")
        return self

    def fleet(self) -> ZapFleet:
        """In the form the engine takes."""
        keys = self.keys.get_secret_value().split()
        each = keys * len(self.endpoints) if len(keys) == 1 else keys
        return ZapFleet(
            remote=tuple(
                RemoteZap(url, key, self.outlet)
                for url, key in zip(self.endpoints, each, strict=True)
            ),
            local=LocalZap(self.command, self.heap_mib) if self.command else None,
            daemons=self.daemons,
            wear=Wear(self.renew_scans, self.renew_after.total_seconds(), self.renew_mib),
            idle_s=self.idle.total_seconds(),
        )
