"""What flags on number and date offer: whole numbers and days, likeliest first, none of them taken by itself."""

from __future__ import annotations

from dau.document.directive import Directive, ReviewItem
from dau.document.transcript import Line, Overlay, Transcript, TranscriptPage, Word, WordAlternative
from dau.structure import parse


def word(text: str, sure: float = 1.0, others: dict[str, float] | None = None, **readings: str) -> Word:
    alternatives = tuple(WordAlternative(value=v, confidence=c) for v, c in (others or {}).items())
    return Word(raw=text, restored=text, confidence=sure, readings=readings, alternatives=alternatives)


def row(*words: Word | str) -> tuple[Word, ...]:
    out: list[Word] = []
    for part in words:
        out += [word(text) for text in part.split()] if isinstance(part, str) else [part]
    return tuple(out)


def document(number: tuple[Word, ...], issued: tuple[Word, ...], stamp: str | None = None) -> Transcript:
    rows = [
        row("ỦY BAN NHÂN DÂN TỈNH HUẾ"), number, row("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        row("Độc lập - Tự do - Hạnh phúc"), issued, row("QUYẾT ĐỊNH"), row("Về việc ban hành Quy chế"),
        row("Điều 1. Ban hành Quy chế này."), row("KT. CHỦ TỊCH"), row("PHÓ CHỦ TỊCH"), row("Nguyễn Thị Ân"),
    ]  # fmt: skip
    lines = tuple(Line(id=f"p0001-l{n:04d}", words=words) for n, words in enumerate(rows, 1))
    overlays = (Overlay(kind="signature_note", text=stamp),) if stamp else ()
    page = TranscriptPage(number=1, text_source="ocr", lines=lines, overlays=overlays)
    return Transcript(pages=(page,))


NUMBER = row("Số: 12 /QĐ-UBND")
ISSUED = row("Huế, ngày 05 tháng 02 năm 2025")


def flag(found: Directive, code: str) -> ReviewItem:
    return next(item for item in found.review if item.code == code)


def offers(item: ReviewItem) -> list[str]:
    return [a.value for a in item.alternatives]


def test_a_number_offers_whole_numbers_likeliest_first() -> None:
    doubted = row("Số:", word("514/QĐ-UBND", 0.7, {"574/QĐ-UBND": 0.25, "5A4/QĐ-UBND": 0.02, "614/QĐ-UBND": 0.01}))
    found = parse(document(doubted, ISSUED))
    assert found.metadata.number.text == "514/QĐ-UBND"
    item = flag(found, "handwritten_number_low_confidence")
    assert offers(item) == ["574/QĐ-UBND", "614/QĐ-UBND"]  # 5A4 is no number
    assert [a.confidence for a in item.alternatives] == [0.25, 0.01]


def test_what_engines_read_comes_after_and_without_a_figure() -> None:
    doubted = row("Số:", word("230", 0.5, tesseract="239", trueocr="230"), "/QĐ-UBND")
    item = flag(parse(document(doubted, ISSUED)), "handwritten_number_low_confidence")
    assert [(a.value, a.confidence) for a in item.alternatives] == [("239/QĐ-UBND", None)]


def test_a_date_offers_days_of_the_calendar() -> None:
    doubted = row("Huế, ngày", word("30", 0.5, {"20": 0.3, "10": 0.1}), "tháng", word("2", 0.6, {"4": 0.3}), "năm 2025")
    found = parse(document(NUMBER, doubted))
    assert found.metadata.issued.date is None
    values = offers(flag(found, "date_impossible"))
    assert values[:2] == ["2025-02-20", "2025-04-30"] and "2025-02-30" not in values
    assert offers(flag(found, "handwritten_date_low_confidence")) == values


def test_a_signing_time_moves_days_behind_it_down() -> None:
    doubted = row("Huế, ngày", word("11", 0.5, {"17": 0.3, "14": 0.2}), "tháng 02 năm 2025")
    plain = offers(flag(parse(document(NUMBER, doubted)), "handwritten_date_low_confidence"))
    signed = parse(document(NUMBER, doubted, "Ký bởi: Ủy ban\nThời gian ký: 14/02/2025 10:09:57 +07:00"))
    assert plain == ["2025-02-17", "2025-02-14"]
    assert offers(flag(signed, "handwritten_date_low_confidence"))[0] == "2025-02-14"
    assert signed.metadata.issued.date == "2025-02-11"


def test_a_damaged_year_may_be_that_of_the_day_of_issue() -> None:
    doubted = row("Số:", word("02", 0.8), word("/202/5QĐ-UBND", 0.8))
    found = parse(document(doubted, ISSUED))
    assert found.metadata.number.text is None
    assert "02/2025/QĐ-UBND" in offers(flag(found, "number_misread"))


def test_a_file_name_comes_last_and_as_what_it_is() -> None:
    doubted = row("Số:", word("514", 0.7, {"574": 0.2}), "/QĐ-UBND")
    found = parse(document(doubted, ISSUED), filename="qd_575.pdf")
    item = flag(found, "handwritten_number_low_confidence")
    assert offers(item) == ["574/QĐ-UBND", "575/QĐ-UBND"] and item.alternatives[-1].confidence is None
    assert any(w.kind == "file_name" for w in item.witnesses)
    assert found.metadata.number.text == "514/QĐ-UBND"


def test_what_is_sure_is_not_doubted() -> None:
    found = parse(document(NUMBER, ISSUED))
    assert not [item for item in found.review if item.code.startswith("handwritten")]
