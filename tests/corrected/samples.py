"""A small directive with the errors of a machine in it, as plain text and as lines with boxes."""

from __future__ import annotations

from functools import cache

from dau.archive.review_events import (
    Action,
    FieldTarget,
    FlagTarget,
    ReviewEvent,
    TaskTarget,
    TaskValue,
    WordTarget,
    new_event,
)
from dau.corrected import word_target
from dau.document.directive import Directive, Task
from dau.document.transcript import Transcript, TranscriptPage
from dau.structure import parse
from tests.structure.reading import boxed_page, text_transcript

BY = "Lê Thị Cúc"
TEXT = """BỘ THÔNG TIN VÀ TRUYỀN THÔNG        CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Số: 4423/QĐ-BTTTT        Độc lập - Tự do - Hạnh phúc
Hà Nội, ngày 45 tháng 9 năm 2021
QUYẾT ĐỊNH
Về việc phát động phong trào thi đua
BỘ TRƯỞNG BỘ THÔNG TIN VÀ TRUYỀN THÔNG
Căn cứ Luật Thi đua, khen thưởng ngày 26 tháng 11 năm 2003;
Xét đề nghị của Vụ trưởng Vụ Thi đua - Khen thưởng,
QUYẾT ĐỊNH:
Điều 1. Tổ chức thực hiện
1. Vụ Bưu chính chủ trì, phối hợp với Văn phòng Bộ xây dựng kế hoạch trước ngày 30/9/2021.
2. Cục Tin học hoá báo cáo kết quả thực hiện về Vụ Thi đua - Khen thưởng trước ngày 15/12/2021.
3. Vụ Tài chính bố trí kinh phí thực hiện phong trào thi đua.
4. Nội dung này chỉ để tham khảo.
Điều 2. Quyết định này có hiệu lực kể từ ngày ký.
KT. BỘ TRƯỞNG
THỨ TRƯỞNG
Phạm Anh Tuấn
"""


@cache
def machine() -> tuple[Directive, Transcript]:
    """What a run makes of the text."""
    transcript = text_transcript(TEXT)
    return parse(transcript), transcript


@cache
def boxed(rows: tuple[str, ...] = tuple(TEXT.splitlines()), shift: float = 0.0) -> tuple[Directive, Transcript]:
    """The same as a reader gives it; `shift`: points by which its boxes lie elsewhere."""
    page = boxed_page(1, [(70.0 + shift, 60.0 + 20 * n, row) for n, row in enumerate(rows)], 0.9)
    transcript = Transcript(pages=(page,))
    return parse(transcript), transcript


def page_of(transcript: Transcript) -> TranscriptPage:
    return transcript.pages[0]


def target_of(transcript: Transcript, text: str, raw: bool = False, nth: int = 0) -> WordTarget:
    """The target of the n-th run of words that reads `text`."""
    wanted = text.split(" ")
    found = []
    for line in page_of(transcript).lines:
        words = [(w.raw if raw else w.restored) for w in line.words]
        for n in range(len(words) - len(wanted) + 1):
            if words[n : n + len(wanted)] == wanted:
                found.append(word_target(page_of(transcript), line, n, n + len(wanted) - 1))
    return found[nth]


def word(transcript: Transcript, text: str, after: str, nth: int = 0, by: str = BY) -> ReviewEvent:
    return new_event(by, "correct_word", target_of(transcript, text, nth=nth), before=text, after=after)


def field(name: str, after: str | None, before: str | None = None, action: Action = "correct_field") -> ReviewEvent:
    return new_event(BY, action, FieldTarget(field=f"/metadata/{name}"), before=before, after=after)


def task(of: Task, after: TaskValue | None, action: Action = "correct_task") -> ReviewEvent:
    return new_event(BY, action, TaskTarget(node=of.node, text=of.text, id=of.id), after=after)


def flag(directive: Directive, code: str) -> ReviewEvent:
    item = next(item for item in directive.review if item.code == code)
    target = FlagTarget(code=item.code, field=item.field, node=item.node, page=item.page, raw=item.raw)
    return new_event(BY, "accept", target)
