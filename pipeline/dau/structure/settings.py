"""What may be tuned about the structure parser; frozen, so that it can enter the settings digest."""

from __future__ import annotations

from pydantic import Field

from dau.document.transcript import Frozen


class StructureSettings(Frozen):
    """Thresholds of the structure parser. Ratios and confidences are in 0…1."""

    keyword_similarity: float = Field(default=0.8, ge=0.5, le=1)
    """How alike (Levenshtein ratio of bare letters) a line and a keyword such as QUYẾT ĐỊNH must be."""

    header_lines: int = Field(default=60, ge=5, le=400)
    """How many printed lines of a component are searched for header and title."""

    subject_lines: int = Field(default=14, ge=1, le=60)
    """The most lines a subject (trích yếu) may take."""

    sure_digit_confidence: float = Field(default=0.96, ge=0, le=1)
    """Below this a word of the number or date counts as doubtful: printed digits are read with more, handwritten ones
    with less, whether rightly or wrongly."""

    sure_name_confidence: float = Field(default=0.9, ge=0, le=1)
    """Below this a word of the signer's name counts as doubtful."""

    low_page_confidence: float = Field(default=0.75, ge=0, le=1)
    """Mean word confidence below which a page is put before a reviewer."""

    low_node_confidence: float = Field(default=0.55, ge=0, le=1)
    """Mean word confidence below which a unit of the tree is put before a reviewer."""

    largest_list_gap: int = Field(default=3, ge=1, le=20)
    """A marker may jump this far over its predecessor and still be a marker (flagged); further it is not one."""

    unit_model: str = Field(default="units", pattern=r"^[\w-]+$")
    """The folder of models/ with the categoriser that says of units under no telling heading whether they lay duties;
    "none": the rules alone decide."""
