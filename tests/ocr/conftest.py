"""A printed page, and the engines, loaded once."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from dau.document.errors import DependencyError
from dau.document.page import Page
from dau.ocr.engine import Engine
from dau.ocr.tesseract import Tesseract
from dau.ocr.trueocr import TrueOcr
from dau.training.simulate.fonts import font_path

LINES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Theo đề nghị của Giám đốc Sở Tài chính tại Tờ trình số 4704/TTr-STC",
    "Quyết định này có hiệu lực thi hành kể từ ngày ký ban hành.",
)
DPI = 200.0


def printed(lines: tuple[str, ...] = LINES, size: tuple[int, int] = (1654, 2339), left: int = 200) -> Page:
    """The lines in 14 pt on an A4 page at 200 dpi, 70 pixels apart from 300 down."""
    try:
        path = font_path("regular")
    except DependencyError as error:
        pytest.skip(str(error))
    sheet = PillowImage.new("L", size, 255)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(path), 39)
    for n, text in enumerate(lines):
        draw.text((left, 300 + 70 * n), text, font=font, fill=0)
    points = 72 / DPI
    return Page(
        number=3, image=np.array(sheet, dtype=np.uint8), width=size[0] * points, height=size[1] * points, dpi=DPI,
        to_points=np.array([[points, 0, 0], [0, points, 0]], dtype=np.float64),
    )


@pytest.fixture(scope="session")
def page() -> Page:
    return printed()


@pytest.fixture(scope="session", params=["tesseract", "trueocr"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "trueocr":
        pytest.importorskip("trueocr")
        return TrueOcr()
    return Tesseract()
