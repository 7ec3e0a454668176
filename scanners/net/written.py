"""How addresses, ports and networks are written, in settings and on the command line.

Every reader raises ValueError with one sentence that says what was wanted.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from scanners.api import Resolve
from scanners.net.names import ascii_host

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

TEXT_MAX_CHARS = 300
RESOLVE_FORM = "HOST:PORT:ADDR[:PORT], an IPv6 address in [brackets]"
MX_FORM = "DOMAIN=HOST:PORT"
PORT_MAX = 65_535

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)


def parse_resolve(value: object) -> Resolve:
    """``HOST:PORT:ADDR[:PORT]``; the second port is the first when it is left out.

    Host and address may be IPv6 in brackets; the address must be a literal.
    """
    text = written(value, RESOLVE_FORM)
    host, rest = host_and_rest(text, RESOLVE_FORM)
    port_text, colon, target = rest.partition(":")
    if not colon:
        raise ValueError(f"wanted {RESOLVE_FORM}")
    port = port_of(port_text, RESOLVE_FORM)
    try:
        host = ascii_host(host)
    except ValueError as error:
        raise ValueError(f"{host!r} is not a host name; wanted {RESOLVE_FORM}") from error
    address, to_text = host_and_rest(target, RESOLVE_FORM, rest_wanted=False)
    try:
        literal = str(ipaddress.ip_address(address))
    except ValueError as error:
        raise ValueError(f"{address!r} is not an IP address; wanted {RESOLVE_FORM}") from error
    return Resolve(host, port, literal, port_of(to_text, RESOLVE_FORM) if to_text else port)


def parse_mx(value: object) -> tuple[str, tuple[str, int]]:
    """``DOMAIN=HOST:PORT`` as (domain, (host, port))."""
    text = written(value, MX_FORM)
    domain, equals, target = text.partition("=")
    if not equals:
        raise ValueError(f"wanted {MX_FORM}")
    host, port = host_and_rest(target, MX_FORM)
    return _host(domain), (host, port_of(port, MX_FORM))


def parse_network(value: object) -> Network:
    """An address range in CIDR form; a bare address is a range of one."""
    text = written(value, "a network such as 127.0.0.0/8 or ::1/128")
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f"wanted a network such as 127.0.0.0/8 or ::1/128 ({error})") from error


def host_name(text: str) -> str:
    """A host name in lower case ASCII, without a trailing dot; ValueError otherwise."""
    name = text.strip().rstrip(".").lower()
    labels = name.split(".")
    if len(name) > 253 or not all(_NAME.fullmatch(label) for label in labels):  # noqa: PLR2004 (RFC 1035 2.3.4)
        raise ValueError(f"{text!r} is not a host name (ASCII letters, digits, hyphens, dots)")
    return name


def ip_address(text: str) -> str:
    """An IP address literal in its canonical form; ValueError otherwise."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise ValueError("wanted an IP address such as 127.0.0.1 or ::1") from error


def host_or_address(text: str) -> str:
    """A host name or IP address."""
    if ":" in text:
        return ip_address(text)
    return host_name(text)


def name_server(text: str) -> str:
    """``ADDRESS[:PORT]`` or nothing; an IPv6 address with port in brackets."""
    if not text:
        return text
    # The port goes with the address; brackets tell an IPv6 address from its port.
    parts = urlsplit(f"//{text}") if text.count(":") == 1 or text.startswith("[") else None
    if parts is None:
        return ip_address(text)
    ip_address(parts.hostname or "")
    if parts.port == 0:
        raise ValueError("wanted a port from 1 to 65535")
    return text


def written(value: object, wanted: str) -> str:
    """``value`` as text of sensible length without white space around it."""
    if not isinstance(value, str) or not value.strip() or len(value) > TEXT_MAX_CHARS:
        raise ValueError(f"wanted {wanted}")
    return value.strip()


def _host(text: str) -> str:
    return host_name(text if text.isascii() else ascii_host(text))


def host_and_rest(text: str, wanted: str, *, rest_wanted: bool = True) -> tuple[str, str]:
    """The host (brackets taken off) and what follows its colon."""
    if text.startswith("["):
        inside, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError(f"wanted {wanted}")
        host, rest = ip_address(inside), rest[1:] if rest else ""
    else:
        name, colon, rest = text.partition(":")
        host = _host(name)
        if colon and not rest:
            raise ValueError(f"wanted {wanted}")
    if rest_wanted and not rest:
        raise ValueError(f"wanted {wanted}")
    return host, rest


def port_of(text: str, wanted: str, *, shown: bool = True) -> int:
    """A port from 1 to 65535; ``shown`` False keeps what was there out of the error."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= PORT_MAX):  # noqa: PLR2004 (digits of 65535)
        said = repr(text) if shown else "what is there"
        raise ValueError(f"{said} is not a port; wanted {wanted}")
    return int(text)
