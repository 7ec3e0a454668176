"""Changes that must stay untold: the trouble of a moment."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.drift.mutate import noise, say
from tests.drift.site import Page, Site


def trouble(site: Site, paths: list[str], page: Page) -> Site:
    """``page`` in place of each of ``paths``."""
    new = site.copy()
    new.pages.update(dict.fromkeys(paths, page))
    return new


BUSY = Page("<h1>503 Service Temporarily Unavailable</h1>", 503, (("Retry-After", "60"),))
WALL = Page(
    "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>"
    '<p>Please verify you are a human.</p><div class="g-recaptcha"></div></body></html>',
    403,
)


@noise(once=True)
def terms_unavailable_once(site: Site, rng: Random) -> Site:
    return trouble(site, [site.roles["terms"]], BUSY)


@noise(once=True)
def contact_unavailable_once(site: Site, rng: Random) -> Site:
    return trouble(site, [site.roles["contact"]], BUSY)


@noise(once=True)
def all_unavailable_once(site: Site, rng: Random) -> Site:
    return trouble(site, list(site.pages), BUSY)


@noise(once=True)
def wall_on_privacy_once(site: Site, rng: Random) -> Site:
    return trouble(site, [site.roles["privacy"]], WALL)


@noise(once=True)
def wall_everywhere_once(site: Site, rng: Random) -> Site:
    return trouble(site, list(site.pages), WALL)


@noise(once=True)
def friendly_wall_once(site: Site, rng: Random) -> Site:
    return trouble(site, list(site.pages), replace(WALL, status=200))


@noise()
def terms_down_for_days(site: Site, rng: Random) -> Site:
    return trouble(site, [site.roles["terms"]], replace(BUSY, status=500))


@noise(once=True)
def maintenance_once(site: Site, rng: Random) -> Site:
    text = say(site, "Even onderhoud, tot zo!", "Courte maintenance, à bientôt !",
               "Short maintenance, back soon!", "Kurze Wartung, bis gleich!")  # fmt: skip
    return trouble(site, list(site.pages), Page(f"<h1>{text}</h1>", 503))


@noise(once=True)
def empty_answer_once(site: Site, rng: Random) -> Site:
    return trouble(site, [site.roles["returns"]], Page("", 200))
