"""Shops for the content benchmark: twelve pages of usual size, served by a process of its own.

``python -m benchmarks.content_lab FOLDER`` writes ``ca.pem``, prints the two ports as
JSON and serves until its standard input ends.  Every host below ``shops.example`` is the
same shop.
"""

from __future__ import annotations

import contextlib
import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

DOMAIN = "shops.example"
WORDS = (
    "Wij leveren kantoorartikelen aan bedrijven en aan mensen thuis, snel en met zorg. "
    "Heeft u een vraag over een bestelling, dan helpt onze klantenservice u graag verder. "
    "Alle stoelen en bureaus staan in onze eigen winkel en kunt u daar ook proberen. "
)
STATEMENTS = {
    "/contact": "<h1>Contact</h1><p>Voorbeeld Handel B.V.<br>Dorpsstraat 12<br>1234 AB Utrecht</p>"
    "<p>KvK 30198127, btw NL004495445B01</p><p>Tel. 030 234 56 78, info@shops.example</p>"
    '<form action="/contact" method="post"><input name="email"><textarea name="q"></textarea>'
    "</form>",
    "/over-ons": "<h1>Over ons</h1>",
    "/voorwaarden": "<h1>Algemene voorwaarden</h1>"
    + "<p>Deze voorwaarden gelden voor alles.</p>" * 60,
    "/privacy": "<h1>Privacyverklaring</h1><p>Wij verwerken persoonsgegevens voor het doel van de "
    "overeenkomst.</p>",
    "/klachten": "<h1>Klachten</h1><p>Uw klacht wordt binnen 14 dagen beantwoord.</p>",
    "/verzending": "<h1>Verzending</h1><p>Binnen 2 werkdagen in huis, verzendkosten € 6,95.</p>",
}
GOODS = tuple(f"/product/bureaustoel-{n}" for n in range(1, 6))


def _card(number: int) -> str:
    return (
        f'<div class="card card--product"><a href="/product/bureaustoel-{number % 5 + 1}" '
        f'class="card__link"><img src="/media/{number}.jpg" width="300" height="300" alt="Stoel">'
        f'</a><h3><a href="/product/bureaustoel-{number % 5 + 1}">Bureaustoel {number}</a></h3>'
        f'<span class="price">€ {number + 40},95</span> <span>excl. btw</span></div>'
    )


def _frame(main: str) -> str:
    """A page as shop systems send it: styles, scripts, a menu of 80 links, a footer of 40."""
    menu = "".join(
        f'<li class="menu-item"><a href="/c/groep-{n}">Groep nummer {n}</a></li>' for n in range(74)
    )
    roles = "".join(f'<a href="{path}">{path.strip("/").title()}</a> ' for path in STATEMENTS)
    foot = "".join(f'<li><a href="/info/{n}">Informatie {n}</a></li>' for n in range(34))
    style = ".a{color:#333;margin:0 auto;padding:1em}" * 200
    script = "window.dataLayer=window.dataLayer||[];function g(){dataLayer.push(arguments)}" * 60
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Voorbeeld</title>'
        f'<style>{style}</style><script>{script}</script><script src="/app.js"></script>'
        '<script src="https://cdn.example.org/tag.js"></script></head><body>'
        f"<header><nav><ul>{menu}</ul></nav></header>"
        f"<main>{main}</main><footer><ul>{foot}</ul>{roles}</footer></body></html>"
    )


@cache
def pages() -> dict[str, bytes]:
    """Path to body: the start page, six statements and five products."""
    text = f"<p>{WORDS}</p>" * 12
    own = {path: "".join(f"<p>{path} {n}: {WORDS}</p>" for n in range(12)) for path in STATEMENTS}
    found = {"/": _frame(f"<h1>Voorbeeld Kantoor</h1>{text}{''.join(map(_card, range(24)))}")}
    found |= {path: _frame(said + own[path]) for path, said in STATEMENTS.items()}
    for path in GOODS:
        ld = json.dumps({"@type": "Product", "name": "Bureaustoel", "offers": {"price": "49.95"}})
        rows = "".join(f"<tr><th>Maat {n}</th><td>{n} cm</td></tr>" for n in range(20))
        found[path] = _frame(
            f'<script type="application/ld+json">{ld}</script><div class="product"><h1>Stoel</h1>'
            f"<p class=price>€ 49,95 excl. btw</p><button>In winkelwagen</button></div>{text}"
            f"<table>{rows}</table>{''.join(map(_card, range(6)))}"
        )
    urls = "".join(f"<url><loc>https://{{host}}{path}</loc></url>" for path in found)
    return {path: body.encode() for path, body in found.items()} | {
        "/sitemap.xml": f"<urlset>{urls}</urlset>".encode()
    }


class _Secure(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = pages().get(self.path.partition("?")[0])
        kind = "application/xml" if self.path.endswith(".xml") else "text/html; charset=utf-8"
        if body is not None and self.path.endswith(".xml"):
            body = body.replace(b"{host}", (self.headers["Host"] or "").encode())
        self._send(
            200 if body is not None else 404, body or b"<h1>404</h1>", ("Content-Type", kind)
        )

    def _send(self, status: int, body: bytes, header: tuple[str, str]) -> None:
        self.send_response(status)
        self.send_header(*header)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent."""


class _Plain(_Secure):
    def do_GET(self) -> None:
        host = (self.headers["Host"] or "").partition(":")[0]
        self._send(301, b"", ("Location", f"https://{host}{self.path}"))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


@dataclass(frozen=True, slots=True)
class Lab:
    """Where the shops are: two ports on loopback, and who signed their certificate."""

    https: int
    http: int
    ca_file: str


def serve(folder: Path) -> None:
    """Serve until the standard input ends."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(f"*.{DOMAIN}").configure_cert(context)
    secure, plain = (_Server(("127.0.0.1", 0), kind) for kind in (_Secure, _Plain))
    secure.socket = context.wrap_socket(
        secure.socket, server_side=True, do_handshake_on_connect=False
    )
    for server in (secure, plain):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps([secure.server_address[1], plain.server_address[1]]), flush=True)
    sys.stdin.read()


@contextlib.contextmanager
def lab(folder: Path) -> Iterator[Lab]:
    """The shops in a process of their own, so that their work is not counted as ours."""
    words = [sys.executable, "-m", "benchmarks.content_lab", str(folder)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise OSError("the lab has no pipes")
        https, http = json.loads(process.stdout.readline())
        try:
            yield Lab(https, http, str(folder / "ca.pem"))
        finally:
            process.stdin.close()
            process.wait(10)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
