"""Decisions written into a line: nothing lost, nothing twice, and what the guard refuses stays as it was read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dau.document.transcript import Line, Word, line_id
from dau.resources import models_dir
from dau.restore import RestoreSettings, guard, noisy_channel
from dau.restore.confidence import Calibration
from dau.restore.noisy_channel import Choice, NoisyChannelRestorer, Weighed
from dau.restore.rewrite import MOST_TRIALS, Edit, reason_for, rewrite

judge = Calibration().probability


def line(text: str, sure: float | None = None) -> Line:
    words = tuple(Word(raw=w, restored=w, confidence=sure) for w in text.split())
    return Line(id=line_id(1, 1), words=words)


def written(before: Line, edits: list[Edit], certainty: dict[int, float] | None = None) -> Line:
    return rewrite(before, edits, certainty or {}, lambda share, read: judge("legacy", share, read))


def join(word: int, end: int, text: str, score: float = 0.9) -> Edit:
    return Edit(word, 0, end, text, score, "join", word + 1)


@pytest.mark.parametrize(("text", "edits", "words"), [
    ("vé viéc", [Edit(0, 0, 2, "về", 0.9, "diacritics")], [("vé", "về"), ("viéc", "viéc")]),
    ("“phong,chong", [Edit(0, 1, 6, "phòng", 0.9, "diacritics"), Edit(0, 7, 12, "chống", 0.9, "diacritics")],
     [("“phong,chong", "“phòng,chống")]),
    ("T hong tin", [join(0, 4, "Thông")], [("T hong", "Thông"), ("tin", "tin")]),
    ("doankét, a", [Edit(0, 0, 7, "đoàn kết", 0.9, "split")], [("doankét,", "đoàn kết,"), ("a", "a")]),
    # a join pulls in the next word with what is edited there; joins may follow one another
    ("(T hong-tin, x", [Edit(0, 1, 4, "Thông", 0.9, "join", 1), Edit(1, 5, 8, "tín", 0.9, "diacritics")],
     [("(T hong-tin,", "(Thông-tín,"), ("x", "x")]),
    ("T hong t in", [join(0, 4, "Thông"), join(2, 2, "tin")], [("T hong", "Thông"), ("t in", "tin")]),
])
def test_edits(text: str, edits: list[Edit], words: list[tuple[str, str]]) -> None:
    after = written(line(text), edits)
    assert [(w.raw, w.restored) for w in after.words] == words
    assert after.raw == text
    for change in after.changes:
        assert text[change.raw_start : change.raw_end] == change.raw
        assert after.restored[change.start : change.end] == change.restored


@pytest.mark.parametrize(("raw", "restored", "reason"), [
    ("vé", "về", "diacritics"), ("QD", "QĐ", "diacritics"), ("THI", "thí", "diacritics"), ("s6", "số", "confusion"),
    ("vl", "vì", "confusion"),
])
def test_reasons(raw: str, restored: str, reason: str) -> None:
    assert reason_for(raw, restored) == reason


def test_what_the_guard_refuses_stays_and_is_as_sure_as_the_edit_was_not() -> None:
    edits = [Edit(0, 0, 4, "ngày", 0.9, "diacritics"), Edit(1, 0, 2, "15", 0.8, "confusion")]
    after = written(line("ngay 45 thing"), edits, {0: 0.9, 1: 0.8, 2: 0.7})
    assert after.restored == "ngày 45 thing"
    assert [c.restored for c in after.changes] == ["ngày"]
    assert [w.confidence for w in after.words] == pytest.approx([0.9, 0.2, 0.7])


def test_both_words_of_a_refused_join_are_as_sure_as_the_join_was_not() -> None:
    after = written(line("1 2 tin"), [join(0, 1, "12", 0.9)], {0: 0.9, 1: 0.9, 2: 0.7})
    assert [(w.raw, w.restored) for w in after.words] == [("1", "1"), ("2", "2"), ("tin", "tin")]
    assert [w.confidence for w in after.words] == pytest.approx([0.1, 0.1, 0.7])


def test_of_two_refused_edits_of_a_word_the_surer_makes_it_doubtful() -> None:
    edits = [Edit(0, 0, 2, "15", 0.99, "confusion"), Edit(0, 3, 4, "8", 0.4, "confusion")]
    after = written(line("45/9"), edits, {0: 0.4})
    assert after.restored == "45/9"
    assert after.words[0].confidence == pytest.approx(0.01)


def test_a_posterior_rounded_above_one_that_is_refused() -> None:
    after = written(line("45", sure=0.5), [Edit(0, 0, 2, "15", 1.0000001, "confusion")], {0: 1.0})
    assert (after.restored, after.words[0].confidence) == ("45", 0.0)


def test_very_many_edits_of_which_one_is_refused_are_all_refused() -> None:
    before = line("ngay " * MOST_TRIALS + "45")
    edits = [Edit(n, 0, 4, "ngày", 0.9, "diacritics") for n in range(MOST_TRIALS)]
    assert written(before, edits).restored == before.raw.replace("ngay", "ngày")
    assert written(before, [*edits, Edit(MOST_TRIALS, 0, 2, "15", 0.9, "confusion")]).restored == before.raw


def test_without_the_guard_everything_is_written() -> None:
    edits = [Edit(0, 0, 2, "15", 0.9, "confusion")]
    assert rewrite(line("45"), edits, {}, lambda *_: None, guarded=False).restored == "15"


def test_unknown_stays_unknown_and_the_doubtful_half_counts() -> None:
    assert [w.confidence for w in written(line("a b"), []).words] == [None, None]
    after = written(line("T hong", sure=0.25), [join(0, 4, "Thông")], {0: 0.9, 1: 0.64})
    assert [w.confidence for w in after.words] == pytest.approx([0.4])


@pytest.fixture(scope="module")
def legacy() -> NoisyChannelRestorer:
    return noisy_channel.load(models_dir() / "ngram", RestoreSettings(channel="legacy"))


def decided(weighed: Weighed, wanted: dict[int, str]) -> Weighed:
    """The likeliest choice of some slots, by number, replaced: the first one of the kind that is named."""
    kinds = {"join": lambda c: c.join, "tail": lambda c: c.tail, "word": lambda c: not (c.join or c.tail)}
    shares = [[s.copy() for s in run] for run in weighed.shares]
    places = [(r, t) for r, run in enumerate(weighed.runs) for t in range(len(run.slots))]
    for n, kind in wanted.items():
        r, t = places[n]
        options: list[Choice] = weighed.choices[r][t]
        shares[r][t][:] = 0.0
        shares[r][t][next(k for k, c in enumerate(options) if kinds[kind](c))] = 0.97
    return replace(weighed, shares=shares)


@pytest.mark.parametrize(("wanted", "words"), [
    ({}, "T hong|t in|va|T ruyen|thong"),
    ({0: "join", 1: "word"}, "T hong|t in|va|T ruyen|thong"),  # the second half wants to be a word of its own
    ({0: "word", 1: "tail"}, "T|hong|t in|va|T ruyen|thong"),  # a second half without a first stays as it was read
    ({4: "join", 5: "join"}, "T hong|t in|va T|ruyen|thong"),  # and what is a second half begins no other join
    ({4: "word", 5: "tail"}, "T hong|t in|va|T|ruyen|thong"),
])
def test_halves_that_disagree(legacy: NoisyChannelRestorer, wanted: dict[int, str], words: str) -> None:
    """The network decides slot by slot: what it says of two halves may not fit together."""
    [after] = legacy.rewritten(decided(legacy.weigh([line("T hong t in va T ruyen thong")]), wanted))
    assert "|".join(w.raw for w in after.words) == words
    assert guard.violations(after.raw, after.restored) == []
    whole = {"T hong": "Thông", "t in": "tin", "T ruyen": "Truyền", "T": "T", "hong": "hong"}
    for word in after.words:
        assert word.restored == whole.get(word.raw, word.restored)


@pytest.mark.parametrize(("word", "share", "read", "expected"), [
    ("Số:455", 1.0, 0.75, 0.75), ("230", None, 0.5, 0.5), ("s6", 0.9, 0.6, 0.6), ("vé", 1.0, 0.75, 0.99),
])
def test_no_language_model_is_a_witness_of_digits(word: str, share: float | None, read: float,
                                                  expected: float) -> None:
    """A calibration fitted on print would lift the engine's doubt about a handwritten number."""
    after = rewrite(line(word, read), [], {} if share is None else {0: share}, lambda *_: 0.99)
    assert [w.confidence for w in after.words] == [expected]
