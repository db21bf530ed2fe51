"""Vietnamese text as syllables: a lossless tokenizer for spaCy that needs no word segmenter.

Vietnamese puts a space between syllables, not words, so a syllable is what a space or a punctuation mark ends.
Words of several syllables ("chủ trì") are the matchers' business. `NORM` of a token is its bare letters in lower
case ("Chủ" → "chu"), computed once for each distinct token, so that matchers can overlook lost diacritics.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from spacy.attrs import NORM
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from .syllables import norm

SYLLABLES = "syllables"
"""Key in `doc.user_data` of the tokens and their offsets, so that no component need walk over spaCy's tokens."""

_TOKEN = re.compile(r"\s+|[^\W_]+|[^\w\s]|_", re.UNICODE)


def split(text: str) -> tuple[list[str], list[bool], list[int]]:
    """Tokens, whether one space follows each, and their offsets; `"".join(token + " " * space)` is the text."""
    words: list[str] = []
    spaces: list[bool] = []
    starts: list[int] = []
    end = 0
    for piece in _TOKEN.findall(text):  # together they are the text
        start, end = end, end + len(piece)
        if piece[0] == " " and spaces:
            spaces[-1] = True
            if piece == " ":
                continue
            piece, start = piece[1:], start + 1
        words.append(piece)
        spaces.append(False)
        starts.append(start)
    return words, spaces, starts


class SyllableTokenizer:
    """A spaCy tokenizer over `split`; offsets of tokens are offsets of the text."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        vocab.lex_attr_getters = {**vocab.lex_attr_getters, NORM: norm}  # type: ignore[attr-defined]

    def __call__(self, text: str) -> Doc:
        words, spaces, starts = split(text)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        doc.user_data[SYLLABLES] = (words, starts)
        return doc

    def to_bytes(self, **_: object) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> SyllableTokenizer:
        return self

    def to_disk(self, _path: object, **_: object) -> None:
        """Nothing to keep: the tokenizer has no state."""

    def from_disk(self, _path: object, **_: object) -> SyllableTokenizer:
        return self


@registry.tokenizers("dau.syllables.v1")  # type: ignore[untyped-decorator]
def syllable_tokenizer() -> Callable[[Language], SyllableTokenizer]:
    """The tokenizer's factory, named in the pipeline's configuration."""
    return lambda nlp: SyllableTokenizer(nlp.vocab)
