"""Settings of the look at the OWASP Top 10."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, model_validator

from monitor.settings_base import Duration, Section
from monitor.settings_values import expanded, optional_web_address

FileName = Annotated[str, AfterValidator(expanded)]


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
    zap: Annotated[str, AfterValidator(optional_web_address)] = Field(
        default="",
        description="Address of a ZAP daemon that somebody else runs, such as http://zap:8080.",
    )
    zap_key: SecretStr = Field(default=SecretStr(""), description="Its API key.")
    zap_command: FileName = Field(
        default="",
        description="Program that starts a ZAP daemon of ours (zap.sh), when `zap` is not set.",
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
