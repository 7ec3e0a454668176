"""From a real browser to the finding: rows tz-5.2c and tz-10.2b on shops of our own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from monitor.policy.browsing import is_rendered
from monitor.policy.judge import Observation, ScanView, Seen
from scanners.api import ScanKind
from tests.integration.net_server import http
from tests.integration.test_content_measured import (
    HTML,
    PAIR,
    SCRIPT,
    TEXT,
    WALL,
    look,
    needs_browser,
    page,
    product,
    scripted,
    shop,
)
from tests.unit.content_kit import MEMBER, judge

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


async def judged(
    name: str, paths: Mapping[str, bytes], measure: str, browser: str = "auto"
) -> Observation:
    with shop(paths) as server:
        result = await look(server, measure, browser=browser)
    view = ScanView(result.outcome, result.evidence, AT)
    return judge(name, Seen(AT, {ScanKind.CONTENT: view}), member=MEMBER)


@needs_browser
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("css", "outcome"),
    [
        (".e{font-size:14px} .i{font-size:20px;font-weight:700}", "balanced"),
        ("", "balanced"),
        (".e{font-size:20px} .i{font-size:14px}", "excl_larger"),
        (".i{font-size:6px}", "excl_larger"),
        (".e{font-weight:800}", "excl_heavier"),
        (".i{color:#fff}", "incl_faint"),
        (".i{color:#bbb}", "incl_faint"),
        ("@media(max-width:500px){.i{display:none}}", "incl_hidden"),
        (".e,.i{font-size:6px}", "illegible"),
        (".i{display:none}", "no_pair"),
    ],
)
async def test_prominence_is_judged_as_visitors_see_it(css: str, outcome: str) -> None:
    found = await judged("price_prominence", {"/product/hamer": product(PAIR, css)}, "styles")
    assert found.outcome == outcome
    assert is_rendered(found.cited) is (outcome != "no_pair")


@pytest.mark.asyncio
async def test_without_a_browser_style_sheets_say_nothing_of_prominence() -> None:
    paths = {"/product/hamer": product(PAIR, ".e{font-size:30px}")}
    found = await judged("price_prominence", paths, "styles", browser="off")
    assert found.outcome == "not_rendered"


TOOL = http(
    "const b = document.createElement('button'); b.textContent = 'Alles accepteren';"
    "const c = document.createElement('button'); c.textContent = 'Weigeren';"
    "b.onclick = () => { document.cookie = '_ga=1' }; document.body.append(b, c);"
    "document.cookie = 'CookieConsent=0; max-age=31536000'",
    200,
    SCRIPT,
)
WITH_TOOL = {
    "/": page(f"<p>{TEXT}</p><script src=http://consent.cookiebot.com/uc.js></script>"),
    "/uc.js": TOOL,
}
FONT = {"/": page(f"<p>{TEXT}</p><link rel=stylesheet href=http://fonts.example/css>")}
LATE = scripted("setTimeout(() => { document.cookie = '_fbp=1; max-age=9999' }, 1000)")
OWN = scripted("document.cookie = '_pk_id.1.ab=1; max-age=9999'")
PING = scripted("fetch('http://www.google-analytics.com/g/collect?gcs=G100', {mode: 'no-cors'})")
ASKED = scripted("fetch('http://www.google-analytics.com/collect', {mode: 'no-cors'})")
SESSION = {"/": page(f"<p>{TEXT}</p>", "", ("Set-Cookie", "PHPSESSID=0123456789abcdef; path=/"))}


@needs_browser
@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("paths", "outcome"),
    [
        (SESSION, "none_placed"),
        (WITH_TOOL, "none_placed"),
        (FONT, "none_placed"),
        (LATE, "cookies_placed"),
        (ASKED, "trackers_loaded"),
        (OWN, "unclassified"),
        (PING, "denied_pings"),
    ],
    ids=["session", "tool", "font", "late", "tracker", "own-host", "denied"],
)
async def test_consent_is_judged_by_what_an_untouched_visit_leaves(
    paths: Mapping[str, bytes], outcome: str
) -> None:
    found = await judged("cookie_consent", paths, "consent")
    assert found.outcome == outcome
    assert is_rendered(found.cited)


@needs_browser
@pytest.mark.asyncio
async def test_a_hanging_page_is_neither_met_nor_not_met() -> None:
    body = f"<p>{TEXT}</p>{WALL}<script>while (true) {{}}</script>"
    found = await judged("cookie_consent", {"/": http(body, 200, HTML)}, "consent")
    assert found.outcome == "not_seen"
    assert not is_rendered(found.cited)
