"""Settings of what is kept, and of the links in members' mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, SecretStr, model_validator

from monitor.settings_base import Duration, Section, checked_secret
from monitor.settings_values import (
    database_url,
    link_key,
    optional_web_address,
    parse_duration,
)
from scanners.net.written import ip_address

# ww-2.5: orders placed under the label are disputed for two years.
KEPT_MIN = timedelta(days=730)


def parse_long(value: object) -> timedelta:
    """A duration that disputes leave room for."""
    found = parse_duration(value)
    if found < KEPT_MIN:
        raise ValueError(f"wanted at least {KEPT_MIN.days}d: orders are disputed for two years")
    return found


class Database(Section):
    """Where everything is kept."""

    url: Annotated[SecretStr, checked_secret(database_url)] = Field(
        default=SecretStr(""),
        description="sqlite:///FILE or postgresql://USER@HOST/NAME. Not set: the file "
        "keurwacht/keurwacht.db in the user's data folder ($XDG_DATA_HOME, ~/.local/share).",
    )
    keep_history: Duration = Field(
        default=timedelta(days=1095),
        description="How long ended stretches of findings are kept.",
    )
    keep_records: Annotated[timedelta, PlainValidator(parse_long)] = Field(
        default=timedelta(days=1825),
        description="How long closed cases, sent mail, the steps of closed procedures and what was "
        "said once are kept; two years at least.",
    )
    keep_audit: Annotated[timedelta, PlainValidator(parse_long)] = Field(
        default=timedelta(days=3650),
        description="How long the audit is kept; two years at least.",
    )


class Links(Section):
    """Links in members' mail: answer without writing, without an account."""

    public_url: Annotated[str, AfterValidator(optional_web_address)] = Field(
        default="",
        description="Where members reach the pages of links, through a proxy that ends TLS. "
        "Not set: mail asks for a reply.",
    )
    key: Annotated[SecretStr, checked_secret(link_key)] = Field(
        default=SecretStr(""),
        description="Key of the signatures, at least 32 characters "
        "(`openssl rand -base64 48`); best given as KEURWACHT_LINKS__KEY_FILE.",
    )
    old_key: Annotated[SecretStr, checked_secret(link_key)] = Field(
        default=SecretStr(""),
        description="The key before: its links are still taken. Remove it after valid_for.",
    )
    valid_for: Duration = Field(
        default=timedelta(days=45), description="How long a link is good after its mail was sent."
    )
    bind: Annotated[str, AfterValidator(ip_address)] = Field(
        default="127.0.0.1", description="Address to listen on."
    )
    port: int = Field(default=9465, ge=0, le=65_535, description="Port; 0 takes a free one.")

    @model_validator(mode="after")
    def _complete(self) -> Links:
        if bool(self.public_url) != bool(self.key.get_secret_value()):
            raise ValueError("links.public_url and links.key go together")
        if self.old_key.get_secret_value() and not self.enabled:
            raise ValueError("links.key is needed with links.old_key")
        return self

    @property
    def enabled(self) -> bool:
        """Do members' mails hold links?"""
        return bool(self.public_url)

    @property
    def secure(self) -> bool:
        """Do members come over https?"""
        return urlsplit(self.public_url).scheme == "https"
