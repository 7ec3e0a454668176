"""The vulnerable shop has every flaw it lists, its clean twin none, and both misbehave as told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import trustme

from scanners.api import NetOptions, ScanKind, ScanOutcome, ScanRequest
from scanners.owasp.evidence import OwaspFacts, Severity
from scanners.owasp.scanner import OwaspScanner
from tests.integration.net_server import RealClock, ca_file, options, server_context
from tests.shops.vulnerable import FLAWS, Behaviour, From, Shop, serve_clean, serve_vulnerable

HOST = "shop.example.nl"


@pytest.fixture(scope="module")
def shops() -> Iterator[dict[str, tuple[Shop, httpx.Client]]]:
    """``http`` and ``https``, flawed; ``clean`` is the https twin; each with a client."""
    authority = trustme.CA()
    context = server_context(authority, "localhost")
    client = httpx.Client(verify=False, trust_env=False)
    with (
        serve_vulnerable() as plain,
        serve_vulnerable(context) as secure,
        serve_clean(context) as clean,
        client,
    ):
        yield {"http": (plain, client), "https": (secure, client), "clean": (clean, client)}


def in_header(name: str, text: str) -> Callable[[httpx.Response], bool]:
    return lambda answer: text in answer.headers.get(name, "")


def no_header(name: str) -> Callable[[httpx.Response], bool]:
    return lambda answer: name not in answer.headers


def in_body(pattern: str) -> Callable[[httpx.Response], bool]:
    return lambda answer: re.search(pattern, answer.text) is not None


def weak_cookie(flag: str) -> Callable[[httpx.Response], bool]:
    def shown(answer: httpx.Response) -> bool:
        cookie = answer.headers.get("set-cookie", "")
        return bool(cookie) and flag not in cookie.lower()

    return shown


# Flaw -> what to ask, and what gives it away.
PROOF: dict[str, tuple[str, Callable[[httpx.Response], bool]]] = {
    "no-csp": ("/", no_header("content-security-policy")),
    "no-frame-protection": ("/", no_header("x-frame-options")),
    "no-nosniff": ("/", no_header("x-content-type-options")),
    "no-referrer-policy": ("/", no_header("referrer-policy")),
    "no-hsts": ("/", no_header("strict-transport-security")),
    "server-version": ("/", in_header("server", "2.4.49")),
    "powered-by": ("/", in_header("x-powered-by", "7.2.1")),
    "cookie-secure": ("/", weak_cookie("secure")),
    "cookie-httponly": ("/", weak_cookie("httponly")),
    "cookie-samesite": ("/", weak_cookie("samesite")),
    "mixed-content": ("/", in_body(r'<script src="http://')),
    "form-to-http": ("/", in_body(r'<form method="post" action="http://')),
    "password-over-http": ("/login", in_body('type="password"')),
    "no-sri": ("/", in_body(r'<script src="http://[^"]*"></script>')),
    "old-jquery": ("/js/jquery-1.12.4.min.js", in_body("jQuery v1.12.4")),
    "no-csrf-token": ("/account", in_body(r'action="/account/adres"><input name="straat"')),
    "stack-trace": ("/fout", in_body("Stack trace:\n#0 ")),
    "cors-any": ("/api/klanten", in_header("access-control-allow-origin", "*")),
    "listing": ("/uploads/", in_body("Index of /uploads")),
    "git-exposed": ("/.git/HEAD", in_body("^ref: refs/")),
    "env-exposed": ("/.env", in_body("DB_PASSWORD=")),
    "backup-exposed": ("/backup.sql", in_body("CREATE TABLE")),
    "debug-page": ("/phpinfo.php", in_body("PHP Version")),
    "xss-search": ("/zoeken?q=<b>x", in_body("<b>x")),
    "sqli-product": ("/product?id=99 or id=2", in_body("Balpen Gouda</h1>")),
    "traversal-image": ("/afbeelding?bestand=../../../../etc/passwd", in_body("^root:x:0:0")),
    "open-redirect": ("/doorsturen?naar=https://x.example/", in_header("location", "x.example")),
    "idor-order": ("/account/bestelling?nr=7", in_body("J. de Vries")),
    "jsonp": ("/api/klanten?callback=f", in_body(r"^f\(")),
    "client-price": ("/product?id=1", in_body('name="prijs"')),
}


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.id)
def test_each_flaw_is_in_the_shop_and_not_in_its_twin(
    shops: dict[str, tuple[Shop, httpx.Client]], flaw: object
) -> None:
    found = next(one for one in FLAWS if one is flaw)
    if found.id not in PROOF:
        assert found.detectable_from is From.NEVER
        return
    path, shown = PROOF[found.id]
    shop, client = shops[found.only or "https"]
    assert found in shop.flaws
    client.cookies.clear()
    assert shown(client.get(shop.origin + path))
    clean, client = shops["clean"]
    client.cookies.clear()
    # The price in the form and a password field are flaws only for what the server does with
    # them, or over plain HTTP.
    if found.id not in ("client-price", "password-over-http"):
        assert not shown(client.get(clean.origin + path))


def test_the_list_names_each_flaw_once_with_its_categories() -> None:
    assert len({flaw.id for flaw in FLAWS}) == len(FLAWS)
    for flaw in FLAWS:
        assert re.fullmatch(r"A(0[1-9]|10)", flaw.owasp_2021)
        assert re.fullmatch(r"A(0[1-9]|10)", flaw.owasp_2025)
        assert re.fullmatch(r"CWE-\d+", flaw.cwe)
        assert flaw.severity in set(Severity)
    assert {flaw.detectable_from for flaw in FLAWS} == set(From)


def test_a_shop_over_plain_http_has_no_flaw_that_needs_tls() -> None:
    with serve_vulnerable() as plain, serve_clean() as clean:
        assert not {"no-hsts", "cookie-secure", "mixed-content"} & {f.id for f in plain.flaws}
        assert clean.flaws == ()


@pytest.mark.asyncio
async def test_the_passive_look_finds_nothing_above_info_in_the_clean_shop(
    tmp_path: Path,
) -> None:
    authority = trustme.CA()
    context = server_context(authority, HOST)
    with serve_clean(context, HOST) as clean, serve_vulnerable(context, HOST) as flawed:
        seen = {}
        for name, shop in (("clean", clean), ("flawed", flawed)):
            how: NetOptions = options(
                (HOST, 443, "127.0.0.1", shop.port), ca=ca_file(authority, tmp_path)
            )
            request = ScanRequest(ScanKind.OWASP, shop.url, (HOST,), deadline_s=30.0)
            result = await OwaspScanner(how, RealClock()).scan(request)
            assert result.outcome is ScanOutcome.COMPLETE, result
            facts = result.evidence[0].facts
            assert isinstance(facts, OwaspFacts)
            seen[name] = {one.rule for one in facts.findings if one.severity is not Severity.INFO}
    assert seen["clean"] == set()
    assert {"csp-missing", "hsts-missing", "mixed-content-active"} <= seen["flawed"]


def test_the_log_knows_what_was_asked_and_how_fast() -> None:
    with serve_vulnerable() as shop, httpx.Client(trust_env=False) as client:
        client.get(shop.origin + "/zoeken", params={"q": "pen"}, headers={"X-Mark": "1"})
        client.post(shop.origin + "/contact", data={"naam": "x"})
        client.get(shop.elsewhere.origin + "/welkom")
        first, second = shop.log
        assert (first.target, first.headers["x-mark"]) == ("/zoeken?q=pen", "1")
        assert (second.method, second.body_bytes, len(shop.log)) == ("POST", 6, 2)
        assert second in shop.log.of("POST")
        assert shop.log.peak() == 2
        assert [one.path for one in shop.elsewhere.log] == ["/welkom"]


@pytest.mark.parametrize(
    ("behaviour", "wanted"),
    [
        (Behaviour(throttle_after=2), [200, 429, 429]),
        (Behaviour(fail_after=3), [200, 200, 503]),
        (Behaviour(redirect_out=True), [302, 302, 302]),
    ],
)
def test_the_shop_throttles_fails_and_sends_away(behaviour: Behaviour, wanted: list[int]) -> None:
    with serve_vulnerable(behaviour=behaviour) as shop, httpx.Client(trust_env=False) as client:
        assert [client.get(shop.url).status_code for _ in range(3)] == wanted
        assert len(shop.elsewhere.log) == 0


def test_an_attack_is_met_with_a_wall_that_stays() -> None:
    with serve_vulnerable(behaviour=Behaviour(block=True)) as shop:
        asked = ("/zoeken?q=pen", "/zoeken?q=<script>", "/")
        answers = [httpx.get(shop.origin + path, trust_env=False) for path in asked]
        assert [answer.status_code for answer in answers] == [200, 403, 403]
        assert "you have been blocked" in answers[2].text


def test_the_shop_dies_in_the_middle_and_stays_dead() -> None:
    dying = Behaviour(die_after=3)
    with serve_vulnerable(behaviour=dying) as shop, httpx.Client(trust_env=False) as client:
        assert [client.get(shop.url).status_code for _ in range(2)] == [200, 200]
        for _ in range(3):
            with pytest.raises(httpx.TransportError):
                client.get(shop.url)


def test_a_stalled_visitor_waits_and_the_end_of_the_shop_frees_him() -> None:
    begun = time.monotonic()
    stalling = Behaviour(stall_after=1)
    with serve_vulnerable(behaviour=stalling) as shop, pytest.raises(httpx.ReadTimeout):
        httpx.get(shop.url, timeout=0.3, trust_env=False)
    assert time.monotonic() - begun < 10
