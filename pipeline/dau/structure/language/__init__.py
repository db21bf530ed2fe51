"""The language work of the parser: a blank Vietnamese spaCy pipeline at syllable level.

`tokenizer`  text → syllables, losslessly
`lexicon`    the words of administrative Vietnamese, from data/*.json
`names`      the grammar of agency names
`components` matchers and rules that mark predicates, agencies, citations, deadlines and awards
`pipeline`   the pipeline put together, and `read`: text → Reading
`reading`    what was marked, as plain data: offsets are offsets of the text
`sentences`  where sentences end
`spacy_alone`  how spaCy is imported
"""

from .reading import Mark, Reading
from .spacy_alone import import_spacy


def read(text: str) -> Reading:
    """The text as a `Reading`: tokens, predicates, agencies, relations between actors.

    spaCy is imported with the first call: that takes a second, which commands that parse nothing need not wait.
    """
    import_spacy()
    from . import pipeline

    return pipeline.read(text)


__all__ = ["Mark", "Reading", "read"]
