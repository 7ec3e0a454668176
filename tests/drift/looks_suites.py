"""Two shops of big packages, and one somebody wrote by hand long ago."""

# ruff: noqa: E501 - markup is not broken into lines

from __future__ import annotations

from tests.drift.look import METHODS, SERVICE, Look
from tests.drift.site import mark
from tests.drift.today import Item, slug
from tests.drift.words import Clause


class Presta(Look):
    """A PrestaShop-like shop: numbered pages, lists for the law, two variants by turns."""

    name = "Presta"
    wording = 0
    belgian = frozenset({"fr", "nl"})

    def path(self, role: str) -> str:
        base = f"/{self.words.language}"
        if role == "home":
            return "/"
        named = slug(self.words[role])
        if role in (*SERVICE, "about"):
            return f"{base}/content/{(*SERVICE, 'about').index(role) + 1}-{named}"
        return f"{base}/2-{named}" if role == "category" else f"{base}/{named}"

    def product_path(self, item: Item) -> str:
        return f"/{self.words.language}/home/{item.number}-{item.slug}.html"

    def layout(self, role: str, title: str, main: str, head: str = "") -> str:
        today, lang = self.today, self.words.language
        links = [f'<li><a href="{self.path(r)}" id="link-{r}">{self.words[r]}</a></li>'
                 for r in ("category", "about", "contact")]  # fmt: skip
        service = "".join(
            f'<li><a class="cms-page-link" href="{self.path(one)}">{self.words[one]}</a></li>'
            for one in SERVICE
        )
        rows = "".join(
            f'<div class="block">{label} <span>{value}</span></div>'
            for label, value in self.identity()
        )
        pay = " ".join(f'<span class="payment-logo {slug(one)}">{one}</span>'
                       for one in METHODS[self.shop.country])  # fmt: skip
        settings = (
            f'var prestashop={{"cart":{{"products_count":{today.count}}},"currency":{{"iso_code":'
            f'"EUR"}},"language":{{"iso_code":"{lang}"}},"static_token":"{today.csrf[:32]}",'
            f'"time":{today.rng.randrange(10**9)}}};'
        )
        return (
            f'<!doctype html><html lang="{lang}"><head>{mark("head")}<meta charset="utf-8">'
            f'<title>{title}</title><meta name="description" content="{self.words["slogan"]}">'
            f'<link rel="stylesheet" href="/themes/classic/assets/cache/theme-{today.build}.css">'
            f"<script>{settings}</script>{self.tag_manager()}{head}{mark('head_end')}</head>"
            f'<body id="{role}" class="lang-{lang} page-{role}">{mark("body")}<header id="header">'
            f'<div class="user-info"><a href="{self.path("account")}">{self.words["account"]}</a>'
            f'</div><div id="_desktop_cart"><a href="{self.path("cart")}?token={today.csrf[:8]}">'
            f'{self.words["cart"]} ({today.count})</a>{self.mini_cart()}</div><a href="/"><img class="logo" '
            f'src="/img/logo.jpg" alt="{self.shop.brand}"></a><ul class="top-menu">{"".join(links)}'
            f'</ul></header><section id="wrapper"><div id="content">{main}</div></section>'
            f'<footer id="footer">{mark("foot")}<div class="newsletter">{self.words["newsletter"]}'
            f'</div><ul class="links">{service}</ul><div id="contact-infos">{rows}</div>{pay}'
            f'{self.seal()}{self.note()}{mark("foot_end")}</footer><script src="/themes/classic/assets/cache/'
            f'bottom-{today.build}.js"></script>{mark("body_end")}</body></html>'
        )

    def legal(self, role: str, clauses: tuple[Clause, ...]) -> str:
        parts, open_list = [], False
        for clause in clauses:
            if clause.heading:
                parts.append(("</ol>" if open_list else "") + f"<h3>{clause.heading}</h3><ol>")
                open_list = True
            parts.append(f"<li>{clause.text}</li>")
        if role == "delivery":
            parts.append(f"<li>{self.words.many('variants')[self.today.turn]}</li>")
        return f'<section class="page-cms">{"".join(parts)}{"</ol>" if open_list else ""}</section>'

    def facts(self, rows: list[tuple[str, str]]) -> str:
        inner = "".join(f'<div class="row"><b>{label}</b> <span>{value}</span></div>'
                        for label, value in rows)  # fmt: skip
        return f'<div class="contact-rich">{inner}</div>'

    def entry(self, label: str, name: str, kind: str) -> str:
        return (
            f'<div class="form-group row"><label class="col-md-3">{label}</label>'
            f'<input class="form-control" name="{name}" type="{kind}" value=""></div>'
        )

    def choice(self, method: str) -> str:
        number = METHODS[self.shop.country].index(method) + 1
        return (
            f'<div class="payment-option"><input id="payment-option-{number}" type="radio" '
            f'name="payment-option"><label for="payment-option-{number}">{method}</label></div>'
        )

    def card(self, item: Item) -> str:
        return (
            f'<article class="product-miniature" data-id-product="{item.number}"><a href="'
            f'{self.product_path(item)}"><img src="/{item.number}-home_default/{item.slug}.jpg" '
            f'alt="{item.name}" loading="lazy"></a><h3><a href="{self.product_path(item)}">{item.name}'
            f'</a></h3><span class="price">{self.today.price(item)}</span></article>'
        )

    def detail(self, item: Item) -> str:
        today, said = self.today, self.words
        text = today.rng.choice(said.many("describe")).replace("{p}", item.name)
        buy = self.form(self.path("cart"), self.button(said["add"]), "add-to-cart-or-refresh")
        related = "".join(self.card(one) for one in today.some(4))
        return (
            f'<h1>{item.name}</h1><div class="product-prices"><span class="current-price">'
            f'{today.price(item)}</span> <span class="tax">{said["vat"]}</span></div>{buy}'
            f'<p id="product-availability">{today.line("stock")}</p><div class="description">{text}'
            f"</div><section><h2>{said['related']}</h2>{related}</section>"
        )


class Magic(Look):
    """A Magento-like shop: module scripts as JSON, form keys, static content versions."""

    name = "Magic"
    wording = 1
    belgian = frozenset({"fr", "en"})

    def path(self, role: str) -> str:
        own = {"home": "/", "cart": "/checkout/cart/", "checkout": "/checkout/",
               "account": "/customer/account/login/"}  # fmt: skip
        return own.get(role) or f"/{slug(self.words[role])}.html"

    def product_path(self, item: Item) -> str:
        return f"/{item.slug}.html"

    def checkout_scripts(self) -> str:
        return (
            '<script src="https://js.mollie.com/v1/mollie.js" crossorigin="anonymous"></script>'
            '<script type="text/x-magento-init">{"#checkout":{"Magento_Ui/js/core/app":{"types":{}}}}'
            "</script>"
        )

    def layout(self, role: str, title: str, main: str, head: str = "") -> str:
        today = self.today
        static = (
            f"/static/version{1_760_000_000 + today.day // 5 * 432_000}/frontend/Bureau/default"
        )
        static += f"/{self.words.language}"
        menu = "".join(
            f'<li class="level0"><a href="{self.path(one)}"><span>{self.words[one]}</span></a></li>'
            for one in ("category", "about", "contact")
        )
        service = "".join(f'<li class="nav item">{self.link(one)}</li>' for one in SERVICE)
        rows = "".join(
            f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in self.identity()
        )
        pay = "".join(
            f'<i class="icon"><img src="{static}/images/pay-{slug(one)}.png" alt="{one}"></i>'
            for one in METHODS[self.shop.country]
        )
        return (
            f'<!doctype html><html lang="{self.words.language}"><head>{mark("head")}<script '
            f'nonce="{today.nonce}">var BASE_URL="https://{self.shop.host}/";var require={{"baseUrl":'
            f'"https://{self.shop.host}{static}"}};</script><meta charset="utf-8"/><title>{title}'
            f'</title><link rel="stylesheet" href="{static}/css/styles-m.min.css"/><script '
            f'src="{static}/requirejs/require.min.js"></script>{self.tag_manager()}{head}'
            f'{mark("head_end")}</head><body class="cms-{role} page-layout-1column">{mark("body")}'
            f'<div class="page-wrapper"><header class="page-header"><a class="logo" href="/">'
            f'{self.shop.brand}</a><ul class="header links"><li><a href="{self.path("account")}">'
            f'{self.words["account"]}</a></li></ul><div data-block="minicart"><a class="showcart" '
            f'href="{self.path("cart")}">{self.words["cart"]}</a></div><nav class="navigation"><ul>'
            f'{menu}</ul></nav></header><main id="maincontent" class="page-main"><input '
            f'name="form_key" type="hidden" value="{today.csrf[:16]}"/>{main}</main>'
            f'<footer class="page-footer">{mark("foot")}<ul class="footer links">{service}</ul>'
            f'<table class="company">{rows}</table><div>{pay}</div>{self.seal()}<small>'
            f"Copyright © {2026 + today.day // 336}</small>{self.note()}{mark('foot_end')}</footer></div>"
            f'<script type="text/x-magento-init">{{"*":{{"Magento_PageCache/js/page-cache":{{'
            f'"url":"/page_cache/block/render/id/{today.rng.randrange(99)}/","versionCookieName":'
            f'"private_content_version"}}}}}}</script>{mark("body_end")}</body></html>'
        )

    def legal(self, role: str, clauses: tuple[Clause, ...]) -> str:
        parts, number, sub = [], 0, 0
        for clause in clauses:
            if clause.heading:
                number, sub = number + 1, 0
                parts.append(
                    f"<tr><td colspan='2'><h4>Art. {number} {clause.heading}</h4></td></tr>"
                )
            sub += 1
            parts.append(f"<tr><td>{number or 1}.{sub}</td><td>{clause.text}</td></tr>")
        return f'<table class="data table legal"><tbody>{"".join(parts)}</tbody></table>'

    def facts(self, rows: list[tuple[str, str]]) -> str:
        inner = "".join(f"<tr><th>{label}</th><td>{value}</td></tr>" for label, value in rows)
        return f'<table class="data table"><tbody>{inner}</tbody></table>'

    def entry(self, label: str, name: str, kind: str) -> str:
        return (
            f'<div class="field required" name="shippingAddress.{name}"><label class="label"><span>'
            f'{label}</span></label><div class="control"><input class="input-text" type="{kind}" '
            f'name="{name}"/></div></div>'
        )

    def choice(self, method: str) -> str:
        return (
            f'<div class="payment-method"><input type="radio" name="payment[method]" '
            f'value="mollie_{slug(method)}"/><label><span>{method}</span></label></div>'
        )

    def card(self, item: Item) -> str:
        return (
            f'<li class="item product"><div class="product-item-info" id="product-item-info_'
            f'{item.number}"><a href="{self.product_path(item)}" class="product-item-link">'
            f'{item.name}</a><span class="price-wrapper"><span class="price">'
            f'{self.today.price(item)}</span></span><button type="button" class="action tocart">'
            f"{self.words['add']}</button></div></li>"
        )

    def detail(self, item: Item) -> str:
        today, said = self.today, self.words
        text = today.rng.choice(said.many("describe")).replace("{p}", item.name)
        buy = self.form(f"/checkout/cart/add/product/{item.number}/", self.button(said["add"]))
        upsell = "".join(self.card(one) for one in today.some(4))
        return (
            f'<h1 class="page-title">{item.name}</h1><div class="product-info-price"><span '
            f'class="price">{today.price(item)}</span> {said["vat"]}</div><div class="stock">'
            f'{today.line("stock")}</div>{buy}<div class="value">{text}</div><ol class="upsell">'
            f"{upsell}</ol>"
        )


class Handmade(Look):
    """A shop of tables and line breaks, with few headers and one hand-written script."""

    name = "Handmade"
    wording = 0
    belgian = frozenset({"fr", "de"})

    def path(self, role: str) -> str:
        return "/" if role == "home" else f"/{slug(self.words[role])}.php"

    def product_path(self, item: Item) -> str:
        return f"/artikel.php?id={item.number}"

    def headers(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Content-Security-Policy", "upgrade-insecure-requests; frame-ancestors 'self'"),
            ("Strict-Transport-Security", "max-age=15768000"),
            ("X-Powered-By", "PHP/8.3"),
            ("X-Frame-Options", "DENY"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
            ("Set-Cookie", f"PHPSESSID={self.today.session}; Path=/; Secure; HttpOnly"),
        )

    def layout(self, role: str, title: str, main: str, head: str = "") -> str:
        today = self.today
        links = " | ".join(
            self.link(one) for one in ("home", "category", "cart", "account", "about", "contact")
        )
        service = "<br>".join(self.link(one) for one in SERVICE)
        facts = " - ".join(f"{label} {value}".strip() for label, value in self.identity())
        return (
            f'<html lang="{self.words.language}"><head>{mark("head")}<meta http-equiv="Content-Type" '
            f'content="text/html; charset=utf-8"><title>{title}</title><link rel=stylesheet '
            f'href="/stijl.css?{today.build[:4]}"><script src="https://cdn.jsdelivr.net/npm/jquery'
            '@3.7.1/dist/jquery.min.js" integrity="sha384-1H217gwSVyLSIfaLxHbE7dRb3v4mYCKbpQvzx0ceg'
            'eju1MVsGrX5xXxAvs/HgeFs" crossorigin="anonymous"></script><script src="/winkel.js"></scr'
            f'ipt>{self.tag_manager()}{head}{mark("head_end")}</head><body bgcolor="#ffffff">'
            f'{mark("body")}<table width="960" align="center"><tr><td colspan="2"><h2><a href="/">'
            f'{self.shop.brand}</a></h2>{links}</td></tr><tr><td width="180" valign="top">{service}'
            f'<p><i>{today.line("reviews")}</i></p></td><td valign="top">{main}</td></tr></table>'
            f'<footer align="center"><font size="1">{mark("foot")}{facts}<br>'
            + ", ".join(METHODS[self.shop.country])
            + f'<br>{self.seal()}{self.note()}{mark("foot_end")}</font></footer><script>var bezoek="{today.session}"'
            f';document.cookie="bezoek="+bezoek+";path=/";</script>{mark("body_end")}'
            f"<!-- {today.clock()} pagina in {today.rng.randrange(10, 90)} ms --></body></html>"
        )

    def legal(self, role: str, clauses: tuple[Clause, ...]) -> str:
        parts = []
        for clause in clauses:
            if clause.heading:
                parts.append(f"<br><b>{clause.heading}</b><br>")
            parts.append(f"{clause.text}<br>")
        return "\n".join(parts)

    def facts(self, rows: list[tuple[str, str]]) -> str:
        return "<br>\n".join(f"{label}: {value}" if label else value for label, value in rows)

    def entry(self, label: str, name: str, kind: str) -> str:
        return f'<tr><td>{label}</td><td><input type="{kind}" name="{name}" size="30"></td></tr>'

    def choice(self, method: str) -> str:
        return f'<input type="radio" name="betaalwijze" value="{method}"> {method}<br>'

    def card(self, item: Item) -> str:
        return (
            f'<p><a href="{self.product_path(item)}"><b>{item.name}</b></a> {self.today.price(item)} '
            f'<a href="{self.path("cart")}?add={item.number}">{self.words["add"]}</a></p>'
        )

    def detail(self, item: Item) -> str:
        today, said = self.today, self.words
        text = today.rng.choice(said.many("describe")).replace("{p}", item.name)
        buy = self.form(self.path("cart"), f'<input type="submit" value="{said["add"]}">')
        more = "".join(self.card(one) for one in today.some(2))
        return (
            f'<h1>{item.name}</h1><img src="/foto/{item.number}.jpg"><p>{text}</p><p><b>'
            f"{today.price(item)}</b> {said['vat']}</p><p>{today.line('stock')}</p>{buy}<hr>{more}"
        )
