"""Makes one PDF in a process of its own: `python -m dau.pdf.worker`, the job on stdin, the answer on stdout.

pikepdf, fpdf2 and img2pdf meet files nobody vouches for: a crash or an endless loop costs the PDF, not the document.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from pikepdf import Pdf
from pikepdf.pdfa import PdfaError

from dau.document.errors import DauError

from .base import Base, base_of, displayed_size, unfit_pages
from .engine import graft
from .finish import finish
from .job import Answer, Job


def make(job: Job) -> Answer:
    """Write the PDF, or say which pages must be drawn anew before it can be."""
    with tempfile.TemporaryDirectory(prefix="dau-pdf-") as scratch:
        made = base_of(job)
        if made.redraw:
            return Answer(redraw=tuple(sorted(made.redraw)), facts=tuple(made.facts), flattened=made.flattened)
        below, above = Path(scratch, "base.pdf"), Path(scratch, "words.pdf")
        made.pdf.save(below)
        sizes = {number: displayed_size(page) for number, page in enumerate(made.pdf.pages, 1)}
        words = {p.number: p for p in job.pages if p.number in job.drawn or not p.own_text}
        if words:
            graft(below, above, words, sizes)
        with Pdf.open(above if words else below) as pdf:
            try:
                finish(pdf, Path(job.output), job.flavour, job.identity, job.information)
            except PdfaError:
                return _redraw(job, made, pdf)
    return Answer(facts=tuple(made.facts), flattened=made.flattened)


def _redraw(job: Job, made: Base, pdf: Pdf) -> Answer:
    """The pages at fault, those drawn already aside; where none is found it is what they share, and all are drawn."""
    left = set(range(1, len(pdf.pages) + 1)) - set(job.drawn)
    if not left:
        raise DauError("The pages drawn anew are no PDF/A either.", "Please report this with the file.")
    at_fault = left & set(unfit_pages(pdf, job.flavour))
    return Answer(redraw=tuple(sorted(at_fault or left)), facts=tuple(made.facts), flattened=made.flattened)


def main() -> None:
    job = Job.model_validate_json(sys.stdin.buffer.read())
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer
    try:
        answer = make(job).model_dump_json()
    except DauError as error:
        answer = json.dumps({"error": error.message, "advice": error.advice})
    os.write(out, answer.encode())


if __name__ == "__main__":
    main()
