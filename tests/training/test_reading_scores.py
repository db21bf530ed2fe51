"""Order of lines and text of overlays, on texts whose score is plain."""

from __future__ import annotations

import pytest

from dau.training.reading_scores import kendall_tau, leaked

_LINES = [
    "Điều 1. Phê duyệt kế hoạch.", "Căn cứ Luật Đất đai;", "Giám đốc Sở Y tế báo cáo hằng quý.",
    "Nơi nhận: như trên", "Trường hợp khác do Chủ tịch quyết định",
]
_TEXT = "\n".join(_LINES)


@pytest.mark.parametrize(
    ("hypothesis", "expected"),
    [
        (_TEXT, 1.0),
        ("\n".join(reversed(_LINES)), -1.0),
        ("\n".join([_LINES[1], _LINES[0], *_LINES[2:]]), 0.8),  # one of ten pairs turned
        ("\n".join(line.replace("ề", "è").replace("ậ", "â") for line in _LINES), 1.0),  # misread, in order
        ("\n".join(_LINES[2:]), 1.0),  # lost lines are no matter of order
        ("\n".join([*_LINES, "một dòng lạ hoàn toàn khác hẳn"]), 1.0),
        ("", 1.0),
    ],
)
def test_order_of_lines(hypothesis: str, expected: float) -> None:
    assert kendall_tau(hypothesis, _TEXT) == pytest.approx(expected)


def test_what_is_printed_twice_says_nothing() -> None:
    twice = f"{_LINES[1]}\n{_LINES[0]}\n{_LINES[1]}"
    assert kendall_tau(f"{_LINES[0]}\n{_LINES[1]}\n{_LINES[1]}", twice) == 1.0


@pytest.mark.parametrize(
    ("text", "overlays", "expected"),
    [
        (_TEXT, "Ký bởi: CỤC THUẾ", []),
        (_TEXT + "\nKý bởi: CỤC THUẾ", "Ký bởi: CỤC THUẾ", ["ký bởi: cục thuế"]),
        (_TEXT + "\nKý bởl: CỤC THUE", "Ký bởi: CỤC THUẾ", ["ký bởi: cục thuế"]),
        (_TEXT, "[con dấu] Điều 1. Phê duyệt kế hoạch.", []),  # it is the page's own text as well
        (_TEXT + " ĐẾN", "[dấu đến] ĐẾN (đè lên trích yếu)", []),  # too short to tell
    ],
)
def test_overlays_in_the_text(text: str, overlays: str, expected: list[str]) -> None:
    assert leaked(text, _TEXT, overlays) == expected
