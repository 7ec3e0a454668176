"""What every shop has, whatever its software: pages, forms, facts, seal."""

from __future__ import annotations

from typing import ClassVar

from tests.drift.company import Company, company
from tests.drift.site import Page, Site, mark
from tests.drift.today import Item, Today
from tests.drift.words import Clause, Words, words

MENU = ("home", "category", "about", "contact")
SERVICE = ("terms", "privacy", "returns", "complaints", "delivery", "cookies")
METHODS = {
    "NL": ("iDEAL", "Visa", "Mastercard", "PayPal"),
    "BE": ("Bancontact", "Visa", "Mastercard", "PayPal"),
}
# A public library with its digest, as a careful builder puts it on a payment page.
GUARDED = (
    '<script src="https://cdn.jsdelivr.net/npm/cleave.js@1.6.0/dist/cleave.min.js" '
    'integrity="sha384-Kj1GcQ9Jb0cXyI7M0fEwq3UuD8aT2hVnZs5RrLbPo4eWxYtCm6dNgHvSkBiAlQpz" '
    'crossorigin="anonymous"></script>'
)
PERSONAL = (
    ("your_name", "name", "text"),
    ("your_email", "email", "email"),
    ("your_phone", "phone", "tel"),
    ("street", "street", "text"),
    ("postcode", "postcode", "text"),
    ("city", "city", "text"),
)


class Look:
    """One kind of shop software.  Subclasses draw; this decides what is drawn."""

    name: ClassVar[str] = ""
    wording: ClassVar[int] = 0
    belgian: ClassVar[frozenset[str]] = frozenset({"fr"})
    suffix: ClassVar[str] = ""

    def __init__(self, language: str, seed: int, day: int) -> None:
        self.words: Words = words(language, self.wording)
        country = "BE" if language in self.belgian else "NL"
        self.shop: Company = company(language, country, self.name)
        self.today = Today(self.words, self.name, seed, day)
        self.said = {
            clause.key: self._filled(clause.text)
            for clauses in self.words.pages.values()
            for clause in clauses
        }

    # What subclasses draw.

    def path(self, role: str) -> str:
        """The address of a role's page."""
        raise NotImplementedError

    def product_path(self, item: Item) -> str:
        raise NotImplementedError

    def layout(self, role: str, title: str, main: str, head: str = "") -> str:
        raise NotImplementedError

    def legal(self, role: str, clauses: tuple[Clause, ...]) -> str:
        raise NotImplementedError

    def facts(self, rows: list[tuple[str, str]]) -> str:
        raise NotImplementedError

    def entry(self, label: str, name: str, kind: str) -> str:
        raise NotImplementedError

    def choice(self, method: str) -> str:
        raise NotImplementedError

    def card(self, item: Item) -> str:
        raise NotImplementedError

    def detail(self, item: Item) -> str:
        raise NotImplementedError

    def checkout_scripts(self) -> str:
        return '<script src="https://js.mollie.com/v1/mollie.js" async></script>'

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Security headers of every page."""
        nonce = self.today.nonce
        policy = (
            f"default-src 'self'; script-src 'self' 'nonce-{nonce}' https://js.mollie.com "
            "https://www.googletagmanager.com https://cdn.jsdelivr.net; style-src 'self' "
            "'unsafe-inline' https://fonts.googleapis.com; font-src https://fonts.gstatic.com; "
            "img-src 'self' data: https:; frame-src 'self' https://js.mollie.com; "
            "form-action 'self'; base-uri 'self'; frame-ancestors 'self'"
        )
        return (
            ("Content-Security-Policy", policy),
            ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
            ("X-Frame-Options", "SAMEORIGIN"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("Set-Cookie", f"session={self.today.session}; Path=/; Secure; HttpOnly"),
        )

    # What all have.

    def _filled(self, text: str) -> str:
        shop = self.shop
        return text.format(
            company=shop.name, address=shop.address, email=shop.email, law=shop.law,
            authority=shop.authority, date=self.today.date(400),
        )  # fmt: skip

    def link(self, role: str, css: str = "") -> str:
        kind = f' class="{css}"' if css else ""
        return f'<a{kind} href="{self.path(role)}">{self.words[role]}</a>'

    def register_label(self) -> str:
        return self.words["kvk_label" if self.shop.country == "NL" else "kbo_label"]

    def identity(self) -> list[tuple[str, str]]:
        """Label and value of what a shop must tell about itself."""
        shop, said = self.shop, self.words
        return [
            ("", shop.name),
            (said["address_label"], f"{shop.street}, {shop.postcode} {shop.city}"),
            (said["phone"], f'<a href="tel:{shop.dial}">{shop.phone}</a>'),
            (said["email"], f'<a href="mailto:{shop.email}">{shop.email}</a>'),
            (self.register_label(), shop.register),
            (said["vat_label"], shop.vat),
            ("IBAN", shop.iban),
        ]

    def certificate(self) -> str:
        """Where the seal leads."""
        name = self.shop.host.removeprefix("www.").removesuffix(".example")
        if self.shop.country == "BE":
            number = sum(map(ord, name)) * 37 % 90_000 + 10_000
            part = {"nl": "nl/leden/zoek-een-lid", "fr": "fr/membres/chercher-un-membre"}
            where = part.get(self.words.language, "en/members/search-a-member")
            return f"https://www.becommerce.be/{where}/d/certificate/{number}"
        return f"https://www.thuiswinkel.org/leden/{name}/certificaat"

    def seal(self) -> str:
        label = "BeCommerce" if self.shop.country == "BE" else "Thuiswinkel Waarborg"
        file = label.lower().replace(" ", "-")
        return (
            f'<a class="seal" href="{self.certificate()}" rel="noopener"><img '
            f'src="/assets/{file}.svg" alt="{label} - {self.words["certified"]}" width="90"></a>'
        )

    def note(self) -> str:
        """How prices are to be read, at the foot of every page."""
        return f"<p>{self.words['all_prices']}</p>"

    def structured(self) -> str:
        shop = self.shop
        return (
            '<script type="application/ld+json">{"@context":"https://schema.org","@type":'
            f'"Organization","name":"{shop.brand}","legalName":"{shop.name}","vatID":"{shop.vat}",'
            f'"url":"https://{shop.host}/","telephone":"{shop.dial}","email":"{shop.email}",'
            f'"address":{{"@type":"PostalAddress","streetAddress":"{shop.street}","postalCode":'
            f'"{shop.postcode}","addressLocality":"{shop.city}","addressCountry":"{shop.country}"'
            "}}</script>"
        )

    def structured_product(self, item: Item) -> str:
        cents = self.today.price(item).strip("€ ").replace(",", ".")
        return (
            '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product",'
            f'"name":"{item.name}","sku":"{item.number}","offers":{{"@type":"Offer","price":'
            f'"{cents}","priceCurrency":"EUR","availability":"https://schema.org/InStock"}}}}'
            "</script>"
        )

    def container(self) -> str:
        """The tag manager id of this shop."""
        return "GTM-" + self.shop.iban.replace(" ", "")[-7:].translate(
            str.maketrans("0123456789", "KWMNPQRTXZ")
        )

    def tag_manager(self) -> str:
        return (
            f'<script nonce="{self.today.nonce}">(function(w,d,s,l,i){{w[l]=w[l]||[];w[l].push('
            "{'gtm.start':new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)[0],"
            "j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;j.src="
            "'https://www.googletagmanager.com/gtm.js?id='+i+dl;f.parentNode.insertBefore(j,f);"
            f"}})(window,document,'script','dataLayer','{self.container()}');</script>"
        )

    def mini_cart(self) -> str:
        """The little basket in the header, with its way to the checkout."""
        return (
            f'<div class="mini-cart"><span>{self.today.count}</span> {self.link("cart")} '
            f"{self.link('checkout')}</div>"
        )

    def form(self, action: str, inner: str, css: str = "form") -> str:
        return (
            f'<form class="{css}" method="post" action="{action}"><input type="hidden" '
            f'name="_token" value="{self.today.csrf}">{inner}</form>'
        )

    def button(self, text: str) -> str:
        return f'<button type="submit">{text}</button>'

    # Pages.

    def main_of(self, role: str) -> str:
        """What stands between menu and footer."""
        drawn = getattr(self, f"page_{role}", None)
        if drawn is not None:
            return str(drawn())
        clauses = self.words.pages[role]
        filled = tuple(Clause(c.key, c.heading, self.said[c.key]) for c in clauses)
        return f"<h1>{self.words[role]}</h1>{self.legal(role, filled)}"

    def page_home(self) -> str:
        today, said = self.today, self.words
        cards = "".join(self.card(item) for item in today.some(6))
        blocks = [
            f'<div class="promo"><p>{today.line("promo")}</p></div>',
            f'<section class="offer">{cards}</section>',
            f"<blockquote><h3>{said['review']}</h3><p>{today.line('reviews')}</p></blockquote>",
        ]
        today.rng.shuffle(blocks)
        return f"<h1>{said['slogan']}</h1><p>{said['intro']}</p>{''.join(blocks)}"

    def page_category(self) -> str:
        cards = "".join(self.card(item) for item in self.today.some(9))
        return f'<h1>{self.words["category"]}</h1><div class="list">{cards}</div>'

    def page_contact(self) -> str:
        said = self.words
        fields = [self.entry(said["your_name"], "name", "text")]
        fields.append(self.entry(said["your_email"], "email", "email"))
        fields.append(f'<label>{said["message"]}<textarea name="message"></textarea></label>')
        form = self.form(self.path("contact"), "".join(fields) + self.button(said["send"]))
        rows = [*self.identity(), (said["hours"], said["hours_value"])]
        return f"<h1>{said['contact']}</h1>{self.facts(rows)}{form}"

    def page_cart(self) -> str:
        said, today = self.words, self.today
        heads = "".join(f"<th>{one}</th>" for one in said.many("rows"))
        rows = "".join(
            f"<tr><td>{item.name}</td><td>{today.price(item)}</td><td>1</td></tr>"
            for item in today.some(today.count)
        )
        inner = f"<table><tr>{heads}</tr>{rows}</table>" if rows else f"<p>{said['empty']}</p>"
        return f"<h1>{said['cart']}</h1>{inner}<p>{self.link('checkout', 'button')}</p>"

    def page_checkout(self) -> str:
        said = self.words
        fields = "".join(self.entry(said[label], name, kind) for label, name, kind in PERSONAL)
        methods = "".join(self.choice(method) for method in METHODS[self.shop.country])
        return (
            f"<h1>{said['checkout']}</h1>"
            + self.form(
                self.path("checkout"),
                f"{fields}<fieldset><legend>{said['pay_with']}</legend>{methods}</fieldset>"
                + self.entry(said["card"], "card_number", "text")
                + self.button(said["order"]),
                "checkout",
            )
            + GUARDED
            + self.checkout_scripts()
        )

    def page_account(self) -> str:
        said = self.words
        fields = self.entry(said["your_email"], "email", "email")
        fields += self.entry(said["password"], "password", "password")
        form = self.form(self.path("account"), fields + self.button(said["login"]), "login")
        return f"<h1>{said['account']}</h1>{form}"

    def page(self, role: str, title: str, main: str, head: str = "") -> Page:
        inside = f"{mark('top')}{main}{mark('end')}"
        return Page(self.layout(role, title, inside, head), headers=self.headers())

    def site(self) -> Site:
        """The whole shop."""
        said = self.words
        roles = (*MENU, *SERVICE, "cart", "checkout", "account")
        pages = {}
        for role in roles:
            title = said["slogan"] if role == "home" else said[role]
            head = self.structured() if role == "home" else ""
            pages[self.path(role)] = self.page(
                role, f"{title} | {self.shop.brand}", self.main_of(role), head
            )
        for item in self.today.items:
            pages[self.product_path(item)] = self.page(
                "product", f"{item.name} | {self.shop.brand}", self.detail(item),
                self.structured_product(item),
            )  # fmt: skip
        missing = self.page("missing", said["not_found"], f"<h1>{said['not_found']}</h1>")
        missing = Page(missing.body, 404, missing.headers)
        pages["/sitemap.xml"] = self._sitemap(list(pages))
        return Site(
            self.shop, self.words, self.name, {role: self.path(role) for role in roles}, pages,
            dict(self.said), [self.product_path(i) for i in self.today.items], self.today.day,
            missing,
        )  # fmt: skip

    def _sitemap(self, paths: list[str]) -> Page:
        day = f"2026-{self.today.day // 28 % 12 + 1:02d}-{self.today.day % 28 + 1:02d}"
        inner = "".join(
            f"<url><loc>https://{self.shop.host}{path}</loc><lastmod>{day}</lastmod></url>"
            for path in paths
        )
        xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'
        return Page(xml, kind="application/xml")
