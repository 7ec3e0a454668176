"""Changes that must stay untold: trade, decoration and typography."""

# ruff: noqa: E501 - sentences are not broken into lines; a change may ignore what was

from __future__ import annotations

import re
from random import Random

from tests.drift.mutate import noise, say
from tests.drift.site import MARK, NoChangeError, Site

LEGAL = ("terms", "privacy", "returns", "complaints", "delivery")


def outside(text: str, change: str, by: str) -> str:
    """A regular expression over the text of a page, never in a tag, script, style or mark."""
    parts = re.split(r"(<script.*?</script>|<style.*?</style>|<title>.*?</title>|<[^>]*>|"
                     f"{MARK.pattern})", text, flags=re.DOTALL)  # fmt: skip
    parts[::2] = [re.sub(change, by, part) for part in parts[::2]]
    return "".join(parts)


@noise()
def prices_up(site: Site, rng: Random) -> Site:
    return site.sub(r"(\d+)([.,]\d\d)(?=[ <&])", lambda m: f"{int(m[1]) + 3}{m[2]}",
                    ["home", "category"])  # fmt: skip


@noise()
def product_added(site: Site, rng: Random) -> Site:
    card = '<p><a href="/nieuw-9001">Aurora 9001</a> € 49,95</p>'
    page = site.like("Aurora 9001", "<p>€ 49,95</p>")
    return site.at("end", card, ["home", "category"]).with_page("/nieuw-9001", page)


@noise()
def products_fewer(site: Site, rng: Random) -> Site:
    path = re.escape(site.products[0])
    return site.sub(rf'<a[^>]*href="{path}[^"]*"[^>]*>.*?</a>', "")


@noise()
def banner_on_every_page(site: Site, rng: Random) -> Site:
    text = say(site, "Zomeropruiming: tot de helft van de prijs!",
               "Soldes d'été : jusqu'à moitié prix !", "Summer sale: up to half price!",
               "Sommerschlussverkauf: bis zur Hälfte des Preises!")  # fmt: skip
    return site.at("body", f'<div class="bar">{text}</div>')


@noise()
def banner_on_the_start_page(site: Site, rng: Random) -> Site:
    text = say(site, "Nog 3 dagen: gratis verzending", "Encore 3 jours : livraison gratuite",
               "3 days left: free shipping", "Noch 3 Tage: kostenloser Versand")  # fmt: skip
    return site.at("top", f'<div class="hero">{text}</div>', ["home"])


@noise()
def banner_in_every_text(site: Site, rng: Random) -> Site:
    text = say(site, "Black Friday: alles met korting, alleen dit weekend.",
               "Black Friday : tout en promotion, ce week-end seulement.",
               "Black Friday: everything discounted, this weekend only.",
               "Black Friday: alles reduziert, nur dieses Wochenende.")  # fmt: skip
    return site.at("top", f"<p>{text}</p>")


@noise()
def closed_at_christmas(site: Site, rng: Random) -> Site:
    text = say(site, "Op 25 en 26 december zijn wij gesloten.", "Nous sommes fermés le 25 décembre.",
               "We are closed on 25 and 26 December.",
               "Am 25. und 26. Dezember haben wir geschlossen.")  # fmt: skip
    return site.at("end", f"<p>{text}</p>", ["contact", "home"])


@noise()
def opening_hours_moved(site: Site, rng: Random) -> Site:
    pattern = r"\b17([.:]00)?( uur| h|\b)|\b5 pm"
    return site.sub(pattern, lambda m: "6 pm" if m[0] == "5 pm" else m[0].replace("17", "18"),
                    ["contact"])  # fmt: skip


@noise()
def busy_season_notice(site: Site, rng: Random) -> Site:
    text = say(site, "Door drukte kan een pakket deze week 1 dag later komen.",
               "En raison de l'affluence, un colis peut arriver 1 jour plus tard cette semaine.",
               "Because it is busy a parcel may come 1 day later this week.",
               "Wegen des Andrangs kann ein Paket diese Woche 1 Tag später kommen.")  # fmt: skip
    return site.at("body", f'<div class="notice">{text}</div>')


@noise()
def curly_quotes(site: Site, rng: Random) -> Site:
    return site.at("end", "<p>'s</p>").map(lambda body: outside(body, "'", "’"))


@noise()
def dashes_and_dots(site: Site, rng: Random) -> Site:
    return site.at("end", "<p>A - B...</p>").map(
        lambda body: outside(outside(body, " - ", " – "), r"\.\.\.", "…")
    )


@noise()
def hard_spaces(site: Site, rng: Random) -> Site:
    return site.map(lambda body: outside(body, r"(?<=\d) (?=[a-zA-Z€])", "&nbsp;"), LEGAL)


@noise()
def soft_hyphens(site: Site, rng: Random) -> Site:
    return site.map(lambda body: outside(body, r"\b(?<!&)([a-z]{6})([a-z]{5,})\b", r"\1&shy;\2"),
                    LEGAL)  # fmt: skip


@noise()
def entities(site: Site, rng: Random) -> Site:
    def coded(text: str) -> str:
        return re.sub(r"[à-ÿ]", lambda m: f"&#{ord(m[0])};", text)

    return site.at("end", "<p>é</p>").map(
        lambda body: "".join(
            part if part.startswith("<") else coded(part) for part in re.split(r"(<[^>]*>)", body)
        )
    )


def _each(site: Site, change: re.Pattern[str], by: str, keys: tuple[str, ...]) -> Site:
    new = site
    for key in keys:
        new = new.say(key, change.sub(by, new.said[key], count=1))
    return new


FIRST = re.compile(r"^(\S+ \S+ \S+)")
KEYS = ("withdrawal", "refund", "warranty", "complaint", "erase", "r_term", "c_answer", "payment")


@noise()
def bold_starts(site: Site, rng: Random) -> Site:
    return _each(site, FIRST, r"<strong>\1</strong>", KEYS)


@noise()
def emphasis_inside(site: Site, rng: Random) -> Site:
    return _each(site, re.compile(r" (\w{4,}) "), r" <em>\1</em> ", KEYS)


@noise()
def number_in_span(site: Site, rng: Random) -> Site:
    new = site
    for key in ("withdrawal", "refund", "r_term", "complaint", "delivery_time"):
        text = new.said[key]
        new = new.say(key, re.sub(r"(\d+|\b[vqfd]\w+ien\b|\b\w+)(?= )", r"<span>\1</span>", text,
                                  count=1))  # fmt: skip
    return new


@noise()
def link_in_clause(site: Site, rng: Random) -> Site:
    path = site.roles["returns"]
    return _each(site, re.compile(r"(\w{4,}\W*)$"), rf'<a href="{path}">\1</a>', ("withdrawal",))


@noise()
def clauses_reordered(site: Site, rng: Random) -> Site:
    first, second = site.said["property"], site.said["minors"]
    return site.swap(first, "\ue002").swap(second, first).swap("\ue002", second)


@noise()
def rights_reordered(site: Site, rng: Random) -> Site:
    first, second = site.said["access"], site.said["port"]
    return site.swap(first, "\ue002").swap(second, first).swap("\ue002", second)


@noise()
def renumbered(site: Site, rng: Random) -> Site:
    new = site
    for number, key in enumerate(("scope", "offer", "agreement", "withdrawal", "refund"), start=2):
        new = new.say(key, f"{number}.{number} {new.said[key]}")
    return new


@noise()
def new_version_date(site: Site, rng: Random) -> Site:
    text = site.words["version"].format(date={"nl": "3 mei 2027", "fr": "3 mai 2027",
                                              "en": "3 May 2027", "de": "3. Mai 2027"}[site.language])  # fmt: skip
    return site.at("top", f"<p>{text}</p>", ["terms", "privacy"])


@noise()
def reading_time(site: Site, rng: Random) -> Site:
    text = say(site, "Leestijd: 4 minuten", "Temps de lecture : 4 minutes", "Reading time: 4 minutes",
               "Lesezeit: 4 Minuten")  # fmt: skip
    return site.at("top", f"<p>{text}</p>", LEGAL)


@noise()
def print_link(site: Site, rng: Random) -> Site:
    text = say(site, "Afdrukken", "Imprimer cette page", "Print this page", "Seite drucken")
    return site.at("top", f'<p><a href="#" onclick="window.print()">{text}</a></p>', LEGAL)


@noise()
def share_buttons(site: Site, rng: Random) -> Site:
    url = f"https://{site.host}/"
    links = (f'<a href="https://www.facebook.com/sharer.php?u={url}">Facebook</a> '
             f'<a href="https://wa.me/?text={url}">WhatsApp</a>')  # fmt: skip
    return site.at("end", f'<div class="share">{links}</div>')


def _post(site: Site, title: str, text: str) -> Site:
    page = site.like(title, f"<p>{text}</p>")
    teaser = f'<div class="post"><h3><a href="/blog/1">{title}</a></h3><p>{text}</p></div>'
    return site.at("end", teaser, ["home"]).with_page("/blog/1", page)


@noise()
def post_about_a_bankrupt_rival(site: Site, rng: Random) -> Site:
    return _post(site, *{
        "nl": ("Concurrent failliet", "Bureau Jansen is failliet en de winkel is gesloten."),
        "fr": ("Un concurrent en faillite", "Bureau Dupont est en faillite et a fermé ses portes."),
        "en": ("Rival goes bankrupt", "Smith Office went bankrupt and its shop has closed."),
        "de": ("Konkurrent insolvent", "Büro Schmidt ist insolvent und hat geschlossen."),
    }[site.language])  # fmt: skip


@noise()
def book_called_hacked(site: Site, rng: Random) -> Site:
    return site.at("end", '<div><h3><a href="/boek">Hacked by Design</a></h3><b>€ 24,95</b></div>',
                   ["home", "category"]).with_page("/boek", site.like("Hacked by Design", "<p>B</p>"))  # fmt: skip


@noise()
def customer_leaves_his_mail(site: Site, rng: Random) -> Site:
    return site.at(
        "end", "<blockquote>Super! Jan, jan.devries1961@gmail.com</blockquote>", ["home"]
    )


@noise()
def customer_leaves_his_number(site: Site, rng: Random) -> Site:
    number = "06 12345678" if site.company.country == "NL" else "0470 12 34 56"
    return site.at("end", f"<blockquote>Top! ({number})</blockquote>", ["home", "category"])


@noise()
def other_headline(site: Site, rng: Random) -> Site:
    text = say(site, "Werk prettiger, elke dag", "Travaillez mieux, chaque jour",
               "Work better, every day", "Besser arbeiten, jeden Tag")  # fmt: skip
    return site.sub(r"<h1>.*?</h1>", f"<h1>{text}</h1>", ["home"])


@noise()
def minified(site: Site, rng: Random) -> Site:
    return site.at("end", "\n  <!-- x -->").map(
        lambda body: re.sub(r">\s+<", "><", re.sub(r"<!--.*?-->", "", body))
    )


@noise()
def wrapped_lines(site: Site, rng: Random) -> Site:
    return site.map(lambda body: outside(body, r"(\w+ \w+ \w+ \w+) ", "\\1\n      "))


@noise()
def other_class_names(site: Site, rng: Random) -> Site:
    return site.sub(r'class="(?!seal)([^"]+)"', r'class="x-\1 css-1q2w3e"')


@noise()
def own_style_sheet_more(site: Site, rng: Random) -> Site:
    return site.at("head_end", '<link rel="stylesheet" href="/css/winter.9f31c2.css">')


@noise()
def bundle_renamed(site: Site, rng: Random) -> Site:
    return site.swap(_build(site), "0c0ffee123")


def _build(site: Site) -> str:
    found = re.search(r"(?:theme-|\?v=|\?ver=)([0-9a-f]{10})|stijl\.css\?(\w{4})|(version17\d+)",
                      site.pages["/"].body)  # fmt: skip
    if found is None:
        raise NoChangeError("bundle")
    return found[1] or found[2] or found[3]


@noise()
def library_upgraded(site: Site, rng: Random) -> Site:
    return site.swap("cleave.js@1.6.0", "cleave.js@1.6.2").sub(
        r'integrity="sha384-Kj1[^"]+"', 'integrity="sha384-' + "Zx9" * 21 + 'A"'
    )


@noise()
def vendor_script_new_version(site: Site, rng: Random) -> Site:
    return site.swap("https://js.mollie.com/v1/mollie.js", "https://js.mollie.com/v2/mollie.js")


@noise()
def inline_settings_grow(site: Site, rng: Random) -> Site:
    return site.at("body_end", "<script>var winkelInstellingen={taal:'" + site.language + "',"
                   "valuta:'EUR',toonVoorraad:true,menu:['a','b']};</script>")  # fmt: skip


@noise()
def lazy_images(site: Site, rng: Random) -> Site:
    return site.swap("<img ", '<img loading="lazy" decoding="async" ')


@noise()
def images_from_a_cdn(site: Site, rng: Random) -> Site:
    return site.at("end", '<img src="https://images.shop-cdn.example/sfeer.webp" alt="">',
                   ["home", "category", "about"])  # fmt: skip
