"""An authority's colours: the tokens of its `theme`, as CSS custom properties."""

from __future__ import annotations

from rulebooks.authorities import Authority

TOKENS = ("primary", "on_primary", "accent", "surface", "text")
WHITE = "#ffffff"

# Text on what lies behind it; cards are white. WCAG 2.2, 1.4.3.
PAIRS = (
    ("text", "surface"),
    ("text", "white"),
    ("primary", "surface"),
    ("primary", "white"),
    ("on_primary", "primary"),
    ("text", "accent"),
)
LEAST_CONTRAST = 4.5


def css(authority: Authority) -> str:
    """Raises KeyError when the authority's file lacks one of TOKENS."""
    properties = "".join(f"--{name.replace('_', '-')}:{authority.theme[name]};" for name in TOKENS)
    return f":root{{{properties}}}\n"


def contrast(first: str, second: str) -> float:
    """The ratio of two colours (`#rrggbb`), 1 to 21. WCAG 2.2, relative luminance."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(authority: Authority) -> list[str]:
    """The pairs of the theme that cannot be read well, in words."""
    colours = {**authority.theme, "white": WHITE}
    ratios = {(front, back): contrast(colours[front], colours[back]) for front, back in PAIRS}
    return [f"{front} on {back}: {ratio:.2f}" for (front, back), ratio in ratios.items() if ratio < LEAST_CONTRAST]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
