"""One answer of the site, parsed once, as the checks see it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from scanners.content.html import base_of, bounded, parse
from scanners.net.fetch import Exchange
from scanners.owasp.csp import Policy, parse_policies


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    ``headers`` have lower-case names.  ``whole`` is False when a part of the
    document was not read: then nothing can be said of what is not in it.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    tree: LexborHTMLParser
    base: str
    policies: tuple[Policy, ...]
    is_html: bool
    whole: bool
    site: str

    @property
    def secure(self) -> bool:
        """Was it fetched over https?"""
        return urlsplit(self.url).scheme == "https"

    @property
    def upgraded(self) -> bool:
        """Does a policy make browsers use https instead of http here?"""
        return any("upgrade-insecure-requests" in policy.directives for policy in self.policies)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order."""
        return tuple(value for key, value in self.headers if key == name)


def read_page(exchange: Exchange, site: str) -> Page:
    """Make a page of an answer; any bytes give one."""
    body = exchange.text()
    read = bounded(body)
    tree = parse(read)
    url = exchange.final_url
    policies = [p for k, v in exchange.headers if k == "content-security-policy"
                for p in parse_policies(v, from_header=True)]  # fmt: skip
    for node in tree.css("meta[http-equiv][content]")[:20]:
        if (node.attributes.get("http-equiv") or "").strip().lower() == "content-security-policy":
            content = node.attributes.get("content") or ""
            policies += parse_policies(content, from_header=False)
    kind = exchange.header("content-type").partition(";")[0].strip().lower()
    head = read[:400].lstrip("\ufeff \t\r\n").lower()
    is_html = "html" in kind or (not kind and head.startswith(("<!doctype html", "<html", "<head")))
    whole = not exchange.truncated and len(read) == len(body)
    return Page(
        url, exchange.status, exchange.headers, tree, base_of(tree, url), tuple(policies),
        is_html, whole, site,
    )  # fmt: skip
