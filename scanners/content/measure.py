"""What is looked at in a browser because a condition asks for it, after the crawl.

``measure`` among the options of a request names what is measured: ``styles`` (how prices
are drawn: the first sampled product pages, row tz-5.2c) and ``consent`` (what is set and
asked for before any choice: the start page and one product page, row tz-10.2b).
``render: all`` opens every page that was read, for the last look of a confirmation (C3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scanners.content.actions import is_action
from scanners.content.read import CrawledPage, Reading
from scanners.content.sampling import PRODUCT
from scanners.content.second_look import CONFIRMING_VISITS_MAX, SecondLook, locale_of
from scanners.content.whole import Whole
from scanners.render.evidence import ConsentFacts, CookieFound, HostFound, KeyFound
from scanners.render.job import Rendered, Watched

STYLES, CONSENT = "styles", "consent"
STYLED_PAGES = 2
WATCHED_PRODUCTS = 1
# Row tz-10.2b: "no interaction, wait 10 s".
WATCH_S = 10.0


def wanted(options: Mapping[str, object]) -> frozenset[str]:
    """The words of the option ``measure``."""
    given = options.get("measure")
    return frozenset(map(str, given)) if isinstance(given, (list, tuple)) else frozenset()


async def measured(
    whole: Whole, pages: dict[str, CrawledPage], options: Mapping[str, object], how: Reading
) -> tuple[ConsentFacts, ...]:
    """Look at what ``options`` ask for; puts pages as a browser shows them into ``pages``.

    A page that the browser cannot show, or shows as a wall, stays as it was.
    """
    second, asks = whole.second, wanted(options)
    if second is None or second.shared is None:
        return ()
    everything = options.get("render") == "all"
    start = [url for url, page in pages.items() if "start" in page.roles]
    products = [url for url, page in pages.items() if PRODUCT in page.roles and _opens(page)]
    if everything:
        second.visits_max = CONFIRMING_VISITS_MAX
    found: list[ConsentFacts] = []
    styled = products[:STYLED_PAGES] if STYLES in asks else []
    watched = [*start[:1], *products[:WATCHED_PRODUCTS]] if CONSENT in asks else []
    rest = [url for url in pages if url not in (*watched, *styled)] if everything else []
    for url in dict.fromkeys((*watched, *styled, *rest)):
        page = pages[url]
        if not _opens(page) or (page.mark and url not in watched):
            continue
        watch_s = WATCH_S if url in watched else 0.0
        seen = await second.visit(page, watch_s=watch_s, mark=second.mark)
        shown = None if seen is None else await _shown(whole, second, page, seen, how)
        if watch_s:
            found.append(_consent(second, page, seen, shown))
        replaces = everything or url in styled
        if replaces and shown is not None and shown.readable:
            pages[url] = replace(shown, roles=page.roles, doubt=page.doubt)
    return tuple(found)


def _opens(page: CrawledPage) -> bool:
    """An own page of HTML that can be read, and does nothing by being opened."""
    return page.readable and page.own and page.html is not None and not is_action(page.final_url)


async def _shown(
    whole: Whole, second: SecondLook, page: CrawledPage, seen: Rendered, how: Reading
) -> CrawledPage | None:
    exchange = second.exchange(page, seen)
    return None if exchange is None else await whole.shown(page, exchange, how)


def _consent(
    second: SecondLook, page: CrawledPage, seen: Rendered | None, shown: CrawledPage | None
) -> ConsentFacts:
    if seen is None or seen.problem or seen.watched is None:
        word = "no_time" if seen is None else seen.problem or "no_answer"
        return ConsentFacts(page.final_url, "", word)
    problem = "left" if shown is None else shown.problem
    facts = facts_of(seen.watched, second)
    return replace(
        facts,
        url=page.final_url,
        final_url=seen.final_url,
        problem=problem,
        locale=locale_of(page.language),
    )


def facts_of(watched: Watched, second: SecondLook) -> ConsentFacts:
    """What was watched, with whose each host is."""

    def third(host: str) -> bool:
        return not second.is_own(f"https://{host}/")

    return ConsentFacts(
        url="",
        final_url="",
        problem="",
        watched_s=watched.seconds,
        cookies=tuple(
            CookieFound(c.name, c.domain, third(c.domain), c.days, c.how, c.setter)
            for c in watched.cookies
        ),
        keys=tuple(KeyFound(k.area, k.key, k.host, third(k.host)) for k in watched.stored),
        hosts=tuple(
            HostFound(h.host, h.count, h.denied, h.types) for h in watched.hosts if third(h.host)
        ),
        buttons=watched.buttons,
    )
