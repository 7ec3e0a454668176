"""Held out: changes that must stay untold.  Reported apart and never tuned on."""

# ruff: noqa: E501 - sentences are not broken into lines; a change may ignore what was

from __future__ import annotations

import re
import unicodedata
from random import Random

from tests.drift.mutate import noise, say
from tests.drift.noise import KEYS, LEGAL, outside
from tests.drift.site import Site


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
