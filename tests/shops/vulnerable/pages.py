"""The pages of a small Dutch webshop, twice: with every seeded flaw, and with none."""

from __future__ import annotations

import json
import posixpath
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

Headers = tuple[tuple[str, str], ...]
HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)
TEXT: Headers = (("Content-Type", "text/plain; charset=utf-8"),)
SCRIPT: Headers = (("Content-Type", "text/javascript; charset=utf-8"),)
JSON: Headers = (("Content-Type", "application/json"),)
PRODUCTS = (
    ("Vulpen Delft", "24,95"), ("Balpen Gouda", "3,50"), ("Potlood Edam", "1,20"),
    ("Schrift Leiden", "4,75"), ("Agenda Zwolle", "17,95"), ("Karton Breda", "6,30"),
)  # fmt: skip
CATEGORIES = {"pennen": (1, 2, 3), "papier": (4, 5, 6)}
CUSTOMERS = [{"naam": "J. de Vries", "plaats": "Utrecht"}, {"naam": "A. Bakker", "plaats": "Ede"}]
CLEAN_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
CLEAN_HEADERS: Headers = (
    ("Content-Security-Policy", CLEAN_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)  # fmt: skip
CLEAN_TLS_HEADERS: Headers = (("Strict-Transport-Security", "max-age=31536000"),)
FLAWED_HEADERS: Headers = (
    ("Server", "Apache/2.4.49 (Debian) PHP/7.2.1"),
    ("X-Powered-By", "PHP/7.2.1"),
)
PASSWD = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
PICTURE = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00"


@dataclass(frozen=True, slots=True)
class Site:
    """Which shop: ``flawed`` or clean, where it is, and the foreign host it links to."""

    flawed: bool
    origin: str
    host: str
    elsewhere: str
    slow: bool = False

    @property
    def secure(self) -> bool:
        """Is it served over https?"""
        return self.origin.startswith("https:")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request, as far as a page looks at it; ``query`` holds the first value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    session: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    body: bytes
    headers: Headers = HTML
    status: int = 200


def answer(site: Site, visit: Visit) -> Answer:
    """The answer of the shop, with the headers every answer of it has."""
    page = _find(site, visit)
    found = page(site, visit)
    common = FLAWED_HEADERS if site.flawed else CLEAN_HEADERS
    if not site.flawed and site.secure:
        common += CLEAN_TLS_HEADERS
    return Answer(found.body, found.headers + common + _cookie(site, visit), found.status)


def _cookie(site: Site, visit: Visit) -> Headers:
    if visit.session or visit.path not in ("/", "/login", "/winkelwagen"):
        return ()
    value = secrets.token_hex(16)
    if site.flawed:
        return (("Set-Cookie", f"PHPSESSID={value}; path=/"),)
    if not site.secure:
        return ()
    strict = "Path=/; Secure; HttpOnly; SameSite=Lax"
    return (("Set-Cookie", f"__Host-sessie={value}; {strict}"),)


def _find(site: Site, visit: Visit) -> Callable[[Site, Visit], Answer]:
    page = PAGES.get(visit.path) or (FLAWED_PAGES.get(visit.path) if site.flawed else None)
    if page is None and visit.path.startswith("/categorie/"):
        page = _category
    return page or _missing


def _html(site: Site, title: str, main: str, status: int = 200) -> Answer:
    links = "".join(
        f'<li><a href="{path}">{name}</a></li>'
        for path, name in (
            ("/", "Begin"), ("/categorie/pennen", "Pennen"), ("/categorie/papier", "Papier"),
            ("/zoeken?q=pen", "Zoeken"), ("/contact", "Contact"), ("/login", "Inloggen"),
            ("/account", "Mijn account"), ("/winkelwagen", "Winkelwagen"),
            ("/doorsturen?naar=/categorie/papier", "Aanbieding"), ("/partner", "Onze partner"),
        )
    )  # fmt: skip
    body = (
        f'<!doctype html><html lang="nl"><head><title>{escape(title)} - Pennenhuis</title>'
        f'<link rel="stylesheet" href="/css/winkel.css">{_scripts(site)}</head><body>'
        f"<nav><ul>{links}</ul></nav><main><h1>{escape(title)}</h1>{main}</main>"
        f"<footer>Pennenhuis, Oudegracht 1, 3511 AA Utrecht. KvK 12345678. "
        f'<a href="{site.elsewhere}/keurmerk">Keurmerk</a></footer></body></html>'
    )
    return Answer(body.encode(), HTML, status)


def _scripts(site: Site) -> str:
    if not site.flawed:
        return '<script src="/js/winkel.js" defer></script>'
    return (
        '<script src="/js/jquery-1.12.4.min.js"></script>'
        f'<script src="{site.elsewhere}/js/teller.js"></script>'
    )


def _token(site: Site) -> str:
    if site.flawed:
        return ""
    return f'<input type="hidden" name="csrf_token" value="{secrets.token_hex(16)}">'


def _home(site: Site, _visit: Visit) -> Answer:
    main = "<p>Pennen en papier, morgen in huis.</p>" + "".join(
        f'<p><a href="/product?id={number}">{name}</a> &euro; {price}</p>'
        for number, (name, price) in enumerate(PRODUCTS, 1)
    )
    main += '<img src="/afbeelding?bestand=pen1.gif" alt="Een pen">'
    if site.flawed:
        insecure = f"http://{site.host}/nieuwsbrief" if site.secure else "/nieuwsbrief"
        main += (
            f'<form method="post" action="{insecure}"><input name="email" type="email"></form>'
            '<p><a href="/uploads/">Folders</a> <a href="/fout">Kortingsactie</a> '
            '<a href="/api/klanten">Onze klanten</a></p>'
        )
    if site.slow:
        main += '<p><a href="/wachten?slow=1">Levertijd</a></p>'
    return _html(site, "Welkom", main)


def _category(site: Site, visit: Visit) -> Answer:
    numbers = CATEGORIES.get(visit.path.rpartition("/")[2])
    if numbers is None:
        return _missing(site, visit)
    items = "".join(
        f'<li><a href="/product?id={number}">{PRODUCTS[number - 1][0]}</a></li>'
        for number in numbers
    )
    return _html(site, "Categorie", f"<ul>{items}</ul>")


def _product(site: Site, visit: Visit) -> Answer:
    asked = visit.query.get("id", "1")
    if site.flawed:
        try:
            row = _select(f"SELECT name, price FROM products WHERE id = {asked}")
        except (sqlite3.Error, sqlite3.Warning) as error:
            text = (
                f"Warning: SQLite3::query(): Unable to prepare statement: 1, {escape(str(error))} "
                "in /var/www/winkel/product.php on line 41"
            )
            return _html(site, "Fout", f"<p>{text}</p>", 500)
    else:
        row = PRODUCTS[int(asked) - 1] if asked in "123456" and len(asked) == 1 else None
    if row is None:
        return _missing(site, visit)
    name, price = row
    main = (
        f"<p>&euro; {escape(price)}</p>"
        f'<form method="post" action="/winkelwagen/toevoegen">{_token(site)}'
        f'<input type="hidden" name="prijs" value="{escape(price)}">'
        '<input name="aantal" value="1"><button>In winkelwagen</button></form>'
    )
    return _html(site, name, main)


def _select(statement: str) -> tuple[str, str] | None:
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE products (id INTEGER, name TEXT, price TEXT)")
        rows = ((number, *product) for number, product in enumerate(PRODUCTS, 1))
        base.executemany("INSERT INTO products VALUES (?, ?, ?)", rows)
        row = base.execute(statement).fetchone()
    base.close()
    return (str(row[0]), str(row[1])) if row else None


def _search(site: Site, visit: Visit) -> Answer:
    words = visit.query.get("q", "")
    shown = words if site.flawed else escape(words)
    hits = "".join(f"<li>{n}</li>" for n, _ in PRODUCTS if words and words.lower() in n.lower())
    main = (
        '<form action="/zoeken"><input name="q"><button>Zoek</button></form>'
        f"<p>Gezocht naar: {shown}</p><ul>{hits}</ul>"
    )
    return _html(site, "Zoeken", main)


def _contact(site: Site, _visit: Visit) -> Answer:
    form = (
        f'<form method="post" action="/contact">{_token(site)}<input name="naam">'
        '<input name="email" type="email"><textarea name="bericht"></textarea></form>'
    )
    return _html(site, "Contact", form)


def _login(site: Site, _visit: Visit) -> Answer:
    if not site.flawed and not site.secure:
        return _html(site, "Inloggen", "<p>Inloggen kan alleen over https.</p>")
    form = (
        f'<form method="post" action="/login">{_token(site)}<input name="gebruiker">'
        '<input name="wachtwoord" type="password"></form>'
    )
    return _html(site, "Inloggen", form)


def _account(site: Site, _visit: Visit) -> Answer:
    form = (
        f'<form method="post" action="/account/adres">{_token(site)}<input name="straat">'
        '<input name="postcode"></form><p><a href="/logout">Uitloggen</a></p>'
    )
    return _html(site, "Mijn account", form)


def _cart(site: Site, _visit: Visit) -> Answer:
    form = f'<form method="post" action="/afrekenen">{_token(site)}<button>Bestel</button></form>'
    return _html(site, "Winkelwagen", form + '<p><a href="/afrekenen">Afrekenen</a></p>')


def _thanks(site: Site, _visit: Visit) -> Answer:
    return _html(site, "Dank u", "<p>Dank u wel.</p>")


def _forward(site: Site, visit: Visit) -> Answer:
    target = visit.query.get("naar", "/")
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    if not own and not site.flawed:
        return _html(site, "Onbekend", "<p>Die pagina kennen wij niet.</p>", 400)
    return Answer(b"", (("Location", quote(target, safe=":/?&=#%")), *HTML), 302)


def _partner(site: Site, _visit: Visit) -> Answer:
    return Answer(b"", (("Location", f"{site.elsewhere}/welkom"), *HTML), 302)


def _picture(site: Site, visit: Visit) -> Answer:
    name = visit.query.get("bestand", "").partition("\0")[0]
    path = posixpath.normpath(posixpath.join("/var/www/winkel/afbeeldingen", name))
    if site.flawed and path == "/etc/passwd":
        return Answer(PASSWD.encode(), TEXT)
    if path.startswith("/var/www/winkel/afbeeldingen/") and path.endswith(".gif"):
        return Answer(PICTURE, (("Content-Type", "image/gif"),))
    return _missing(site, visit)


def _waiting(site: Site, visit: Visit) -> Answer:
    return _html(site, "Levertijd", "<p>Morgen in huis.</p>")


def _missing(site: Site, _visit: Visit) -> Answer:
    return _html(site, "Niet gevonden", "<p>Deze pagina bestaat niet.</p>", 404)


def _text(body: str, headers: Headers = TEXT, status: int = 200) -> Callable[[Site, Visit], Answer]:
    return lambda _site, _visit: Answer(body.encode(), headers, status)


def _sitemap(site: Site, _visit: Visit) -> Answer:
    paths = ("/", "/categorie/pennen", "/categorie/papier", "/contact", "/product?id=1")
    urls = "".join(f"<url><loc>{site.origin}{path}</loc></url>" for path in paths)
    body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return Answer(body.encode(), (("Content-Type", "application/xml"),))


def _trace(site: Site, _visit: Visit) -> Answer:
    text = (
        "PHP Fatal error: Uncaught Exception: geen korting in /var/www/winkel/actie.php:17\n"
        "Stack trace:\n#0 /var/www/winkel/actie.php(42): korting()\n"
        "#1 /var/www/winkel/index.php(9): actie()\n#2 {main}"
    )
    return _html(site, "Fout", f"<pre>{text}</pre>", 500)


def _customers(_site: Site, visit: Visit) -> Answer:
    data = json.dumps(CUSTOMERS)
    any_site = (("Access-Control-Allow-Origin", "*"),)
    callback = visit.query.get("callback", "")
    if callback.isidentifier():
        return Answer(f"{callback}({data})".encode(), SCRIPT + any_site)
    return Answer(data.encode(), JSON + any_site)


def _order(site: Site, visit: Visit) -> Answer:
    number = escape(visit.query.get("nr", ""))
    return _html(site, "Bestelling", f"<p>Bestelling {number} van J. de Vries, Utrecht.</p>")


_LISTING = (
    "<html><head><title>Index of /uploads</title></head><body><h1>Index of /uploads</h1><ul>"
    '<li><a href="/">Parent Directory</a></li><li><a href="folder.txt">folder.txt</a></li>'
    "</ul></body></html>"
)
_PHPINFO = (
    "<html><head><title>phpinfo()</title></head><body><h1>PHP Version 7.2.1</h1>"
    "<table><tr><td>System</td><td>Linux web1</td></tr></table></body></html>"
)
PAGES: dict[str, Callable[[Site, Visit], Answer]] = {
    "/": _home,
    "/product": _product,
    "/zoeken": _search,
    "/contact": _contact,
    "/login": _login,
    "/logout": _thanks,
    "/account": _account,
    "/account/adres": _thanks,
    "/winkelwagen": _cart,
    "/winkelwagen/toevoegen": _thanks,
    "/afrekenen": _thanks,
    "/nieuwsbrief": _thanks,
    "/doorsturen": _forward,
    "/partner": _partner,
    "/afbeelding": _picture,
    "/wachten": _waiting,
    "/sitemap.xml": _sitemap,
    "/robots.txt": _text("User-agent: *\nDisallow: /beheer\n"),
    "/css/winkel.css": _text("body{font-family:serif}\n", (("Content-Type", "text/css"),)),
    "/js/winkel.js": _text("document.title=document.title;\n", SCRIPT),
}
FLAWED_PAGES: dict[str, Callable[[Site, Visit], Answer]] = {
    "/fout": _trace,
    "/api/klanten": _customers,
    "/account/bestelling": _order,
    "/js/jquery-1.12.4.min.js": _text(
        "/*! jQuery v1.12.4 | (c) jQuery Foundation | jquery.org/license */\n"
        'var jQuery={fn:{jquery:"1.12.4"}};\n', SCRIPT),
    "/uploads/": _text(_LISTING, HTML),
    "/uploads/folder.txt": _text("Folder van de maand.\n"),
    "/.git/HEAD": _text("ref: refs/heads/master\n"),
    "/.env": _text("APP_ENV=production\nDB_PASSWORD=geheim-voor-de-test\n"),
    "/backup.sql": _text("-- MySQL dump 10.13\nCREATE TABLE `klanten` (`naam` text);\n"),
    "/phpinfo.php": _text(_PHPINFO, HTML),
}  # fmt: skip
