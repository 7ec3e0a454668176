"""Changes that must stay untold: spelling of facts, furniture, forms."""

# ruff: noqa: E501, ARG005 - sentences are not broken into lines; a change may ignore what was

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from tests.drift.mutate import NUMBERS, ORDER, noise, say
from tests.drift.site import NoChangeError, Page, Site


@noise()
def sitemap_longer(site: Site, rng: Random) -> Site:
    new = site.copy()
    old = site.pages["/sitemap.xml"]
    more = f"<url><loc>https://{site.host}/blog/2</loc></url></urlset>"
    new.pages["/sitemap.xml"] = replace(old, body=old.body.replace("</urlset>", more))
    return new


@noise()
def campaign_in_links(site: Site, rng: Random) -> Site:
    path = site.roles["contact"]
    return site.swap(f'href="{path}"', f'href="{path}?utm_source=menu&amp;utm_medium=web"')


@noise()
def session_in_links(site: Site, rng: Random) -> Site:
    new = site
    for role in ("terms", "about"):
        path = site.roles[role]
        new = new.swap(f'href="{path}"', f'href="{path}?sid={rng.getrandbits(64):016x}"')
    return new


@noise()
def full_addresses_in_links(site: Site, rng: Random) -> Site:
    return site.sub(r'href="/(?!/)', f'href="https://{site.host}/')


@noise()
def mail_in_capitals(site: Site, rng: Random) -> Site:
    name, _, host = site.company.email.partition("@")
    return site.swap(f">{site.company.email}<", f">{name.capitalize()}@{host.capitalize()}<")


@noise()
def phone_international(site: Site, rng: Random) -> Site:
    old = site.company.phone
    area, rest = old.split(" ", 1)
    code = "+31" if site.company.country == "NL" else "+32"
    return site.swap(old, f"{code} (0){area[1:]} - {rest.replace(' ', '')}")


@noise()
def phone_in_other_groups(site: Site, rng: Random) -> Site:
    digits = site.company.phone.replace(" ", "")
    return site.swap(site.company.phone, f"{digits[:3]}/{digits[3:6]}.{digits[6:]}")


@noise()
def vat_in_groups(site: Site, rng: Random) -> Site:
    old = site.company.vat
    if site.company.country == "NL":
        return site.swap(old, f"NL {old[2:6]}.{old[6:8]}.{old[8:11]}.B01")
    return site.swap(old, old.replace(".", "").replace(" ", ""))


@noise()
def register_number_in_groups(site: Site, rng: Random) -> Site:
    old = site.company.register
    if site.company.country == "NL":
        return site.swap(f"{old}", f"{old[:2]} {old[2:5]} {old[5:]}")
    return site.swap(old, old.replace(".", " "))


@noise()
def iban_in_one_piece(site: Site, rng: Random) -> Site:
    return site.swap(site.company.iban, site.company.iban.replace(" ", ""))


SHORT = (("straat", "str."), ("straße", "str."), ("avenue ", "av. "), ("place ", "pl. "),
         ("laan", "ln."), ("steenweg", "stwg."), ("platz", "pl."), ("rue ", "r. "),
         ("weg", "wg."))  # fmt: skip


@noise()
def street_shortened(site: Site, rng: Random) -> Site:
    old = site.company.street
    for long, short in SHORT:
        if long in old:
            return site.swap(old, old.replace(long, short), ["home", "contact", "terms", "privacy"])
    raise NoChangeError(old)


@noise()
def country_after_the_town(site: Site, rng: Random) -> Site:
    place = f"{site.company.postcode} {site.company.city}"
    named = {"NL": ("Nederland", "Pays-Bas", "The Netherlands", "Niederlande"),
             "BE": ("België", "Belgique", "Belgium", "Belgien")}  # fmt: skip
    country = named[site.company.country][ORDER.index(site.language)]
    return site.swap(place, f"{place}, {country}")


@noise()
def town_in_capitals(site: Site, rng: Random) -> Site:
    place = f"{site.company.postcode} {site.company.city}"
    return site.swap(place, place.upper())


@noise()
def company_in_capitals(site: Site, rng: Random) -> Site:
    return site.swap(f"{site.company.name}", site.company.name.upper(), ["contact"])


@noise()
def legal_form_without_dots(site: Site, rng: Random) -> Site:
    name = site.company.name
    forms = {"B.V.": "BV", "BV": "B.V.", "SRL": "S.R.L.", "GmbH": "G.m.b.H."}
    head, form = name.rsplit(" ", 1)
    return site.swap(name, f"{head} {forms[form]}")


@noise()
def currency_on_the_other_side(site: Site, rng: Random) -> Site:
    return site.sub(r"€ ?(\d+[.,]\d\d)|(\d+[.,]\d\d) €", r"EUR \1\2", ["home", "category"])


@noise()
def stock_words(site: Site, rng: Random) -> Site:
    return site.at("end", "<p class=stock>7 x OK</p>", ["home", "category"])


@noise()
def snow_on_the_pages(site: Site, rng: Random) -> Site:
    return site.at("body", '<div class="snow">❄ ❄ ❄</div><style>.snow{color:#fff}</style>')


@noise()
def countdown(site: Site, rng: Random) -> Site:
    text = say(site, "Nog 02:13:45 tot morgen in huis", "Encore 02:13:45 pour être livré demain",
               "02:13:45 left for delivery tomorrow", "Noch 02:13:45 für Lieferung morgen")  # fmt: skip
    return site.at("top", f'<p class="timer">{text}</p>')


@noise()
def product_with_a_duration(site: Site, rng: Random) -> Site:
    text = say(site, "Batterij gaat 30 dagen mee, 5 jaar garantie van de maker",
               "Batterie de 30 jours, garantie 5 ans du fabricant",
               "Battery lasts 30 days, 5 years guarantee of the maker",
               "Akku hält 30 Tage, 5 Jahre Herstellergarantie")  # fmt: skip
    return site.at("end", f"<div><h3>Aurora Lamp</h3><p>{text}</p><b>€ 59,00</b></div>",
                   ["home", "category"])  # fmt: skip


@noise()
def questions_page(site: Site, rng: Random) -> Site:
    title = site.words["faq"]
    text = say(site, "Hoe lang geldt een cadeaubon? Een cadeaubon is 3 jaar geldig.",
               "Combien de temps vaut un bon cadeau ? Un bon cadeau est valable 3 ans.",
               "How long is a gift card valid? A gift card is valid for 3 years.",
               "Wie lange gilt ein Gutschein? Ein Gutschein gilt 3 Jahre.")  # fmt: skip
    return site.at("foot", f'<p><a href="/faq">{title}</a></p>').with_page(
        "/faq", site.like(title, f"<p>{text}</p>")
    )


@noise()
def new_colleague(site: Site, rng: Random) -> Site:
    text = say(site, "Sinds kort helpt Sanne ons in het magazijn.", "Julie nous a rejoints récemment.",
               "Since recently Sanne helps us in the warehouse.",
               "Seit Kurzem hilft uns Lena im Lager.")  # fmt: skip
    return site.at("end", f'<img src="/img/team-4.jpg" alt=""><p>{text}</p>', ["about"])


@noise()
def anniversary(site: Site, rng: Random) -> Site:
    text = say(site, "Dit jaar bestaan wij 25 jaar.", "Nous fêtons nos 25 ans cette année.",
               "This year we celebrate 25 years.", "In diesem Jahr feiern wir 25 Jahre.")  # fmt: skip
    return site.at("end", f"<p>{text}</p>", ["about", "home"])


@noise()
def breadcrumb(site: Site, rng: Random) -> Site:
    return site.at("top", f'<ol class="crumbs"><li><a href="/">{site.words["home"]}</a></li></ol>')


@noise()
def search_form(site: Site, rng: Random) -> Site:
    form = (
        f'<form action="/zoek" method="get"><input name="q" placeholder="{site.words["search"]}">'
    )
    return site.at("body", f"{form}</form>")


@noise()
def newsletter_form(site: Site, rng: Random) -> Site:
    form = '<form action="/nieuwsbrief" method="post"><input name="nl_mail" type="email"><button>'
    return site.at("foot", f"<p>{site.words['newsletter']}</p>{form}OK</button></form>")


@noise()
def social_links(site: Site, rng: Random) -> Site:
    return site.at("foot", f'{site.words["follow"]}: <a href="https://www.instagram.com/shop">'
                   'Instagram</a> <a href="https://www.youtube.com/@shop">YouTube</a>')  # fmt: skip


@noise()
def skip_link(site: Site, rng: Random) -> Site:
    text = say(site, "Naar de inhoud", "Aller au contenu", "Skip to content", "Zum Inhalt")
    return site.at("body", f'<a class="skip" href="#main">{text}</a>')


@noise()
def rating_in_structured_data(site: Site, rng: Random) -> Site:
    return site.at("head_end", (
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product",'
        '"name":"Aurora","aggregateRating":{"@type":"AggregateRating","ratingValue":"4.7",'
        '"reviewCount":"312"}}</script>'), ["home"])  # fmt: skip


@noise()
def preload_and_icons(site: Site, rng: Random) -> Site:
    return site.at("head_end", '<link rel="preload" as="font" href="/f/i.woff2" crossorigin><link '
                   'rel="icon" href="/favicon-32.png"><meta property="og:image" content="/og.jpg">')  # fmt: skip


@noise()
def more_headers(site: Site, rng: Random) -> Site:
    new = site.copy()
    extra = (("Permissions-Policy", "camera=(), microphone=()"), ("Server", "nginx"))
    new.pages = {p: replace(page, headers=page.headers + extra) for p, page in site.pages.items()}
    return new


@noise()
def longer_transport_security(site: Site, rng: Random) -> Site:
    return site.header("Strict-Transport-Security",
                       lambda value: "max-age=63072000; includeSubDomains; preload")  # fmt: skip


@noise()
def policy_with_reports(site: Site, rng: Random) -> Site:
    return site.header("Content-Security-Policy", lambda value: f"{value}; report-uri /csp")


@noise()
def gift_wrap(site: Site, rng: Random) -> Site:
    text = say(site, "Als cadeau inpakken (€ 2,50)", "Emballage cadeau (2,50 €)", "Gift wrap (€ 2.50)",
               "Als Geschenk verpacken (2,50 €)")  # fmt: skip
    return site.swap('<button type="submit">', f'<label><input type="checkbox" name="gift"> {text}'
                     '</label><button type="submit">', ["checkout"])  # fmt: skip


@noise()
def delivery_dearer(site: Site, rng: Random) -> Site:
    return site.sub(r"\b4([.,])95", r"5\g<1>95", ["delivery"])


@noise()
def free_above_more(site: Site, rng: Random) -> Site:
    return site.sub(r"€ 50\b|\b50 €", "€ 75", ["delivery"])


@noise()
def chat_on_the_phone(site: Site, rng: Random) -> Site:
    dial = site.company.dial.strip("+")
    return site.at("end", f'<p><a href="https://wa.me/{dial}">WhatsApp</a></p>', ["contact"])


@noise()
def map_link(site: Site, rng: Random) -> Site:
    query = site.company.address.replace(" ", "+")
    text = say(site, "Bekijk op de kaart", "Voir sur la carte", "View on map", "Auf der Karte")
    return site.at(
        "end", f'<a href="https://www.google.com/maps?q={query}">{text}</a>', ["contact"]
    )


@noise()
def customers_counted(site: Site, rng: Random) -> Site:
    text = say(site, "12.345 klanten geven ons een 9,2", "12 345 clients nous donnent 9,2 sur 10",
               "12,345 customers rate us 9.2", "12.345 Kunden geben uns eine 9,2")  # fmt: skip
    return site.at("foot", f"<p>{text}</p>")


@noise()
def seal_with_campaign(site: Site, rng: Random) -> Site:
    return site.sub(r'(<a class="seal" href="[^"]+)"', r'\1?utm_source=shop"')


@noise()
def seal_new_artwork(site: Site, rng: Random) -> Site:
    return site.sub(r'src="/assets/([a-z-]+)\.svg"', r'src="/assets/\1-2027.svg"')


@noise()
def contents_list(site: Site, rng: Random) -> Site:
    items = "".join(f'<li><a href="#a{n}">Art. {n}</a></li>' for n in range(1, 9))
    return site.at("top", f'<ul class="toc">{items}</ul>', ["terms"])


@noise()
def terms_as_paper_too(site: Site, rng: Random) -> Site:
    text = say(site, "Als pdf downloaden", "Télécharger en pdf", "Download as pdf", "Als PDF laden")
    paper = Page("%PDF-1.4", kind="application/pdf")
    return site.at("end", f'<a href="/download/v.pdf">{text}</a>', ["terms"]).with_page(
        "/download/v.pdf", paper
    )


@noise()
def back_to_top(site: Site, rng: Random) -> Site:
    text = say(site, "Naar boven", "Haut de page", "Back to top", "Nach oben")
    return site.at("end", f'<a href="#">{text}</a>')


@noise()
def number_said_twice(site: Site, rng: Random) -> Site:
    at = ORDER.index(site.language)
    text = site.said["withdrawal"]
    word = NUMBERS[14][at]
    new = re.sub(rf"\b(14|{word})\b", f"14 ({word})", text, count=1)
    return site.say("withdrawal", new)


@noise()
def number_as_word(site: Site, rng: Random) -> Site:
    at = ORDER.index(site.language)
    word = NUMBERS[14][at]
    text = site.said["refund"]
    new = text.replace("14", word) if "14" in text else text.replace(word, "14")
    return site.say("refund", new)


@noise()
def payment_icon_more(site: Site, rng: Random) -> Site:
    return site.at("foot", '<img src="/assets/pay/klarna.svg" alt="Klarna">')


@noise()
def own_cookie_bar(site: Site, rng: Random) -> Site:
    text = say(site, "Wij gebruiken cookies. Akkoord?", "Nous utilisons des cookies. D'accord ?",
               "We use cookies. Do you agree?", "Wir verwenden Cookies. Einverstanden?")  # fmt: skip
    return site.at("body", f'<div id="cookie-bar"><p>{text}</p><button>OK</button>'
                   "<button>Nee</button></div>")  # fmt: skip


@noise()
def language_menu(site: Site, rng: Random) -> Site:
    links = '<a hreflang="it" href="/it/">Italiano</a> <a hreflang="es" href="/es/">Español</a>'
    return site.at("body", f'<div class="lang">{links}</div>')
