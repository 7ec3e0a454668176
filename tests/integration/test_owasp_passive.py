"""The passive engine at the seeded shop and its clean twin, and at shops that misbehave."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from scanners.api import NetOptions, ScanKind, ScanOutcome, ScanRequest, ScanResult
from scanners.owasp.again import NO_TIME
from scanners.owasp.evidence import Again, Finding, OwaspFacts, Reach, Severity
from scanners.owasp.matrix import AT_MOST_PARTLY
from scanners.owasp.scanner import OwaspScanner
from tests.integration.net_server import (
    HOST,
    RealClock,
    ca_file,
    http,
    options,
    redirect,
    routes,
    server_context,
    serving,
)
from tests.shops.vulnerable import Behaviour, Flaw, From, Shop, serve_clean, serve_vulnerable

# In the form of retire.js' repository; the weakness of jQuery is CVE-2020-11022.
LIBRARIES = {
    "jquery": {
        "vulnerabilities": [
            {
                "atOrAbove": "1.2.0", "below": "3.5.0", "severity": "medium", "cwe": ["CWE-79"],
                "identifiers": {"CVE": ["CVE-2020-11022"], "summary": "XSS in htmlPrefilter"},
            }
        ],
        "extractors": {
            "filename": ["jquery-(§§version§§)(\\.min)?\\.js"],
            "filecontent": ["/\\*!? jQuery v(§§version§§)", "(?<=x+)never"],
        },
    }
}  # fmt: skip


@pytest.fixture
def libraries(tmp_path: Path) -> str:
    file = tmp_path / "libraries.json"
    file.write_text(json.dumps(LIBRARIES))
    return str(file)


@contextmanager
def secure(folder: Path, *, flawed: bool) -> Iterator[tuple[Shop, NetOptions]]:
    authority = trustme.CA()
    context = server_context(authority, HOST)
    serve = serve_vulnerable if flawed else serve_clean
    with serve(context, HOST) as shop, serving(routes({})) as plain:
        pins = (HOST, 443, "127.0.0.1", shop.port), (HOST, 80, "127.0.0.1", plain.port)
        yield shop, options(*pins, ca=ca_file(authority, folder))


async def look(shop: Shop, how: NetOptions | None = None, **words: object) -> ScanResult:
    host = HOST if HOST in shop.origin else "127.0.0.1"
    words = {"again_after_s": 0.1, **words}
    request = ScanRequest(ScanKind.OWASP, shop.url, (host,), options=words, deadline_s=60.0)
    return await OwaspScanner(how or options(), RealClock()).scan(request)


def facts_of(result: ScanResult) -> OwaspFacts:
    facts = result.evidence[0].facts
    assert isinstance(facts, OwaspFacts)
    return facts


# Flaws of one kind that only our rule tells apart.
NAMED = {
    "mixed-content": "mixed-content-active", "form-to-http": "form-to-http",
    "password-over-http": "password-over-http",
}  # fmt: skip


def tells(found: Finding, flaw: Flaw) -> bool:
    """Is it that flaw: kind, category and place?"""
    same = (found.cwe, found.owasp_2021, found.owasp_2025) == (
        flaw.cwe, flaw.owasp_2021, flaw.owasp_2025,
    )  # fmt: skip
    if not same:
        return False
    if flaw.id in NAMED:
        return found.rule == NAMED[flaw.id]
    if flaw.param:
        return found.param == flaw.param
    if flaw.id == "no-csrf-token":
        return found.param == "/account/adres"
    return flaw.path == "/" or found.url.partition("?")[0].endswith(flaw.path)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.asyncio
async def test_every_flaw_that_shows_without_attack_is_told_once_in_its_category(
    scheme: str, tmp_path: Path, libraries: str
) -> None:
    if scheme == "https":
        with secure(tmp_path, flawed=True) as (shop, how):
            result = await look(shop, how, libraries=libraries)
    else:
        with serve_vulnerable() as shop:
            result = await look(shop, libraries=libraries)
    found = facts_of(result).findings
    wanted = [flaw for flaw in shop.flaws if flaw.detectable_from is From.PASSIVE]
    told = {flaw.id: [f for f in found if tells(f, flaw)] for flaw in wanted}
    assert {name: len(hits) for name, hits in told.items()} == dict.fromkeys(told, 1)
    assert len(told) >= 19
    assert len({f.fingerprint for f in found}) == len(found)


@pytest.mark.asyncio
async def test_nothing_at_the_clean_shop_is_above_low(tmp_path: Path, libraries: str) -> None:
    with secure(tmp_path, flawed=False) as (shop, how):
        result = await look(shop, how, libraries=libraries)
    assert result.outcome is ScanOutcome.COMPLETE
    facts = facts_of(result)
    grave = [f for f in facts.findings if f.severity not in (Severity.INFO, Severity.LOW)]
    assert grave == []
    assert facts.coverage.urls_visited >= 8


@pytest.mark.asyncio
async def test_three_looks_have_the_same_fingerprints_and_never_send_more_than_get(
    libraries: str,
) -> None:
    with serve_vulnerable() as shop:
        looks = [facts_of(await look(shop, libraries=libraries)) for _ in range(3)]
        methods = {seen.method for seen in shop.log}
        asked = shop.log.paths()
        foreign = len(shop.elsewhere.log)
    prints = [frozenset(f.fingerprint for f in facts.findings) for facts in looks]
    assert prints[0] == prints[1] == prints[2]
    assert (methods, foreign) == ({"GET"}, 0)
    assert not asked & {"/winkelwagen", "/afrekenen", "/logout", "/winkelwagen/toevoegen"}


@pytest.mark.asyncio
async def test_the_rate_of_the_plan_is_held_to_five_percent() -> None:
    with serve_vulnerable() as shop:
        result = await look(shop, options(rate=10.0))
        # Without the first: it comes before the engine starts.
        at = [seen.at for seen in shop.log][1:]
    assert result.requests == len(at) + 1 > 25
    assert (len(at) - 1) / (at[-1] - at[0]) <= 10.0 * 1.05
    assert all(seen.headers["x-keurwacht-scan"] for seen in shop.log)


@pytest.mark.asyncio
async def test_without_data_components_are_not_tested_and_with_it_partly(libraries: str) -> None:
    with serve_clean() as shop:
        without, broken, with_data = [
            await look(shop, libraries=file) for file in ("", "/nowhere.json", libraries)
        ]
    assert facts_of(without).categories["2021"]["A06"] is Reach.NOT_TESTABLE
    assert facts_of(broken).categories["2025"]["A03"] is Reach.NOT_TESTABLE
    assert "no such file" in str(broken.detail["libraries"])
    assert facts_of(with_data).categories["2021"]["A06"] is Reach.PARTLY
    assert with_data.detail["library_patterns_skipped"] == 1
    states = {run.rule: run.state for run in facts_of(without).rules_run}
    assert states["vulnerable-library"] != states["csp-missing"] == "Complete"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [(Behaviour(die_after=8), "stopped answering"), (Behaviour(throttle_after=8), "429"),
     (Behaviour(fail_after=8), "503"), (Behaviour(throttle_after=16), "429")],
    ids=["dies", "throttles", "fails", "throttles the probes"],
)  # fmt: skip
@pytest.mark.asyncio
async def test_a_shop_that_gives_up_in_the_middle_is_partial_and_left_alone(
    behaviour: Behaviour, words: str
) -> None:
    with serve_clean(behaviour=behaviour) as shop:
        result = await look(shop)
        asked = len(shop.log)
    assert result.outcome is ScanOutcome.PARTIAL
    assert words in str(result.detail["reason"])
    assert asked <= 16 + 3


@pytest.mark.asyncio
async def test_a_slow_shop_ends_partial_in_time() -> None:
    with serve_clean(behaviour=Behaviour(wait_s=0.4)) as shop:
        begun = time.monotonic()
        request = ScanRequest(ScanKind.OWASP, shop.url, ("127.0.0.1",), deadline_s=3.0)
        result = await OwaspScanner(options(), RealClock()).scan(request)
    assert time.monotonic() - begun < 4.0
    assert result.outcome is ScanOutcome.PARTIAL
    assert facts_of(result).coverage.urls_visited >= 2


@pytest.mark.asyncio
async def test_a_shop_that_sends_everybody_away_is_not_followed() -> None:
    with serve_clean(behaviour=Behaviour(redirect_out=True)) as shop:
        result = await look(shop)
        foreign = len(shop.elsewhere.log)
    assert (result.outcome, result.evidence, foreign) == (ScanOutcome.REDIRECTED_OUT, (), 0)


@pytest.mark.parametrize(("before", "outcome"), [([40, 38, 41], "partial"), ([12, 9], "complete")])
@pytest.mark.asyncio
async def test_far_fewer_pages_than_before_prove_nothing(before: list[int], outcome: str) -> None:
    with serve_clean() as shop:
        result = await look(shop, pages_before=before)
    assert result.outcome == outcome
    if outcome == "partial":
        assert "coverage fell from 40 to" in str(result.detail["reason"])


@pytest.mark.parametrize("edition", ["2021", "2025"])
@pytest.mark.asyncio
async def test_some_categories_are_never_called_tested(edition: str) -> None:
    with serve_clean() as shop:
        row = facts_of(await look(shop)).categories[edition]
    assert len(row) == 10
    assert all(row[one] is not Reach.TESTED for one in AT_MOST_PARTLY[edition])


def shell(path: str) -> bytes:
    links = "".join(f'<a href="/p{n}"></a>' for n in range(9))
    return http(f'<html><body><div id="app">{links}</div><script src="/a.js"></script>{path}')


@pytest.mark.asyncio
async def test_a_page_that_scripts_draw_never_passes_as_seen() -> None:
    with serving(routes({"/": shell("x"), **{f"/p{n}": shell("y") for n in range(9)}})) as server:
        request = ScanRequest(ScanKind.OWASP, f"http://127.0.0.1:{server.port}/", ("127.0.0.1",))
        result = await OwaspScanner(options(), RealClock()).scan(request)
    assert result.outcome is ScanOutcome.PARTIAL
    assert "scripts make" in str(result.detail["reason"])


@pytest.mark.asyncio
async def test_a_site_that_answers_everything_with_200_has_no_exposed_files() -> None:
    text = "Welkom in onze winkel. DB_PASSWORD=x ref: refs/heads/main phpinfo() " * 20
    page = http(f"<html><title>Winkel</title><body><p>{text}", 200, ("Content-Type", "text/html"))
    with serving(lambda _path, _stop: (page,)) as server:
        request = ScanRequest(ScanKind.OWASP, f"http://127.0.0.1:{server.port}/", ("127.0.0.1",))
        result = await OwaspScanner(options(), RealClock()).scan(request)
    rules = {found.rule for found in facts_of(result).findings}
    assert not rules & {"file-exposed", "backup-exposed", "status-exposed"}


@pytest.mark.parametrize(
    ("credentials", "rule", "severity"),
    [(True, "cors-any-origin", Severity.HIGH), (False, "cors-wildcard", Severity.LOW)],
)
@pytest.mark.asyncio
async def test_an_answer_that_names_whoever_asks_is_told(
    credentials: bool, rule: str, severity: Severity
) -> None:
    def answer(_path: str, _stop: object) -> Iterator[bytes]:
        origin = b""
        for head in server.requests:
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"origin:"):
                    origin = line.partition(b":")[2].strip()
        headers = [("Content-Type", "text/html")]
        if origin:
            headers.append(("Access-Control-Allow-Origin", origin.decode()))
            if credentials:
                headers.append(("Access-Control-Allow-Credentials", "true"))
        yield http("<html><body>" + "Welkom in de winkel. " * 40, 200, *headers)

    with serving(answer) as server:
        request = ScanRequest(
            ScanKind.OWASP, f"http://127.0.0.1:{server.port}/", ("127.0.0.1",),
            options={"again_after_s": 0.1},
        )  # fmt: skip
        result = await OwaspScanner(options(), RealClock()).scan(request)
    found = {f.rule: f for f in facts_of(result).findings}
    assert found[rule].severity is severity
    assert found[rule].again is (Again.VERIFIED if severity is Severity.HIGH else None)


@pytest.mark.parametrize(
    ("words", "outcome", "said"),
    [({"profile": "active-low"}, ScanOutcome.NOT_PERMITTED, "nobody allowed"),
     ({"profile": "active-low", "authorised": "yes"}, ScanOutcome.NOT_PERMITTED, "allowed"),
     ({"profile": "active-low", "authorised": True}, ScanOutcome.NOT_PERMITTED, "no profile"),
     ({"profile": "wild", "authorised": True}, ScanOutcome.NOT_PERMITTED, "no profile"),
     ({"engine": "nikto"}, ScanOutcome.ENGINE_ERROR, "no engine 'nikto'"),
     ({"engine": "zap"}, ScanOutcome.ENGINE_ERROR, "no ZAP daemon"),
     ({"engine": "wapiti", "wapiti": "/nowhere/wapiti"}, ScanOutcome.ENGINE_ERROR, "installed"),
     ({"excluded": ["("]}, ScanOutcome.NOT_PERMITTED, "no regular expression")],
)  # fmt: skip
@pytest.mark.asyncio
async def test_what_may_not_or_cannot_be_done_sends_nothing(
    words: dict[str, object], outcome: ScanOutcome, said: str
) -> None:
    with serve_clean() as shop:
        result = await look(shop, None, **words)
        assert (result.outcome, result.evidence, len(shop.log)) == (outcome, (), 0)
    assert said in str(result.detail["reason"])


@pytest.mark.asyncio
async def test_paths_of_the_sites_own_wish_are_left_out() -> None:
    with serve_clean() as shop:
        await look(shop, excluded=["^/categorie"])
        assert not [path for path in shop.log.paths() if path.startswith("/categorie")]


# The second look at what is grave


def answers(result: ScanResult) -> dict[str, Again | None]:
    return {f"{f.rule} {f.param}": f.again for f in facts_of(result).findings if f.serious}


@pytest.mark.asyncio
async def test_what_is_grave_is_seen_a_second_time_and_nothing_else_is_asked_for_again(
    tmp_path: Path,
) -> None:
    with secure(tmp_path, flawed=True) as (shop, how):
        result = await look(shop, how)
        assert result.requests == len(shop.log)
    told = answers(result)
    assert set(told.values()) == {Again.VERIFIED}
    assert {"file-exposed /.env", "backup-exposed /backup.sql"} <= set(told)
    assert {key.partition(" ")[0] for key in told} >= {"mixed-content-active", "form-to-http"}
    assert result.detail["again"] == {"verified": len(told)}
    assert {f.again for f in facts_of(result).findings if not f.serious} == {None}


@pytest.mark.asyncio
async def test_a_file_that_was_there_for_a_moment_is_not_seen_again() -> None:
    with serve_vulnerable(behaviour=Behaviour(once={"/.env": ""})) as shop:
        result = await look(shop)
    told = answers(result)
    assert told["file-exposed /.env"] is Again.NOT_SEEN
    assert told["file-exposed /.git/HEAD"] is Again.VERIFIED
    (env,) = [f for f in facts_of(result).findings if f.param == "/.env"]
    assert env.again_why == "its address answered 404"
    assert result.outcome is ScanOutcome.COMPLETE


PASSWORD = '<form method="post"><input type="password" name="p"></form>'


@pytest.mark.parametrize(
    ("then", "again", "why"),
    [
        (http(PASSWORD.encode(), 200, ("Content-Type", "text/html")), Again.VERIFIED, ""),
        (http(b"<p>Hallo</p>", 200, ("Content-Type", "text/html")), Again.NOT_SEEN, "same address"),
        (http(b"gone", 404, ("Content-Type", "text/html")), Again.NOT_SEEN, "404"),
        (http(b"no", 403), Again.COULD_NOT, "403"),
        (http(b"slow down", 429), Again.COULD_NOT, "slow down"),
        (http(b"oops", 500, ("Content-Type", "text/html")), Again.COULD_NOT, "500"),
        (redirect("https://shop.example.nl/login"), Again.COULD_NOT, "leads elsewhere"),
        (http(b"%PDF", 200, ("Content-Type", "application/pdf")), Again.COULD_NOT, "to its end"),
        (b"nonsense", Again.COULD_NOT, ""),
    ],
    ids=["there", "gone", "404", "403", "429", "500", "moved", "another type", "no answer"],
)
@pytest.mark.asyncio
async def test_the_second_look_at_a_page_tells_gone_from_unseen(
    then: bytes, again: Again, why: str
) -> None:
    first = http(PASSWORD.encode(), 200, ("Content-Type", "text/html"))
    asked: list[str] = []

    def reply(path: str, _stop: object) -> tuple[bytes]:
        asked.append(path)
        if path == "/login":
            return (first if asked.count("/login") == 1 else then,)
        words = "Welkom in onze winkel. " * 60
        start = f'<html><body>{words}<a href="/login">Inloggen</a></body></html>'
        page = http(start, 200, ("Content-Type", "text/html"))
        return (page if path == "/" else http("gone", 404),)

    with serving(reply) as server:
        url = f"http://127.0.0.1:{server.port}/"
        request = ScanRequest(
            ScanKind.OWASP, url, ("127.0.0.1",), options={"again_after_s": 0.1}, deadline_s=30.0
        )
        result = await OwaspScanner(options(), RealClock()).scan(request)
    (found,) = [f for f in facts_of(result).findings if f.rule == "password-over-http"]
    assert found.again is again
    assert why in found.again_why
    assert bool(found.again_why) is (again is not Again.VERIFIED)
    assert asked.count("/login") == 2


@pytest.mark.parametrize("after_s", [55, 70.0])
@pytest.mark.asyncio
async def test_without_time_for_a_second_look_there_is_none(after_s: float) -> None:
    with serve_vulnerable() as shop:
        result = await look(shop, again_after_s=after_s)
    assert set(answers(result).values()) == {Again.COULD_NOT}
    assert {f.again_why for f in facts_of(result).findings if f.serious} == {NO_TIME}


@pytest.mark.asyncio
async def test_a_site_that_asked_us_to_slow_down_is_not_asked_again() -> None:
    with serve_vulnerable(behaviour=Behaviour(throttle_after=22)) as shop:
        result = await look(shop)
        asked = len(shop.log)
    assert result.outcome is ScanOutcome.PARTIAL
    assert set(answers(result).values()) <= {Again.COULD_NOT}
    assert answers(result)
    assert asked == 22


@pytest.mark.asyncio
async def test_a_page_that_only_earlier_looks_knew_is_visited() -> None:
    text = "Welkom in onze winkel met pennen en papier. " * 30
    page = http(f"<html><body>{text}</body></html>", 200, ("Content-Type", "text/html"))
    with serving(routes({"/": page, "/kelder": page, "/uitloggen": page})) as server:
        origin = f"http://127.0.0.1:{server.port}"
        known = [f"{origin}/kelder", f"{origin}/uitloggen", "http://127.0.0.2/x"]
        request = ScanRequest(
            ScanKind.OWASP, f"{origin}/", ("127.0.0.1",),
            options={"known": known, "exposed_files": False},
        )  # fmt: skip
        result = await OwaspScanner(options(), RealClock()).scan(request)
        asked = {head.split(b" ")[1] for head in server.requests}
    assert (b"/kelder" in asked, b"/uitloggen" in asked) == (True, False)
    assert facts_of(result).coverage.urls_visited == 2
