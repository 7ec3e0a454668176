"""The options about the network of every command that looks at one site."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from monitor.cli import InputError
from monitor.settings import Settings
from scanners.api import NetOptions, clip
from scanners.net.written import parse_mx, parse_network, parse_resolve

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., object])


def with_net_options(*, mx: bool) -> Callable[[Command], Command]:
    """``--ca-file``, ``--resolve``, ``--mx`` where mail is looked at, ``--allow-network``."""
    options = [
        click.option(
            "--ca-file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Trust this CA as well.",
        ),
        click.option(
            "--resolve",
            multiple=True,
            metavar="HOST:PORT:ADDR[:PORT]",
            help="Dial ADDR for HOST:PORT.",
        ),
        click.option(
            "--mx", multiple=True, metavar="DOMAIN=HOST:PORT", help="Mail server of a domain."
        ),
        click.option(
            "--allow-network",
            "networks",
            multiple=True,
            metavar="CIDR",
            help="Allow a private range (labs).",
        ),
    ]
    wanted = options if mx else [options[0], options[1], options[3]]

    def add(command: Command) -> Command:
        for option in reversed(wanted):
            command = option(command)
        return command

    return add


def net_options(
    settings: Settings,
    ca_file: Path | None,
    resolve: Sequence[str],
    mx: Sequence[str],
    networks: Sequence[str],
) -> NetOptions:
    """The settings' network options with those of the command line added."""
    base = settings.net_options()
    found_mx = dict(_each("--mx", mx, parse_mx))
    found_resolve = _each("--resolve", resolve, parse_resolve)
    found_networks = _each("--allow-network", networks, parse_network)
    roots = base.ca_file if ca_file is None else str(ca_file)
    if roots:
        name = "net.ca_file" if ca_file is None else "--ca-file"
        try:
            ssl.create_default_context(cafile=roots)
        except OSError as error:
            why = "no PEM certificates in it" if isinstance(error, ssl.SSLError) else error.strerror
            raise InputError(f"{name}: {roots}: {why}") from error
    return replace(
        base,
        ca_file=roots,
        resolve=(*found_resolve, *base.resolve),
        mx={**base.mx, **found_mx},
        allow_networks=(*base.allow_networks, *found_networks),
    )


def _each(option: str, given: Sequence[str], parse: Callable[[object], T]) -> tuple[T, ...]:
    """Every value of an option; exit 2 naming the option and the value that is none."""
    found = []
    for item in given:
        try:
            found.append(parse(item))
        except ValueError as error:
            raise InputError(f"{option} {clip(item, 100)!r}: {error}") from error
    return tuple(found)
