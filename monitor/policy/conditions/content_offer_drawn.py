"""Which of two prices stands out as a browser draws them (row tz-5.2c)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitor.policy.judge import Param
from scanners.content.evidence import PriceSeen, StyleSeen

PARAMS: Final[Mapping[str, Param]] = {
    "size_ratio_max": Param("float", 1.1, "how much larger the price without VAT may be set"),
    "weight_heavy": Param("int", 600, "font weight from which a price is bold"),
    "contrast_min": Param("float", 4.5, "contrast (WCAG 2.1, 1.4.3) that a price needs"),
    "legible_min_px": Param("float", 8.0, "below so many CSS px a price or its VAT words are tiny"),
    "legible_contrast_min": Param("float", 1.5, "below it nobody reads a price or its VAT words"),
}


class ProminenceSeen(StrEnum):
    """Which of the two prices stands out."""

    BALANCED = "balanced"
    EXCL_LARGER = "excl_larger"
    EXCL_HEAVIER = "excl_heavier"
    INCL_HIDDEN = "incl_hidden"
    INCL_FAINT = "incl_faint"
    ILLEGIBLE = "illegible"
    NOT_RENDERED = "not_rendered"
    NO_PAIR = "no_pair"


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds of the row, as a label gives them."""

    ratio: float
    heavy: float
    contrast: float
    tiny_px: float
    invisible: float


def limits_of(params: Mapping[str, object]) -> Limits:
    """The thresholds among a condition's parameters, else their defaults."""
    ratio, heavy, contrast, tiny, invisible = (
        _number(params.get(name), param.default) for name, param in PARAMS.items()
    )
    return Limits(ratio, heavy, contrast, tiny, invisible)


def _number(value: object, default: object) -> float:
    for choice in (value, default):
        if isinstance(choice, (int, float)):
            return float(choice)
    return 0.0  # pragma: no cover - every default is a number


def is_drawn(excl: PriceSeen, incl: PriceSeen) -> bool:
    """Were both prices measured, in the same windows?"""
    return bool(excl.styles) and len(excl.styles) == len(incl.styles)


def compared(excl: PriceSeen, incl: PriceSeen, limits: Limits) -> tuple[ProminenceSeen, str]:
    """The worst that a window shows, and how both are drawn in it."""
    found = [
        (_compared(one, other, label, limits), one, other)
        for one, other, label in zip(
            excl.styles, incl.styles, incl.label_styles or incl.styles, strict=False
        )
    ]
    word, one, other = min(found, key=lambda row: _WORST.index(row[0]))
    return word, f"at {one.viewport} px wide: without VAT {_said(one)}, with VAT {_said(other)}"


_WORST = (
    ProminenceSeen.EXCL_LARGER,
    ProminenceSeen.EXCL_HEAVIER,
    ProminenceSeen.INCL_HIDDEN,
    ProminenceSeen.INCL_FAINT,
    ProminenceSeen.ILLEGIBLE,
    ProminenceSeen.BALANCED,
)


def _compared(excl: StyleSeen, incl: StyleSeen, label: StyleSeen, limits: Limits) -> ProminenceSeen:
    out = ProminenceSeen
    if excl.hidden:
        return out.BALANCED
    if incl.hidden:
        return out.INCL_HIDDEN
    if excl.size_px > incl.size_px * limits.ratio:
        return out.EXCL_LARGER
    similar = incl.size_px <= excl.size_px * limits.ratio
    if similar and excl.weight >= limits.heavy > incl.weight:
        return out.EXCL_HEAVIER
    # A contrast of 0 was not measured.
    if 0 < incl.contrast < limits.contrast <= excl.contrast:
        return out.INCL_FAINT
    if any(_is_illegible(style, limits) for style in (incl, label)):
        return out.ILLEGIBLE
    return out.BALANCED


def _is_illegible(style: StyleSeen, limits: Limits) -> bool:
    tiny = style.size_px < limits.tiny_px
    return bool(style.hidden) or tiny or 0 < style.contrast < limits.invisible


def _said(style: StyleSeen) -> str:
    if style.hidden:
        return f"not seen ({style.hidden})"
    contrast = f", contrast {style.contrast:g}" if style.contrast else ""
    return f"{style.size_px:g} px, weight {style.weight}{contrast}"
