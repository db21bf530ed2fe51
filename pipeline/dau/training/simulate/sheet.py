"""A sheet: the clean text of a directive with as much layout as a typist needs, and its plain-text markup.

One line is one paragraph; blank lines mean nothing. Lines that begin with `@` are instructions:

    @synthetic REASON            the text is a reconstruction, no issued document
    @part ROLE TYPE              begins a component; ROLE main, attachment or appendix, TYPE e.g. Quyết định
    @landscape                   the component's pages lie on their side
    @parent TEXT, @issuer TEXT   left column of the header, one line each
    @number Số: {103}/CT-BTTTT   braces: written by hand; {} a blank left for the hand
    @date Hà Nội, ngày {13} tháng {12} năm 2021
    @note TEXT                   a line of the electronic-signature note in the top margin (not part of the text)
    @received TEXT               the ĐẾN stamp over the title: agency, then number, then date (digits by hand)
    @urgency HỎA TỐC             a slanted stamp beside the title; neither is part of the text
    @type TEXT, @subject TEXT    centred title, one line each (a subject is broken where it is too long)
    @source TEXT                 centred, italic: (Kèm theo Quyết định …)
    @addressee TEXT              Kính gửi
    @table 6 20 74               a ruled table, column widths in per cent; rows are `| cell | cell`, the first row is
    @end                         the header, ¶ parts paragraphs of a cell; a cell `<` is one with that left of it, `^`
                                 with that above; `@table open 6 20 74` has no borders left and right; ends with @end
    @signer TEXT, @signed NAME   the lines over the signature, and the name under it
    @recipient TEXT              an item of Nơi nhận

Other lines are paragraphs of the body: `# ` centred bold, `! ` bold, `~ ` italic, otherwise upright. Inside a
paragraph `**…**` is bold and `//…//` italic.
"""

from __future__ import annotations

import re
from typing import Literal

from dau.document.errors import InputError
from dau.document.orthography import nfc
from dau.document.transcript import Frozen

from .fonts import Style

Setting = Literal["plain", "bold", "italic", "centre"]
Role = Literal["main", "attachment", "appendix"]
_TOKEN = re.compile(r"(\*\*|//|\{[^{}]*\})")
_STYLES: dict[tuple[bool, bool], Style] = {
    (False, False): "regular", (True, False): "bold", (False, True): "italic", (True, True): "bold_italic",
}
_PREFIXES: dict[str, Setting] = {"# ": "centre", "! ": "bold", "~ ": "italic"}


class Run(Frozen):
    """Letters of one style; `hand` is written by hand, and with no text a blank left for the hand."""

    text: str
    style: Style = "regular"
    hand: bool = False


MERGED_LEFT, MERGED_ABOVE = "<", "^"
Word = tuple[Run, ...]
"""What stands between two spaces."""


class Paragraph(Frozen):
    """`literal`: the text has no markup; what looks like it is text."""

    text: str
    setting: Setting = "plain"
    literal: bool = False


class Table(Frozen):
    """`widths` in per cent of the text width; the first row is the header, with those below it that a cell of it runs
    into; ¶ parts the paragraphs of a cell; `<` and `^` are merged with the cell left of them or above."""

    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    open_sides: bool = False

    @property
    def heads(self) -> int:
        """How many rows the header has."""
        return next((n for n, row in enumerate(self.rows) if n and MERGED_ABOVE not in row), len(self.rows))


class Part(Frozen):
    """A component of the document: the decision, the plan attached to it, an appendix."""

    role: Role = "main"
    type: str = ""
    landscape: bool = False
    parent: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    number: str | None = None
    date: str | None = None
    note: tuple[str, ...] = ()
    received: tuple[str, ...] = ()
    urgency: str | None = None
    title: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    addressee: tuple[str, ...] = ()
    body: tuple[Paragraph | Table, ...] = ()
    signer: tuple[str, ...] = ()
    signed: str | None = None
    recipients: tuple[str, ...] = ()


class Sheet(Frozen):
    """`synthetic` says why the text is no witness for anything; None where it is the text of a real document."""

    synthetic: str | None = None
    parts: tuple[Part, ...] = ()


def words(text: str, base: Style = "regular") -> tuple[Word, ...]:
    """Marked-up text as words of styled runs: `**Điều 1.** Ban` → ((Điều, bold),), ((1., bold),), ((Ban, regular),)."""
    bold, italic = base in ("bold", "bold_italic"), base in ("italic", "bold_italic")
    out: list[Word] = []
    current: list[Run] = []
    for piece in _TOKEN.split(text):
        if piece == "**":
            bold = not bold
        elif piece == "//":
            italic = not italic
        elif piece.startswith("{") and piece.endswith("}"):
            current.append(Run(text=piece[1:-1], style=_STYLES[bold, italic], hand=True))
        else:
            for n, part in enumerate(re.split(r"\s+", piece)):
                if n and current:
                    out.append(tuple(current))
                    current = []
                if part:
                    current.append(Run(text=part, style=_STYLES[bold, italic]))
    if current:
        out.append(tuple(current))
    return tuple(out)


def words_of(paragraph: Paragraph, base: Style) -> tuple[Word, ...]:
    """The words of a paragraph in the style of its setting."""
    if paragraph.literal:
        return tuple((Run(text=word, style=base),) for word in paragraph.text.split())
    return words(paragraph.text, base)


def plain(text: str) -> str:
    """Marked-up text as it reads: markup gone, spaces single."""
    return " ".join(w for w in ("".join(run.text for run in word) for word in words(text)) if w)


def read_sheet(source: str) -> Sheet:
    """Parse the markup of the module's docstring. Raises InputError with the number of the line it cannot take."""
    synthetic: str | None = None
    parts: list[dict[str, object]] = []
    table: tuple[tuple[float, ...], list[tuple[str, ...]], bool] | None = None
    for number, line in enumerate(nfc(source).splitlines(), 1):
        line = line.strip()
        if not line:
            continue
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if word == "@synthetic":
            synthetic = rest or "synthetic"
        elif word == "@part":
            role, _, kind = rest.partition(" ")
            parts.append({"role": role, "type": kind.strip()})
        elif not parts:
            raise InputError(f"Line {number} of the sheet stands before any @part.", "Begin with “@part main TYPE”.")
        elif table is not None:
            if word == "@end":
                _body(parts[-1]).append(Table(widths=table[0], rows=tuple(table[1]), open_sides=table[2]))
                table = None
            else:
                table[1].append(_row(line, len(table[0]), number))
        elif word == "@table":
            table = (tuple(float(w) for w in rest.removeprefix("open").split()), [], rest.startswith("open"))
        else:
            _instruction(parts[-1], word, rest, line, number)
    if table is not None:
        raise InputError("The sheet ends inside a table.", "Close it with “@end”.")
    return Sheet(synthetic=synthetic, parts=tuple(Part.model_validate(p) for p in parts))


_MANY = {
    "@parent": "parent", "@issuer": "issuer", "@note": "note", "@type": "title", "@subject": "subject",
    "@source": "source", "@addressee": "addressee", "@signer": "signer", "@recipient": "recipients",
    "@received": "received",
}
_ONE = {"@number": "number", "@date": "date", "@signed": "signed", "@urgency": "urgency"}


def _instruction(part: dict[str, object], word: str, rest: str, line: str, number: int) -> None:
    if word in _MANY:
        part[_MANY[word]] = (*_strings(part.get(_MANY[word])), rest)
    elif word in _ONE:
        part[_ONE[word]] = rest
    elif word == "@landscape":
        part["landscape"] = True
    elif word.startswith("@"):
        raise InputError(f"Line {number} of the sheet has an unknown instruction {word}.", "See the docs of sheets.")
    else:
        setting = _PREFIXES.get(line[:2], "plain")
        _body(part).append(Paragraph(text=line if setting == "plain" else line[2:].strip(), setting=setting))


def _strings(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _body(part: dict[str, object]) -> list[Paragraph | Table]:
    body = part.setdefault("body", [])
    assert isinstance(body, list)
    return body


def _row(line: str, columns: int, number: int) -> tuple[str, ...]:
    cells = tuple(cell.strip() for cell in line.removeprefix("|").split(" | "))
    if not line.startswith("|") or len(cells) != columns:
        raise InputError(
            f"Line {number} of the sheet should be a table row of {columns} cells.", "Write “| cell | cell”.",
        )
    return cells


def plain_text(sheet: Sheet) -> str:
    """The sheet's text in reading order, one line a paragraph, title line or cell paragraph; no overlays."""
    lines: list[str] = []
    for part in sheet.parts:
        if part.issuer or part.number:
            header = (*part.parent, *part.issuer, part.number or "", *MOTTO, part.date or "")
            lines += map(plain, header)
        lines += map(plain, (*part.title, *part.subject, *part.source, *part.addressee))
        for item in part.body:
            if isinstance(item, Paragraph):
                lines.append(" ".join("".join(r.text for r in w) for w in words_of(item, "regular")))
            else:
                lines += [plain(p) for row in item.rows for cell in row for p in cell.split("¶")
                          if cell not in (MERGED_LEFT, MERGED_ABOVE)]  # fmt: skip
        lines += ["Nơi nhận:", *map(plain, part.recipients)] if part.recipients else []
        lines += map(plain, (*part.signer, part.signed or ""))
    return "".join(f"{line}\n" for line in lines if line)


MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
"""Quốc hiệu and Tiêu ngữ, the right column of every header (Nghị định 30/2020/NĐ-CP, Điều 8)."""
