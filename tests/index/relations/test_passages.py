"""Fingerprints, and passages that two texts share."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.document.orthography import bare
from dau.index.relations.fingerprints import SHARED_RUN, fingerprints
from dau.index.relations.passages import LEAST, Passage, common_places, opposite, passages
from dau.index.relations.text import Place, Text, syllables, text_of

from .making import DUTIES, directive, doc, paragraphs

WORDS = sorted({word for text in DUTIES for word in syllables(text)})


def plain(words: list[str]) -> Text:
    """A text of one line a syllable."""
    lines = tuple((Place(1, f"p0001-l{n:04d}", "van-ban/p1"), word) for n, word in enumerate(words, 1))
    count = len(words)
    return Text(
        lines, tuple(words), tuple(range(count)), (0,) * count, tuple(map(len, words)), (100,) * count, (1,) * count
    )


def shared(a: Text, b: Text) -> list[Passage]:
    left, right = fingerprints(a), fingerprints(b)
    return passages(a, b, common_places(left, right, left.values & right.values))


@given(
    st.lists(st.sampled_from(WORDS), max_size=40),
    st.lists(st.sampled_from(WORDS), min_size=SHARED_RUN, max_size=30),
    st.lists(st.sampled_from(WORDS), max_size=40),
    st.lists(st.sampled_from(WORDS), max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_a_shared_run_shares_a_fingerprint(
    before: list[str], run: list[str], behind: list[str], other: list[str]
) -> None:
    """The guarantee of winnowing, whatever stands around the run."""
    one, two = fingerprints(plain(before + run + behind)), fingerprints(plain(other + run + before))
    assert one.values & two.values


def test_the_same_words_give_the_same_fingerprints_on_every_machine() -> None:
    words = ["cac", "co", "quan", "don", "vi", "pho", "bien", "noi", "dung"]
    found = fingerprints(plain(words))
    assert (found.hashes[0], found.at[0]) == (470562843138204856, 3)


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_a_quoted_passage_is_found_with_its_bounds(seed: int) -> None:
    """Within other words, a syllable in ten misread. The words around it are others on each side: equal ones, by
    chance, would rightly be taken for part of it."""
    dice = random.Random(seed)
    quoted = dice.choices(WORDS, k=80)
    left = dice.choices(WORDS[::2], k=50) + quoted + dice.choices(WORDS[::2], k=50)
    spoilt = [word + "x" if n % 10 == 9 else word for n, word in enumerate(quoted)]
    right = dice.choices(WORDS[1::2], k=70) + spoilt + dice.choices(WORDS[1::2], k=20)
    (found,) = shared(plain(left), plain(right))
    assert abs(found.a_first - 50) <= 4 and abs(found.a_end - 130) <= 4
    assert abs(found.b_first - 70) <= 4 and abs(found.b_end - 150) <= 4
    assert found.same >= 68


@given(st.lists(st.sampled_from(WORDS), max_size=120), st.lists(st.sampled_from(WORDS), max_size=120))
@settings(max_examples=60, deadline=None)
def test_passages_lie_in_their_texts_and_agree(one: list[str], two: list[str]) -> None:
    a, b = plain(one), plain(two)
    for p in shared(a, b):
        assert 0 <= p.a_first < p.a_end <= len(a) and 0 <= p.b_first < p.b_end <= len(b)
        assert p.same >= p.plain >= LEAST


def test_chance_is_no_passage() -> None:
    dice = random.Random(7)
    assert shared(plain(dice.choices(WORDS, k=3000)), plain(dice.choices(WORDS, k=3000))) == []


def test_garbled_and_clean_text_meet() -> None:
    clean = directive("a", "Kế hoạch", "1/KH-BNV", "01 tháng 02 năm 2021", "Về công việc", paragraphs(DUTIES[:2]))
    garbled = doc("b", paragraphs([bare(text).replace("dung", "dumg") for text in DUTIES[:2]]))
    a, b = (text_of(d.directive, d.transcript) for d in (clean, garbled))
    found = shared(a, b)
    assert sum(p.same for p in found) >= 70
    assert "phổ biến" in a.words(found[0].a_first, found[0].a_end)
    assert "pho bien" in b.words(found[0].b_first, found[0].b_end)


FORMULAS = (
    "Quyết định này có hiệu lực thi hành kể từ ngày ký.",
    "Chánh Văn phòng, Vụ trưởng Vụ Tổ chức cán bộ, Vụ trưởng Vụ Pháp chế, Thủ trưởng các đơn vị thuộc Bộ và các tổ "
    "chức, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này.",
    "Trong quá trình triển khai thực hiện, nếu có khó khăn, vướng mắc, các cơ quan, đơn vị phản ánh về Bộ để được "
    "hướng dẫn, giải quyết kịp thời theo quy định.",
)


@pytest.mark.parametrize(
    "same",
    [
        "\n".join(f"Điều {n}. {text}" for n, text in enumerate(FORMULAS, 1)),
        "Thực hiện Nghị quyết số 128/NQ-CP ngày 11 tháng 10 năm 2021 của Chính phủ ban hành Quy định tạm thời về thích "
        "ứng an toàn, linh hoạt, kiểm soát hiệu quả dịch bệnh và phục hồi sản xuất kinh doanh trong tình hình mới.",
        "Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015; Luật sửa đổi, bổ sung một số điều của Luật Tổ chức "
        "Chính phủ và Luật Tổ chức chính quyền địa phương ngày 22 tháng 11 năm 2019;",
    ],
)
def test_formulas_names_and_preambles_are_no_passage(same: str) -> None:
    one, other = (
        directive(name, "Quyết định", f"{n}/QĐ-BNV", "01 tháng 02 năm 2021", subject, same, issuer="BỘ NỘI VỤ")
        for n, (name, subject) in enumerate((("a", "Về việc thứ nhất"), ("b", "Về một việc khác hẳn")), 1)
    )
    a, b = (text_of(d.directive, d.transcript) for d in (one, other))
    assert shared(a, b) == []


def test_what_stands_opposite() -> None:
    words = WORDS[:40]
    a, b = plain([*words[:20], "23", "6", *words[20:]]), plain([*words[:20], "236", *words[20:]])
    (found,) = shared(a, b)
    assert opposite(a, b, found, 20, 22) == (20, 21)
    assert opposite(a, b, found, 0, 2) is None  # nothing before it holds it
    torn = plain([*words[:18], "khac", "han", "236", *words[20:]])
    (found,) = shared(a, torn)
    assert opposite(a, torn, found, 20, 22) is None  # its neighbours differ


def test_text_survives_packing() -> None:
    one = directive("a", "Kế hoạch", "1/KH-BNV", "01 tháng 02 năm 2021", "Về công việc", paragraphs(DUTIES))
    text = text_of(one.directive, one.transcript)
    assert Text.unpacked(*text.packed) == text and len(text) > 150
