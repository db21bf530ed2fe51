"""What becomes of a page that was read but not made out.

It is looked at the other ways round: turned, and in a mirror. If one of them gives text, the page is read so. Else
nothing that was read stands among the lines: it is kept as overlays, and the page is to be scanned again. Where the
other side shows through the text, the page is read without all that is light on it, if that is the better reading. Of
a page on which many words are probably wrong, the words stay, and it is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from dau.document.errors import DauError
from dau.document.page import Page
from dau.document.transcript import BBox, Line, Overlay, OverlayKind, Rescan, line_id

from .facing import facing, held
from .legible import READS_WELL, Legibility, ghost_lines, is_doubtful, is_faint, legibility
from .light import light_ink, without_light
from .lines import TextLine
from .syllables import is_syllable, trimmed
from .trueocr import TrueOcr

_PROBED = 8  # lines
_LEAST_WORDS, _LEAST_SYLLABLES, _LEAST_SURE = 8, 0.75, 0.8
_CLEAR, _CLEARER = 0.96, 0.02
"""Share of right words from which no other reading is looked for (of 256 scanned pages, 4 have less), and by how much
another must be better."""
_KEPT = 0.98  # of the words that were made out
_LIGHT = 150  # grey from which ink is faint, on a page whose paper is white
_SAME_PLACE = 0.5  # of a line's area
_MOST_GHOSTS = 2
"""Lines of the other side that may stand on a page before that is worth scanning it anew."""


@dataclass(frozen=True)
class Reading:
    """Lines in reading order with boxes in points, and the overlays of the page with their text. `turned`: clockwise
    degrees by which the page was turned once more to be read; `rescan`: why it should be scanned again. `failed`: why
    an engine did not read the page, so that another had to do it alone. `blank`: there is nothing on the page but the
    other side, if that."""

    lines: tuple[Line, ...]
    overlays: tuple[Overlay, ...]
    turned: int = 0
    rescan: tuple[Rescan, ...] = ()
    failed: tuple[DauError, ...] = ()
    blank: bool = False


Read = Callable[[Page], Reading]


def together(page: Page, readings: Sequence[Reading]) -> Reading:
    """The readings of the parts of a page, one after the other, numbered as lines of the one page."""
    lines: list[Line] = []
    tables = 0
    for reading in readings:
        cells = [line.cell.table for line in reading.lines if line.cell]
        for line in reading.lines:
            cell = line.cell.model_copy(update={"table": line.cell.table + tables}) if line.cell else None
            lines.append(line.model_copy(update={"id": line_id(page.number, len(lines) + 1), "cell": cell}))
        tables += max(cells, default=0)
    overlays = tuple(overlay for reading in readings for overlay in reading.overlays)
    rescan = tuple(dict.fromkeys(reason for reading in readings for reason in reading.rescan))
    failed = tuple(error for reading in readings for error in reading.failed)
    blank = all(reading.blank for reading in readings)
    return Reading(tuple(lines), overlays, rescan=rescan, failed=failed, blank=blank)


def rescued(page: Page, reading: Reading, read: Read, finder: TrueOcr | None) -> Reading:
    """The reading of a page, or a better one, or none: see above. `read` reads a page once."""
    found = legibility(page, reading.lines, reading.overlays)
    if found.right < _CLEAR or found.unread:
        clearer = _without_other_side(page, reading, read, found)
        if clearer is not None:
            return clearer
    if not (found.illegible or found.unread):
        return _without_ghosts(page, reading)
    faint = found.illegible and is_faint(page)
    if finder is not None and not faint:
        for other, turned in _probed(page, finder):
            better = _read_so(other, turned, read, found)
            if better is not None:
                return better
    if not found.illegible:
        return _also(_without_ghosts(page, reading), "unread")
    if not faint:
        return _nothing_of(page, reading, "noise", "illegible")
    lies = facing(page, finder) if finder is not None else None
    blank = lies is not None and lies.mirrored
    return replace(_nothing_of(page, reading, "ghost", "show_through"), blank=blank)


def faintly_read(page: Page, read: Read, finder: TrueOcr | None) -> Reading:
    """The reading of a page on which hardly anything is to be seen (`Page.faint`).

    What is text is read, and always doubted: in noise a tenth of its words is wrong with no sign of it. What is text in
    a mirror is the other side, and the page is blank. What is neither is kept as noise, and the page is to be scanned
    again. Without `finder` a mirror cannot be tried, and what is not made out is taken for the other side.
    """
    lies = facing(page, finder) if finder is not None else None
    if lies is not None and lies.mirrored:
        return Reading((), page.overlays, blank=True)
    upright = held(page, lies) if lies is not None else page
    reading = read(upright)
    found = legibility(upright, reading.lines, reading.overlays)
    if finder is not None and (found.illegible or (lies is None and found.made_out < READS_WELL)):
        return _nothing_of(upright, reading, "noise", "illegible")
    turned = 90 * lies.turns if lies is not None else 0
    better = replace(rescued(upright, reading, read, None), turned=turned)
    return _also(better, "doubtful") if better.lines else better


def with_faint(page: Page, reading: Reading, read: Read, finder: TrueOcr | None) -> Reading:
    """The reading of a page that has little on it, or that of the page with what is hardly to be seen
    (`Page.darkened`), if what comes to it is text. If it is the other side, and the page could not be read for it, the
    page is read without it."""
    lies = facing(page.darkened, finder) if page.darkened is not None and finder is not None else None
    if page.darkened is None or lies is None:
        return reading
    if lies.mirrored:
        if "illegible" not in reading.rescan:
            return reading
        dark = replace(page, clean=without_light(page.readable, _LIGHT))
        return _also(rescued(dark, read(dark), read, None), "show_through")
    upright = held(page.darkened, lies)
    more = rescued(upright, read(upright), read, None)
    places = [line.bbox for line in reading.lines if line.bbox]
    found = legibility(upright, [line for line in more.lines if not _is_there(line.bbox, places)], ())
    if found.words < _LEAST_WORDS or found.made_out < READS_WELL:
        return reading
    return _also(replace(more, turned=(upright.rotation - page.rotation) % 360), "doubtful")


def _nothing_of(page: Page, reading: Reading, kind: OverlayKind, reason: Rescan) -> Reading:
    """The reading with all of its lines set apart."""
    return _set_apart(page, reading, {line.id for line in reading.lines}, kind, reason)


def _without_ghosts(page: Page, reading: Reading) -> Reading:
    """The reading without lines that are the other side's."""
    ghosts = ghost_lines(page, reading.lines)
    reason: Rescan | None = "show_through" if len(ghosts) > _MOST_GHOSTS else None
    return _doubted(_set_apart(page, reading, ghosts, "ghost", reason))


def _doubted(reading: Reading) -> Reading:
    """The reading with a flag where many of its words are probably wrong."""
    return _also(reading, "doubtful") if is_doubtful(reading.lines) else reading


def _also(reading: Reading, reason: Rescan) -> Reading:
    return replace(reading, rescan=tuple(dict.fromkeys((*reading.rescan, reason))))


def _without_other_side(page: Page, reading: Reading, read: Read, before: Legibility) -> Reading | None:
    """What is read where all that is lighter than the text is left out; the lines that are gone are ghosts. None where
    there are no two kinds of ink, or where not more of what is read is right, or fewer words are made out."""
    level = light_ink(page.readable)
    if level is None:
        return None
    dark = replace(page, clean=without_light(page.readable, level))
    again = read(dark)
    after = legibility(dark, again.lines, again.overlays)
    gained = after.right >= before.right + _CLEARER or (before.unread and not after.unread)
    kept = after.words * after.made_out >= _KEPT * before.words * before.made_out
    if not (gained and kept) or after.illegible or after.unread or (before.illegible and after.made_out < READS_WELL):
        return None
    boxes = [line.bbox for line in again.lines] + [overlay.bbox for overlay in again.overlays]
    places = [box for box in boxes if box]
    ghosts = [Overlay(kind="ghost", bbox=o.bbox, text=o.raw) for o in reading.lines if not _is_there(o.bbox, places)]
    others = [overlay for overlay in reading.overlays if not _is_there(overlay.bbox, places)]
    overlays = (*again.overlays, *others, *ghosts)
    return _doubted(replace(again, overlays=overlays, rescan=(*page.rescan, "show_through")))


def _is_there(box: BBox | None, others: Sequence[BBox]) -> bool:
    """Whether half of a box lies in one of the others."""
    if box is None:
        return True
    x0, y0, x1, y1 = box
    area = max(1e-6, (x1 - x0) * (y1 - y0))
    common = (max(0.0, min(x1, o[2]) - max(x0, o[0])) * max(0.0, min(y1, o[3]) - max(y0, o[1])) for o in others)
    return any(part >= _SAME_PLACE * area for part in common)


def _set_apart(page: Page, reading: Reading, ids: set[str], kind: OverlayKind, reason: Rescan | None) -> Reading:
    """The reading with some lines as overlays, text and all, and the others numbered anew."""
    rescan = (*page.rescan, reason) if reason else page.rescan
    if not ids:
        return replace(reading, rescan=rescan)
    kept = [line for line in reading.lines if line.id not in ids]
    apart = [Overlay(kind=kind, bbox=line.bbox, text=line.raw) for line in reading.lines if line.id in ids]
    lines = tuple(line.model_copy(update={"id": line_id(page.number, n)}) for n, line in enumerate(kept, 1))
    return replace(reading, lines=lines, overlays=(*reading.overlays, *apart), rescan=rescan)


def _probed(page: Page, finder: TrueOcr) -> Iterator[tuple[Page, int]]:
    """The page the other ways round, with the degrees it was turned by, of which a few lines read well."""
    for mirrored in (False, True):
        for turns in (1, 2, 3, 0):
            if not mirrored and turns == 0:
                continue
            other = (page.in_mirror() if mirrored else page).turned(turns)
            if _reads(other, finder):
                yield other, 90 * turns


def _reads(page: Page, finder: TrueOcr) -> bool:
    """Whether the widest lines of a page are made of syllables."""
    try:
        boxes = sorted(finder.find_lines(page.readable), key=lambda box: box[0] - box[2])[:_PROBED]
        return _sound(finder.read_lines(page.readable, boxes))
    except DauError:
        return False


def _sound(lines: Sequence[TextLine]) -> bool:
    tokens = [t for line in lines for t in line.tokens if len(trimmed(t.text)) >= 2]
    if len(tokens) < _LEAST_WORDS:
        return False
    sure = sum(t.confidence for t in tokens) / len(tokens)
    return sum(is_syllable(t.text) for t in tokens) >= _LEAST_SYLLABLES * len(tokens) and sure >= _LEAST_SURE


def _read_so(page: Page, turned: int, read: Read, before: Legibility) -> Reading | None:
    """The reading of a page turned otherwise, if it makes out much more than was before."""
    reading = read(page)
    after = legibility(page, reading.lines, reading.overlays)
    if after.illegible or after.unread or after.made_out_letters <= 2 * before.made_out_letters:
        return None
    clean = replace(_without_ghosts(page, reading), turned=turned)
    return _also(clean, "mirrored") if page.mirrored else clean
