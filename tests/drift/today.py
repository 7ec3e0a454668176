"""What differs on every visit: tokens, stock, prices, rotation, all by seed and day."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from tests.drift.words import Words

MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
CATALOGUE = 12


@dataclass(frozen=True)
class Item:
    """One product: number, name, base price in cents."""

    number: int
    name: str
    slug: str
    cents: int


def slug(name: str) -> str:
    """A name as part of an address."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").lower())
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def catalogue(words: Words, key: str) -> list[Item]:
    """The goods of a shop; always the same for the same shop."""
    rng = Random(f"catalogue {key} {words.language}")
    nouns, kinds = words.many("nouns"), words.many("adjectives")
    pairs = [(noun, kind) for noun in nouns for kind in kinds]
    items = []
    for number, (noun, kind) in enumerate(rng.sample(pairs, CATALOGUE), start=11):
        after = words.language in ("fr", "de")
        name = f"{noun} {kind}" if after else f"{kind} {noun}"
        items.append(Item(number, name, slug(name), rng.randrange(900, 29_900)))
    return items


class Today:
    """One visit.  ``rng`` is of seed and day; ``turn`` says which of two variants is shown."""

    def __init__(self, words: Words, key: str, seed: int, day: int) -> None:
        self.words = words
        self.day = day
        self.turn = seed % 2
        self.rng = Random(f"today {key} {words.language} {seed} {day}")
        self.items = catalogue(words, key)
        self.nonce = f"{self.rng.getrandbits(96):024x}"
        self.csrf = f"{self.rng.getrandbits(160):040x}"
        self.session = f"{self.rng.getrandbits(64):016x}"
        self.build = f"{Random(f'build {key} {day // 4}').getrandbits(40):010x}"
        self.version = f"{6 + day // 9}.{day // 3 % 10}.{day % 3}"
        self.count = self.rng.randrange(3)

    def price(self, item: Item) -> str:
        """Today's price as the language writes it."""
        cents = item.cents + Random(f"{item.slug} {self.day}").randrange(-300, 300)
        euros, rest = divmod(cents, 100)
        if self.words.language == "nl":
            return f"€ {euros},{rest:02d}"
        return f"€{euros}.{rest:02d}" if self.words.language == "en" else f"{euros},{rest:02d} €"

    def some(self, count: int) -> list[Item]:
        """Goods that are shown today."""
        return self.rng.sample(self.items, count)

    def line(self, key: str) -> str:
        """One of the alternatives of ``key`` with a number and a product filled in."""
        chosen = self.rng.choice(self.words.many(key))
        return chosen.replace("{n}", str(self.rng.randrange(2, 40))).replace(
            "{p}", self.rng.choice(self.items).name
        )

    def date(self, ago: int = 0) -> str:
        """The day, ``ago`` days earlier, in words."""
        months = MONTHS[self.words.language].split()
        day = max(0, self.day - ago)
        dot = "." if self.words.language == "de" else ""
        return f"{day % 28 + 1}{dot} {months[day // 28 % 12]} {2026 + day // 336}"

    def clock(self) -> str:
        """A time of the day."""
        return f"{self.rng.randrange(24):02d}:{self.rng.randrange(60):02d}"
