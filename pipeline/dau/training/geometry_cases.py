"""The ways for a page to lie that the benchmark of hard geometry tries, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from dau.training.geometry import (
    Shown,
    coarse,
    cropped,
    curved,
    ghost,
    mirrored,
    on_bed,
    photographed,
    spread,
    turned,
)  # fmt: skip
from dau.training.mishaps import (
    beside_another,
    beside_blank,
    beside_upside_down,
    blurred,
    compressed,
    crumpled,
    curved_spread,
    dog_eared,
    faded,
    glared,
    in_shadow,
    leaning_spread,
    lid_open,
    negative,
    on_landscape,
    on_yellow,
    photographed_sideways,
    photographed_spread,
    streaked,
    underexposed,
    with_finger,
)  # fmt: skip

Wanted = Literal["text", "both", "flag", "nothing"]
"""What is right: the page's text, that of both pages, a flag and no text that is not the page's, no text at all."""


Make = Callable[[Shown, Shown], Shown]
"""A page and another one (which lies beside it or shows through) → what the scanner made of them."""


@dataclass(frozen=True)
class Case:
    """A way for a page to lie, by name."""

    title: str
    wanted: Wanted
    make: Make


CASES: Mapping[str, Case] = {
    "as it is": Case("as it is", "text", turned),
    "turned 90": Case("turned by 90°", "text", partial(turned, turns=1)),
    "turned 180": Case("turned by 180°, leaning 1.5°", "text", partial(turned, turns=2, degrees=1.5)),
    "turned 270": Case("turned by 270°", "text", partial(turned, turns=3)),
    "leaning 6": Case("leaning 6°", "text", partial(turned, degrees=6.0)),
    "leaning 14": Case("leaning 14°", "text", partial(turned, degrees=-14.0)),
    "mirrored": Case("mirrored", "flag", mirrored),
    "mirrored 180": Case("mirrored, upside down", "flag", partial(mirrored, turns=2)),
    "ghost 15": Case("other side showing through, 15 %", "text", partial(ghost, strength=0.15)),
    "ghost 30": Case("other side showing through, 30 %", "text", partial(ghost, strength=0.30)),
    "ghost 45": Case("other side showing through, 45 %", "text", partial(ghost, strength=0.45)),
    "blank, ghost 15": Case("blank, other side 15 %", "nothing", partial(ghost, strength=0.15, blank=True)),
    "blank, ghost 30": Case("blank, other side 30 %", "nothing", partial(ghost, strength=0.30, blank=True)),
    "blank, ghost 50": Case("blank, other side 50 %", "nothing", partial(ghost, strength=0.50, blank=True)),
    "spread": Case("two pages", "both", spread),
    "spread shadow": Case("two pages, dark gutter", "both", partial(spread, shadow=0.7)),
    "spread gap": Case("two loose pages on a dark bed", "both", partial(spread, gap=40)),
    "spread turned": Case("two pages, turned by 90°", "both", partial(spread, shadow=0.4, turns=1)),
    "photo straight": Case("photograph from above", "text", photographed),
    "photo back": Case("photograph, far edge 12 % narrower", "text", partial(photographed, back=0.12)),
    "photo side": Case("photograph, one side 10 % shorter, leaning 5°", "text",
                       partial(photographed, back=0.04, side=0.10, lean=5.0)),
    "photo strong": Case("photograph, far edge 25 % narrower, side 8 %, leaning 8°", "text",
                         partial(photographed, back=0.25, side=0.08, lean=8.0, dim=0.4)),
    "photo light desk": Case("photograph on a light desk", "text",
                             partial(photographed, back=0.1, side=0.05, desk=165)),
    "curve mild": Case("curved towards the spine, 1.5 % of the width", "text", partial(curved, lift=0.015)),
    "curve medium": Case("curved, 4 %", "text", partial(curved, lift=0.04)),
    "curve strong": Case("curved, 8 %", "text", partial(curved, lift=0.08)),
    "white bed": Case("small on a white bed", "text", partial(on_bed, level=250)),
    "black bed": Case("small on a black bed", "text", partial(on_bed, level=20)),
    "cropped left": Case("left 18 % missing", "flag", partial(cropped, left=0.18)),
    "cropped right": Case("right 15 % missing", "flag", partial(cropped, right=0.15)),
    "150 dpi": Case("150 dpi", "text", partial(coarse, dpi=150)),
    "100 dpi": Case("100 dpi", "text", partial(coarse, dpi=100)),
    "70 dpi": Case("70 dpi", "text", partial(coarse, dpi=70)),
    "100 dpi bilevel": Case("100 dpi, black and white", "text", partial(coarse, dpi=100, bilevel=True)),
    "150 dpi bilevel": Case("150 dpi, black and white", "text", partial(coarse, dpi=150, bilevel=True)),
    "turned, leaning": Case("turned by 90°, leaning 4°", "text", partial(turned, turns=1, degrees=4.0)),
    "landscape sheet": Case("on a landscape sheet, turned by 90°", "text", on_landscape),
    "spread leaning": Case("two pages, leaning 3°", "both", leaning_spread),
    "spread upside down": Case("two pages, the second upside down", "both", beside_upside_down),
    "spread, second empty": Case("two pages, the second empty", "text", beside_blank),
    "spread, first empty": Case("two pages, the first empty", "text", partial(beside_blank, first=False)),
    "spread curved": Case("two pages, curved towards the spine", "both", curved_spread),
    "spread photo": Case("two pages, photographed", "both", photographed_spread),
    "photo turned": Case("photograph on its side, leaning 4°", "text", photographed_sideways),
    "strip right": Case("45 mm of the next page at the right", "text", beside_another),
    "strip left": Case("45 mm of the page before at the left", "text", partial(beside_another, left=True)),
    "dog-ear": Case("a corner folded over, 35 mm", "text", dog_eared),
    "dog-ear dark": Case("a corner folded over, 60 mm, dark bed", "text", partial(dog_eared, side=60.0, under=25)),
    "finger far": Case("a finger 60 mm into the text", "text", partial(with_finger, reach=60.0)),
    "shadow deep": Case("one half in the shadow, 75 %, sharp", "text", partial(in_shadow, depth=0.75, edge=1.0)),
    "lid open": Case("scanned with the lid open, leaning 2°", "text", lid_open),
    "letter folds": Case("creased like a letter", "text", crumpled),
    "streaks": Case("dark lines of a dirty feeder", "text", streaked),
    "glare": Case("the flash on the paper, 40 mm", "text", glared),
    "yellow": Case("strongly yellow, stained paper", "text", on_yellow),
    "faded": Case("toner nearly gone", "text", faded),
    "negative": Case("white on black", "text", negative),
    "JPEG 20": Case("JPEG quality 20", "text", partial(compressed, quality=20)),
    "underexposed": Case("underexposed photograph", "text", underexposed),
    "underexposed strongly": Case("photograph nearly black", "text", partial(underexposed, light=0.08)),
    "motion 1": Case("shaken by 1 mm", "text", partial(blurred, length=1.0)),
    "motion 1.6": Case("shaken by 1.6 mm", "text", partial(blurred, length=1.6)),
    "focus 0.3": Case("out of focus by 0.3 mm", "text", partial(blurred, length=0.3, kind="focus")),
    "focus 0.5": Case("out of focus by 0.5 mm", "text", partial(blurred, length=0.5, kind="focus")),
}  # fmt: skip
