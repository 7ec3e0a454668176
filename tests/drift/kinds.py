"""Every kind of change, by importing the modules that register them."""

from __future__ import annotations

from tests.drift import material, material_parts, noise, noise_more

MODULES = (material, material_parts, noise, noise_more)
