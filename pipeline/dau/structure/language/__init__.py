"""The language work of the parser: a blank Vietnamese spaCy pipeline at syllable level.

`tokenizer`  text → syllables, losslessly
`lexicon`    the words of administrative Vietnamese, from data/*.json
`names`      the grammar of agency names
`components` matchers and rules that mark predicates, agencies, citations, deadlines and awards
`pipeline`   the pipeline put together, and `read`: text → Reading
`reading`    what was marked, as plain data: offsets are offsets of the text
`sentences`  where sentences end
"""

from .pipeline import read
from .reading import Mark, Reading

__all__ = ["Mark", "Reading", "read"]
