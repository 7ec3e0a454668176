"""The content scanner on real shops: what it reads, and what it must never conclude."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from monitor.domain.member import Member
from monitor.domain.site import Certification, Site, Standing
from monitor.policy.conditions.content import JUDGES
from monitor.policy.judge import ScanView, Seen, Subject
from scanners.api import ScanKind, ScanOutcome, ScanRequest, ScanResult, encode_facts
from scanners.content.evidence import PageFacts, SiteFacts
from scanners.content.scanner import ContentScanner
from tests.integration.content_shop import (
    FILLER_NL,
    HOST,
    NAV_NL,
    PRIVACY_NL,
    FixedClock,
    Reply,
    Shop,
    healthy_pages,
    page,
    running_shop,
    zipped_sitemap,
)

MEMBER = Member("m", "Voorbeeld Handel B.V.", kvk="30198127", vat="NL004495445B01")
# Later judges have tests of their own; what reading does to these shows what it does to all.
JUDGED = (
    "company_details", "contact_channels", "registration_number", "vat_number", "complaint_term",
    "privacy_statement", "delivery_information", "secure_forms", "https_everywhere",
)  # fmt: skip
START = page(f"<h1>Voorbeeld Kantoor</h1><p>{FILLER_NL}</p><p>{FILLER_NL[:150]}</p>")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running_shop(tmp_path, healthy_pages()) as running:
        yield running


def scan(shop: Shop, deadline_s: float = 20.0, **more: object) -> ScanResult:
    fields: dict[str, object] = {"url": shop.url, "hosts": (shop.host,), **more}
    request = ScanRequest(kind=ScanKind.CONTENT, deadline_s=deadline_s, **fields)  # type: ignore[arg-type]
    return asyncio.run(ContentScanner(shop.options, FixedClock()).scan(request))


def site_of(result: ScanResult) -> SiteFacts:
    found = result.evidence[0].facts
    assert isinstance(found, SiteFacts)
    return found


def outcomes(result: ScanResult) -> dict[str, str]:
    """What the judges say of a scan."""
    at = FixedClock().now()
    view = ScanView(result.outcome, result.evidence, at, str(result.detail.get("reason", "")))
    subject = Subject(
        Site("s", "m", f"https://{HOST}/"), MEMBER, Certification("l", Standing.CERTIFIED)
    )
    seen = Seen(at, {ScanKind.CONTENT: view})
    judges = {j.name.removeprefix("content."): j for j in JUDGES}
    return {name: str(judges[name].run(seen, subject).outcome) for name in JUDGED}


# Outcomes that a label file must never map to not_met without review.
HARMLESS = {"incomplete", "no_forms", "no_complaint_text", "redirected", "filtered", "closed"}


def test_a_healthy_shop_meets_everything(shop: Shop) -> None:
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert outcomes(result) == {
        "company_details": "found",
        "contact_channels": "found",
        "registration_number": "found",
        "vat_number": "found",
        "complaint_term": "within_term",
        "privacy_statement": "found",
        "delivery_information": "found",
        "secure_forms": "secured",
        "https_everywhere": "redirected",
    }
    assert result.requests >= len(shop.pages)


CHALLENGE = "<html><title>Just a moment...</title><body>Checking your browser</body></html>"


@pytest.mark.parametrize(
    "wall",
    [
        pytest.param(Reply(CHALLENGE, 403), id="403"),
        pytest.param(Reply("Too many requests", 429), id="429"),
        pytest.param(Reply(CHALLENGE, 503), id="503"),
        pytest.param(Reply(CHALLENGE), id="200"),
        pytest.param(Reply("<p>Verify you are human</p>"), id="200 words"),
        pytest.param(Reply("<script>window._cf_chl_opt={}</script>", 200), id="200 markup"),
        pytest.param(Reply("<p>Controleer of u een mens bent</p>", 406), id="406 nl"),
    ],
)
def test_a_bot_wall_proves_nothing(shop: Shop, wall: Reply) -> None:
    shop.pages, shop.fallback = {}, wall
    shop.plain = lambda _: wall
    result = scan(shop)
    assert result.outcome is ScanOutcome.BLOCKED
    assert site_of(result).complete_for == ()
    assert set(outcomes(result).values()) == {"incomplete"}


@pytest.mark.parametrize(
    ("body", "outcome", "problem"),
    [
        pytest.param(
            "<p>Wij gebruiken cookies. Accepteer alle cookies om verder te gaan.</p>",
            ScanOutcome.BLOCKED,
            "consent_wall",
            id="consent wall",
        ),
        pytest.param(
            '<div id="root"></div><script src="/app.js"></script>',
            ScanOutcome.PARTIAL,
            "script_shell",
            id="script shell",
        ),
        pytest.param("<p>Welkom</p>", ScanOutcome.PARTIAL, "thin_start_page", id="thin"),
        pytest.param(
            "<h1>shop.example.nl</h1><p>Deze domeinnaam is te koop. Buy this domain.</p>",
            ScanOutcome.PARTIAL,
            "parking_page",
            id="parking",
        ),
    ],
)
def test_what_stands_in_place_of_a_shop_proves_nothing(
    shop: Shop, body: str, outcome: ScanOutcome, problem: str
) -> None:
    shop.pages, shop.fallback = {}, page(body, nav="")
    result = scan(shop)
    assert result.outcome is outcome
    facts = result.evidence[1].facts
    assert isinstance(facts, PageFacts)
    assert facts.problem == problem
    assert site_of(result).complete_for == ()
    assert set(outcomes(result).values()) <= HARMLESS


def test_a_short_start_page_may_be_allowed(shop: Shop) -> None:
    shop.pages["/"] = page("<p>Welkom in de winkel</p>")
    assert scan(shop).outcome is ScanOutcome.PARTIAL
    result = scan(shop, options={"start_page_min_chars": 10})
    assert result.outcome is ScanOutcome.COMPLETE


def test_a_redirect_to_another_domain_is_told_as_such(shop: Shop) -> None:
    shop.pages["/"] = Reply("", 302, headers=(("Location", "https://parked.example.org/"),))
    result = scan(shop)
    assert result.outcome is ScanOutcome.REDIRECTED_OUT
    assert set(outcomes(result).values()) <= HARMLESS
    shop.pages["/"] = Reply('<meta http-equiv="refresh" content="0; url=https://else.org/">')
    assert scan(shop).outcome is ScanOutcome.REDIRECTED_OUT


def test_a_tarpit_ends_in_time_and_proves_nothing(shop: Shop) -> None:
    shop.pages, shop.fallback = {}, Reply("slow", wait_s=6)
    began = time.monotonic()
    result = scan(shop, deadline_s=4.0)
    assert time.monotonic() - began < 5.0
    assert result.outcome is ScanOutcome.TIMED_OUT
    assert set(outcomes(result).values()) <= HARMLESS


def test_one_slow_page_leaves_a_gap_for_its_role_only(shop: Shop) -> None:
    shop.pages["/voorwaarden"] = Reply("slow", wait_s=4)
    result = scan(shop, deadline_s=30.0)
    assert result.outcome is ScanOutcome.PARTIAL
    assert site_of(result).gaps == {"terms": "timed_out", "product": "none_found"}
    shop.pages["/contact"] = page("<p>Geen gegevens</p>")
    shop.pages["/voorwaarden"] = Reply("", 503)
    said = outcomes(scan(shop))
    assert said["registration_number"] == "incomplete"
    assert said["privacy_statement"] == "found"


def test_nobody_at_home_is_refused(shop: Shop) -> None:
    closed = running_shop(Path(shop.options.ca_file or "").parent, {}, HOST)
    with closed as gone:
        pass
    result = scan(gone)
    assert result.outcome is ScanOutcome.REFUSED
    assert set(outcomes(result).values()) <= HARMLESS


def test_a_missing_number_is_absent_only_when_everything_was_read(shop: Shop) -> None:
    shop.pages["/contact"] = page("<p>Voorbeeld Handel</p><p>030 234 56 78</p>")
    said = outcomes(scan(shop))
    assert said["registration_number"] == "absent_complete"
    assert said["vat_number"] == "absent_complete"
    assert said["company_details"] == "address_missing"


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        pytest.param({"/privacy": Reply("weg", 404)}, "gone", id="404"),
        pytest.param({"/privacy": Reply("weg", 410)}, "gone", id="410"),
        pytest.param({"/privacy": Reply("fout", 500)}, "incomplete", id="500"),
        pytest.param(
            {"/privacy": Reply("", 302, headers=(("Location", "/"),))}, "soft_404", id="302 home"
        ),
        pytest.param(
            {
                "/privacy": Reply("", 302, headers=(("Location", "/nl/privacy"),)),
                "/nl/privacy": page(f"<p>{PRIVACY_NL}</p>"),
            },
            "found",
            id="302 to a localised path",
        ),
        pytest.param({"/privacy": page("<p>Volgt</p>")}, "too_short", id="short"),
        pytest.param(
            {"/privacy": Reply("", 302, headers=(("Location", "https://x.org/"),))},
            "incomplete",
            id="elsewhere",
        ),
    ],
)
def test_the_privacy_page(shop: Shop, replies: dict[str, Reply], outcome: str) -> None:
    shop.pages |= replies
    assert outcomes(scan(shop))["privacy_statement"] == outcome


def test_a_soft_404_is_no_privacy_statement(shop: Shop) -> None:
    del shop.pages["/privacy"]
    shop.fallback = page("<h1>Oeps</h1><p>Deze pagina is er niet, kijk in het menu.</p>")
    result = scan(shop)
    assert site_of(result).probe == "soft_404"
    assert outcomes(result)["privacy_statement"] == "soft_404"
    assert outcomes(result)["registration_number"] == "found"


def test_without_link_the_sitemap_is_consulted(shop: Shop) -> None:
    nav = NAV_NL.replace('<a href="/privacy">Privacyverklaring</a>', "")
    shop.pages["/"] = page(f"<p>{FILLER_NL * 2}</p>", nav=nav)
    for path in ("/contact", "/over-ons", "/voorwaarden", "/klachten", "/verzending"):
        shop.pages[path] = page("<p>Even kort</p>", nav=nav)
    assert outcomes(scan(shop))["privacy_statement"] == "absent_complete"
    shop.pages["/sitemap.xml"] = Reply(
        f"<sitemapindex><sitemap><loc>https://{HOST}/pages.xml.gz</loc></sitemap></sitemapindex>"
    )
    shop.pages["/pages.xml.gz"] = zipped_sitemap([f"https://{HOST}/privacy"])
    assert outcomes(scan(shop))["privacy_statement"] == "found"
    shop.pages["/sitemap.xml"] = Reply("", 500)
    assert outcomes(scan(shop))["privacy_statement"] == "incomplete"


def test_links_that_would_do_something_are_left_alone(shop: Shop) -> None:
    links = "".join(
        f'<a href="{href}">{text}</a>'
        for href, text in (
            ("/?add-to-cart=12", "Winkelwagen"),
            ("/cart%2Fadd?id=3", "Naar de winkelwagen"),
            ("/account/logout", "Contact en uitloggen"),
            ("/privacy/unsubscribe?all=1", "Privacy"),
        )
    )
    start = shop.pages["/"]
    body = start.body if isinstance(start.body, str) else start.body.decode()
    shop.pages["/"] = Reply(body.replace("</body>", f"{links}</body>"))
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert outcomes(result)["privacy_statement"] == "found"
    forbidden = ("add-to-cart", "cart%2fadd", "logout", "unsubscribe")
    assert not [path for path in shop.asked if any(word in path.lower() for word in forbidden)]


def test_robots_txt_is_respected_and_leaves_a_gap(shop: Shop) -> None:
    shop.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /contact", kind="text/plain")
    result = scan(shop)
    assert "/contact" not in shop.asked
    assert site_of(result).gaps["contact"] == "robots"
    assert outcomes(result)["registration_number"] == "incomplete"
    shop.pages["/robots.txt"] = Reply("User-agent: keurwacht\nDisallow: /", kind="text/plain")
    assert scan(shop).outcome is ScanOutcome.NOT_PERMITTED


def pdf_with(text: str) -> bytes:
    """A PDF of one page with a text layer, written by hand."""
    words = text.split()
    lines = [" ".join(words[i : i + 10]) for i in range(0, len(words), 10)]
    drawn = "".join(f"({line}) Tj 0 -12 Td " for line in lines)
    stream = f"BT /F1 10 Tf 20 800 Td {drawn}ET".encode("latin-1", "replace")
    font = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
    box = b"/Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page %s /Resources << %s >> >>" % (box, font),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer


def blank_pdf() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pdfs_are_read_when_they_can_be(shop: Shop) -> None:
    shop.pages["/privacy"] = Reply(pdf_with(PRIVACY_NL), kind="application/pdf")
    assert outcomes(scan(shop))["privacy_statement"] == "found"
    for body in (blank_pdf(), b"%PDF-1.7 nonsense", b"%PDF-1.4" + bytes(3000)):
        shop.pages["/privacy"] = Reply(body, kind="application/pdf")
        result = scan(shop)
        assert site_of(result).gaps["privacy"].startswith("pdf_")
        assert outcomes(result)["privacy_statement"] == "incomplete"


@pytest.mark.parametrize(
    ("plain", "outcome"),
    [
        (Reply("<p>Winkel</p>" + FILLER_NL), "served_over_http"),
        (Reply("", 302, headers=(("Location", f"https://{HOST}/"),)), "temporary_redirect"),
        (Reply("", 308, headers=(("Location", f"https://{HOST}/"),)), "redirected"),
        (Reply("", 301, headers=(("Location", f"http://{HOST}/"),)), "incomplete"),
        (Reply("nee", 404), "incomplete"),
        (Reply(CHALLENGE, 403), "incomplete"),
    ],
)
def test_plain_http(shop: Shop, plain: Reply, outcome: str) -> None:
    shop.plain = lambda _: plain
    assert outcomes(scan(shop))["https_everywhere"] == outcome


def test_a_closed_port_80_is_fine(tmp_path: Path) -> None:
    with running_shop(tmp_path, healthy_pages(), plain_port_open=False) as shop:
        said = outcomes(scan(shop))
    assert said["https_everywhere"] == "closed"
    assert said["secure_forms"] == "secured"


def test_a_session_cookie_must_be_secure(shop: Shop) -> None:
    body = START.body
    shop.pages["/"] = Reply(body, headers=(("Set-Cookie", "PHPSESSID=abc; path=/; HttpOnly"),))
    result = scan(shop)
    assert outcomes(result)["https_everywhere"] == "cookie_insecure"
    assert "abc" not in repr(site_of(result).cookies)
    shop.pages["/"] = Reply(body, headers=(("Set-Cookie", "PHPSESSID=abc; path=/; Secure"),))
    assert outcomes(scan(shop))["https_everywhere"] == "redirected"


def test_a_seller_is_read_on_its_profile_pages_only(shop: Shop) -> None:
    profile = f"{shop.url}verkoper/7"
    shop.pages["/verkoper/7"] = page("<p>Voorbeeld Handel, KvK 30198127</p>")
    result = scan(shop, subject="seller", profile_urls=(profile,))
    assert set(shop.asked) == {"/robots.txt", "/verkoper/7"}
    assert result.outcome is ScanOutcome.COMPLETE
    assert site_of(result).plain_http == ()
    assert outcomes(result)["registration_number"] == "found"
    shop.pages["/verkoper/7"] = Reply("", 503)
    assert (
        outcomes(scan(shop, subject="seller", profile_urls=(profile,)))["registration_number"]
        == "incomplete"
    )


ES = (
    "Vendemos con mucho gusto los mejores productos para el hogar y la oficina de nuestro cliente. "
)


def test_a_shop_in_a_language_without_words_is_not_judged(shop: Shop) -> None:
    shop.pages["/"] = page(f"<p>{ES * 8}</p>", lang="es", nav='<a href="/contacto">Contacto</a>')
    result = scan(shop)
    assert site_of(result).gaps["privacy"] == "language_es"
    assert set(outcomes(result).values()) <= HARMLESS


FR = "Nous vendons avec plaisir des articles de bureau pour les entreprises et pour la maison. " * 6


def test_a_footer_in_another_language_still_leads_to_its_pages(shop: Shop) -> None:
    nav = '<a href="/p/7">Datenschutzerklärung</a> <a href="/p/8">Impressum</a>'
    shop.pages = {
        "/": page(f"<p>{FR}</p>", lang="fr", nav=nav),
        "/p/7": page(f"<p>{PRIVACY_NL}</p>", nav=nav),
        "/p/8": page(
            "<p>Voorbeeld Handel</p><p>Kade 1, 1234 AB Utrecht, KvK 30198127</p>", nav=nav
        ),
    }
    said = outcomes(scan(shop))
    assert said["privacy_statement"] == "found"
    assert said["registration_number"] == "found"
    assert said["company_details"] == "found"


def test_the_module_prints_facts(shop: Shop) -> None:
    secure, plain = shop.options.resolve
    command = [sys.executable, "-m", "scanners.content", shop.url, "--json"]
    command += ["--ca-file", str(shop.options.ca_file), "--allow-network", "127.0.0.0/8"]
    for item in (secure, plain):
        command += ["--resolve", f"{item.host}:{item.port}:{item.address}:{item.to_port}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["outcome"] == "complete"
    kinds = {item["kind"] for item in printed["evidence"]}
    assert kinds == {"content.site@1", "content.page@1"}


HOSTILE_LD = (
    '<script type="application/ld+json">{"@type":"Organization","legalName":"X\\ud800",'
    '"vatID":"\\u0000NL\\udfff","address":{"streetAddress":"\\u0000"}}</script>'
)


def test_a_lone_surrogate_in_json_ld_hides_nothing(shop: Shop) -> None:
    for path, reply in list(shop.pages.items()):
        if isinstance(reply.body, str) and "</body>" in reply.body:
            body = reply.body.replace("</body>", f"{HOSTILE_LD}&#xD800;\0</body>")
            shop.pages[path] = replace(reply, body=body)
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert outcomes(result)["privacy_statement"] == "found"
    for piece in result.evidence:
        assert b"X\xef\xbf\xbd" in encode_facts(piece.facts) or isinstance(piece.facts, SiteFacts)


@pytest.mark.parametrize(
    "address", ["http://[", "https://[::1]x@b]/", "//[", "https://a:99999999/"]
)
def test_addresses_that_are_none_end_no_scan(shop: Shop, address: str) -> None:
    links = f'<a href="{address}">privacy</a><a href="mailto://[">mail</a><a href="tel://[">bel</a>'
    start = shop.pages["/"]
    assert isinstance(start.body, str)
    shop.pages["/"] = replace(start, body=start.body.replace("</body>", f"{links}</body>"))
    robots = f"User-agent: *\nSitemap: {address}\nSitemap: {shop.url}sitemap.xml\n"
    shop.pages["/robots.txt"] = Reply(robots, kind="text/plain")
    places = f"<urlset><url><loc>{address}</loc></url><url><loc>{shop.url}x</loc></url></urlset>"
    shop.pages["/sitemap.xml"] = Reply(places, kind="application/xml")
    shop.plain = lambda _: Reply("", 301, headers=(("Location", address),))
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert site_of(result).sitemap == "read"
    assert outcomes(result)["privacy_statement"] == "found"
