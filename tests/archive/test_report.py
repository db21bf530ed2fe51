"""Reports: everything is in them, nothing of a document can do harm in them, and they stay small."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dau.archive.folder import folder_name, write_document
from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.paths import text_of
from dau.archive.report import PageLimits, ReportPage, Row, Separator, Sheet, survey
from dau.archive.report.crops import Crops, evidence_of
from dau.archive.report.words import cell
from dau.archive.state import Current, Done
from dau.archive.store import Archive
from dau.cli.app import exit_code
from dau.document.directive import (
    Alternative,
    Confidence,
    DatedText,
    Directive,
    DocumentType,
    Evidence,
    Issuer,
    Metadata,
    Node,
    Number,
    ReviewItem,
    Signer,
    Task,
)  # fmt: skip
from dau.document.transcript import Transcript, TranscriptPage

SETTINGS = "cd" * 32
HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg onload=alert(1)>", "</style><script>x()",
    "javascript:alert(1)", "&lt;script&gt;", "\x00\x1b[31mđỏ\x1b[0m", "\u202egpj.exe", "]]><!--", "=HYPERLINK(\"x\")",
]  # fmt: skip


def directive(text: str = "Về việc khen thưởng", confidence: float | None = 0.9) -> Directive:
    """A document all of whose texts are `text`, with one doubt on its number and one on a node."""
    metadata = Metadata(
        type=DocumentType(name=text), number=Number(raw=text, text=text), subject=text, issuer=Issuer(name=text),
        issued=DatedText(raw=text, date="2021-09-06"), signer=Signer(authority="KT.", position=text, name=text),
        evidence={"number": (Evidence(page=1, bbox=(100.0, 100.0, 200.0, 120.0)),)},
    )  # fmt: skip
    review = (
        ReviewItem(code="low_confidence_text", severity="medium", node="n/1", page=1, message=text, raw=(text, text)),
        ReviewItem(code="number_misread", severity="high", field="/metadata/number", page=1, message=text, raw=text,
                   alternatives=(Alternative(value=text, confidence=0.4),)),
    )  # fmt: skip
    node = Node(id="n/1", parent="n", kind="paragraph", text=text,
                evidence=(Evidence(page=1, bbox=(50.0, 300.0, 500.0, 330.0)),))  # fmt: skip
    return Directive(metadata=metadata, nodes=(node,), review=review, confidence=Confidence(document=confidence))


def page_image(noisy: bool = False) -> bytes:
    """A page of A4 at 100 dpi, white but for a red box where the number is."""
    image = Image.new("RGB", (827, 1169), "white")
    if noisy:
        noise = np.random.default_rng(1).integers(0, 256, (1169, 827, 3), dtype=np.uint8)
        image = Image.fromarray(noise)
    image.paste((255, 0, 0), (139, 139, 278, 167))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80)
    return out.getvalue()


PAGE, NOISE = page_image(), page_image(noisy=True)
TRANSCRIPT = Transcript(pages=(TranscriptPage(number=1, width=595.3, height=841.9, text_source="ocr"),))


def put(archive: Archive, name: str, value: Directive | None, seconds: float = 6.0, **outcome: object) -> str | None:
    """An input with its outcome."""
    sha256 = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
    source = SourceFile(path=text_of(f"/in/{name}"), sha256=sha256, bytes=1)
    line = {"status": "success", "pages": {1: "success"}, "engines": {"tesseract": "5.3.0 (vie)"}, **outcome}
    if value is not None:
        files = {"document.json": value.model_dump_json().encode(), "pages/0001.webp": PAGE,
                 "transcript.json": TRANSCRIPT.model_dump_json().encode()}  # fmt: skip
        line["document"] = folder_name(sha256, SETTINGS)
        line["files"] = write_document(archive.root, folder_name(sha256, SETTINGS), files)  # type: ignore[arg-type]
    archive.append(
        ManifestLine(event="received", source=source, settings=SETTINGS),
        ManifestLine(event="outcome", source=source, settings=SETTINGS, started="2026-01-05T08:00:00.000000Z",
                     seconds=seconds, **line),  # type: ignore[arg-type]
    )  # fmt: skip
    return None if value is None else folder_name(sha256, SETTINGS)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two good documents, a partial one, a failure, one that waits."""
    with Archive.open(tmp_path / "A") as archive:
        put(archive, "tốt.pdf", directive(confidence=0.99))
        put(archive, "ngờ.pdf", directive("Về việc nghi ngờ", confidence=0.31))
        put(archive, "một phần.pdf", directive(confidence=None), status="partial", category="timeout",
            message="Page 2: too long.", pages={1: "success", 2: "failed"})  # fmt: skip
        put(archive, "hỏng.pdf", None, status="failed", category="input", message="Empty. Scan it again.", pages={})
        waiting = SourceFile(path="/in/waiting.pdf", sha256="00" * 32, bytes=1)
        archive.append(ManifestLine(event="received", source=waiting, settings=SETTINGS))
    return tmp_path / "A"


def reported(root: Path, limits: PageLimits | None = None) -> tuple[str, list[list[str]]]:
    text = io.StringIO(newline="")
    page, sheet = ReportPage(root, limits), Sheet(text)
    for row in survey(root):
        page.add(row)
        sheet.add(row)
    return "".join(page.parts()), list(csv.reader(io.StringIO(text.getvalue(), newline="")))


class Checked(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


# -- the page --------------------------------------------------------------------------------------------------


def test_the_page_says_what_became_of_everything(root: Path) -> None:
    page, _ = reported(root)
    seen = Checked(page)
    for part in (
        "Hoàn thành 2", "Một phần 1", "Không xử lý được 1", "Chưa xong (chạy lại để làm tiếp) 1", "Tất cả 5",
        "Quá thời gian", "Page 2: too long.", "Empty. Scan it again.", "Trang không đọc được 1",
        "Về việc nghi ngờ — độ tin cậy 31 %", "number_misread, trang 1", "tesseract 5.3.0 (vie)", "trang mỗi phút",
    ):  # fmt: skip
        assert re.sub(r"\s+", " ", part) in seen.text, part
    assert seen.text.index("31 %") < seen.text.index("99 %")
    assert [tag for tag, _ in seen.tags].count("img") == 6
    assert page == reported(root)[0], "the same for the same archive"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_document_becomes_markup(tmp_path: Path, text: str) -> None:
    with Archive.open(tmp_path / "A") as archive:
        name = text.replace("/", "_").replace("\0", "")
        put(archive, f"{name}.pdf", directive(text))
        put(archive, f"{name} 2.pdf", None, status="failed", category="input", message=text, engines={text: text})
        put(archive, f"{name} 3.pdf", directive("x"), engines={text: text})
    page, rows = reported(tmp_path / "A")
    seen = Checked(page)
    allowed = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "table", "tr", "th", "td", "b",
               "i", "br", "span", "article", "img", "svg", "rect", "text", "line"}  # fmt: skip
    assert {tag for tag, _ in seen.tags} <= allowed
    for tag, attributes in seen.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert tag == "img" or not {"src", "href"} & set(attributes)
        assert tag != "img" or str(attributes["src"]).startswith("data:image/webp;base64,")
    if text.isprintable():
        assert text in seen.text, "kept to be read, not to be run"
    assert not re.search(r"[\x00-\x08\x0e-\x1f\u202a-\u202e]", page)
    assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for value in row)


def test_crops_show_the_place_of_the_doubt(root: Path) -> None:
    page, _ = reported(root)
    first = base64.b64decode(re.findall(r"base64,([^\"]+)", page)[0])
    with Image.open(io.BytesIO(first)) as image:
        red = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    assert isinstance(red, tuple) and red[0] > 200 and red[1] < 80, "the number's box, in the middle"


PLACES = [
    (ReviewItem(code="number_misread", severity="high", field="/metadata/number", message=""), (1, 100.0)),
    (ReviewItem(code="number_misread", severity="high", field="/metadata/subject", page=3, message=""), (3, None)),
    (ReviewItem(code="task_doubtful", severity="high", field="/tasks/0/deadline", message=""), (1, 50.0)),
    (ReviewItem(code="task_doubtful", severity="high", field="/tasks/7/deadline", node="n/1", message=""), (1, 50.0)),
    (ReviewItem(code="task_doubtful", severity="high", field="/model_config/x", message=""), None),
    (ReviewItem(code="page_failed", severity="high", page=2, message=""), (2, None)),
    (ReviewItem(code="several_documents", severity="high", message=""), None),
]


@pytest.mark.parametrize(("item", "expected"), PLACES)
def test_where_a_doubt_is(item: ReviewItem, expected: tuple[int, float | None] | None) -> None:
    value = directive().model_copy(update={"tasks": (Task(id="T1", node="n/1", text="x"),)})
    found = evidence_of(item, value)
    assert (None if found is None else (found.page, found.bbox[0] if found.bbox else None)) == expected


@pytest.mark.parametrize("box", [
    (0.0, 0.0, 595.0, 842.0), (-50.0, -50.0, 10.0, 10.0), (590.0, 830.0, 700.0, 900.0), (300.0, 300.0, 300.0, 300.0),
    (9000.0, 9000.0, 9100.0, 9100.0), (200.0, 200.0, 100.0, 100.0), None,
])  # fmt: skip
def test_any_box_gives_a_small_picture_or_none(tmp_path: Path, box: tuple[float, float, float, float] | None) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "0001.webp").write_bytes(NOISE)
    (tmp_path / "transcript.json").write_text(TRANSCRIPT.model_dump_json(), encoding="utf-8")
    picture = Crops(tmp_path).picture(Evidence(page=1, bbox=box))
    assert picture is None or len(picture) <= 60_000
    assert picture is not None or (box is not None and (box[0] > 1000 or box[2] < box[0]))


@pytest.mark.parametrize("damage", [b"", b"RIFF", PAGE[:200]])
def test_damaged_page_images_cost_the_picture_only(root: Path, damage: bytes) -> None:
    for path in root.glob("documents/*/pages/0001.webp"):
        path.write_bytes(damage)
    for path in root.glob("documents/*/transcript.json"):
        path.write_bytes(b"{")
    assert "number_misread" in reported(root)[0]


def test_lists_and_pictures_are_bounded(root: Path) -> None:
    page, rows = reported(root, PageLimits(failures=1, documents=2, doubts=1, picture_bytes=1))
    assert "… và 1 tệp nữa" in page and page.count("<article>") == 2 and "<img" not in page
    assert len(rows) == 6


def test_an_empty_archive(tmp_path: Path) -> None:
    Archive.open(tmp_path / "A").close()
    page, rows = reported(tmp_path / "A")
    assert "Tất cả" in page and len(rows) == 1


def test_documents_that_cannot_be_read_are_told(root: Path) -> None:
    next(iter(sorted(root.glob("documents/*/document.json")))).write_bytes(b"{")
    page, rows = reported(root)
    assert "1 tệp có document.json hỏng" in page
    assert any("document.json hỏng" in row[3] for row in rows)


# -- the sheet -------------------------------------------------------------------------------------------------

CELLS = {
    "=1+1": "'=1+1", "+84 24": "'+84 24", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'=1", "\r=1": "'=1",
    " =1": "'=1", "\n-": "'-", "＝1": "'＝1", "Số 5/CT": "Số 5/CT", "a=b": "a=b", "": "", "'x": "'x",
}  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), CELLS.items())
def test_no_cell_is_a_formula(text: str, shown: str) -> None:
    assert cell(text) == shown


def test_one_row_an_input(root: Path) -> None:
    _, rows = reported(root)
    table = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert set(table) == {"tốt.pdf", "ngờ.pdf", "một phần.pdf", "hỏng.pdf", "waiting.pdf"}
    assert table["waiting.pdf"]["Trạng thái"] == "Chưa xong"
    assert (table["hỏng.pdf"]["Loại lỗi"], table["hỏng.pdf"]["Thông báo"]) == ("Tệp đầu vào", "Empty. Scan it again.")
    row = table["ngờ.pdf"]
    assert (row["Ngày ban hành"], row["Độ tin cậy (%)"], row["Số cờ cần xem lại"]) == ("2021-09-06", "31", "2")
    assert row["Cờ cần xem lại"] == "number_misread!, low_confidence_text"
    assert row["Trường còn nghi ngờ"] == "metadata/number"
    assert row["Người ký"] == "Về việc nghi ngờ" and row["Thư mục kết quả"].endswith("-cdcdcdcd")
    assert table["một phần.pdf"]["Trang không đọc được"] == "2" and table["một phần.pdf"]["Độ tin cậy (%)"] == ""


def many_rows(number: int) -> Iterator[Row]:
    for n in range(number):
        source = SourceFile(path=f"/in/{n}.pdf", sha256=f"{n:064x}", bytes=1)
        failed = n % 3 == 0
        line = ManifestLine(
            event="outcome", source=source, status="failed" if failed else "success", seconds=5.0, message="x" * 300,
            started=f"2026-01-05T{n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d}.0Z", pages={1: "success"},
            category="input" if failed else None, document=None if failed else f"{n:016x}-cdcdcdcd",
        )  # fmt: skip
        if failed:
            yield Row(line)
            continue
        current = Current(f"{n:064x}", Done("success", SETTINGS, 0, line.document), (line.source.path,))
        yield Row(line, directive("văn bản " * 200, confidence=n / number), current=current)


def test_documents_are_not_held_in_memory(tmp_path: Path) -> None:
    """Two thousand of 20 kB each, and none of them stays."""
    sheet, page = Sheet((tmp_path / "t.csv").open("w", encoding="utf-8")), ReportPage(tmp_path)
    tracemalloc.start()
    for row in many_rows(2000):
        sheet.add(row)
        page.add(row)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 2_000_000 and peak < 3_000_000, (held, peak)
    assert "Không xử lý được" in "".join(page.parts())


# -- the command -----------------------------------------------------------------------------------------------


def test_the_command_writes_both(root: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    report, table = tmp_path / "báo cáo.html", tmp_path / "bảng.csv"
    arguments = ["status", str(root), "--report", str(report), "--csv", str(table), "--separator", "semicolon"]
    assert exit_code(arguments) == 0
    assert capfdbinary.readouterr().out == b""
    assert report.read_text(encoding="utf-8") == reported(root)[0]
    data = table.read_bytes()
    assert data.startswith("\ufeffTệp;Trạng thái".encode()) and data.count(b"\r\n") == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["A", "báo cáo.html", "bảng.csv"])
    before = data, report.read_bytes()
    assert exit_code([*arguments, "--json"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["documents"] == 3
    assert (table.read_bytes(), report.read_bytes()) == before
    assert exit_code(["status", str(root), "--report", str(tmp_path / "no" / "r.html")]) == 4


def test_separators() -> None:
    text = io.StringIO()
    Sheet(text, Separator.tab)
    assert text.getvalue().startswith("Tệp\tTrạng thái")
