"""How well text stands out, by the WCAG 2.2 formula."""

from __future__ import annotations

from textual.color import Color

ENOUGH = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of normal size."""


def luminance(color: Color) -> float:
    """Relative luminance, 0 to 1."""

    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in color.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def of_colors(text: Color, ground: Color) -> float:
    """1 to 21, of opaque colours."""
    low, high = sorted((luminance(text), luminance(ground)))
    return (high + 0.05) / (low + 0.05)


def ratio(text: str, ground: str) -> float:
    """The same of a theme's variables, where text may be ``auto 60%`` or see-through."""
    below = Color.parse(ground)
    if text.startswith("auto"):
        share = float(text.removeprefix("auto").strip().rstrip("%") or 100) / 100
        above = below.get_contrast_text(share)
    else:
        above = Color.parse(text)
    return of_colors(below.blend(above.with_alpha(1), above.a), below)
