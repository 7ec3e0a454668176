"""Held out: furniture, forms and trouble that must stay untold.  Never tuned on."""

# ruff: noqa: E501, ARG005 - sentences are not broken into lines; a change may ignore what was

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from tests.drift.mutate import noise, say
from tests.drift.noise import LEGAL
from tests.drift.noise_trouble import BUSY, trouble
from tests.drift.site import Page, Site


@noise()
def coupon_field(site: Site, rng: Random) -> Site:
    return site.swap(
        '<button type="submit">',
        '<input name="coupon" placeholder="CODE"><button type="submit">',
        ["checkout"],
    )


@noise()
def one_more_way_to_pay(site: Site, rng: Random) -> Site:
    return site.swap(
        "</legend>",
        '</legend><label><input type="radio" name="pay" value="riverty"> Riverty</label>',
        ["checkout"],
    )


@noise()
def tag_manager_out(site: Site, rng: Random) -> Site:
    return site.sub(r"<script[^>]*>\(function\(w,d,s,l,i\).*?</script>", "")


@noise()
def events_with_products(site: Site, rng: Random) -> Site:
    return site.at("body_end", (
        "<script>window.dataLayer=window.dataLayer||[];dataLayer.push({ecommerce:{impressions:["
        f"{{id:'{rng.randrange(99)}',price:'{rng.randrange(99)}.95'}}]}}}});</script>"
    ), ["home", "category"])  # fmt: skip


@noise()
def policy_stricter(site: Site, rng: Random) -> Site:
    return site.header("Content-Security-Policy", lambda value: f"{value}; object-src 'none'")


@noise()
def referrer_stricter(site: Site, rng: Random) -> Site:
    return site.header("Referrer-Policy", lambda value: "no-referrer")


@noise()
def cookie_attributes(site: Site, rng: Random) -> Site:
    return site.header("Set-Cookie", lambda value: f"{value}; SameSite=Lax")


@noise()
def product_sold_out_for_good(site: Site, rng: Random) -> Site:
    new = site.copy()
    new.pages[site.products[1]] = replace(site.missing, status=404)
    return new


def moved(site: Site, role: str, path: str) -> Site:
    """A page under a new address, the old one leading there."""
    old = site.roles[role]
    new = site.swap(f'href="{old}"', f'href="{path}"')
    new.pages[path] = new.pages[old]
    new.pages[old] = Page("", 301, (("Location", path),))
    new.roles[role] = path
    return new


@noise()
def terms_under_a_new_address(site: Site, rng: Random) -> Site:
    name = site.roles["terms"].strip("/").split("/")[-1].split(".")[0]
    return moved(site, "terms", f"/info/{name}")


@noise()
def about_under_a_new_address(site: Site, rng: Random) -> Site:
    name = site.roles["about"].strip("/").split("/")[-1].split(".")[0]
    return moved(site, "about", f"/winkel/{name}")


@noise()
def cookie_table(site: Site, rng: Random) -> Site:
    unit = say(site, "maanden", "mois", "months", "Monate")
    rows = "".join(
        f"<tr><td>{name}</td><td>{n} {unit}</td></tr>"
        for name, n in (("_ga", 13), ("PHPSESSID", 1), ("wishlist", 6))
    )
    return site.at("end", f"<table>{rows}</table>", ["cookies"])


@noise(once=True)
def too_many_requests_once(site: Site, rng: Random) -> Site:
    return trouble(site, [site.roles["returns"], site.roles["terms"]], replace(BUSY, status=429))


@noise()
def bad_gateway_on_checkout(site: Site, rng: Random) -> Site:
    return trouble(site, [site.roles["checkout"], site.roles["cart"]], replace(BUSY, status=502))


@noise()
def empty_basket_sent_back(site: Site, rng: Random) -> Site:
    return trouble(
        site, [site.roles["checkout"]], Page("", 302, (("Location", site.roles["cart"]),))
    )


@noise()
def ask_for_els(site: Site, rng: Random) -> Site:
    text = say(
        site,
        "Vraag naar Els of Karim.",
        "Demandez Élise ou Karim.",
        "Ask for Els or Karim.",
        "Fragen Sie nach Else oder Karim.",
    )
    return site.at("end", f"<p>{text}</p>", ["contact"])


@noise()
def award(site: Site, rng: Random) -> Site:
    text = say(
        site,
        "Genomineerd voor winkel van het jaar",
        "Nommé boutique de l'année",
        "Nominated shop of the year",
        "Nominiert: Shop des Jahres",
    )
    return site.at(
        "foot",
        f'<a href="https://www.award-shop.example/2027"><img src="/img/award.png" alt="{text}"></a>',
    )


@noise()
def review_platform_linked(site: Site, rng: Random) -> Site:
    return site.at("foot", '<a href="https://www.trustpilot.com/review/x">9,1 Trustpilot</a>')


@noise()
def app_links(site: Site, rng: Random) -> Site:
    return site.at(
        "foot", '<a href="https://apps.apple.com/app/id1"><img src="/img/app.svg" alt="App"></a>'
    )


@noise()
def gift_card_page(site: Site, rng: Random) -> Site:
    title = say(site, "Cadeaubon", "Bon cadeau", "Gift card", "Geschenkkarte")
    text = say(
        site,
        "De bon is 1 jaar geldig.",
        "Le bon est valable 1 an.",
        "The card is valid for 1 year.",
        "Die Karte gilt 1 Jahr.",
    )
    return site.at("body", f'<a href="/bon">{title}</a>').with_page(
        "/bon", site.like(title, f"<p>{text}</p>")
    )


@noise()
def cheaper_elsewhere(site: Site, rng: Random) -> Site:
    text = say(site, "Elders goedkoper? Binnen 5 dagen betalen wij het verschil.", "Moins cher ailleurs ? Dans les 5 jours nous payons la différence.",
               "Cheaper elsewhere? Within 5 days we pay the difference.", "Anderswo billiger? Binnen 5 Tagen zahlen wir die Differenz.")  # fmt: skip
    return site.at("top", f"<p>{text}</p>", ["home"])


@noise()
def video_on_about(site: Site, rng: Random) -> Site:
    return site.at(
        "end",
        '<iframe src="https://www.youtube-nocookie.com/embed/a1b2c3" loading="lazy"></iframe>',
        ["about"],
    )


@noise()
def newsletter_dialog(site: Site, rng: Random) -> Site:
    return site.at(
        "body",
        f'<dialog id="nl"><p>{site.words["newsletter"]}: -5%</p><form action="/nl" method="post"><input type="email" name="e"></form></dialog>',
    )


@noise()
def canonical_and_feed(site: Site, rng: Random) -> Site:
    return site.at(
        "head_end",
        f'<link rel="canonical" href="{site.url}"><link rel="alternate" type="application/rss+xml" href="/feed">',
        ["home"],
    )


@noise()
def filters_and_pages(site: Site, rng: Random) -> Site:
    return site.at(
        "end",
        '<form action="?" method="get"><select name="sort"><option>1</option></select></form><a href="?page=2">2</a>',
        ["category"],
    )


@noise()
def seal_in_the_header_too(site: Site, rng: Random) -> Site:
    found = re.search(r'<a class="seal".*?</a>', site.pages["/"].body)
    return site.at("body", found[0] if found else "")


@noise()
def mail_behind_cloudflare(site: Site, rng: Random) -> Site:
    mail = site.company.email
    code = "5a" + "".join(f"{ord(letter) ^ 0x5A:02x}" for letter in mail)
    old = f'<a href="mailto:{mail}">{mail}</a>'
    return site.swap(
        old,
        f'<a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="{code}">[email&#160;protected]</a>',
    )


@noise()
def mail_in_entities(site: Site, rng: Random) -> Site:
    mail = site.company.email
    return site.swap(f">{mail}<", ">" + "".join(f"&#{ord(letter)};" for letter in mail) + "<")


@noise()
def phone_link_with_dashes(site: Site, rng: Random) -> Site:
    dial = site.company.dial
    return site.swap(f"tel:{dial}", f"tel:{dial[:3]}-{dial[3:5]}-{dial[5:]}")


@noise()
def labels_renamed(site: Site, rng: Random) -> Site:
    dutch = site.company.country == "NL"
    old = site.words["kvk_label" if dutch else "kbo_label"]
    return site.swap(old, "KvK" if dutch else "KBO/BCE")


@noise()
def menu_renamed(site: Site, rng: Random) -> Site:
    new = say(site, "Voorwaarden", "CGV", "Terms", "AGB")
    return site.swap(f">{site.words['terms']}</a>", f">{new}</a>")


@noise()
def brand_with_a_slogan(site: Site, rng: Random) -> Site:
    return site.sub(
        r"<title>(.*?)</title>", lambda m: f"<title>{m[1]} ★ {site.words['slogan']}</title>"
    )


@noise()
def help_beside_the_text(site: Site, rng: Random) -> Site:
    text = say(
        site,
        "Vraag? Wij helpen graag.",
        "Une question ? Nous aidons volontiers.",
        "Question? We gladly help.",
        "Frage? Wir helfen gern.",
    )
    return site.at("end", f'<aside class="help"><p>{text}</p></aside>', LEGAL)


@noise()
def holiday_of_the_warehouse(site: Site, rng: Random) -> Site:
    text = say(site, "Ons magazijn heeft vakantie van 1 tot 14 augustus.", "Notre entrepôt est en congé du 1 au 14 août.",
               "Our warehouse is on holiday from 1 to 14 August.", "Unser Lager macht Ferien vom 1. bis 14. August.")  # fmt: skip
    return site.at("body", f'<div class="notice">{text}</div>')
