from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from monitor.adapters.channels.webhook import (
    Endpoint,
    WebhookChannel,
    WebhookSettings,
)
from monitor.domain.alert import Alert, ChannelKind
from monitor.services.ports import ChannelError
from tests.shops.authority import Authority
from tests.unit.mail_kit import NOW, FixedClock, an_alert, outgoing

SECRET = "a-secret-of-the-lab-0123456789"


@dataclass
class Receiver:
    """A CRM of the lab: answers as told and keeps what it was sent."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    endless: bool = False
    delay_s: float = 0.0
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        receiver = self.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.seen.append(({k.lower(): v for k, v in self.headers.items()}, body))
        time.sleep(receiver.delay_s)
        self.send_response(receiver.status)
        for name, value in receiver.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(receiver.body)
        try:
            while receiver.endless:
                self.wfile.write(b"x" * 4096)
        except OSError:
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Nothing on the terminal."""


def _serve(receiver: Receiver, context: ssl.SSLContext | None) -> ThreadingHTTPServer:
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    server = _serve(made, None)
    yield made
    server.shutdown()
    server.server_close()


def channel(port: int, scheme: str = "http", ca_file: str | None = None) -> WebhookChannel:
    endpoint = Endpoint(f"{scheme}://127.0.0.1:{port}/hook", SECRET)
    return WebhookChannel(WebhookSettings({"crm": endpoint}, 2.0, ca_file), FixedClock())


def hook_alert() -> Alert:
    return replace(an_alert(), channel=ChannelKind.WEBHOOK, recipient="crm")


@pytest.mark.asyncio
async def test_the_message_is_signed_over_time_and_body(receiver: Receiver) -> None:
    alert = hook_alert()
    assert await channel(receiver.port).send(outgoing(alert, "e" * 32)) == "HTTP 204"
    ((headers, body),) = receiver.seen
    moment, signed = headers["x-keurwacht-signature"].split(",")
    assert moment == f"t={int(NOW.timestamp())}"
    expected = hmac.new(
        SECRET.encode(), moment[2:].encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    assert hmac.compare_digest(signed, f"v1={expected}")
    assert headers["idempotency-key"] == alert.alert_id
    assert headers["content-type"] == "application/json"
    sent = json.loads(body)
    assert sent["schema"] == "keurwacht/alert@1"
    assert (sent["id"], sent["thread"], sent["root"]) == (alert.alert_id, alert.thread, "e" * 32)
    assert (sent["step"], sent["case_id"]) == ("notice", "KW-2026-000412")
    assert sent["created_at"] == "2026-11-21T08:42:07Z"
    assert sent["context"]["labels"] == ["Thuiswinkel Zakelijk"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (404, True), (410, True), (408, False), (425, False), (429, False),
     (301, False), (500, False), (503, False)],
)  # fmt: skip
async def test_an_answer_is_permanent_or_not_by_its_status(
    receiver: Receiver, status: int, permanent: bool
) -> None:
    receiver.status, receiver.body = status, b"why not\x00\x1b[31m"
    with pytest.raises(ChannelError, match=f"HTTP {status} why not") as caught:
        await channel(receiver.port).send(outgoing(hook_alert()))
    assert caught.value.permanent is permanent
    assert caught.value.reason.isprintable()


@pytest.mark.asyncio
async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status = 307
    receiver.headers = {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    with pytest.raises(ChannelError, match="HTTP 307"):
        await channel(receiver.port).send(outgoing(hook_alert()))
    assert len(receiver.seen) == 1


@pytest.mark.asyncio
async def test_an_endless_answer_is_cut_off(receiver: Receiver) -> None:
    receiver.status, receiver.endless = 500, True
    with pytest.raises(ChannelError, match="HTTP 500") as caught:
        await channel(receiver.port).send(outgoing(hook_alert()))
    assert len(caught.value.reason) <= 300


@pytest.mark.asyncio
async def test_a_slow_or_absent_receiver_is_temporary(receiver: Receiver) -> None:
    receiver.delay_s = 4.0
    began = time.monotonic()
    with pytest.raises(ChannelError) as caught:
        await channel(receiver.port).send(outgoing(hook_alert()))
    assert time.monotonic() - began < 3.5
    assert not caught.value.permanent
    assert caught.value.unclear
    with pytest.raises(ChannelError) as caught:
        await channel(1).send(outgoing(hook_alert()))
    assert not caught.value.permanent
    assert not caught.value.unclear


@pytest.mark.asyncio
async def test_an_endpoint_nobody_configured_is_named(receiver: Receiver) -> None:
    alert = replace(hook_alert(), recipient="erp")
    with pytest.raises(ChannelError, match="'erp' is not configured") as caught:
        await channel(receiver.port).send(outgoing(alert))
    assert not caught.value.permanent


@pytest.mark.asyncio
async def test_https_is_verified_against_the_own_authority(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    made = Receiver()
    names = ("localhost", "127.0.0.1")
    server = _serve(made, authority.issue("localhost", names=names).server_context())
    try:
        good = channel(made.port, "https", str(authority.ca_file))
        assert await good.send(outgoing(hook_alert())) == "HTTP 204"
        with pytest.raises(ChannelError, match=r"(?i)certificate") as caught:
            await channel(made.port, "https").send(outgoing(hook_alert()))
        assert not caught.value.permanent
    finally:
        server.shutdown()
        server.server_close()
    assert len(made.seen) == 1


@pytest.mark.parametrize(
    ("url", "secret", "says"),
    [
        ("http://crm.example/", SECRET, "use https"),
        ("ftp://crm.example/", SECRET, "not an http"),
        ("https:///x", SECRET, "not an http"),
        ("https://u:p@crm.example/", SECRET, "no user or password"),
        ("https://crm.example/", "short", "at least 16"),
    ],
)
def test_an_unsafe_endpoint_is_refused(url: str, secret: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Endpoint(url, secret)


def test_the_secret_is_not_in_what_settings_look_like() -> None:
    settings = WebhookSettings({"crm": Endpoint("https://crm.example/", SECRET)})
    assert SECRET not in repr(settings)
