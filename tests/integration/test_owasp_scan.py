"""The passive OWASP look at real shops on loopback."""

from __future__ import annotations

import ipaddress
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
import trustme

from scanners.api import NetOptions, ScanKind, ScanOutcome, ScanRequest, ScanResult, encode_facts
from scanners.net.written import parse_resolve
from scanners.owasp.__main__ import _daemons, _parser, _request, main
from scanners.owasp.engine import Profile
from scanners.owasp.evidence import OwaspFacts, Reach, Severity
from scanners.owasp.preflight import fly
from scanners.owasp.rules import RULES
from scanners.owasp.scanner import OwaspScanner
from tests.integration.net_server import (
    HOST,
    RawServer,
    RealClock,
    ca_file,
    http,
    options,
    redirect,
    routes,
    server_context,
    serving,
)
from tests.shops.fleet import Fleet, fleet
from tests.shops.vulnerable import serve_vulnerable
from tests.zap.kit import fake_zap

URL = f"https://{HOST}/"
HTML = ("Content-Type", "text/html; charset=utf-8")
SAFE = (
    HTML,
    ("Content-Security-Policy", "default-src 'self'; base-uri 'self'; frame-ancestors 'none'"),
    ("Strict-Transport-Security", "max-age=31536000"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)


def page(main: str, *headers: tuple[str, str], status: int = 200) -> bytes:
    text = "Welkom in onze winkel met pennen, papier en stoelen voor elk kantoor. " * 12
    body = f"<!doctype html><html><title>Winkel</title><body><p>{text}</p>{main}</body></html>"
    return http(body, status, *(headers or SAFE))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet") / "ca"
    with fleet(folder, ("healthy", "belgian", "webwinkelkeur")) as shops:
        yield shops


@contextmanager
def shop(folder: Path, table: dict[str, bytes]) -> Iterator[tuple[RawServer, NetOptions]]:
    """A shop over TLS and, on port 80, the same pages in the clear."""
    authority = trustme.CA()
    context = server_context(authority, HOST)
    with serving(routes(table), context=context) as server, serving(routes(table)) as plain:
        pins = ((HOST, 443, "127.0.0.1", server.port), (HOST, 80, "127.0.0.1", plain.port))
        yield server, options(*pins, ca=ca_file(authority, folder))


async def look(how: NetOptions, url: str = URL, **more: object) -> ScanResult:
    request = ScanRequest(ScanKind.OWASP, url, (HOST,), deadline_s=20.0)
    for name, value in more.items():
        object.__setattr__(request, name, value)
    return await OwaspScanner(how, RealClock()).scan(request)


def facts_of(result: ScanResult) -> OwaspFacts:
    facts = result.evidence[0].facts
    assert isinstance(facts, OwaspFacts)
    return facts


def rules_of(result: ScanResult) -> set[str]:
    return {found.rule for found in facts_of(result).findings}


@pytest.mark.asyncio
async def test_a_careful_shop_has_nothing_to_be_told(tmp_path: Path) -> None:
    with shop(tmp_path, {"/": page("")}) as (server, how):
        result = await look(how)
    assert (result.outcome, rules_of(result)) == (ScanOutcome.COMPLETE, set())
    assert result.requests == len(server.requests)
    assert {head.split(b" ")[0] for head in server.requests} == {b"GET"}
    facts = facts_of(result)
    assert (facts.profile, facts.coverage.ratio, facts.canary_seen) == ("baseline", 1.0, None)
    assert result.evidence[0].excerpt == "1 pages; nothing found"


@pytest.mark.asyncio
async def test_nothing_is_called_tested_and_the_blind_categories_are_named(tmp_path: Path) -> None:
    with shop(tmp_path, {"/": page("")}) as (_, how):
        facts = facts_of(await look(how))
    assert all(set(c) == {f"A{n:02d}" for n in range(1, 11)} for c in facts.categories.values())
    assert Reach.TESTED not in {r for c in facts.categories.values() for r in c.values()}
    assert {"A04", "A07", "A09"} <= set(facts.silent("2021"))
    assert {"A06", "A07", "A09"} <= set(facts.silent("2025"))


@pytest.mark.asyncio
async def test_a_careless_shop_is_told_what_is_wrong_the_gravest_first(tmp_path: Path) -> None:
    start = page(
        '<script src="http://cdn.example.com/a.js"></script>'
        '<img src="http://img.example.com/a.png">'
        '<form method="post" action="http://shop.example.nl/order"><input name="a"></form>',
        HTML, ("Server", "Apache/2.4.1"), ("Set-Cookie", "PHPSESSID=topsecretvalue; path=/"),
    )  # fmt: skip
    with shop(tmp_path, {"/": start}) as (_, how):
        result = await look(how)
    facts = facts_of(result)
    assert rules_of(result) == {
        "csp-missing", "hsts-missing", "nosniff-missing", "frame-protection-missing",
        "referrer-policy-missing", "cookie-without-secure", "cookie-without-httponly",
        "cookie-without-samesite", "mixed-content-active", "mixed-content-passive",
        "form-to-http", "version-disclosed", "third-party-script", "csrf-token-missing",
    }  # fmt: skip
    order = [list(Severity).index(found.severity) for found in facts.findings]
    assert order == sorted(order, reverse=True)
    high = {f.rule for f in facts.findings if f.serious}
    assert high == {"mixed-content-active", "form-to-http"}
    assert b"topsecretvalue" not in encode_facts(facts)


@pytest.mark.asyncio
async def test_facts_survive_being_stored(tmp_path: Path) -> None:
    with shop(tmp_path, {"/": page("", HTML)}) as (_, how):
        facts = facts_of(await look(how))
    assert msgspec.json.decode(encode_facts(facts), type=OwaspFacts) == facts
    assert facts.findings


@pytest.mark.asyncio
async def test_a_login_without_https_is_found_behind_a_link(tmp_path: Path) -> None:
    table = {
        "/": page('<a href="http://shop.example.nl/inloggen">Inloggen</a>'),
        "/inloggen": page('<form method="post"><input type="password" name="p"></form>'),
    }
    with shop(tmp_path, table) as (_, how):
        result = await look(how)
    found = {f.rule: f for f in facts_of(result).findings}
    assert found["password-over-http"].severity is Severity.HIGH
    assert found["password-over-http"].url == "http://shop.example.nl/inloggen"
    assert "form-to-http" in found


@pytest.mark.asyncio
async def test_a_sample_of_pages_is_read_and_none_that_acts(tmp_path: Path) -> None:
    links = "".join(f'<a href="/p/{chr(97 + n)}">r</a>' for n in range(20))
    links += "".join(f'<a href="/rubriek-{chr(97 + n)}">r</a>' for n in range(20))
    links += (
        '<a href="/uitloggen">Uitloggen</a><a href="/cart/add?id=1">In winkelwagen</a>'
        '<a href="/folder.pdf">Folder</a><a href="https://elders.example.com/">Elders</a>'
        '<a href="/login">Inloggen</a><a href="/winkelwagen">Winkelwagen</a>'
        '<a href="/fr/panier">Panier</a><a href="/kasse">Kasse</a><a href="/checkout/">C</a>'
    )
    table = {f"/rubriek-{chr(97 + n)}": page("") for n in range(20)}
    table |= {f"/p/{chr(97 + n)}": page("") for n in range(20)}
    with shop(tmp_path, {"/": page(links), "/login": page(""), **table}) as (server, how):
        result = await look(how, options={"exposed_files": False})
        paths = [head.split(b" ")[1].decode() for head in server.requests]
    assert result.outcome is ScanOutcome.COMPLETE
    assert result.requests == len(paths)
    assert "/login" in paths[2:5]
    assert len([p for p in paths if p.startswith("/p/")]) == 3
    assert len([p for p in paths if p.startswith("/rubriek-")]) == 10
    assert set(paths) <= {"/", "/login", *table}
    coverage = facts_of(result).coverage
    assert (coverage.urls_known, coverage.urls_visited) == (42, 15)
    assert coverage.ratio == round(15 / 42, 3)


@pytest.mark.asyncio
async def test_a_dead_link_is_no_gap(tmp_path: Path) -> None:
    table = {"/": page('<a href="/weg">Weg</a><a href="/contact">C</a>'), "/contact": page("")}
    with shop(tmp_path, table) as (_, how):
        result = await look(how)
    assert result.outcome is ScanOutcome.COMPLETE
    assert "reason" not in result.detail


@pytest.mark.parametrize(
    "broken",
    [page("", status=500), http("no", 403), http("busy", 429), b"nonsense",
     http("half", 200, HTML, length=9_000), http(b"\x0b", 200, HTML, ("Content-Encoding", "br"))],
    ids=["server error", "forbidden", "too many", "not http", "cut short", "unknown packing"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_a_page_that_could_not_be_read_makes_the_look_partial(
    tmp_path: Path, broken: bytes
) -> None:
    table = {"/": page('<a href="/contact">Contact</a>'), "/contact": broken}
    with shop(tmp_path, table) as (_, how):
        result = await look(how)
    assert result.outcome is ScanOutcome.PARTIAL
    assert "/contact" in str(result.detail["reason"])
    assert facts_of(result).coverage.urls_visited >= 1


@pytest.mark.asyncio
async def test_a_page_behind_a_login_is_no_page_that_was_missed(tmp_path: Path) -> None:
    table = {"/": page('<a href="/account">Account</a>'), "/account": http("log in", 401)}
    with shop(tmp_path, table) as (_, how):
        result = await look(how)
    assert result.outcome is ScanOutcome.COMPLETE


@pytest.mark.asyncio
async def test_a_stack_trace_on_a_failing_start_page_is_kept(tmp_path: Path) -> None:
    trace = (
        "<pre>Fatal error: Uncaught Error: x in /var/www/shop/index.php:12 Stack trace: "
        "#0 {main}</pre>"
    )
    with shop(tmp_path, {"/": page(trace, HTML, status=500)}) as (_, how):
        result = await look(how)
    assert (result.outcome, rules_of(result)) == (ScanOutcome.PARTIAL, {"error-disclosed"})
    assert result.detail["reason"] == "the start page answered 500"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(http("<title>Just a moment...</title>", 403, HTML), ScanOutcome.BLOCKED),
     *((http("no", status, HTML), ScanOutcome.BLOCKED) for status in (401, 403, 406, 429, 503)),
     (redirect("https://parking.example.com/"), ScanOutcome.REDIRECTED_OUT),
     (redirect("https://127.0.0.2/"), ScanOutcome.REDIRECTED_OUT),
     (redirect("/"), ScanOutcome.UNREACHABLE)],
    ids=["bot wall", "401", "403", "406", "429", "503", "parking", "inside", "loop"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_a_site_that_cannot_be_seen_gives_an_outcome_and_no_facts(
    tmp_path: Path, answer: bytes, outcome: ScanOutcome
) -> None:
    with shop(tmp_path, {"/": answer}) as (_, how):
        result = await look(how)
    assert (result.outcome, result.evidence) == (outcome, ())
    assert result.detail["reason"]


@pytest.mark.asyncio
async def test_a_tarpit_ends_within_the_deadline(tmp_path: Path) -> None:
    def tarpit(_path: str, stop: threading.Event) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        while not stop.wait(0.05):
            yield b"<p>"

    authority = trustme.CA()
    with serving(tarpit, context=server_context(authority, HOST)) as server:
        how = options((HOST, 443, "127.0.0.1", server.port), ca=ca_file(authority, tmp_path))
        result = await look(how, deadline_s=1.0)
    assert (result.outcome, result.evidence) == (ScanOutcome.TIMED_OUT, ())
    assert result.duration_s < 2.0


@pytest.mark.asyncio
async def test_a_sellers_platform_is_never_visited(tmp_path: Path) -> None:
    with shop(tmp_path, {"/": page("")}) as (server, how):
        result = await look(how, subject="seller")
        assert (result.outcome, server.connections) == (ScanOutcome.NOT_PERMITTED, 0)


@pytest.mark.parametrize("url", ["", "shop", "http://[::1", "https://10.0.0.1/", "ftp://a.nl/"])
@pytest.mark.asyncio
async def test_an_address_that_cannot_be_visited_is_an_outcome(url: str) -> None:
    result = await look(options(), url)
    assert result.outcome in (ScanOutcome.UNREACHABLE, ScanOutcome.NOT_PERMITTED)
    assert (result.evidence, result.requests) == ((), 0)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "scanners.owasp", *arguments],
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_command_prints_the_contracts_json(tmp_path: Path) -> None:
    with shop(tmp_path, {"/": page("", HTML)}) as (server, how):
        done = command(
            URL, "--engine", "passive", "--json", "--allow-network", "127.0.0.1/32",
            "--ca-file", str(how.ca_file), "--resolve", f"{HOST}:443:127.0.0.1:{server.port}",
        )  # fmt: skip
    told = json.loads(done.stdout)
    assert (done.returncode, told["outcome"], done.stderr) == (0, "complete", "")
    assert told["engine"] == {"name": "passive", "version": "2", "rules": len(RULES)}
    assert {"urls_known", "urls_visited", "ratio"} <= set(told["coverage"])
    wanted = {"rule", "name", "severity", "confidence", "owasp_2021", "owasp_2025", "cwe", "url",
              "method", "param", "fingerprint"}  # fmt: skip
    assert all(wanted <= set(found) for found in told["findings"])
    assert "csp-missing" in {found["rule"] for found in told["findings"]}


def test_the_command_says_four_of_a_dead_host_and_still_prints_json() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    done = command(f"https://127.0.0.1:{port}/", "--allow-network", "127.0.0.1/32", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["outcome"], told["findings"]) == (4, "refused", [])
    assert {"outcome", "engine", "findings", "coverage"} <= set(told)


@pytest.mark.parametrize("key", ["healthy", "belgian", "webwinkelkeur"])
@pytest.mark.asyncio
async def test_a_healthy_shop_is_read_whole_without_a_serious_finding(
    running: Fleet, key: str
) -> None:
    url = running[key].shop.url
    how = NetOptions(
        resolve=tuple(parse_resolve(pin) for pin in running.resolve),
        allow_networks=(ipaddress.ip_network(running.allow_network),),
        ca_file=str(running.ca_file), requests_per_second=1_000,
    )  # fmt: skip
    result = await look(how, url)
    assert (result.outcome, result.detail.get("reason")) == (ScanOutcome.COMPLETE, None)
    facts = facts_of(result)
    assert facts.coverage.urls_visited > 1
    assert [f.rule for f in facts.findings if f.serious] == []


def test_the_command_says_four_when_the_site_could_not_be_seen() -> None:
    done = command("https://127.0.0.1:9/", "--json")
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (4, "not_permitted")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((URL, "--engine", "zap"), "--zap URL"),
     ((URL, "--engine", "zap", "--zap", "localhost:8080"), "not an address"),
     ((URL, "--rate", "0"), "--rate"),
     ((URL, "--profile", "active-low"), "--authorised"),
     ((URL, "--profile", "active-low", "--authorised"), "baseline only"),
     ((URL, "--engine", "zap", "--profile", "active-medium"), "--authorised"),
     (("ftp://a.nl/",), "not a web address"), ((URL, "--deadline", "nan"), "--deadline"),
     ((URL, "--ca-file", "/nowhere.pem"), "no such file"), ((URL, "--engine", "nikto"), "choose"),
     ((URL, "--resolve", "a:b"), "--resolve"), ((URL, "--allow-network", "x"), "--allow-network")],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_in_one_line(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = main(list(arguments))
    except SystemExit as done:  # argparse's way
        code = done.code
    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert words in told.err.splitlines()[-1]


def test_a_ca_file_that_holds_no_certificate_is_an_operational_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in ("", "nothing here"):
        file = tmp_path / f"ca{len(text)}.pem"
        file.write_text(text)
        assert main([URL, "--ca-file", str(file)]) == 1
        told = capsys.readouterr()
        assert told.out == ""
        assert "certificate" in told.err


def test_the_command_shows_a_table_to_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with shop(tmp_path, {"/": page("", HTML)}) as (server, how):
        code = main(
            [URL, "--allow-network", "127.0.0.1/32", "--ca-file", str(how.ca_file), "--rate",
             "1000", "--resolve", f"{HOST}:443:127.0.0.1:{server.port}"]
        )  # fmt: skip
    told = capsys.readouterr()
    assert (code, told.err) == (0, "")
    assert "Content-Security-Policy" in told.out
    assert "complete:" in told.out
    assert "2021 not testable from outside by this look:" in told.out


def test_a_key_of_the_environment_reaches_the_engine_and_no_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEURWACHT_ZAP_KEY", "very-secret-key")
    arguments = _parser().parse_args([URL, "--engine", "zap", "--zap", "http://127.0.0.1:9/"])
    assert [one.key for one in _daemons(arguments).fleet.remote] == ["very-secret-key"]
    assert "very-secret-key" not in repr((_request(arguments), _daemons(arguments)))
    code = main(
        ["http://127.0.0.1:9/", "--engine", "zap", "--zap", "http://127.0.0.1:9/", "--json"]
    )
    told = capsys.readouterr()
    assert code == 4
    assert "very-secret-key" not in told.out + told.err


def test_an_engine_that_is_not_here_is_an_operational_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with shop(tmp_path, {"/": page("")}) as (server, _):
        code = main([URL, "--engine", "wapiti", "--wapiti", "/nowhere/wapiti", "--json"])
        assert server.connections == 0
    told = capsys.readouterr()
    assert code == 1
    assert "wapiti is not installed" in told.err
    assert json.loads(told.out)["outcome"] == "engine_error"
    assert json.loads(told.out)["engine"]["name"] == "wapiti"


def test_loading_the_scanner_loads_no_engine() -> None:
    text = (
        "import sys, scanners.registry; "
        "print([m for m in sys.modules if m.startswith(('zapv2', 'scanners.owasp.'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", text], check=True, capture_output=True, text=True, timeout=60
    )
    loaded = done.stdout
    assert "scanners.owasp.scanner" in loaded
    for name in ("zapv2", "scanners.owasp.passive", "scanners.owasp.wapiti", "owasp.zap"):
        assert name not in loaded


def test_the_command_drives_a_zap_named_by_its_address(capsys: pytest.CaptureFixture[str]) -> None:
    with serve_vulnerable() as lab, fake_zap() as zap:
        code = main(
            [lab.url, "--engine", "zap", "--zap", zap.url, "--zap-key", zap.key, "--rate", "200",
             "--allow-network", "127.0.0.1/32", "--deadline", "60", "--json"]
        )  # fmt: skip
        methods = {seen.method for seen in lab.log}
        foreign = len(lab.elsewhere.log)
    told = json.loads(capsys.readouterr().out)
    assert code in (0, 4)
    assert (told["engine"]["name"], told["profile"]) == ("zap", "baseline")
    assert told["findings"]
    assert (methods <= {"GET", "HEAD"}, foreign) == (True, 0)
    assert zap.key not in json.dumps(told)


@pytest.mark.asyncio
@pytest.mark.parametrize(("pages", "outcome"), [(11, "complete"), (5, "partial")])
async def test_one_page_that_always_fails_keeps_only_a_small_site_from_being_judged(
    tmp_path: Path, pages: int, outcome: str
) -> None:
    links = "".join(f'<a href="/p{number}">Page {number}</a> ' for number in range(pages))
    table = {"/": page(links), **{f"/p{number}": page("") for number in range(pages)}}
    table["/p0"] = page("", status=500)
    with shop(tmp_path, table) as (_, how):
        result = await look(how)
    assert result.outcome == outcome
    if outcome == "complete":
        assert len(result.detail["broken_pages"]) == 1  # type: ignore[arg-type]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("start", "scope", "permitted"),
    [
        pytest.param(f"https://{HOST}/", (HOST,), True, id="where it starts"),
        pytest.param(f"https://{HOST}/", (f"shop.{HOST}",), False, id="another host of it"),
        pytest.param(f"http://{HOST}/", (HOST,), True, id="another scheme"),
    ],
)
async def test_an_attack_stays_on_the_hosts_that_consent_names(
    tmp_path: Path, start: str, scope: tuple[str, ...], permitted: bool
) -> None:
    with shop(tmp_path, {"/": page("")}) as (_, how):
        request = ScanRequest(ScanKind.OWASP, start, (HOST, f"b.{HOST}"), options={"scope": scope})
        flight = await fly(request, Profile.ACTIVE_LOW, how, RealClock(), 10.0)
        visit = await fly(request, Profile.BASELINE, how, RealClock(), 10.0)
    assert visit.plan is not None
    assert {urlsplit(origin).hostname for origin in visit.plan.origins} == {HOST, f"b.{HOST}"}
    if permitted:
        assert flight.plan is not None
        assert flight.plan.origins[0] == start.rstrip("/")
        assert {urlsplit(origin).hostname for origin in flight.plan.origins} == {HOST}
    else:
        assert (flight.plan, flight.outcome) == (None, ScanOutcome.NOT_PERMITTED)
        assert flight.reason == f"the shop starts at {HOST}, consent is for shop.{HOST}"
