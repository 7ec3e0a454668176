"""Every channel there is; a new one is a file and a row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from monitor.adapters.channels.email import EmailChannel, EmailSettings
from monitor.adapters.channels.webhook import WebhookChannel, WebhookSettings
from monitor.domain.alert import ChannelKind
from monitor.services.link_tokens import LinkSigner
from monitor.services.ports import Channel
from scanners.api import Clock


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What the channels need; a channel without settings is not built.

    Without ``links`` mail to members asks for a reply.
    """

    email: EmailSettings | None = None
    webhook: WebhookSettings | None = None
    links: LinkSigner | None = None


Builder = Callable[[ChannelSettings, Clock], Channel | None]


def _email(settings: ChannelSettings, clock: Clock) -> Channel | None:
    return None if settings.email is None else EmailChannel(settings.email, clock, settings.links)


def _webhook(settings: ChannelSettings, clock: Clock) -> Channel | None:
    return None if settings.webhook is None else WebhookChannel(settings.webhook, clock)


CHANNELS: Mapping[ChannelKind, Builder] = MappingProxyType(
    {
        ChannelKind.EMAIL: _email,
        ChannelKind.WEBHOOK: _webhook,
    }
)


def build_channels(settings: ChannelSettings, clock: Clock) -> Mapping[ChannelKind, Channel]:
    """The channels that have settings."""
    built = {kind: build(settings, clock) for kind, build in CHANNELS.items()}
    return {kind: channel for kind, channel in built.items() if channel is not None}
