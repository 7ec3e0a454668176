"""The parts of the passive engine: files, policies, cookies, forms, scripts, leaks, paths."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanners.owasp.asking import origin_of
from scanners.owasp.csp import gaps, parse_policies, script_weaknesses
from scanners.owasp.evidence import Reach, Severity
from scanners.owasp.excluded import patterns
from scanners.owasp.files import EXPOSED
from scanners.owasp.left_out import LEFT_OUT, compiled, is_left_out
from scanners.owasp.matrix import AT_MOST_PARTLY, CATEGORIES, EDITIONS, held, lowered, matrix
from scanners.owasp.rules import categories
from scanners.owasp.scanner import coverage_fell
from scanners.owasp.scripts import script_addresses
from scanners.owasp.wapiti_report import BadReportError, Printed, read_report
from tests.unit.test_owasp_checks import csp, has, page, seen

TELLS = {one.path: one.tells for one in EXPOSED}


@pytest.mark.parametrize(
    ("path", "body"),
    [("/.git/HEAD", b"ref: refs/heads/main\n"), ("/.git/HEAD", b"a" * 40 + b"\n"),
     ("/.env", b"APP_NAME=x\nexport DB_PASSWORD = 'geheim'\n"), ("/.svn/entries", b"12\n"),
     ("/.svn/entries", b"10\n\ndir\n123\n"), ("/backup.sql", b"-- MySQL dump 10.13\n"),
     ("/backup.sql", b"CREATE TABLE `a` (b int);\n"),
     ("/wp-config.php.bak", b"<?php define('DB_PASSWORD', 'x');"),
     ("/.htpasswd", b"jan:$apr1$x$y\n"), ("/phpinfo.php", b"<title>phpinfo()</title>"),
     ("/server-status", b"Apache Server Status for x ... Server uptime: 3"),
     ("/.DS_Store", b"\x00\x00\x00\x01Bud1xx"),
     ("/composer.lock", b'{"content-hash": "x", "packages": []}'),
     ("/package.json", b'{"dependencies": {}}')],
)  # fmt: skip
def test_a_file_is_known_by_its_content(path: str, body: bytes) -> None:
    told = TELLS[path](body)
    assert told
    assert "geheim" not in told


@pytest.mark.parametrize("path", sorted(TELLS))
@pytest.mark.parametrize(
    "body",
    [b"", b"Not found", b"<!doctype html><html><body>PASSWORD=1\nSECRET=2 phpinfo()</body></html>",
     b"ref: refs/heads/main and more words of a page", b"A=1\nB=2", b"PASSWORD=\nKEY=", b"{}",
     b'{"error": "not found"}', b"-- a comment", b"<h1>Server uptime:</h1>", b"x:y", b"null",
     b"INSERT COIN", b"\xff\xfe\x00"],
)  # fmt: skip
def test_what_only_looks_like_it_is_none(path: str, body: bytes) -> None:
    assert TELLS[path](body) == ""


@example(b'"\x80"')
@given(st.binary(max_size=400))
def test_any_bytes_can_be_looked_at(body: bytes) -> None:
    for tells in TELLS.values():
        tells(body)


@pytest.mark.parametrize(
    ("policy", "holes"),
    [("script-src 'self' cdn.jsdelivr.net", ("scripts from cdn.jsdelivr.net",)),
     ("script-src https://cdn.jsdelivr.net/npm/vue@3/", ()),
     ("script-src 'nonce-a' 'strict-dynamic' cdn.jsdelivr.net", ()),
     ("script-src *.googleapis.com", ("scripts from *.googleapis.com",)),
     ("script-src https://*.com", ("scripts from *.com",)),
     ("script-src *.myshopify.com", ("scripts from *.myshopify.com",)),
     ("script-src *.voorbeeld.nl shop.voorbeeld.nl:443", ()),
     ("script-src 'nonce-a' 'unsafe-inline'", ()), ("script-src 'sha256-x' 'unsafe-inline'", ())],
)  # fmt: skip
def test_hosts_that_serve_anybodys_scripts_are_holes(policy: str, holes: tuple[str, ...]) -> None:
    assert script_weaknesses(tuple(parse_policies(policy, from_header=True))) == holes


@pytest.mark.parametrize(
    ("policy", "missing"),
    [("script-src 'self'", ("object-src", "base-uri")), ("default-src 'self'", ("base-uri",)),
     ("default-src *; base-uri 'none'", ("object-src",)),
     ("object-src 'none'; base-uri 'none'", ()),
     ("object-src 'none', base-uri 'self'", ())],
)  # fmt: skip
def test_directives_without_a_fallback_are_gaps(policy: str, missing: tuple[str, ...]) -> None:
    assert gaps(tuple(parse_policies(policy, from_header=True))) == missing


def test_a_policy_that_only_reports_stops_nothing() -> None:
    name, value = csp("default-src 'none'")
    found = seen("", (f"{name}-report-only", value))["csp-missing"]
    assert "report-only" in found.excerpt


@pytest.mark.parametrize(
    ("cookie", "rule", "told"),
    [("__Host-s=1; Path=/; Secure", "cookie-prefix-broken", False),
     ("__Host-s=1; Path=/; Secure; Domain=example.nl", "cookie-prefix-broken", True),
     ("__Host-s=1; Secure", "cookie-prefix-broken", True),
     ("__Secure-s=1", "cookie-prefix-broken", True), ("s=1", "cookie-prefix-broken", False),
     ("PHPSESSID=1; Domain=.example.nl", "cookie-domain-broad", True),
     ("taal=nl; Domain=.example.nl", "cookie-domain-broad", False),
     ("PHPSESSID=1; Domain=shop.example.nl", "cookie-domain-broad", False),
     ("PHPSESSID=1", "cookie-domain-broad", False)],
)  # fmt: skip
def test_promises_of_cookies(cookie: str, rule: str, told: bool) -> None:
    assert has(rule, "", ("set-cookie", cookie)) is told


@pytest.mark.parametrize(
    ("form", "rule", "told"),
    [("<form method=get><input type=password></form>", "password-in-address", True),
     ("<form><input type=password></form>", "password-in-address", False),
     ("<form method=post><input type=password></form>", "password-in-address", False),
     ("<form method=post action=/x><input name=a></form>", "csrf-token-missing", True),
     ("<form method=post><input name=_csrf></form>", "csrf-token-missing", False),
     ("<form method=post><input type=hidden name=z value=a8f3e2b19c7d6054aa12></form>",
      "csrf-token-missing", False),
     ('<form method=post action="https://elders.nl/"><input name=a></form>',
      "csrf-token-missing", False),
     ('<form method=post action="/zoeken"><input name=q></form>', "csrf-token-missing", False),
     ("<meta name=csrf-token content=x><form method=post><input name=a></form>",
      "csrf-token-missing", False),
     ("<form method=get><input name=a></form>", "csrf-token-missing", False)],
)  # fmt: skip
def test_forms(form: str, rule: str, told: bool) -> None:
    assert has(rule, form) is told


@pytest.mark.parametrize(
    ("markup", "rules"),
    [('<script src="https://cdnjs.cloudflare.com/a.js"></script>', {"sri-missing"}),
     ('<script src="https://cdnjs.cloudflare.com/a.js" integrity=sha384-x></script>', set()),
     ('<script src="https://tag.example.com/a.js"></script>', {"third-party-script"}),
     ('<script src="/a.js"></script>', set()),
     ('<script src="https://static.example.nl/a.js"></script>', set()),
     ('<script type="application/json" src="https://x.com/a.js"></script>', set())],
)  # fmt: skip
def test_scripts_of_others(markup: str, rules: set[str]) -> None:
    assert set(seen(markup)) & {"sri-missing", "third-party-script"} == rules


def test_the_addresses_of_programs_are_absolute_and_told_once() -> None:
    twice = '<script src="/a.js"></script>' * 2 + '<script src="data:x"></script>'
    assert script_addresses(page(twice)) == ["https://shop.example.nl/a.js"]


@pytest.mark.parametrize(
    ("text", "told"),
    [("<!-- 10.0.3.14 -->", True), ("192.168.1.1", True), ("172.16.0.9", True),
     ("172.32.0.9", False), ("versie 10.2.3.4", False), ("v10.2.3.4", False), ("8.8.8.8", False),
     ("10.0.0.1.2", False), ("10.300.1.1", False)],
)  # fmt: skip
def test_addresses_of_the_shops_own_network(text: str, told: bool) -> None:
    assert has("private-address", f"<p>{text}</p>") is told


@pytest.mark.parametrize(
    ("body", "told"),
    [("<title>Index of /a</title><a href=/>Parent Directory</a>", True),
     ("<title>Index of /a</title><pre><a href='../'>../</a></pre>", True),
     ("<title>Directory listing for /a/</title>", True),
     ("<title>x - /a/</title><pre>[To Parent Directory]</pre>/a/", True),
     ("<title>Index of /r/ools: een gids</title>", False), ("<title>Winkel</title>../", False)],
)  # fmt: skip
def test_contents_of_folders(body: str, told: bool) -> None:
    assert has("directory-listed", body, url="https://shop.example.nl/a/") is told


@pytest.mark.parametrize(
    ("kind", "told"),
    [("application/json", True), ("text/html", True), ("font/woff2", False),
     ("image/svg+xml", False), ("text/javascript", False)],
)  # fmt: skip
def test_answers_for_any_site(kind: str, told: bool) -> None:
    shared = ("access-control-allow-origin", "*")
    assert has("cors-wildcard", "{}", shared, kind=("content-type", kind)) is told


def test_the_generator_tells_its_version() -> None:
    found = seen('<meta name="generator" content="WordPress 6.4.2">')
    assert found["version-disclosed"].param == "generator"
    assert not has("version-disclosed", '<meta name="generator" content="WordPress">')


@pytest.mark.parametrize(
    "where",
    ["/cart", "/cart/", "/winkelwagen", "/nl/winkelmandje/", "/afrekenen/stap-1", "/checkout.php",
     "/fr/panier", "/commande/1", "/kasse", "/de/warenkorb", "/logout", "/uitloggen",
     "/deconnexion",
     "/?add-to-cart=3", "/x?action=delete&id=1", "/shopping-cart", "/order", "/customer/logout/"],
)  # fmt: skip
def test_paths_that_a_visitors_look_leaves_out(where: str) -> None:
    assert is_left_out(where, LEFT_OUT)
    assert is_left_out(where.upper(), LEFT_OUT)


@pytest.mark.parametrize(
    "where",
    ["/", "/login", "/contact", "/account", "/product/golf-cart-cover", "/blog/bestellen-hoe",
     "/p?order=asc", "/bestelautos", "/kassabonnen", "/categorie/papier", "/orders-guide"],
)  # fmt: skip
def test_paths_that_may_be_read(where: str) -> None:
    assert not is_left_out(where, LEFT_OUT)


@pytest.mark.parametrize("make", [compiled, patterns])
def test_a_wish_that_is_no_expression_is_told(make: object) -> None:
    with pytest.raises(ValueError, match="no regular expression"):
        make(("(",))  # type: ignore[operator]


def test_no_category_is_ever_said_to_be_more_than_it_can_be() -> None:
    everything = dict.fromkeys(EDITIONS, CATEGORIES)
    for edition, row in matrix({}, everything).items():
        assert {one for one, reach in row.items() if reach is not Reach.TESTED} == (
            AT_MOST_PARTLY[edition]
        )
    assert Reach.TESTED not in lowered(matrix({}, everything))["2021"].values()
    assert held({}) == matrix({})


def test_components_are_looked_at_only_with_data() -> None:
    assert categories()["2021"]["A06"] is Reach.NOT_TESTABLE
    assert categories(libraries=True)["2021"]["A06"] is Reach.PARTLY
    assert categories(libraries=True)["2021"]["A04"] is Reach.NOT_TESTABLE


@pytest.mark.parametrize(
    ("before", "visited", "said"),
    [([40, 41, 39], 3, "coverage fell from 40 to 3 pages"), ([40], 20, ""), ([], 0, ""),
     (None, 1, ""),
     (["x", True, 0, -3], 0, ""), ([40, 2, 40], 10, "coverage fell from 40 to 10 pages"),
     (7, 1, "")],
)  # fmt: skip
def test_coverage_is_compared_with_the_sites_own_history(
    before: object, visited: int, said: str
) -> None:
    assert coverage_fell(before, visited) == said


@pytest.mark.parametrize(
    ("url", "origin"),
    [("HTTPS://Shop.nl:443/a", "https://shop.nl"), ("http://a:8080", "http://a:8080"),
     ("http://[::1]:80/", "http://[::1]"), ("ftp://a", ""), ("http://[", ""), ("/x", "")],
)  # fmt: skip
def test_origins(url: str, origin: str) -> None:
    assert origin_of(url) == origin


REPORT = (
    b'{"vulnerabilities": {"SQL Injection": [{"path": "/p", "parameter": "id", "method": "GET",'
    b' "info": "SQL Injection via injection in the parameter id", "http_request": "GET /p HTTP/1.1'
    b'\\ncookie: geheim"}, 3], "Something new": [{"path": 7}]}, "anomalies": {"x": 1},'
    b' "additionals": {}, "infos": {"version": "Wapiti 3.2.3", "crawled_pages_nbr": 9}}'
)


def test_a_report_of_wapiti_is_read_and_what_is_unknown_accuses_nobody() -> None:
    report = read_report(REPORT, "https://a.nl/start", "a.nl")
    assert (report.version, report.crawled) == ("3.2.3", 9)
    known, new = report.findings
    assert (known.rule, known.confidence, known.url) == (
        "wapiti-sql-injection", "medium", "https://a.nl/p",
    )  # fmt: skip
    assert "geheim" not in known.attack
    assert (new.rule, new.severity) == ("wapiti-other", Severity.INFO)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"infos": {}}', b"x" * 30])
def test_what_is_no_report_is_refused(raw: bytes) -> None:
    with pytest.raises(BadReportError):
        read_report(raw, "https://a.nl/", "a.nl")


def test_what_wapiti_prints_tells_what_its_report_hides() -> None:
    printed = Printed()
    for line in (
        "[*] Launching module xss", "2917 requests were skipped due to network issues",
        "Max attack time was reached for module xss, stopping.",
        "Max scan time was reached, stopping.", "[!] Unable to find a module named nosuch",
    ):  # fmt: skip
        printed.hear(line)
    assert (printed.module, printed.skipped, printed.crawl_cut) == ("xss", 2917, True)
    assert (printed.cut, printed.unloaded) == (("xss",), ("nosuch",))
