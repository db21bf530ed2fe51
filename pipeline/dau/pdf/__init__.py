"""Page images + words → searchable PDF/A.

`make`        searchable.pdf from an original and its transcript: the pages as they came, the restored words under them
`properties`  title, number, date and issuer of a document, as its PDF states them
`versions`    of what writes the PDF

The PDF is written by OCRmyPDF, pikepdf and img2pdf in a process of its own; nothing here imports them.
"""

from .job import Fact
from .making import Draw, Made, Original, make, versions
from .properties import properties
from .settings import PdfSettings

__all__ = ["Draw", "Fact", "Made", "Original", "PdfSettings", "make", "properties", "versions"]
