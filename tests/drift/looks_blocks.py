"""Two shops of building blocks: a plugin of a blog system, and a hosted shop."""

# ruff: noqa: E501 - markup is not broken into lines

from __future__ import annotations

from typing import ClassVar

from tests.drift.look import METHODS, SERVICE, Look
from tests.drift.site import mark
from tests.drift.today import Item, slug
from tests.drift.words import Clause


class Woo(Look):
    """A WooCommerce-like shop: plugin paths, version queries, blocks in articles."""

    name = "Woo"
    wording = 0

    def path(self, role: str) -> str:
        return "/" if role == "home" else f"/{slug(self.words[role])}/"

    def product_path(self, item: Item) -> str:
        return f"/product/{item.slug}/"

    def _assets(self) -> str:
        today = self.today
        base = "/wp-content"
        return (
            f'<link rel="stylesheet" href="{base}/plugins/woocommerce/assets/css/woocommerce.css'
            f'?ver=9.{today.day // 20 % 10}.1"><link rel="stylesheet" href="{base}/themes/bureau/'
            f'style.css?ver={today.build}"><link rel="stylesheet" href="https://fonts.googleapis.com'
            f'/css2?family=Inter"><script src="/wp-includes/js/jquery/jquery.min.js?ver=3.7.1">'
            f'</script><script src="{base}/themes/bureau/app.js?ver={today.build}" defer></script>'
        )

    def layout(self, role: str, title: str, main: str, head: str = "") -> str:
        today, said = self.today, self.words
        menu = "".join(
            f'<li class="menu-item">{self.link(one)}</li>'
            for one in ("home", "category", "about", "contact", "account")
        )
        service = "".join(f'<li class="menu-item">{self.link(one)}</li>' for one in SERVICE)
        facts = "<br>".join(
            f"{label}: {value}" if label else value for label, value in self.identity()
        )
        pay = "".join(
            f'<img src="/wp-content/uploads/pay/{one.lower()}.svg" alt="{one}" width="40">'
            for one in METHODS[self.shop.country]
        )
        config = (
            f"var wc_cart_params={{'ajax_url':'/?wc-ajax=%%endpoint%%','nonce':'{today.csrf[:10]}',"
            f"'cart_hash_key':'wc_cart_hash_{today.session}'}};"
        )
        return (
            f'<!DOCTYPE html>\n<html lang="{self.words.language}"><head>{mark("head")}'
            f'<meta charset="utf-8"><title>{title}</title>'
            '<meta name="generator" content="WordPress 6.8"><meta name="generator" '
            f'content="WooCommerce 9.8">{self._assets()}{self.tag_manager()}{head}'
            f'{mark("head_end")}</head><body class="woocommerce page-{role}">{mark("body")}'
            f'<header class="site-header"><a class="logo" href="/">{self.shop.brand}</a>'
            f'<nav id="menu"><ul>{menu}</ul></nav><a class="cart-contents" '
            f'href="{self.path("cart")}">{said["cart"]} <span class="count">{today.count}</span></a>'
            f'{self.mini_cart()}</header><main id="main" class="site-main"><article>{main}</article></main>'
            f'<footer class="site-footer">{mark("foot")}<div class="widget"><ul>{service}</ul></div>'
            f'<div class="widget"><p>{facts}</p></div><div class="widget pay">{pay}</div>'
            f'<div class="widget">{self.seal()}</div>{self.note()}{mark("foot_end")}</footer>'
            f'<script nonce="{today.nonce}">{config}</script>{mark("body_end")}'
            f"<!-- Performance: {today.rng.randrange(80, 300)} queries, "
            f"{today.rng.random():.3f} seconds, {today.clock()} --></body></html>"
        )

    def legal(self, role: str, clauses: tuple[Clause, ...]) -> str:
        parts = [
            f'<p class="version">{self.words["version"].format(date=self.today.date(400))}</p>'
        ]
        number = 0
        for clause in clauses:
            if clause.heading:
                number += 1
                parts.append(f"<h2>{number}. {clause.heading}</h2>")
            parts.append(f"<p>{clause.text}</p>")
        return "\n".join(parts)

    def facts(self, rows: list[tuple[str, str]]) -> str:
        lines = "<br>".join(
            f"<strong>{label}</strong> {value}" if label else value for label, value in rows
        )
        return f'<div class="contact-block"><p>{lines}</p></div>'

    def entry(self, label: str, name: str, kind: str) -> str:
        return (
            f'<p class="form-row"><label for="billing_{name}">{label}</label>'
            f'<input type="{kind}" id="billing_{name}" name="billing_{name}"></p>'
        )

    def choice(self, method: str) -> str:
        key = slug(method)
        return (
            f'<li class="wc_payment_method"><input type="radio" name="payment_method" '
            f'id="pay_{key}" value="{key}"><label for="pay_{key}">{method}</label></li>'
        )

    def card(self, item: Item) -> str:
        return (
            f'<li class="product post-{item.number}"><a href="{self.product_path(item)}">'
            f'<img src="/wp-content/uploads/{item.slug}-300x300.jpg" alt="{item.name}"><h2>'
            f'{item.name}</h2><span class="price">{self.today.price(item)}</span></a><a class="button '
            f'add_to_cart_button" href="?add-to-cart={item.number}" rel="nofollow">'
            f"{self.words['add']}</a></li>"
        )

    def detail(self, item: Item) -> str:
        today, said = self.today, self.words
        text = today.rng.choice(said.many("describe")).replace("{p}", item.name)
        related = "".join(self.card(one) for one in today.some(3))
        cart = self.form(self.product_path(item), self.button(said["add"]), "cart")
        return (
            f'<h1 class="product_title">{item.name}</h1><p class="price">{today.price(item)} '
            f'<small>{said["vat"]}</small></p><p>{text}</p><p class="stock">{today.line("stock")}</p>'
            f'{cart}<p class="viewed">{today.line("viewed")}</p><section class="related"><h2>'
            f"{said['related']}</h2><ul>{related}</ul></section>"
        )


class Hosted(Look):
    """A Shopify-like shop: hosted assets, policies under one path, sections with ids."""

    name = "Hosted"
    wording = 1
    belgian = frozenset({"fr", "de"})
    _POLICIES: ClassVar[dict[str, str]] = {"terms": "terms-of-service", "privacy": "privacy-policy", "returns": "refund-policy",
                 "delivery": "shipping-policy"}  # fmt: skip

    def path(self, role: str) -> str:
        if role in self._POLICIES:
            return f"/policies/{self._POLICIES[role]}"
        own = {"home": "/", "category": "/collections/all", "cart": "/cart",
               "checkout": "/checkout", "account": "/account/login"}  # fmt: skip
        return own.get(role) or f"/pages/{slug(self.words[role])}"

    def product_path(self, item: Item) -> str:
        return f"/products/{item.slug}"

    def checkout_scripts(self) -> str:
        return (
            '<script src="https://js.mollie.com/v1/mollie.js"></script>'
            f'<script nonce="{self.today.nonce}">window.checkout=Object.freeze({{step:"contact",'
            f'token:"{self.today.csrf}"}});document.addEventListener("submit",function(e){{'
            'e.target.classList.add("busy")});</script>'
        )

    def layout(self, role: str, title: str, main: str, head: str = "") -> str:
        today = self.today
        cdn = f"//{self.shop.host}/cdn/shop/t/{3 + today.day // 12}/assets"
        menu = "".join(
            f'<a class="header__link" href="{self.path(one)}"><span>{self.words[one]}</span></a>'
            for one in ("home", "category", "about", "contact", "account", "cart")
        )
        service = "".join(f"<li>{self.link(one, 'footer__link')}</li>" for one in SERVICE)
        rows = "".join(
            f"<li><small>{label}</small> {value}</li>" for label, value in self.identity()
        )
        pay = "".join(
            f'<li class="pay"><svg viewBox="0 0 38 24" role="img" aria-label="{one}"><title>{one}'
            '</title><path d="M0 0h38v24H0z"/></svg></li>'
            for one in METHODS[self.shop.country]
        )
        state = (
            f'{{"cart":{{"count":{today.count},"token":"{today.session}"}},"t":"{today.clock()}"}}'
        )
        return (
            f'<!doctype html><html class="no-js" lang="{self.words.language}"><head>{mark("head")}'
            f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}'
            f'</title><link rel="preconnect" href="https://fonts.gstatic.com"><link rel="stylesheet" '
            f'href="{cdn}/base.css?v={today.build}"><script src="{cdn}/global.js?v={today.build}" '
            f'defer></script>{self.tag_manager()}<script id="state" nonce="{today.nonce}">'
            f"window.Shop={state};</script>{head}"
            f'<link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Assistant">'
            f'{mark("head_end")}</head><body class="template-{role}">{mark("body")}'
            f'<div id="section-announcement-{today.session[:6]}" class="bar">{today.line("promo")}'
            f'</div><header class="header"><a href="/" class="header__heading">{self.shop.brand}</a>'
            f"<nav>{menu}</nav>{self.mini_cart()}</header><main id='MainContent' role='main'>{main}</main>"
            f'<footer class="footer">{mark("foot")}<ul>{service}</ul><ul class="footer__facts">{rows}'
            f'</ul><ul class="list-payment">{pay}</ul>{self.seal()}<small>© {2026 + today.day // 336} '
            f"{self.shop.brand}</small>{self.note()}{mark('foot_end')}</footer>{mark('body_end')}</body></html>"
        )

    def legal(self, role: str, clauses: tuple[Clause, ...]) -> str:
        parts, number = [], 0
        for clause in clauses:
            if clause.heading:
                number += 1
                parts.append(f"<p><strong>SECTION {number} - {clause.heading.upper()}</strong></p>")
            parts.append(f"<p><span>{clause.text}</span></p>")
        return f'<div class="rte">{"".join(parts)}</div>'

    def facts(self, rows: list[tuple[str, str]]) -> str:
        inner = "".join(f"<dt>{label or '&nbsp;'}</dt><dd>{value}</dd>" for label, value in rows)
        return f'<dl class="rte">{inner}</dl>'

    def entry(self, label: str, name: str, kind: str) -> str:
        return (
            f'<div class="field"><input class="field__input" type="{kind}" name="checkout[{name}]" '
            f'placeholder="{label}" id="f-{name}"><label for="f-{name}">{label}</label></div>'
        )

    def choice(self, method: str) -> str:
        return (
            f'<label class="radio"><input type="radio" name="checkout[payment_gateway]" '
            f'value="{slug(method)}"><span>{method}</span></label>'
        )

    def card(self, item: Item) -> str:
        return (
            f'<div class="card-wrapper"><a class="full-link" href="{self.product_path(item)}?pos='
            f'{self.today.rng.randrange(9)}"><img src="//{self.shop.host}/cdn/shop/files/{item.slug}'
            f'.jpg?width=360" alt=""><h3>{item.name}</h3></a><div class="price">'
            f"{self.today.price(item)}</div></div>"
        )

    def detail(self, item: Item) -> str:
        today, said = self.today, self.words
        text = today.rng.choice(said.many("describe")).replace("{p}", item.name)
        related = "".join(self.card(one) for one in today.some(4))
        buy = self.form("/cart/add", f'<input type="hidden" name="id" value="{item.number}">'
                        + self.button(said["add"]), "product-form")  # fmt: skip
        return (
            f'<h1>{item.name}</h1><div class="price">{today.price(item)} <span>{said["vat"]}</span>'
            f'</div>{buy}<div class="rte"><p>{text}</p></div><p>{today.line("stock")}</p>'
            f'<product-recommendations data-section="{today.session}"><h2>{said["related"]}</h2>'
            f"{related}</product-recommendations>"
        )
