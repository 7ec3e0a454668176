"""Held out: changes that must stay untold.  Reported apart and never tuned on."""

# ruff: noqa: E501, ARG005 - sentences are not broken into lines; a change may ignore what was

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from random import Random

from tests.drift.mutate import noise, say
from tests.drift.noise import KEYS, LEGAL, outside
from tests.drift.noise_more import BUSY, trouble
from tests.drift.site import Page, Site


@noise()
def paragraphs_as_divs(site: Site, rng: Random) -> Site:
    return site.map(lambda body: re.sub(r"<p([ >])", r"<div\1", body).replace("</p>", "</div>"))


@noise()
def folded_open(site: Site, rng: Random) -> Site:
    text = say(site, "Lees alles", "Tout lire", "Read all", "Alles lesen")
    return site.at("top", f"<details open><summary>{text}</summary>", LEGAL).at(
        "end", "</details>", LEGAL
    )


@noise()
def tags_in_capitals(site: Site, rng: Random) -> Site:
    return site.map(
        lambda body: re.sub(
            r"</?(p|b|h1|h2|h3|li|ul|td|tr|strong|span)\b", lambda m: m[0].upper(), body
        )
    )


@noise()
def attributes_everywhere(site: Site, rng: Random) -> Site:
    return site.map(
        lambda body: re.sub(r"<(p|h1|li|td|b|span)([ >])", r'<\1 data-v-7f3a=""\2', body)
    )


@noise()
def comments_between_words(site: Site, rng: Random) -> Site:
    new = site
    for key in KEYS:
        new = new.say(key, re.sub(r" (?=\w+ )", " <!-- t -->", new.said[key], count=2))
    return new


@noise()
def zero_width_spaces(site: Site, rng: Random) -> Site:
    return site.map(
        lambda body: outside(body, r"\b(?<!&)([a-z]{5})([a-z]{4,})\b", "\\1\u200b\\2"), LEGAL
    )


@noise()
def letters_decomposed(site: Site, rng: Random) -> Site:
    return site.at("end", "<p>é</p>").map(lambda body: unicodedata.normalize("NFD", body))


@noise()
def lines_broken_in_clauses(site: Site, rng: Random) -> Site:
    new = site
    for key in KEYS:
        new = new.say(key, re.sub(r"^((?:\S+ ){4})", r"\1<br>", new.said[key]))
    return new


@noise()
def two_spaces(site: Site, rng: Random) -> Site:
    return site.map(
        lambda body: (
            outside(body, r"\. ", ".  ").replace(", ", ",  ")
            if "<script" not in body
            else outside(body, r"(?<=\w) (?=\w)", "  ")
        )
    )


@noise()
def headings_in_capitals(site: Site, rng: Random) -> Site:
    return site.sub(r"<(h[1-4])>([^<]+)</", lambda m: f"<{m[1]}>{m[2].upper()}</")


@noise()
def banner_with_signs(site: Site, rng: Random) -> Site:
    return site.at("body", "<div>🎉🔥 -20% 🔥🎉</div>")


@noise()
def greeting(site: Site, rng: Random) -> Site:
    text = say(site, "Goedemorgen! Waarmee kunnen wij helpen?", "Bonjour ! Que pouvons-nous faire ?",
               "Good morning! How can we help?", "Guten Morgen! Wie können wir helfen?")  # fmt: skip
    return site.at("body", f'<div class="chat">{text}</div>')


@noise()
def post_on_rights_at_bankruptcy(site: Site, rng: Random) -> Site:
    title = say(site, "Uw rechten als een winkel failliet gaat", "Vos droits quand un magasin fait faillite",
                "Your rights when a shop goes bankrupt", "Ihre Rechte bei Insolvenz eines Händlers")  # fmt: skip
    text = say(site, "Binnen 7 dagen kunt u zich melden bij de curator.", "Vous avez 7 jours pour écrire au curateur.",
               "Within 7 days you can report to the trustee.", "Binnen 7 Tagen können Sie sich melden.")  # fmt: skip
    teaser = f'<div><h3><a href="/blog/rechten">{title}</a></h3></div>'
    return site.at("end", teaser, ["home"]).with_page(
        "/blog/rechten", site.like(title, f"<p>{text}</p>")
    )


@noise()
def job_advert(site: Site, rng: Random) -> Site:
    title = say(site, "Wij zoeken een collega voor 32 uur", "Nous cherchons un collègue, 32 heures",
                "We are looking for a colleague, 32 hours", "Wir suchen Verstärkung, 32 Stunden")  # fmt: skip
    host = site.host.removeprefix("www.")
    return site.at(
        "end", f'<p>{title}: <a href="mailto:jobs@{host}">jobs@{host}</a></p>', ["about"]
    )


@noise()
def customers_by_name(site: Site, rng: Random) -> Site:
    text = say(site, "Onze klanten", "Nos clients", "Our customers", "Unsere Kunden")
    return site.at(
        "end", f"<h2>{text}</h2><p>Jansen Logistiek B.V., Peeters BV, Müller GmbH</p>", ["home"]
    )


@noise()
def makers_in_products(site: Site, rng: Random) -> Site:
    text = say(site, "Gemaakt door", "Fabriqué par", "Made by", "Hergestellt von")
    return site.at(
        "end",
        f"<p>{text} Nordlicht Möbel GmbH, Hauptstraße 7, 10115 Berlin</p>",
        ["category", "home"],
    )


@noise()
def charity(site: Site, rng: Random) -> Site:
    text = say(site, "Wij steunen dit jaar een stichting voor bomen.", "Nous soutenons une association pour les arbres.",
               "This year we support a charity for trees.", "Wir unterstützen dieses Jahr einen Verein für Bäume.")  # fmt: skip
    return site.at("end", f"<p>{text}</p>", ["about"])


@noise()
def carrier_named(site: Site, rng: Random) -> Site:
    text = say(site, "Volg uw pakket in de app van de bezorger.", "Suivez votre colis dans l'application du livreur.",
               "Follow your parcel in the app of the carrier.", "Verfolgen Sie Ihr Paket in der App des Zustellers.")  # fmt: skip
    return site.at("end", f"<p>{text}</p>", ["delivery"])


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
def two_variants_by_turns(site: Site, rng: Random) -> Site:
    text = say(
        site,
        "Vraag? Wij helpen graag.",
        "Une question ? Nous aidons volontiers.",
        "Question? We gladly help.",
        "Frage? Wir helfen gern.",
    )
    return site.at("end", f'<aside class="variant-b"><p>{text}</p></aside>', LEGAL)


@noise()
def holiday_of_the_warehouse(site: Site, rng: Random) -> Site:
    text = say(site, "Ons magazijn heeft vakantie van 1 tot 14 augustus.", "Notre entrepôt est en congé du 1 au 14 août.",
               "Our warehouse is on holiday from 1 to 14 August.", "Unser Lager macht Ferien vom 1. bis 14. August.")  # fmt: skip
    return site.at("body", f'<div class="notice">{text}</div>')
