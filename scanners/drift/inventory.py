"""What the pages of a shop are made of: scripts, frames, forms, styles, base, headers.

PCI DSS 4.0.1 6.4.3 asks for an inventory of the scripts of payment pages and 11.6.1 for an
alert when they or their headers change "as received by the consumer browser".  This is the
part of it that an outside look at the delivered page can do (docs/drift.md).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from selectolax.lexbor import LexborNode

from scanners.api import clip, host_of
from scanners.content.crawled import Crawl
from scanners.content.evidence import FormSeen
from scanners.content.forms import forms_of
from scanners.content.html import absolute, base_of, is_program
from scanners.content.read import CrawledPage
from scanners.drift.code import read_code
from scanners.drift.containers import containers_in
from scanners.drift.evidence import Parts, Script
from scanners.drift.folding import folded
from scanners.drift.frames import frames_of, styles_of
from scanners.drift.hosts import named_hosts
from scanners.drift.risks import is_active, risks_in
from scanners.drift.shields import shields_of
from scanners.drift.stable_urls import data_text, plain_host, source_of
from scanners.net.names import registrable_domain

PAGES_MAX = 40
SCRIPTS_MAX = 400
KEPT_MAX = 150
HANDLERS_MAX = 60
HANDLER_MIN_CHARS = 40
HOSTS_KEPT = 12
TEXT_MAX_CHARS = 60
READ_MAX_CHARS = 1_500_000

# A page of several roles counts as the first of these.
ROLES = (
    "checkout", "account", "start", "product", "contact", "payment", "category", "about", "terms",
    "privacy", "cookies", "complaints", "returns", "delivery",
)  # fmt: skip
# Types that consent tools and speed-up plug-ins give to what runs a little later.
_LATER = re.compile(
    r"text/plain|(?:[\w-]{1,60}-)?text/javascript|rocketlazyloadscript|text/rocketscript|importmap"
    r"|litespeed/javascript|wpmeteor/javascript"
)
_SOURCES = ("src", "data-src", "data-cookieblock-src", "data-rocket-src", "data-litespeed-src")
_HANDLERS = (
    "onerror", "onload", "onfocus", "onblur", "oninput", "onchange", "onkeyup", "onkeydown",
    "onkeypress", "onsubmit", "onclick", "onanimationstart", "ontoggle", "onmouseover",
    "onpointerdown", "onpaste",
)  # fmt: skip
_HANDLED = ", ".join(f"[{name}]" for name in _HANDLERS)
_PAYMENT = re.compile(
    r"(?:^|[^a-z])(?:cc|card|credit-?card|kaart|karten?)[-_ ]?(?:number|num|no|nr|nummer|holder|cvc"
    r"|cvv|cid|exp\w{0,6})|cv[cv]2?\b|^iban$|[-_]iban|kaartnummer|kartennummer|num(?:ero)?[-_]?(?:de[-_]?)?carte"
    r"|^cc-(?:number|csc|exp|name)"
)
_PAYMENT_FRAMES = frozenset(
    {"stripe.com", "adyen.com", "mollie.com", "multisafepay.com", "braintreegateway.com",
     "buckaroo.nl", "klarna.com", "paypal.com", "checkout.com", "payplug.com", "worldline.com",
     "ogone.com", "hipay.com", "lyra.com", "payzen.eu", "unzer.com", "computop-paygate.com"}
)  # fmt: skip


@dataclass(slots=True)
class Reader:
    """Reads the scripts of one site; what stands on every page is read once.

    ``own`` are the site's registrable domains.  ``files`` are own script files that were
    fetched, by absolute address (see ``scanners.drift.files``).
    """

    own: frozenset[str]
    files: Mapping[str, bytes] = field(default_factory=dict)
    _known: dict[str, Script] = field(default_factory=dict)
    _left: int = READ_MAX_CHARS

    def parts(self, page: CrawledPage) -> Parts:
        """What one page is made of."""
        tree = page.html
        if tree is None:
            return Parts(role_of(page), (page_url(page),))
        base = base_of(tree, page.final_url)
        base_host = host_of(base)
        foreign_base = registrable_domain(base_host) not in self.own
        frames = frames_of(tree, base, self.own)
        forms = forms_of(tree, page.final_url, self.own)
        return Parts(
            role=role_of(page),
            urls=(page_url(page),),
            takes=takes_of(page, forms, frames),
            scripts=self._scripts(page, base),
            frames=frames,
            styles=styles_of(tree, base, self.own),
            targets=_targets(page, forms),
            base=plain_host(base_host) if foreign_base else "",
            headers=shields_of(page, self.own),
        )

    def _scripts(self, page: CrawledPage, base: str) -> tuple[Script, ...]:
        if page.html is None:
            return ()
        found: dict[str, Script] = {}
        for node in page.html.css("script")[:SCRIPTS_MAX]:
            kind = (node.attributes.get("type") or "").strip().lower()
            if is_program(node) or _LATER.fullmatch(kind):
                self._keep(found, self._script(node, base))
        for node in page.html.css(_HANDLED)[:HANDLERS_MAX]:
            for name in _HANDLERS:
                code = node.attributes.get(name) or ""
                script = self._inline(code) if len(code) >= HANDLER_MIN_CHARS else None
                # What a button does is everyday; what loads, sends or hides is not.
                if script is not None and (script.hosts or script.risks):
                    self._keep(found, script)
        kept = sorted(found.values(), key=lambda s: (not (s.host or s.risks or s.hosts), s.source))
        return tuple(sorted(kept[:KEPT_MAX], key=lambda script: script.source))

    @staticmethod
    def _keep(found: dict[str, Script], script: Script | None) -> None:
        if script is None:
            return
        known = found.get(script.source)
        found[script.source] = script if known is None else _merged(known, script)

    def _script(self, node: LexborNode, base: str) -> Script | None:
        attributes = node.attributes
        source = next((v for name in _SOURCES if (v := (attributes.get(name) or "").strip())), "")
        if not source:
            return self._inline(node.text() or "")
        if source[:5].lower() == "data:":
            return self._inline(data_text(source))
        url = absolute(base, source)
        if not url:
            return None
        own = registrable_domain(host_of(url)) in self.own
        script = Script(
            source=source_of(url, own=own),
            host="" if own else plain_host(host_of(url)),
            integrity=bool((attributes.get("integrity") or "").strip()),
            containers=containers_in("", url),
        )
        return self._file(script, url) if own else script

    def _file(self, script: Script, url: str) -> Script:
        """An own file, with what stands in it when it was fetched."""
        body = self.files.get(url)
        if body is None:
            return script
        if url not in self._known:
            raw = body.decode("utf-8", "replace")
            named = named_hosts(raw, ())
            risks = risks_in(raw, named.decoded, hidden=bool(self._foreign(named.hidden)))
            digest = blake2b(body, digest_size=8).hexdigest()
            self._known[url] = Script(
                "", containers=containers_in(raw, ""), risks=risks, digest=digest,
                hosts=self._foreign(named.hosts), text=f"{len(body)} bytes",
            )  # fmt: skip
        read = self._known[url]
        return replace(
            script, containers=read.containers, risks=read.risks, hosts=read.hosts,
            digest=read.digest, text=read.text,
        )  # fmt: skip

    def _inline(self, raw: str) -> Script | None:
        if not raw.strip():
            return None
        if raw not in self._known:
            if self._left <= 0:
                return None
            self._left -= len(raw)
            self._known[raw] = self._read(raw)
        return self._known[raw]

    def _read(self, raw: str) -> Script:
        code = read_code(raw)
        active = is_active(raw)
        named = named_hosts(raw, code.texts)
        return Script(
            source=f"inline:{code.digest}",
            containers=containers_in(raw, ""),
            risks=risks_in(raw, named.decoded, hidden=bool(self._foreign(named.hidden))),
            # Addresses in mere data are words: social links, pictures, partners.
            hosts=self._foreign(named.hosts) if active else self._foreign(named.hidden),
            text=clip(raw[: 10 * TEXT_MAX_CHARS], TEXT_MAX_CHARS),
        )

    def _foreign(self, hosts: Iterable[str]) -> tuple[str, ...]:
        kept = {plain_host(host) for host in hosts if registrable_domain(host) not in self.own}
        return tuple(sorted(kept)[:HOSTS_KEPT])


def _merged(one: Script, other: Script) -> Script:
    """Two files that have one name without their digests."""
    return replace(
        one,
        integrity=one.integrity and other.integrity,
        containers=tuple(sorted({*one.containers, *other.containers})),
        risks=tuple(sorted({*one.risks, *other.risks})),
        hosts=tuple(sorted({*one.hosts, *other.hosts})),
        digest=one.digest if one.digest == other.digest else min(one.digest, other.digest),
    )


def page_url(page: CrawledPage) -> str:
    """Where it was read, without what differs by visit."""
    return page.final_url.partition("?")[0]


def role_of(page: CrawledPage) -> str:
    """The role a page counts as; "" for one without any."""
    return next((role for role in ROLES if role in page.roles), "")


def takes_of(page: CrawledPage, forms: Iterable[FormSeen], frames: Iterable[str]) -> str:
    """``payment`` for card or account numbers and payment frames, ``personal``, else "".

    A mail address alone is a newsletter, which stands on every page of a shop.
    """
    tree = page.html
    if tree is None:
        return ""
    for node in tree.css("input, select")[:400]:
        attributes = node.attributes
        kind = (attributes.get("type") or "").strip().lower()
        if kind in ("hidden", "radio", "checkbox", "submit", "button"):
            continue
        names = (attributes.get(key) or "" for key in ("name", "id", "autocomplete"))
        if any(_PAYMENT.search(name[:80].lower()) for name in names):
            return "payment"
    if any(registrable_domain(frame) in _PAYMENT_FRAMES for frame in frames):
        return "payment"
    asked = [form.personal for form in forms if not form.search]
    return "personal" if any(len(names) > 1 for names in asked) else ""


def _targets(page: CrawledPage, forms: Iterable[FormSeen]) -> tuple[str, ...]:
    """Foreign hosts that forms send what people type to; an own one in the open as ``http://``."""
    found = set()
    secure = page.final_url.startswith("https:")
    for form in forms:
        if not form.action or form.search or not (form.personal or form.method == "post"):
            continue
        if not form.own:
            found.add(plain_host(host_of(form.action)))
        elif secure and form.action.startswith("http:"):
            found.add("http://")
    return tuple(sorted(found)[:HOSTS_KEPT])


async def site_parts(
    found: Crawl, own: frozenset[str], files: Mapping[str, bytes]
) -> tuple[Parts, ...]:
    """The parts of every readable own page, alike pages of one role together, sorted.

    ``own`` are the site's registrable domains, ``files`` as for ``Reader``.  What all pages
    share is kept once, as role ``every`` (see ``scanners.drift.folding``).
    """
    reader = Reader(own, files)
    alike: dict[Parts, set[str]] = {}
    for page in pages_of(found):
        parts = reader.parts(page)
        alike.setdefault(replace(parts, urls=()), set()).update(parts.urls)
        # Other scans share this loop; a page of hostile scripts takes part of a second.
        await asyncio.sleep(0)
    pages = [replace(parts, urls=tuple(sorted(urls))) for parts, urls in alike.items()]
    return folded(sorted(pages, key=lambda parts: (parts.role, parts.urls)))


def pages_of(found: Crawl) -> list[CrawledPage]:
    """Readable own pages with a role, each final address once, the most telling first."""
    pages: dict[str, CrawledPage] = {}
    for page in found.pages:
        if page.readable and page.own and page.html is not None and role_of(page):
            known = pages.get(page.final_url)
            roles = page.roles if known is None else page.roles | known.roles
            pages[page.final_url] = replace(page, roles=roles)
    order = sorted(pages.values(), key=lambda p: (ROLES.index(role_of(p)), p.final_url))
    return order[:PAGES_MAX]
