"""PDFs made from pages and words that the test states; the making itself in this process, where it starts once."""

from __future__ import annotations

import hashlib
import html
import io
import math
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dau import pdf
from dau.document.page import Image
from dau.document.transcript import BBox, Line, Overlay, TranscriptPage, Word, line_id
from dau.pdf.job import Answer, Job
from tests.scan_files import A4

LINES = (
    (70.0, 60.0, "ỦY BAN NHÂN DÂN TỈNH"),
    (330.0, 60.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (90.0, 120.0, "Thực hiện Kết luận số 07-KL/TW ngày 11/6/2021 của Bộ Chính trị"),
    (70.0, 140.0, "về tiếp tục đổi mới, nâng cao chất lượng; đề nghị các đơn vị báo cáo."),
    (70.0, 700.0, "Nơi nhận:"),
)
"""Where a line begins (points from the left and the top of the upright page) and what it says."""

Rotation = Any
"""0, 90, 180 or 270."""


def page(
    lines: Sequence[tuple[float, float, str]] = LINES,
    *,
    number: int = 1,
    size: tuple[float, float] = A4,
    rotation: Rotation = 0,
    skew: float = 0.0,
    source: Any = "ocr",
    overlays: tuple[Overlay, ...] = (),
) -> TranscriptPage:
    """A page of a transcript; `size` as displayed. Words are 11 points high and their letters 6 wide; the lines are
    turned and made to lean as the page says."""
    made = []
    for count, (x, y, text) in enumerate(lines, 1):
        words = []
        for match in re.finditer(r"\S+", text):
            x0, x1 = x + 6 * match.start(), x + 6 * match.end()
            fall = math.tan(math.radians(skew)) * (x0 + x1) / 2
            box = _displayed((x0, y + fall, x1, y + 11 + fall), size, rotation)
            words.append(Word(raw="x", restored=match[0], bbox=box))
        made.append(Line(id=line_id(number, count), words=tuple(words)))
    return TranscriptPage(
        number=number, width=size[0], height=size[1], rotation=rotation, skew=skew, text_source=source,
        lines=tuple(made), overlays=overlays,
    )  # fmt: skip


def _displayed(box: BBox, size: tuple[float, float], rotation: int) -> BBox:
    """Where a box of the upright page lies on the page as displayed, which turned clockwise by `rotation` is
    upright."""
    width, height = size
    corners = []
    for u, v in ((box[0], box[1]), (box[2], box[3])):
        corners.append({0: (u, v), 90: (v, height - u), 180: (width - u, height - v), 270: (width - v, u)}[rotation])
    (a, b), (c, d) = corners
    return (min(a, c), min(b, d), max(a, c), max(b, d))


Make = Callable[..., pdf.Made]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """`make(data, pages, …)`: searchable.pdf of a file with these bytes. Pages are drawn as grey paper."""
    import dau.pdf.worker as worker

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")

    def answer(job: Job, _limits: object, _scratch: object) -> Answer:
        return worker.make(Job.model_validate_json(job.model_dump_json()))

    monkeypatch.setattr(sys.modules["dau.pdf.making"], "_answer", answer)
    return _maker(tmp_path)


@pytest.fixture
def make_apart(tmp_path: Path) -> Make:
    """The same in a process of its own, as it is done in earnest."""
    return _maker(tmp_path)


def _maker(folder: Path) -> Make:
    def made(
        data: bytes,
        pages: Sequence[TranscriptPage] | None = None,
        *,
        name: str = "original.pdf",
        information: dict[str, str] | None = None,
        frames: tuple[int, ...] | None = None,
        count: int | None = None,
        draw: Callable[[int], Image] | None = None,
        **settings: Any,
    ) -> pdf.Made:
        pages = [page()] if pages is None else pages
        path = folder / name
        path.write_bytes(data)
        scratch = folder / "scratch"
        scratch.mkdir(exist_ok=True)
        images = ((path, frames),) if frames else ()
        original = pdf.Original(path, hashlib.sha256(data).hexdigest(), count or len(pages), images)
        told = {"dc:title": "Quyết định 1423/QĐ-BTTTT"} if information is None else information
        return pdf.make(original, pages, told, draw or paper, scratch, pdf.PdfSettings(**settings))

    return made


def printed(texts: Sequence[tuple[float, float, str]], *, size: float = 11, picture: bytes | None = None) -> bytes:
    """A PDF of one page with real text in an embedded font: `texts` with their place; `picture`, a JPEG, is painted
    over the whole page and all but the first text."""
    from fpdf import FPDF

    font = Path(str(files("ocrmypdf") / "data" / "NotoSans-Regular.ttf"))
    sheet = FPDF(unit="pt", format=A4)
    sheet.add_font("Noto", fname=font)
    sheet.add_page()
    sheet.set_font("Noto", size=size)
    for x, y, text in texts[1:] if picture else texts:
        sheet.text(x, y + size, text)
    if picture:
        sheet.image(io.BytesIO(picture), 0, 0, *A4)
        sheet.text(texts[0][0], texts[0][1] + size, texts[0][2])
    return bytes(sheet.output())


def paper(_number: int) -> Image:
    """Grey paper with a black bar, 150 dots an inch."""
    image = np.full((1754, 1240), 200, dtype=np.uint8)
    image[300:340, 200:900] = 0
    return image


_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


def words_in(path: Path, number: int = 1) -> list[tuple[str, BBox]]:
    """The words poppler finds on a page, with their boxes, as displayed."""
    options = ["-bbox", "-f", str(number), "-l", str(number)]
    listed = subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True).stdout.decode()
    found = []
    for match in _WORD.finditer(listed):
        x0, y0, x1, y1 = map(float, match.groups()[:4])
        found.append((html.unescape(match[5]), (x0, y0, x1, y1)))
    return found


def text_of(path: Path, *options: str) -> str:
    return subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True).stdout.decode()
