"""The categoriser of units learns, its file round-trips, and its labels are what headings say."""

from __future__ import annotations

from pathlib import Path

import pytest

from dau.structure.language.units import LABELS, read
from dau.training.corpus import Document
from dau.training.train_units import Amounts, fit_temperature, guesses, score, train
from dau.training.unit_labels import Unit, said, units

NETWORK = {"bare": 2, "start": 2, "length": 4096}
UNITS = [
    Unit(text, label, f"d{n % 4}")
    for n, (text, label) in enumerate(
        [
            ("Chủ trì hướng dẫn, kiểm tra việc thực hiện Thông tư này", "task"),
            ("Chủ trì xây dựng kế hoạch, báo cáo kết quả thực hiện", "task"),
            ("Phối hợp kiểm tra, báo cáo việc thực hiện kế hoạch", "task"),
            ("Có bằng đại học trở lên và ba năm kinh nghiệm", "criterion"),
            ("Có đủ sức khỏe, có bằng tốt nghiệp trung học", "criterion"),
            ("Có ít nhất năm năm kinh nghiệm quản lý", "criterion"),
            ("Bảo đảm công khai, minh bạch, khách quan, kịp thời", "principle"),
            ("Bảo đảm đúng pháp luật, công khai, dân chủ", "principle"),
            ("Tuân thủ pháp luật, bảo đảm minh bạch", "principle"),
            ("Thông tư này quy định về phạm vi áp dụng đối với", "other"),
            ("Giấy phép là văn bản do cơ quan nhà nước cấp", "other"),
            ("Hồ sơ là tập hợp văn bản được quy định sau đây", "other"),
        ]
    )
]


def test_it_learns_and_its_file_round_trips(tmp_path: Path) -> None:
    losses: list[float] = []
    amounts = Amounts(epochs=12, batch=4, rate=0.05)
    model = train(UNITS, amounts, NETWORK, lambda _, loss: losses.append(loss))
    assert losses[-1] < losses[0] / 2
    texts = [u.text for u in UNITS]
    assert guesses(model, texts) == [u.label for u in UNITS]
    model.temperature = fit_temperature(model, UNITS)
    model.save(tmp_path)
    again = read(tmp_path)
    assert again.network == NETWORK and again.temperature == model.temperature
    for one, other in zip(model.probabilities(texts), again.probabilities(texts), strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def test_the_same_units_give_the_same_weights(tmp_path: Path) -> None:
    for name in ("a", "b"):
        train(UNITS, Amounts(), NETWORK).save(tmp_path / name)
    a, b = (read(tmp_path / name).probabilities(u.text for u in UNITS) for name in ("a", "b"))
    assert a == b


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("Trách nhiệm của Bộ Tài chính", "task"),
        ("NHIỆM VỤ, GIẢI PHÁP", "task"),
        ("Tổ chức thực hiện", "task"),
        ("Trách nhiệm thi hành", "other"),
        ("Nguyên tắc áp dụng", "principle"),
        ("Các quan điểm chỉ đạo", "principle"),
        ("Điều kiện cấp giấy phép", "criterion"),
        ("13.TT.9.9. Tiêu chuẩn thiết bị", "criterion"),
        ("Giải thích từ ngữ", "other"),
        ("Quyền và nghĩa vụ của người lao động", None),
        ("Sở Tài chính", None),
        ("." * 190, None),  # a dotted line takes no time
        ("Các " * 60 + "…" * 60, None),
    ],
)
def test_what_headings_say(heading: str, label: str | None) -> None:
    assert said(heading) == label


def test_units_get_the_label_of_their_heading_and_not_its_words() -> None:
    text = (
        "Điều 1. Phạm vi điều chỉnh\nThông tư này quy định về quản lý và sử dụng kinh phí.\n"
        "Điều 2. Trách nhiệm của Bộ Tài chính\n1. Bố trí kinh phí thực hiện theo quy định.\n"
        "Điều 3. Sửa đổi một số điều\n1. Khoản này không có nhãn nào cả đâu.\n"
    )
    found = [(u.text, u.label) for u in units(Document("x", "legal", "", text))]
    assert found == [
        ("Thông tư này quy định về quản lý và sử dụng kinh phí.", "other"),
        ("Bố trí kinh phí thực hiện theo quy định.", "task"),
    ]


def test_scores() -> None:
    found = score(["task", "task", "other", "principle"], ["task", "other", "other", "principle"])
    assert found.accuracy == 0.75
    assert found.f1["task"] == pytest.approx(2 / 3) and found.f1["criterion"] == 0
    assert found.table["task"]["other"] == 1 and set(found.f1) == set(LABELS)
