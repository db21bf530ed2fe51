"""Which document counts: no failure and no run over some of the pages hides a document over more of them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.archive.manifest import ManifestLine, SourceFile
from dau.archive.outcome import PageStatus
from dau.archive.state import State

SHA256 = "ab" * 32
PAGES = 4


@dataclass(frozen=True)
class Run:
    """A run of one path: `statuses` of the pages it was asked for, None where it failed as a whole."""

    settings: str
    statuses: dict[int, PageStatus] | None
    path: str = "/in/a.pdf"

    @property
    def document(self) -> str | None:
        return None if self.statuses is None else f"{SHA256[:16]}-{self.settings}"

    @property
    def asked(self) -> int:
        return len(self.statuses or {})

    @property
    def read(self) -> int:
        return sum(status != "failed" for status in (self.statuses or {}).values())


def folded(runs: list[Run]) -> State:
    state, offset = State(), 0
    for run in runs:
        source = SourceFile(path=run.path, sha256=SHA256, bytes=1)
        failed = run.statuses is None or "failed" in run.statuses.values()
        outcome = ManifestLine(
            event="outcome", source=source, settings=run.settings, document=run.document, pages=run.statuses or {},
            status="failed" if run.statuses is None else "partial" if failed else "success",
        )
        for line in (ManifestLine(event="received", source=source, settings=run.settings), outcome):
            state.add(line, offset)
            offset += 1
    return state


def ok(*numbers: int) -> dict[int, PageStatus]:
    return dict.fromkeys(numbers, "success")


WHOLE = Run("whole", ok(1, 2, 3, 4))
NEWER = Run("newer", {**ok(1, 2, 3), 4: "failed"})
FIRST = Run("first", ok(1))
SOME = Run("some", ok(1, 2, 3))
FAILED = Run("first", None)
ELSEWHERE = Run("first", ok(1), "/copy/a.pdf")


@pytest.mark.parametrize(("runs", "current", "told", "fewer"), [
    ([WHOLE, FIRST], "whole", "success", True),
    ([FIRST, WHOLE], "whole", "success", False),
    ([WHOLE, NEWER], "newer", "partial", False),
    ([WHOLE, NEWER, FIRST], "newer", "partial", True),
    ([WHOLE, NEWER, FIRST, SOME], "newer", "partial", True),
    ([NEWER, WHOLE, FIRST, FAILED], "whole", "failed", False),
    ([NEWER, SOME, FAILED], "newer", "failed", False),
    ([WHOLE, FAILED, FIRST], "whole", "success", True),
    ([WHOLE, FIRST, WHOLE], "whole", "success", False),
    ([WHOLE, FIRST, NEWER, FIRST, SOME], "newer", "partial", True),
    ([FIRST, Run("second", ok(2))], "second", "success", False),
    ([SOME, Run("second", ok(2))], "some", "success", True),
    ([FIRST], "first", "success", False),
])  # fmt: skip
def test_what_counts_and_what_is_told(runs: list[Run], current: str, told: str, fewer: bool) -> None:
    state, key = folded(runs), (runs[-1].path, SHA256)
    assert list(state.current()) == [f"{SHA256[:16]}-{current}"]
    assert state.told(key).status == told
    assert state.fewer_pages(key) is fewer


def test_a_copy_read_over_one_page_hides_nothing_and_is_told_of() -> None:
    state = folded([WHOLE, ELSEWHERE])
    assert list(state.current()) == [WHOLE.document]
    assert state.fewer_pages((ELSEWHERE.path, SHA256)) and not state.fewer_pages((WHOLE.path, SHA256))


CHOSEN = {"whole": tuple(range(1, PAGES + 1)), "newer": tuple(range(1, PAGES + 1)), "one": (1,), "two": (2, 3)}


@st.composite
def histories(draw: st.DrawFn) -> list[Run]:
    runs = []
    for _ in range(draw(st.integers(1, 8))):
        settings = draw(st.sampled_from(sorted(CHOSEN)))
        statuses = {number: draw(st.sampled_from(["success", "blank", "failed"])) for number in CHOSEN[settings]}
        path = draw(st.sampled_from(["/in/a.pdf", "/in/b.pdf"]))
        runs.append(Run(settings, draw(st.sampled_from([statuses, statuses, None])), path))
    return runs


@given(histories())
def test_whatever_is_run_no_document_over_more_pages_is_hidden(runs: list[Run]) -> None:
    state = folded(runs)
    most = max(run.asked for run in runs)
    made = {run.document: run for run in runs if run.document is not None}  # the last of each folder
    if not made:
        assert state.current() == {}
        return
    (current,) = state.current().values()
    assert current.done.asked == most
    assert current.done == state.documents[current.done.document or ""]
    assert set(state.current_documents()) >= {current.done.document}
    for path in {run.path for run in runs}:
        of_path = [run for run in runs if run.path == path]
        with_document = [run for run in of_path if run.document is not None]
        told, last = state.told((path, SHA256)), of_path[-1]
        if last.statuses is None:
            assert told.document is None
        else:
            widest = max(run.asked for run in with_document)
            wanted = [run for run in with_document if run.asked == widest]
            assert told.asked == widest and told.document in {run.document for run in wanted}
            if last.asked == widest:
                assert told.document == last.document
