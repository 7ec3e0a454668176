"""Pages that do not hold their text themselves: nobody is accused for what was not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scanners.api import Resolve, ScanOutcome
from tests.integration.content_shop import (
    FILLER_NL,
    HOST,
    NAV_NL,
    PRIVACY_NL,
    Pages,
    Reply,
    Shop,
    healthy_pages,
    page,
    running_shop,
)
from tests.integration.test_content_scan import outcomes, scan, site_of

SCRIPT = '<script src="/bundle.js" defer></script>'
STATEMENT = f"<h1>Privacyverklaring</h1><p>{PRIVACY_NL}</p>"
PLACE = "<p>Voorbeeld Handel B.V.<br>Dorpsstraat 12<br>1234 AB Utrecht</p>"
NUMBERS = "<p>KvK 30198127</p><p>BTW NL004495445B01</p>"
CALL_US = "Wij zijn op werkdagen van negen tot vijf bereikbaar en helpen u graag verder."
IDENTITY = ("company_details", "registration_number", "vat_number")
LOGIN = page(
    "<h1>Inloggen</h1><form method=post><input name=email><input type=password name=p></form>"
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running_shop(tmp_path, healthy_pages()) as running:
        yield running


def away(location: str) -> Reply:
    return Reply("", 302, headers=(("Location", location),))


def bare(head: str = "", body: str = "") -> Reply:
    """A page without menu and footer."""
    return Reply(
        f"<html lang=nl><head><title>Pagina</title>{head}</head><body>{body}</body></html>"
    )


def anonymous(pages: Pages) -> Pages:
    """The shop without its identity, but for what ``/contact`` says."""
    hidden = {
        path: replace(
            reply,
            body=str(reply.body)
            .replace("30198127", "")
            .replace("NL004495445B01", "")
            .replace("Dorpsstraat 12", ""),
        )
        for path, reply in pages.items()
        if isinstance(reply.body, str)
    }
    return {**pages, **hidden}


REFRESH = '<meta http-equiv="refresh" content="{}">'


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        pytest.param(
            {"/privacy": bare(REFRESH.format("0;url=/p2"), "<p>U wordt doorgestuurd.</p>")},
            "found",
            id="meta refresh",
        ),
        pytest.param(
            {"/privacy": bare(REFRESH.format("3, URL='/p2'"))}, "found", id="meta refresh, comma"
        ),
        pytest.param(
            {"/privacy": Reply("", headers=(("Refresh", "0; url=/p2"),))},
            "found",
            id="Refresh header",
        ),
        pytest.param(
            {"/privacy": bare(REFRESH.format("0;url=/p2")), "/p2": bare("", "<p>Kort.</p>")},
            "too_short",
            id="meta refresh to a short page",
        ),
        pytest.param(
            {"/privacy": bare(REFRESH.format("0;url=https://elders.example.org/p"))},
            "incomplete",
            id="meta refresh to another domain",
        ),
        pytest.param(
            {"/privacy": bare(REFRESH.format("0;url=/"))}, "soft_404", id="meta refresh home"
        ),
        pytest.param(
            {
                "/privacy": bare(REFRESH.format("0;url=/p3")),
                "/p3": bare(REFRESH.format("0;url=/privacy")),
            },
            "incomplete",
            id="refresh loop",
        ),
        pytest.param(
            {"/privacy": bare('<script>location.replace("/p2")</script>')}, "found", id="js replace"
        ),
        pytest.param(
            {"/privacy": bare("<script>window.location.href = '/p2';</script>")},
            "found",
            id="js href",
        ),
        pytest.param(
            {"/privacy": bare("<script>if (x) { location = '/p2' + lang }</script>")},
            "incomplete",
            id="js built",
        ),
        pytest.param(
            {"/privacy": bare('<script>location.assign("https://elders.example.org/")</script>')},
            "incomplete",
            id="js to another domain",
        ),
        pytest.param(
            {
                "/privacy": Reply(
                    '<frameset cols="100%"><frame src="/p2"><noframes>x</noframes></frameset>'
                )
            },
            "found",
            id="frameset",
        ),
        pytest.param({"/privacy": page('<iframe src="/p2"></iframe>')}, "found", id="own iframe"),
        pytest.param(
            {"/privacy": page('<iframe data-src="/p2"></iframe>')}, "found", id="lazy iframe"
        ),
        pytest.param(
            {"/privacy": page('<object type="text/html" data="/p2"></object>')},
            "found",
            id="object",
        ),
        pytest.param({"/privacy": page('<embed src="/p2">')}, "found", id="embed"),
        pytest.param(
            {
                "/privacy": page('<iframe src="/f1"></iframe>'),
                "/f1": bare("", '<iframe src="/p2">'),
            },
            "found",
            id="frame in a frame",
        ),
        pytest.param(
            {"/privacy": page('<iframe src="/broken"></iframe>'), "/broken": Reply("", 500)},
            "incomplete",
            id="broken frame",
        ),
        pytest.param(
            {"/privacy": page('<iframe src="https://policies.example.org/p"></iframe>')},
            "incomplete",
            id="foreign frame",
        ),
        pytest.param(
            {
                "/privacy": page(
                    f'<x-p><template shadowrootmode="open">{STATEMENT}</template></x-p>'
                )
            },
            "found",
            id="shadow root",
        ),
        pytest.param(
            {"/privacy": page(f'<iframe srcdoc="{STATEMENT.replace("<", "&lt;")}"></iframe>')},
            "found",
            id="srcdoc",
        ),
        pytest.param(
            {
                "/privacy": page(
                    '<h1>Privacyverklaring</h1><div id="pp"></div>'
                    "<script>fetch('/api').then(r=>r.text()).then(t=>pp.innerHTML=t)</script>"
                )
            },
            "incomplete",
            id="inline script writes it",
        ),
        pytest.param(
            {"/privacy": page('<h1>Privacy</h1><div id="x"></div>' + SCRIPT, footer=NAV_NL)},
            "incomplete",
            id="script between menus",
        ),
        pytest.param(
            {
                "/privacy": page(
                    "<h1>Privacy</h1><p>De pagina wordt geladen, daarna leest u het beleid.</p>"
                    + SCRIPT
                )
            },
            "incomplete",
            id="loading text and a script of its own",
        ),
        pytest.param(
            {"/privacy": page("<h1>Privacy</h1><p>Wij gaan netjes met uw gegevens om.</p>")},
            "too_short",
            id="short without scripts",
        ),
        pytest.param(
            {
                "/privacy": away("/account/login?next=/privacy"),
                "/account/login?next=/privacy": LOGIN,
            },
            "incomplete",
            id="redirected to a login",
        ),
        pytest.param({"/privacy": LOGIN}, "incomplete", id="login on the page itself"),
        pytest.param(
            {
                "/privacy": bare(
                    "", "<h1>Wij zijn zo terug</h1><p>Onze webshop is even in onderhoud.</p>"
                )
            },
            "incomplete",
            id="maintenance nl",
        ),
        pytest.param(
            {"/privacy": page("<h1>Under maintenance</h1><p>This page is being updated.</p>")},
            "incomplete",
            id="maintenance en within the menus",
        ),
        pytest.param(
            {"/privacy": page("<p>Notre site est en maintenance.</p>")},
            "incomplete",
            id="maintenance fr",
        ),
        pytest.param(
            {"/privacy": page("<h1>Wartungsarbeiten</h1>")}, "incomplete", id="maintenance de"
        ),
    ],
)
def test_a_privacy_page_without_text_of_its_own(
    shop: Shop, replies: dict[str, Reply], outcome: str
) -> None:
    shop.pages["/p2"] = bare("", STATEMENT)
    shop.pages.update(replies)
    assert outcomes(scan(shop))["privacy_statement"] == outcome


@pytest.mark.parametrize(
    ("contact", "more"),
    [
        pytest.param(bare(REFRESH.format("0;url=/c2")), {}, id="meta refresh"),
        pytest.param(Reply("", headers=(("Refresh", "1; URL=/c2"),)), {}, id="Refresh header"),
        pytest.param(Reply('<frameset><frame src="/c2"></frameset>'), {}, id="frameset"),
        pytest.param(
            page(PLACE + '<iframe src="/g"></iframe>'), {"/g": bare("", NUMBERS)}, id="own iframe"
        ),
        pytest.param(
            page(PLACE + '<iframe srcdoc="&lt;p&gt;KvK 30198127 BTW NL004495445B01"></iframe>'),
            {},
            id="srcdoc",
        ),
        pytest.param(
            page(PLACE + '<object data="/g"></object>'), {"/g": bare("", NUMBERS)}, id="object"
        ),
        pytest.param(
            page(f'<x-f><template shadowrootmode="open">{PLACE}{NUMBERS}</template></x-f>'),
            {},
            id="shadow root",
        ),
    ],
)
def test_an_identity_that_visitors_see_is_found(
    shop: Shop, contact: Reply, more: dict[str, Reply]
) -> None:
    shop.pages = anonymous(shop.pages)
    shop.pages.update({"/contact": contact, "/c2": bare("", PLACE + NUMBERS), **more})
    seen = outcomes(scan(shop))
    assert {name: seen[name] for name in IDENTITY} == dict.fromkeys(IDENTITY, "found")


@pytest.mark.parametrize(
    "contact",
    [
        pytest.param(page('<div id="react-contact"></div>' + SCRIPT), id="unknown mount"),
        pytest.param(away("/login"), id="login"),
        pytest.param(page("<h1>Contact</h1><p>Wegens vakantie gesloten.</p>"), id="holiday"),
        pytest.param(page("<p>Schakel JavaScript in om deze pagina te zien.</p>"), id="no script"),
        pytest.param(page('<iframe src="/slow"></iframe>'), id="frame that fails"),
        pytest.param(
            page('<h1>Contact</h1><iframe src="https://forms.example.org/x"></iframe>'),
            id="nothing but a foreign frame",
        ),
    ],
)
def test_an_identity_that_could_not_be_read_is_not_absent(shop: Shop, contact: Reply) -> None:
    shop.pages = anonymous(shop.pages)
    shop.pages.update({"/contact": contact, "/login": LOGIN, "/slow": Reply("", 500)})
    seen = outcomes(scan(shop))
    assert seen["registration_number"] == "incomplete"
    assert seen["vat_number"] == "incomplete"


@pytest.mark.parametrize(
    "frame",
    [
        '<iframe src="https://www.google.com/maps/embed?pb=1"></iframe>',
        '<iframe src="/track" width="1" height="1"></iframe>',
        '<iframe src="/track" style="display: none"></iframe>',
        '<iframe src="/gone"></iframe>',
        '<script>var a = 1;</script><script src="https://www.googletagmanager.com/gtm.js"></script>',
    ],
)
def test_a_real_contact_page_without_number_lacks_the_number(shop: Shop, frame: str) -> None:
    shop.pages = anonymous(shop.pages)
    shop.pages["/contact"] = page(f"<h1>Contact</h1><p>{CALL_US}</p>{PLACE}{frame}")
    shop.pages["/track"] = Reply("", 500)
    assert outcomes(scan(shop))["registration_number"] == "absent_complete"


def test_the_frames_of_a_page_are_bounded(shop: Shop) -> None:
    frames = "".join(f'<iframe src="/f{n}"></iframe>' for n in range(60))
    shop.pages["/contact"] = page(PLACE + frames)
    shop.pages.update({f"/f{n}": bare("", f'<iframe src="/f{n + 1}">') for n in range(60)})
    result = scan(shop)
    assert sum(path.startswith("/f") for path in shop.asked) <= 12
    assert site_of(result).gaps["contact"] == "frame_unread"


PLAIN_LINK = '<a href="/privacy">Privacyverklaring</a>'


@pytest.mark.parametrize(
    ("link", "outcome"),
    [
        ('<map name=m><area href="/p/12" alt="Privacyverklaring" shape=rect></map>', "found"),
        ('<a href="/p/12"><img src="/i/btn-privacy.png"></a>', "found"),
        ('<a href="/p/12"><img src="/i/footer_privacy_statement.svg" alt=""></a>', "found"),
        ('<a href="/p/12">Protection de vos données</a>', "found"),
        ('<a href="/p/12">Persoonsgegevens</a>', "found"),
        ('<a href="/p/12">AVG</a>', "found"),
        ('<a href="/p/12">DSGVO</a>', "found"),
        ('<a href="/p/12">RGPD</a>', "found"),
        ("<button onclick=\"location.href='/p/12'\">Privacyverklaring</button>", "found"),
        ("<a href=\"javascript:window.open('/p/12')\">Privacyverklaring</a>", "found"),
        ('<span data-href="/p/12" role="link">Privacyverklaring</span>', "found"),
        ('<button class="f">Privacyverklaring</button>', "incomplete"),
        ('<span onclick="toon(3)">Privacy</span>', "incomplete"),
        ('<button onclick="cookies()">Privacy-instellingen</button>', "absent_complete"),
        ("<form><input name=m><button>Privacy</button></form>", "absent_complete"),
        ('<select onchange="go(this)"><option value="/p/12">Privacy</option></select>', "found"),
        ('<p>Lees <b>onze</b> privacyverklaring <a href="/p/12">hier</a>.</p>', "found"),
        ('<link rel="privacy-policy" href="/p/12">', "found"),
        ('<a href="/hub">Juridisch</a>', "found"),
        ('<a href="/hub">Legal</a>', "found"),
        ('<a href="/hub">Rechtliches</a>', "found"),
        ('<a href="/hub">Informations juridiques</a>', "found"),
        ('<a href="/hub">Veelgestelde vragen</a>', "found"),
        ('<a href="/weg">Help</a>', "absent_complete"),
        ('<a href="/stuk">Juridisch</a>', "incomplete"),
        ('<a href="/leeg">Service</a>', "incomplete"),
        (
            '<a href="/p/12"><img src="/i/privacy-scherm-24inch.jpg" alt="Scherm"></a>',
            "absent_complete",
        ),
    ],
)
def test_the_many_ways_to_a_privacy_statement(shop: Shop, link: str, outcome: str) -> None:
    shop.pages = {
        path: replace(reply, body=str(reply.body).replace(PLAIN_LINK, link))
        for path, reply in shop.pages.items()
        if path not in ("/privacy", "/sitemap.xml")
    }
    shop.pages["/p/12"] = bare("", STATEMENT)
    shop.pages["/hub"] = bare("", '<h1>Juridisch</h1><a href="/p/12">Privacyverklaring</a>')
    shop.pages["/stuk"] = Reply("", 500)
    shop.pages["/leeg"] = bare("", '<div id="menu"></div>' + SCRIPT)
    assert outcomes(scan(shop))["privacy_statement"] == outcome


INTRO = f"<h1>Welkom</h1><p>{FILLER_NL}{FILLER_NL}</p>"


@pytest.mark.parametrize(
    ("body", "gap"),
    [
        pytest.param(
            page(INTRO + '<div id="app-footer"></div>' + SCRIPT, nav='<a href="/">Home</a>'),
            "no_links",
            id="menu and footer drawn by script",
        ),
        pytest.param(
            page(INTRO + SCRIPT, nav='<a href="/stoelen">Stoelen</a><a href="/papier">Papier</a>'),
            "no_links",
            id="footer drawn by script",
        ),
        pytest.param(
            page(INTRO + SCRIPT, nav='<a href="/contact">Contact</a>'),
            "script_footer",
            id="empty footer",
        ),
        pytest.param(
            page(
                INTRO + "<site-footer></site-footer>" + SCRIPT, nav='<a href="/contact">Contact</a>'
            ),
            "script_footer",
            id="custom element",
        ),
        pytest.param(
            page(INTRO, nav='<a href="/nl/">Nederlands</a> <a href="/fr/">Français</a>'),
            "no_links",
            id="a choice of language",
        ),
        pytest.param(
            page(
                "<h1>Wij zijn zo terug</h1><p>Onze winkel is in onderhoud. "
                + "Kom later terug. " * 40
                + "</p>",
                nav='<a href="/">Home</a>',
            ),
            "maintenance",
            id="long maintenance nl",
        ),
        pytest.param(
            page("<h1>Site en maintenance</h1><p>" + "Nous revenons bientôt. " * 40, nav=""),
            "maintenance",
            id="maintenance fr",
        ),
        pytest.param(
            page("<h1>Wartungsarbeiten</h1><p>" + "Wir sind bald zurück. " * 40, nav=""),
            "maintenance",
            id="maintenance de",
        ),
        pytest.param(
            page(
                "<h1>We'll be back soon</h1><p>Our store is under maintenance. " + "Sorry. " * 90,
                nav="",
            ),
            "maintenance",
            id="maintenance en",
        ),
        pytest.param(
            page("<h1>Gesloten wegens vakantie</h1><p>" + "Tot ziens in september. " * 30, nav=""),
            "maintenance",
            id="holiday",
        ),
    ],
)
def test_a_start_page_that_leads_nowhere_proves_nothing(shop: Shop, body: Reply, gap: str) -> None:
    shop.pages = {"/": body}
    result = scan(shop)
    assert result.outcome is ScanOutcome.PARTIAL
    assert set(site_of(result).gaps.values()) == {gap}
    assert site_of(result).complete_for == ()
    seen = outcomes(result)
    assert (seen["registration_number"], seen["privacy_statement"]) == ("incomplete", "incomplete")


def test_a_notice_of_holidays_above_a_whole_shop_is_no_wall(shop: Shop) -> None:
    shop.pages["/"] = page("<h2>Wegens vakantie gesloten tot maandag</h2>" + INTRO)
    assert scan(shop).outcome is ScanOutcome.COMPLETE


def test_a_shop_of_frames_is_read_through_them(shop: Shop) -> None:
    shop.pages["/home"] = shop.pages["/"]
    shop.pages["/"] = Reply('<html lang="nl"><frameset><frame src="/home"></frameset></html>')
    result = scan(shop)
    assert result.outcome is ScanOutcome.COMPLETE
    assert outcomes(result)["privacy_statement"] == "found"


def test_role_links_of_a_seller_that_may_not_be_followed_leave_gaps(shop: Shop) -> None:
    profile = f"{shop.url}verkoper/7"
    nav = (
        '<a href="/verkoper/7/bedrijf">Bedrijfsgegevens</a> <a href="/verkoper/7">Contact</a>'
        '<a href="https://elders.example.org/p">Privacyverklaring</a>'
    )
    shop.pages["/verkoper/7"] = page(f"<p>{FILLER_NL}</p>", nav=nav)
    result = scan(shop, subject="seller", profile_urls=(profile,))
    assert set(shop.asked) == {"/robots.txt", "/verkoper/7"}
    gaps = site_of(result).gaps
    assert (gaps["about"], gaps["privacy"]) == ("not_followed", "external_page")
    assert "contact" in site_of(result).complete_for
    seen = outcomes(result)
    assert (seen["registration_number"], seen["privacy_statement"]) == ("incomplete", "incomplete")


@pytest.mark.parametrize(
    ("main", "gap"),
    [
        ('<a href="/hulp">Help</a>', "not_followed"),
        ('<a href="#">Verkopersinformatie</a>', "script_link"),
        ('<iframe src="/verkoper/7/gegevens"></iframe>', "frame_unread"),
    ],
)
def test_what_a_seller_hides_elsewhere_is_not_absent(shop: Shop, main: str, gap: str) -> None:
    shop.pages["/verkoper/7"] = page(f"<p>{FILLER_NL}</p>{main}", nav="")
    result = scan(shop, subject="seller", profile_urls=(f"{shop.url}verkoper/7",))
    assert set(shop.asked) == {"/robots.txt", "/verkoper/7"}
    assert site_of(result).gaps["about"] == gap


def test_a_seller_without_any_such_link_is_read_whole(shop: Shop) -> None:
    shop.pages["/verkoper/7"] = page(f"<p>{FILLER_NL}</p>", nav="")
    result = scan(shop, subject="seller", profile_urls=(f"{shop.url}verkoper/7",))
    assert site_of(result).gaps == {"product": "not_followed"}
    assert outcomes(result)["registration_number"] == "absent_complete"


def test_a_captcha_beside_a_form_is_no_wall(shop: Shop) -> None:
    shop.pages = anonymous(shop.pages)
    form = "<form><input name=email><label>Ik ben geen robot</label></form>"
    shop.pages["/contact"] = page(f"<h1>Contact</h1>{PLACE}{NUMBERS}{form}")
    assert outcomes(scan(shop))["registration_number"] == "found"


def test_an_apex_may_lead_to_www_of_the_same_name_under_any_suffix(tmp_path: Path) -> None:
    with running_shop(tmp_path, healthy_pages(), host="winkel.example") as shop:
        pins = shop.options.resolve
        www = tuple(Resolve("www.winkel.example", p.port, p.address, p.to_port) for p in pins)
        shop.options = replace(shop.options, resolve=(*pins, *www))
        shop.pages["/privacy"] = away("https://www.winkel.example/p2")
        shop.pages["/p2"] = page(STATEMENT)
        assert HOST not in shop.host
        assert outcomes(scan(shop))["privacy_statement"] == "found"
