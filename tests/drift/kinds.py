"""Every kind of change by its name: importing the modules registers them."""

from __future__ import annotations

from tests.drift import (
    held_out_material,
    held_out_more,
    held_out_noise,
    held_out_parts,
    material,
    material_parts,
    noise,
    noise_more,
    noise_trouble,
)
from tests.drift.mutate import REGISTRY

MODULES = (
    material, material_parts, noise, noise_more, noise_trouble,
    held_out_material, held_out_parts, held_out_noise, held_out_more,
)  # fmt: skip

__all__ = ["MODULES", "REGISTRY"]
