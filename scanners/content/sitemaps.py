"""The sitemaps of a site: which files are asked for, and the locations they name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from scanners.content.robots import lists_products, parse_sitemap, sitemap_rank
from scanners.content.vocabulary import roles_of_path
from scanners.content.whole import path_of
from scanners.net.fetch import Exchange

FILES_MAX = 5
PRODUCT_FILES_MAX = 2
PAGES_PER_ROLE = 3

Ask = Callable[[str], Awaitable[tuple[str, Exchange | None]]]


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What the sitemaps said: ``state`` is ``read``, ``absent`` or the trouble.

    ``pages`` and ``products`` are locations of the site itself; ``products`` those of
    files that by their names list nothing else.
    """

    state: str = "not_asked"
    pages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


async def read_sitemaps(
    ask: Ask,
    files: Iterable[str],
    is_own: Callable[[str], bool],
    has_time: Callable[[], bool],
    *,
    products: bool,
) -> Sitemap:
    """Ask for the files; an index goes one level deep, files of text first (rule AB 3).

    With ``products`` up to ``PRODUCT_FILES_MAX`` files of products more.
    """
    waiting = list(files)
    found: dict[bool, list[str]] = {False: [], True: []}
    states: list[str] = []
    more = 0
    while waiting and len(states) < FILES_MAX + more and has_time():
        url = waiting.pop(0)
        state, exchange = await ask(url)
        states.append(state)
        if exchange is None:
            continue
        index, locations = parse_sitemap(exchange.body)
        own = [one for one in locations if is_own(one)]
        if index and len(states) == 1:
            ranked = sorted(own, key=sitemap_rank)
            waiting, rest = ranked[: FILES_MAX - 1], ranked[FILES_MAX - 1 :]
            if products and not any(map(lists_products, waiting)):
                extra = [one for one in rest if lists_products(one)][:PRODUCT_FILES_MAX]
                waiting, more = waiting + extra, len(extra)
        elif not index:
            found[lists_products(url)].extend(own)
    state = next((s for s in ("read", "absent") if s in states), (states or ["no_time"])[0])
    return Sitemap(state, tuple(found[False]), tuple(found[True]))


def role_pages(locations: Iterable[str], have: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """The shortest locations whose path hints at a role that is not among ``have``."""
    taken: dict[str, int] = {}
    chosen: list[tuple[str, frozenset[str]]] = []
    for url in sorted(locations, key=len):
        roles = roles_of_path(path_of(url)) - have
        wanted = frozenset(r for r in roles if taken.get(r, 0) < PAGES_PER_ROLE)
        for role in wanted:
            taken[role] = taken.get(role, 0) + 1
        if wanted:
            chosen.append((url, wanted))
    return chosen
