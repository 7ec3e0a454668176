"""Which mail domains belong to a site."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from scanners.api import ScanRequest
from scanners.net.names import ascii_host, is_address, registrable_domain

DOMAINS_MAX = 4


def domains_of(request: ScanRequest) -> tuple[str, ...]:
    """The mail domains to look at, at most ``DOMAINS_MAX``, A-labels, no repeats.

    They are the registrable domains of the site's hosts and, as they stand, those of
    ``request.expected["mail_domains"]``: domains or whole mail addresses.
    """
    own = [_registered(host) for host in _hosts(request)]
    own = [domain for domain in own if domain and not is_address(domain)]
    kept = [d for d in own if not any(d.endswith(f".{other}") for other in own)]
    given = request.expected.get("mail_domains")
    named = [_domain(text) for text in given] if isinstance(given, list | tuple) else []
    found = dict.fromkeys((*kept, *(domain for domain in named if domain)))
    return tuple(found)[:DOMAINS_MAX]


def _hosts(request: ScanRequest) -> Iterable[str]:
    try:
        first = urlsplit(request.url).hostname or ""
    except ValueError:
        first = ""
    return (first, *request.hosts)


def _registered(host: str) -> str:
    """The registrable domain, "" when the host is none.

    Under a suffix nobody knows (a lab) ``www.`` is taken off: it is never a mail domain.
    """
    try:
        name = ascii_host(host)
    except ValueError:
        return ""
    rest = name.removeprefix("www.")
    return registrable_domain(rest if "." in rest else name)


def _domain(text: object) -> str:
    if not isinstance(text, str):
        return ""
    try:
        name = ascii_host(text.rpartition("@")[2])
    except ValueError:
        return ""
    return "" if is_address(name) else name
