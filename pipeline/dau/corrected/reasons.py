"""Why an event found no place: a code of a closed list with what it names, and a sentence for it in both languages.

The codes are those of the schema (`NotAppliedReason`); the Vietnamese sentence stands in the message of the flag.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dau.document.directive import NotAppliedReason

Code = Literal["vi", "en"]
"""Of a language."""

SENTENCES: Mapping[NotAppliedReason, Mapping[Code, str]] = {
    "no_page": {
        "vi": "kết quả này không có trang {page}",
        "en": "this result has no page {page}",
    },
    "word_gone": {
        "vi": "không còn chữ nào ở chỗ này trên trang",
        "en": "there is no word at this place of the page any more",
    },
    "word_joined": {
        "vi": "chữ ở chỗ này nay đọc dính với chữ bên cạnh, không rõ phải sửa phần nào",
        "en": "what stands here is now read together with its neighbour, and which part is meant is not clear",
    },
    "word_not_in_line": {
        "vi": "không còn chữ này ở dòng đã sửa",
        "en": "this word is not in its line any more",
    },
    "word_not_on_page": {
        "vi": "không còn chữ này trên trang",
        "en": "this word is not on the page any more",
    },
    "word_ambiguous": {
        "vi": "chữ này có ở nhiều chỗ, không rõ là chỗ nào",
        "en": "this word stands in several places, and which one is meant is not clear",
    },
    "word_differs": {
        "vi": 'chỗ này nay đọc là "{now}"',
        "en": "this place now reads “{now}”",
    },
    "word_part_corrected": {
        "vi": "một phần chỗ này đã được sửa lại",
        "en": "a part of this was corrected afterwards",
    },
    "line_gone": {
        "vi": "không còn dòng nào ở chỗ này trên trang",
        "en": "there is no line at this place of the page any more",
    },
    "line_ambiguous": {
        "vi": "không còn dòng này, hoặc có nhiều dòng giống nhau",
        "en": "this line is not there any more, or several lines read the same",
    },
    "line_not_divisible": {
        "vi": "chỗ này của văn bản (bảng, phần đầu, chữ ký …) không chia được như vậy",
        "en": "this part of the document (table, header, signature …) cannot be divided so",
    },
    "field_differs": {
        "vi": 'trường này nay là "{now}"',
        "en": "this field now says “{now}”",
    },
    "field_empty": {
        "vi": "trường này nay để trống",
        "en": "this field is now empty",
    },
    "flag_gone": {
        "vi": "kết quả này không có (hoặc không chỉ có một) điểm nghi ngờ như vậy",
        "en": "this result has no such doubt, or more than one",
    },
    "task_ambiguous": {
        "vi": "có nhiều nhiệm vụ giống nhau ở mục này, không rõ là nhiệm vụ nào",
        "en": "several duties of this node are the same, and which one is meant is not clear",
    },
    "task_no_duty": {
        "vi": "mục này còn nguyên văn nhưng nay không được coi là nhiệm vụ",
        "en": "the node reads as it did, but is not taken for a duty any more",
    },
    "task_gone": {
        "vi": "kết quả này không có nhiệm vụ như vậy",
        "en": "this result has no such duty",
    },
    "task_differs": {
        "vi": "nhiệm vụ này nay đã khác ({keys})",
        "en": "this duty is another now ({keys})",
    },
    "task_rejected": {
        "vi": "nhiệm vụ này nay đã khác (đã bị loại)",
        "en": "somebody said that this is no duty",
    },
    "node_gone": {
        "vi": "kết quả này không có mục như vậy",
        "en": "this result has no such node",
    },
    "document_differs": {
        "vi": "văn bản được chấp nhận theo một kết quả khác, nội dung nay đã khác",
        "en": "the document was accepted as another result had it; it says something else now",
    },
    "event_unknown": {
        "vi": "không có ý kiến nào trước đó mang mã này",
        "en": "no earlier review has this id",
    },
    "log_line_damaged": {
        "vi": "Dòng {line} của sổ rà soát {log} bị hỏng, ý kiến ghi ở đó không áp dụng được",
        "en": "line {line} of the log {log} is damaged, what was said there cannot be applied",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Why, as a code and what fills the blanks of its sentence."""

    code: NotAppliedReason
    values: Mapping[str, str] = field(default_factory=dict)

    def said(self, language: Code) -> str:
        """The sentence, without a full stop. A blank that has no value (in files of others) stays empty."""
        return SENTENCES[self.code][language].format_map(defaultdict(str, self.values))
