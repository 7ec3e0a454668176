"""Fingerprints of pictures, and which mark of two sisters is shown by drawing and colour."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.policy.browsing import artwork_options
from monitor.policy.conditions.seal_variant import Variant, variant
from monitor.policy.judge import Seen, Subject
from scanners.api import Evidence, ScanKind
from scanners.seal.artwork import candidates, fingerprint, main
from scanners.seal.evidence import PictureSeen, Reference, SealFacts
from scanners.seal.rating import Fingerprint, distance, fingerprint_of, is_alike
from tests.builders import label
from tests.unit.test_seal_variant import PARAMS, URL, picture, seen, subject

GREEN, BLUE, GREY = (40, 160, 60), (30, 80, 200), (90, 90, 90)


def drawing(colour: tuple[int, int, int], seed: int = 1) -> bytes:
    """Coarse blocks of one colour on white; another seed is another drawing."""
    dice = random.Random(seed)
    blocks = {(x, y): dice.random() < 0.5 for x in range(8) for y in range(8)}
    pixels = bytearray()
    for y in range(64):
        for x in range(64):
            pixels += bytes(colour if blocks[x // 8, y // 8] else (255, 255, 255))
    return bytes(pixels)


def test_a_recoloured_drawing_keeps_its_bits_and_tells_its_hue() -> None:
    green = fingerprint_of(fingerprint(drawing(GREEN)))
    blue = fingerprint_of(fingerprint(drawing(BLUE)))
    assert green is not None
    assert blue is not None
    assert distance(green, blue) <= 2
    assert (green.hue, blue.hue) == (130, 222)
    assert not is_alike(green, blue)
    grey = fingerprint_of(fingerprint(drawing(GREY)))
    assert grey is not None
    assert grey.hue is None
    assert is_alike(grey, green)
    assert is_alike(grey, blue)


def test_other_drawings_are_far_apart() -> None:
    prints = [fingerprint_of(fingerprint(drawing(GREY, seed))) for seed in range(40)]
    pairs = [(a, b) for i, a in enumerate(prints) for b in prints[:i] if a and b]
    assert len(pairs) == 780
    assert sum(is_alike(a, b) for a, b in pairs) == 0


def test_a_picture_of_one_shade_and_no_picture_have_no_fingerprint() -> None:
    assert fingerprint(b"\xff" * 64 * 64 * 3) == ""
    assert fingerprint(b"") == fingerprint(b"abc") == ""


def test_two_colours_that_balance_are_no_colour() -> None:
    half = drawing(GREEN)[: 64 * 32 * 3] + drawing((160, 40, 140), 2)[64 * 32 * 3 :]
    found = fingerprint_of(fingerprint(half))
    assert found is not None
    assert found.hue is None


@pytest.mark.parametrize("text", ["", "xyz", "3c7e66e3c7c3661", "3C7E66E3C7C36618", "0" * 16 + "/"])
def test_what_is_no_fingerprint_is_none(text: str) -> None:
    assert fingerprint_of(text) is None


@given(st.integers(0, 2**64 - 1), st.integers(0, 359) | st.none())
def test_a_fingerprint_is_like_itself_and_unlike_its_negative(bits: int, hue: int | None) -> None:
    text = f"{bits:016x}" + ("" if hue is None else f"/{hue}")
    one = fingerprint_of(text)
    assert one == Fingerprint(bits, hue)
    assert is_alike(one, one)
    assert not is_alike(one, Fingerprint(bits ^ (2**64 - 1), hue))


def test_hues_meet_at_the_top_of_the_circle() -> None:
    assert is_alike(Fingerprint(0, 350), Fingerprint(0, 20))
    assert not is_alike(Fingerprint(0, 350), Fingerprint(0, 60))


MINE, SISTER = "3c7e66e3c7c36618/220", "3c7e66e3c7c36618/130"


def with_art(mine: tuple[str, ...] = (MINE,), **more: object) -> Subject:
    params = {**PARAMS, "other_phash": [SISTER], **more}
    return replace(subject(params=params), artwork_phash=mine)


def shown(*prints: str, words: str = "logo") -> Seen:
    """Pictures with those fingerprints, the words around them saying what ``words`` does."""
    marks = tuple(picture(words, f"{URL}img/{i}.png") for i in range(len(prints)))
    base = seen(*marks)
    view = base.scans[ScanKind.SEAL]
    facts = view.evidence[0].facts
    assert isinstance(facts, SealFacts)
    drawn = tuple(PictureSeen(f"{URL}img/{i}.png", URL, p) for i, p in enumerate(prints))
    evidence = (Evidence(replace(facts, pictures=drawn), URL, view.at),)
    return replace(base, scans={ScanKind.SEAL: replace(view, evidence=evidence)})


@pytest.mark.parametrize(
    ("prints", "words", "outcome"),
    [
        ((MINE,), "logo", Variant.MATCHES),
        (("3c7e66e3c7c36619/210",), "logo", Variant.MATCHES),
        ((SISTER,), "logo", Variant.OTHER_VARIANT),
        ((SISTER,), "BeCommerce B2B", Variant.OTHER_VARIANT),
        ((MINE, SISTER), "logo", Variant.BOTH_SHOWN),
        (("3c7e66e3c7c36618",), "logo", Variant.UNMARKED),
        (("3c7e66e3c7c36618",), "BeCommerce B2B", Variant.MATCHES),
        (("c381991c383c99e7/220",), "logo", Variant.NOT_SHOWN),
        (("broken",), "logo", Variant.NOT_SHOWN),
        (("c381991c383c99e7/220",), "BeCommerce B2C", Variant.OTHER_VARIANT),
    ],
)
def test_drawing_and_colour_go_before_words(
    prints: tuple[str, ...], words: str, outcome: Variant
) -> None:
    assert variant(shown(*prints, words=words), with_art()).outcome is outcome


def test_how_much_a_picture_may_differ_is_for_the_label_to_say() -> None:
    near = "3c7e66e3c7c3661f/220"
    assert variant(shown(near), with_art()).outcome is Variant.MATCHES
    assert variant(shown(near), with_art(artwork_distance_max=1)).outcome is Variant.NOT_SHOWN
    assert variant(shown(near), with_art(artwork_distance_max="x")).outcome is Variant.MATCHES


def test_labels_without_artwork_compare_words_alone() -> None:
    bare = with_art((), other_phash=None)
    assert variant(shown(SISTER), bare).outcome is Variant.NOT_SHOWN


def test_pictures_are_asked_for_only_where_a_label_knows_its_artwork() -> None:
    plain = label()
    assert artwork_options([plain]) == {}
    known = replace(plain, seal=replace(plain.seal, artwork_phash=(MINE,)))
    assert artwork_options([plain, known]) == {"artwork": True}


def test_likely_marks_are_fetched_first_and_each_address_once() -> None:
    others = [picture("", f"{URL}p/{i}.jpg") for i in range(30)]
    mark = picture("Keurmerk", f"{URL}k.png")
    link = Reference("linked_image", "https://label.example/lid", "label.example", "label", URL)
    inline = picture("Keurmerk", "data:image/png/x", "image")
    found = candidates([*others, mark, mark, link, inline])
    assert found[0] == mark
    assert len(found) == 20
    assert link not in found


def test_without_a_browser_the_tool_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["x.png"]) == 2
    assert "no browser" in capsys.readouterr().err
