"""What a careful clerk would ask about: flags with their place and evidence. Messages are Vietnamese, for reviewers."""

from .filename import check_filename
from .layout import check_layout, check_notices
from .metadata import check_metadata
from .order import unknown_nodes
from .reading import check_cited_numbers, check_confidence
from .second_look import second_look

__all__ = [
    "check_cited_numbers",
    "check_confidence",
    "check_filename",
    "check_layout",
    "check_metadata",
    "check_notices",
    "second_look",
    "unknown_nodes",
]
