"""The pages of a small member shop, written out from who the shop is and its language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from string import Template

from tests.shops.words import de, en, fr, nl
from tests.shops.words.model import Words

WORDS: Mapping[str, Words] = {w.language: w for w in (nl.WORDS, fr.WORDS, en.WORDS, de.WORDS)}
NAVIGATION = ("start", "delivery", "returns", "about", "contact", "login")
FOOTER = ("contact", "about", "terms", "privacy", "complaints", "delivery", "returns", "payment")
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Product:
    """One article; ``net_cents`` is the price without VAT in euro cents."""

    slug: str
    name: str
    net_cents: int

    def price(self, *, vat_percent: int = 0) -> str:
        """The price as shops write it: ``1.234,50``."""
        cents = round(self.net_cents * (100 + vat_percent) / 100)
        whole = f"{cents // 100:,}".replace(",", ".")
        return f"{whole},{cents % 100:02d}"


@dataclass(frozen=True, slots=True)
class Seal:
    """A trust mark in the footer: where it links to, the shop's own image file, its text."""

    href: str
    image: str
    alt: str


@dataclass(frozen=True, slots=True)
class ShopText:
    """Who a shop is.

    ``kvk`` (8 digits), ``kbo`` (10 digits) and ``vat`` are empty when the shop has
    none; ``language`` is one of ``WORDS``.  ``complaint_form`` is where the organisation of
    its label takes complaints, empty when it has no such form.
    """

    host: str
    company: str
    brand: str
    street: str
    postcode: str
    city: str
    country: str
    phone: str
    email: str
    language: str
    products: tuple[Product, ...]
    kvk: str = ""
    kbo: str = ""
    vat: str = ""
    iban: str = ""
    seals: tuple[Seal, ...] = ()
    complaint_form: str = ""

    @property
    def words(self) -> Words:
        """What the shop says in its language."""
        return WORDS[self.language]

    @property
    def kbo_dotted(self) -> str:
        """The Belgian company number as Belgian sites write it, ``0123.456.789``."""
        return f"{self.kbo[:4]}.{self.kbo[4:7]}.{self.kbo[7:]}" if self.kbo else ""

    @property
    def register(self) -> str:
        """The register and VAT numbers in one line, each with its label."""
        words = self.words
        lines = (
            (words.kvk_line, "kvk", self.kvk),
            (words.kbo_line, "kbo", self.kbo_dotted),
            (words.vat_line, "vat", self.vat),
        )
        shown = (Template(line).substitute({name: value}) for line, name, value in lines if value)
        return ". ".join(shown) + "."

    def fill(self, text: str) -> str:
        """``text`` with its ``$fields`` replaced by what this shop is."""
        fields = ("company", "brand", "street", "postcode", "city", "country", "phone", "email")
        values = {name: getattr(self, name) for name in fields}
        bank = f"IBAN: {self.iban}" if self.iban else ""
        return Template(text).substitute(values, register=self.register, bank=bank)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a shop to GET."""

    body: str
    content_type: str = HTML
    status: int = 200
    headers: tuple[tuple[str, str], ...] = field(default=())


def build_pages(text: ShopText) -> dict[str, Page]:
    """Every page of the shop by path; the start page is ``/``."""
    words = text.words
    pages = {"/": _start_page(text)}
    for role, body in words.bodies.items():
        inner = _prose(text.fill(body)) + _below(text, role)
        pages[words.paths[role]] = _page(text, words.titles[role], inner)
    pages[words.paths["login"]] = _page(text, words.titles["login"], _login_form(text))
    for product in text.products:
        pages[_product_path(text, product)] = _product_page(text, product)
        pages[f"/static/{product.slug}.svg"] = _drawing(product.name, 320, 240)
    pages["/static/logo.svg"] = _drawing(text.brand, 160, 48)
    for seal in text.seals:
        pages[seal.image] = _drawing(seal.alt, 110, 60)
    pages["/static/shop.css"] = Page(CSS, "text/css; charset=utf-8")
    html_paths = [path for path, page in pages.items() if page.content_type == HTML]
    pages["/sitemap.xml"] = _sitemap(text.host, html_paths)
    robots = f"User-agent: *\nDisallow: /cart/\nSitemap: https://{text.host}/sitemap.xml\n"
    pages["/robots.txt"] = Page(robots, "text/plain; charset=utf-8")
    return pages


def _below(text: ShopText, role: str) -> str:
    """What stands under the prose of a page."""
    if role == "contact":
        return _contact_form(text)
    if role == "complaints" and text.complaint_form:
        words = escape(text.words.complaint_form)
        return f'\n<p><a href="{escape(text.complaint_form)}">{words}</a></p>'
    return ""


def role_paths(text: ShopText) -> dict[str, str]:
    """The path of every role page of the shop, ``start`` too; no products."""
    paths = {role: path for role, path in text.words.paths.items() if role != "product"}
    return {"start": "/", **paths}


def not_found_page(text: ShopText) -> Page:
    """What the shop answers for a path it does not have, status 404."""
    page = _page(text, "404", f"<p>{escape(text.words.not_found)}</p>")
    return Page(page.body, HTML, 404)


def consent_wall_page(text: ShopText) -> Page:
    """A page that shows nothing but the question about cookies, under 300 characters."""
    wall = escape(text.words.consent_wall)
    body = f'<div id="consent" role="dialog"><p>{wall}</p><button>OK</button></div>'
    return Page(_document(text, text.brand, body))


CSS = """\
body { font-family: Verdana, sans-serif; margin: 0; color: #222; line-height: 1.5; }
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav ul { display: flex; gap: 1rem; list-style: none; padding: 0; }
footer { border-top: 1px solid #ccc; font-size: 0.9rem; }
form label { display: block; margin-bottom: 0.5rem; }
"""


def _prose(text: str) -> str:
    blocks = [block for block in text.split("\n\n") if block.strip()]
    return "\n".join(_block(block) for block in blocks)


def _block(block: str) -> str:
    parts: list[str] = []
    lines = [line for line in block.split("\n") if line.strip()]
    if lines[0].startswith("## "):
        parts.append(f"<h2>{escape(lines.pop(0)[3:])}</h2>")
    if lines and all(line.startswith("- ") for line in lines):
        items = "".join(f"<li>{escape(line[2:])}</li>" for line in lines)
        parts.append(f"<ul>{items}</ul>")
    elif lines:
        parts.append("<p>" + "<br>\n".join(_contact_links(escape(line)) for line in lines) + "</p>")
    return "\n".join(parts)


def _contact_links(line: str) -> str:
    label, colon, value = line.partition(": ")
    if colon and "@" in value and " " not in value:
        return f'{label}: <a href="mailto:{value}">{value}</a>'
    return line


def _document(text: ShopText, title: str, body: str, head: str = "") -> str:
    return f"""<!doctype html>
<html lang="{text.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} | {escape(text.brand)}</title>
<link rel="stylesheet" href="/static/shop.css">
{head}</head>
<body>
{body}
</body>
</html>
"""


def _page(text: ShopText, title: str, inner: str, head: str = "") -> Page:
    brand = escape(text.brand)
    body = f"""<header>
<a href="/"><img src="/static/logo.svg" alt="{brand}" width="160" height="48"></a>
<nav><ul>
{_links(text, NAVIGATION)}
</ul></nav>
</header>
<main>
<h1>{escape(title)}</h1>
{inner}
</main>
<footer>
<p><strong>{escape(text.company)}</strong><br>
{escape(text.street)}, {escape(text.postcode)} {escape(text.city)}<br>
{escape(text.register)}</p>
<ul>
{_links(text, FOOTER)}
</ul>
{_seals(text)}
</footer>"""
    return Page(_document(text, title, body, head))


def _links(text: ShopText, roles: tuple[str, ...]) -> str:
    paths, titles = role_paths(text), text.words.titles
    return "\n".join(f'<li><a href="{paths[r]}">{escape(titles[r])}</a></li>' for r in roles)


def _seals(text: ShopText) -> str:
    return "\n".join(
        f'<a class="seal" href="{escape(seal.href)}"><img src="{escape(seal.image)}"'
        f' alt="{escape(seal.alt)}" width="110" height="60"></a>'
        for seal in text.seals
    )


def _start_page(text: ShopText) -> Page:
    words = text.words
    cards = "\n".join(
        f'<article><a href="{_product_path(text, p)}">'
        f'<img src="/static/{p.slug}.svg" alt="{escape(p.name)}" width="320" height="240">'
        f"<h3>{escape(p.name)}</h3></a><p>{_price(text, p)}</p></article>"
        for p in text.products
    )
    inner = f"""{_prose(text.fill(words.welcome))}
<h2>{escape(words.assortment)}</h2>
{cards}
<section>
<h2>{escape(words.newsletter)}</h2>
<p>{escape(words.newsletter_consent)}</p>
<form method="post" action="https://{text.host}/newsletter/">
<label>{escape(words.email_label)}
<input type="email" name="email" autocomplete="email" required></label>
<button type="submit">{escape(words.subscribe)}</button>
</form>
</section>"""
    return _page(text, text.brand, inner)


def _contact_form(text: ShopText) -> str:
    words = text.words
    return f"""
<form method="post" action="https://{text.host}{words.paths["contact"]}">
<label>{escape(words.name_label)} <input name="name" autocomplete="name" required></label>
<label>{escape(words.email_label)}
<input type="email" name="email" autocomplete="email" required></label>
<label>{escape(words.message_label)} <textarea name="message" rows="5"></textarea></label>
<button type="submit">{escape(words.send)}</button>
</form>"""


def _login_form(text: ShopText) -> str:
    words = text.words
    return f"""<form method="post" action="https://{text.host}{words.paths["login"]}">
<label>{escape(words.email_label)}
<input type="email" name="email" autocomplete="username" required></label>
<label>{escape(words.password_label)}
<input type="password" name="password" autocomplete="current-password" required></label>
<button type="submit">{escape(words.titles["login"])}</button>
</form>"""


def _product_path(text: ShopText, product: Product) -> str:
    return f"{text.words.paths['product']}{product.slug}/"


def _price(text: ShopText, product: Product) -> str:
    prices = {"net": product.price(), "gross": product.price(vat_percent=21)}
    return escape(Template(text.words.price_lines).substitute(prices))


def _product_page(text: ShopText, product: Product) -> Page:
    words = text.words
    offer = {
        "@type": "Offer",
        "price": f"{product.net_cents / 100:.2f}",
        "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock",
    }
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "sku": product.slug,
        "offers": offer,
    }
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>\n'
    story = text.fill(Template(words.product_text).safe_substitute(product=product.name))
    inner = f"""<img src="/static/{product.slug}.svg" alt="{escape(product.name)}"
 width="320" height="240">
<p>{escape(story)}</p>
<p class="price">{_price(text, product)}</p>
<form method="post" action="https://{text.host}/cart/">
<input type="hidden" name="sku" value="{product.slug}">
<button type="submit">{escape(words.add_to_cart)}</button>
</form>"""
    return _page(text, product.name, inner, head)


def _drawing(title: str, width: int, height: int) -> Page:
    body = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{width}" height="{height}" rx="6" fill="#2f5d62"/>'
        f'<text x="8" y="{height // 2}" fill="#fff" font-size="12">{escape(title)}</text></svg>\n'
    )
    return Page(body, "image/svg+xml")


def _sitemap(host: str, paths: list[str]) -> Page:
    entries = "\n".join(f"<url><loc>https://{host}{escape(path)}</loc></url>" for path in paths)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{entries}\n</urlset>\n"
    )
    return Page(body, "application/xml; charset=utf-8")
