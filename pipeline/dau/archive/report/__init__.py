"""What an archive holds, on paper: a page for the eye and a table for the spreadsheet.

`survey`  every input with its outcome and document, one in memory at a time
`sheet`   one row an input, as CSV
`page`    self-contained HTML: counts, failures, the most doubtful documents, pace, versions
`crops`   the place of a doubt on its page, as a small picture
`pace`    pages over working time, as SVG
`words`   what the statuses and categories are called, and texts made harmless
"""

from .page import PageLimits, ReportPage
from .sheet import Separator, Sheet
from .survey import Row, survey

__all__ = ["PageLimits", "ReportPage", "Row", "Separator", "Sheet", "survey"]
