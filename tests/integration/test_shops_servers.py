"""The lab's shops, seen with real clients."""

from __future__ import annotations

import gc
import http.client
import socket
import ssl
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from tests.shops.authority import Authority
from tests.shops.members import MEMBERS
from tests.shops.modes import Behaviour, Plain
from tests.shops.server import Shop

TEXT = MEMBERS[0].text
# A client that offers one old version and says what the server chose; a child, as it warns.
OLD_CLIENT = """
import socket, ssl, sys
version = ssl.TLSVersion[sys.argv[2]]
context = ssl.create_default_context(cafile=sys.argv[3])
context.set_ciphers("DEFAULT:@SECLEVEL=0")
context.minimum_version = context.maximum_version = version
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as raw:
    with context.wrap_socket(raw, server_hostname=sys.argv[4]) as tls:
        tls.sendall(b"GET / HTTP/1.1\\r\\nhost: x\\r\\nconnection: close\\r\\n\\r\\n")
        print(tls.version(), tls.recv(12).decode())
"""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def shop(authority: Authority) -> Iterator[Shop]:
    with Shop(TEXT, authority) as running:
        yield running


def connect(shop: Shop, context: ssl.SSLContext) -> ssl.SSLSocket:
    raw = socket.create_connection(("127.0.0.1", shop.https_port), 10)
    try:
        return context.wrap_socket(raw, server_hostname=shop.host)
    except OSError:
        raw.close()
        raise


def leaf(shop: Shop) -> x509.Certificate:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with connect(shop, context) as tls:
        der = tls.getpeercert(binary_form=True)
    assert der is not None
    return x509.load_der_x509_certificate(der)


def get(
    shop: Shop, path: str = "/", *, plain: bool = False, timeout_s: float = 10
) -> httpx.Response:
    port = shop.http_port if plain else shop.https_port
    scheme = "http" if plain else "https"
    with httpx.Client(verify=shop.authority.client_context(), timeout=timeout_s) as client:
        return client.get(
            f"{scheme}://127.0.0.1:{port}{path}",
            headers={"host": shop.host, "user-agent": "lab-test/1"},
            extensions={"sni_hostname": shop.host},
        )


def old_client(shop: Shop, version: str) -> str:
    arguments = [str(shop.https_port), version, str(shop.authority.ca_file), shop.host]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OLD_CLIENT, *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.stdout.strip()


def test_a_healthy_shop_has_a_trusted_chain_security_headers_and_a_secure_cookie(
    shop: Shop,
) -> None:
    answer = get(shop)
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["server"] == "shop"
    with connect(shop, shop.authority.client_context()) as tls:
        assert tls.version() == "TLSv1.3"


def test_plain_http_redirects_to_the_name_without_the_port(shop: Shop) -> None:
    answer = get(shop, "/contact/?a=1", plain=True)
    assert answer.status_code == 301
    assert answer.headers["location"] == f"https://{shop.host}/contact/?a=1"


def test_plain_http_can_serve_pages_close_and_come_back_on_its_port(shop: Shop) -> None:
    port = shop.http_port
    shop.set_plain(Plain.SERVES)
    assert get(shop, plain=True).status_code == 200
    shop.set_plain(Plain.CLOSED)
    with pytest.raises(httpx.ConnectError):
        get(shop, plain=True)
    shop.set_plain(Plain.REDIRECTS)
    assert shop.http_port == port
    assert get(shop, plain=True).status_code == 301


def test_a_new_certificate_shows_at_the_next_handshake(shop: Shop) -> None:
    before = leaf(shop)
    issued = shop.serve_certificate(days_left=3)
    after = leaf(shop)
    assert after.serial_number != before.serial_number
    assert after.not_valid_after_utc == issued.not_after
    left = issued.not_after - datetime.now(UTC)
    assert timedelta(days=2, hours=23) < left <= timedelta(days=3)


@pytest.mark.parametrize(
    ("order", "complaint"),
    [
        pytest.param({"expired": True}, "certificate has expired", id="expired"),
        pytest.param({"names": ("other.example",)}, "Hostname mismatch", id="wrong host"),
        pytest.param(
            {"with_intermediate": False}, "unable to get local issuer", id="no intermediate"
        ),
    ],
)
def test_a_bad_certificate_is_refused_for_its_own_reason(
    shop: Shop, order: dict[str, bool], complaint: str
) -> None:
    shop.serve_certificate(**order)  # type: ignore[arg-type]
    with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
        connect(shop, shop.authority.client_context())


def test_certificates_end_at_the_exact_second_they_were_ordered_for(authority: Authority) -> None:
    moment = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    issued = authority.issue("exact.example", not_after=moment, key="rsa2048")
    parsed = x509.load_pem_x509_certificate(issued.chain_pem)
    assert parsed.not_valid_after_utc == moment == issued.not_after
    assert issued.chain_pem.count(b"BEGIN CERTIFICATE") == 2
    assert issued.file.stat().st_mode & 0o077 == 0


def test_an_honest_shop_refuses_old_tls(shop: Shop) -> None:
    assert old_client(shop, "TLSv1") == ""
    assert old_client(shop, "TLSv1_2") == "TLSv1.2 HTTP/1.1 200"


@pytest.mark.parametrize("key", ["ec", "rsa2048"])
def test_old_tls_is_really_accepted_beside_the_new_and_can_be_switched_off(
    authority: Authority, key: str
) -> None:
    with Shop(TEXT, authority) as shop:
        shop.serve_certificate(key="ec" if key == "ec" else "rsa2048")
        shop.old_tls(on=True)
        assert old_client(shop, "TLSv1") == "TLSv1 HTTP/1.1 200"
        assert old_client(shop, "TLSv1_1") == "TLSv1.1 HTTP/1.1 200"
        assert old_client(shop, "TLSv1_2") == "TLSv1.2 HTTP/1.1 200"
        assert get(shop, "/contact/").status_code == 200
        assert shop.log[-1].secure
        issued = shop.serve_certificate(days_left=3)
        assert leaf(shop).not_valid_after_utc == issued.not_after
        shop.old_tls(on=False)
        assert old_client(shop, "TLSv1") == ""
        assert get(shop).status_code == 200


def test_a_tarpit_takes_the_connection_and_never_says_a_byte(shop: Shop) -> None:
    shop.behaviour = Behaviour.TARPIT
    for port in (shop.https_port, shop.http_port):
        with socket.create_connection(("127.0.0.1", port), 5) as visitor:
            visitor.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            visitor.settimeout(0.7)
            with pytest.raises(TimeoutError):
                visitor.recv(1)
    assert shop.requests == 0


def test_a_mute_shop_finishes_the_handshake_and_never_answers(shop: Shop) -> None:
    shop.behaviour = Behaviour.MUTE
    with pytest.raises(httpx.ReadTimeout):
        get(shop, timeout_s=0.7)
    assert shop.requests == 1


def test_a_dripping_shop_never_finishes(shop: Shop) -> None:
    shop.behaviour = Behaviour.DRIP
    with connect(shop, shop.authority.client_context()) as tls:
        tls.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        until, seen = time.monotonic() + 1, 0
        while time.monotonic() < until:
            seen += len(tls.recv(100))
    assert seen > 5


def test_a_bot_wall_answers_403_with_a_challenge_on_every_path(shop: Shop) -> None:
    shop.behaviour = Behaviour.BOT_WALL
    for path in ("/", "/robots.txt", "/contact/"):
        answer = get(shop, path)
        assert answer.status_code == 403
        assert "captcha" in answer.text


def test_a_consent_wall_shows_the_same_little_text_on_every_path(shop: Shop) -> None:
    shop.behaviour = Behaviour.CONSENT_WALL
    assert get(shop).text == get(shop, "/contact/").text
    assert "cookie" in get(shop).text


def test_a_parked_shop_leads_to_another_domain_from_both_ports(shop: Shop) -> None:
    shop.parked_at = "https://elsewhere.example/"
    shop.behaviour = Behaviour.PARKED
    for plain in (False, True):
        answer = get(shop, plain=plain)
        assert (answer.status_code, answer.headers["location"]) == (302, shop.parked_at)


def test_pages_can_be_edited_removed_and_restored_while_it_runs(shop: Shop) -> None:
    path = shop.paths["privacy"]
    assert path in get(shop).text
    shop.remove_page("privacy")
    assert get(shop, path).status_code == 404
    for other in ("/", "/contact/", "/sitemap.xml"):
        assert path not in get(shop, other).text
    assert "privacy" not in get(shop).text.lower()
    shop.restore_pages()
    assert get(shop, path).status_code == 200
    shop.replace_text("14 dagen", "30 dagen", role="complaints")
    assert "30 dagen" in get(shop, shop.paths["complaints"]).text
    shop.put_page("about", "<p>nieuw</p>")
    assert get(shop, shop.paths["about"]).text == "<p>nieuw</p>"


def test_another_company_number_shows_on_the_contact_page_and_in_every_footer(shop: Shop) -> None:
    shop.set_kvk("99888777")
    for path in ("/", "/contact/", shop.paths["terms"]):
        body = get(shop, path).text
        assert "KvK-nummer: 99888777" in body
        assert TEXT.kvk not in body


def test_forms_can_be_made_to_post_over_plain_http(shop: Shop) -> None:
    assert f'action="https://{shop.host}' in get(shop).text
    shop.post_forms_to_http()
    assert f'action="http://{shop.host}' in get(shop).text


def test_the_log_knows_paths_agents_and_whether_it_was_tls(shop: Shop) -> None:
    get(shop, "/contact/?q=1")
    get(shop, "/", plain=True)
    assert [(a.method, a.target, a.secure) for a in shop.log] == [
        ("GET", "/contact/?q=1", True),
        ("GET", "/", False),
    ]
    assert shop.user_agents == {"lab-test/1"}
    shop.forget_log()
    assert shop.requests == 0


def test_odd_requests_get_proper_answers(shop: Shop) -> None:
    context = shop.authority.client_context()
    for method, status in (("HEAD", 200), ("OPTIONS", 405), ("TRACE", 405), ("POST", 303)):
        client = http.client.HTTPSConnection("localhost", context=context, timeout=5)
        client.sock = connect(shop, context)
        client.request(method, "/contact/", body=b"a=b" if method == "POST" else None)
        answer = client.getresponse()
        assert answer.status == status
        answer.read()
        client.close()


def test_visitors_who_hang_up_or_talk_nonsense_do_not_harm_the_shop(shop: Shop) -> None:
    for words in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff"):
        with socket.create_connection(("127.0.0.1", shop.https_port), 5) as visitor:
            visitor.sendall(words)
    assert get(shop).status_code == 200


def test_closing_is_quick_leaves_nothing_open_and_may_be_repeated(authority: Authority) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shop = Shop(TEXT, authority)
        shop.start()
        shop.old_tls(on=True)
        shop.behaviour = Behaviour.TARPIT
        visitor = socket.create_connection(("127.0.0.1", shop.http_port), 5)
        keeps_alive = socket.create_connection(("127.0.0.1", shop.https_port), 5)
        started = time.monotonic()
        shop.close()
        shop.close()
        assert time.monotonic() - started < 3
        visitor.close()
        keeps_alive.close()
        port = shop.https_port
        del shop
        gc.collect()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 2)
