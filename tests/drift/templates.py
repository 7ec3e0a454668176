"""The five shops, each in four languages: ``build`` gives one of them on one day."""

from __future__ import annotations

from collections.abc import Mapping

from tests.drift.look import Look
from tests.drift.looks_blocks import Hosted, Woo
from tests.drift.looks_suites import Handmade, Magic, Presta
from tests.drift.site import Site

TEMPLATES: Mapping[str, type[Look]] = {
    look.name: look for look in (Woo, Hosted, Presta, Magic, Handmade)
}


def build(template: str, language: str, seed: int, day: int) -> Site:
    """The shop as a visitor with ``seed`` finds it on ``day`` (days since the start)."""
    return TEMPLATES[template](language, seed, day).site()
