"""Page image → lines of words with boxes and confidence, in reading order, without what lies over the text.

`Reader`       reads pages with every engine there is
`OcrSettings`  which engines, and their limits
`Reading`      lines and overlays of a page

One module an engine (`tesseract`, `trueocr`); `fuse` makes one reading of two, `columns` and `reading_order` put the
lines in order, `overlay_text` tells stamps and notes from text.
"""

from .reader import OcrSettings, Reader
from .rescue import Reading

__all__ = ["OcrSettings", "Reader", "Reading"]
