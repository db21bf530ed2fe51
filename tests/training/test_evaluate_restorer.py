"""The restorers that are measured side by side: what sets the network alone apart from the shipped one."""

from __future__ import annotations

from dau.resources import models_dir
from dau.restore import RestoreSettings, load, read_rows
from dau.training.evaluate_restorer import Unguarded

ROWS = [
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Căn cứ Luật Ban hành văn bản quy phạm pháp luật ngày 22 tháng 6 nam 2015;",
    "Quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của cac phòng.",
]


def test_no_margin_holds_the_network_alone_back() -> None:
    """Text that looks right by and large, with margins that no change passes."""
    settings = RestoreSettings(margin_legacy=1, margin_scan=1, margin_text=1)
    lines = read_rows(ROWS, 1)
    assert [line.restored for line in load(settings).restore(lines)] == ROWS
    restored = [line.restored for line in Unguarded(models_dir() / "seq2seq", settings).restore(lines)]
    assert restored == [ROWS[0], ROWS[1].replace("nam", "năm"), ROWS[2].replace("cac", "các")]
