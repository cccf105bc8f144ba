"""Private parts of reportlab."""

from datetime import date
from typing import Protocol

from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfgen.canvas import Canvas


class Fonts(Protocol):
    """What adds fonts to a document."""

    def addObjects(self, document: PDFDocument) -> None: ...


def add_when_saved(canvas: Canvas, fonts: Fonts) -> None:
    """Let `fonts` add what was used to the document, when it is saved.

    Uses `Canvas._doc` and its `delayedFonts`. The public way registers a font for all documents of
    the process, so that drawing one document changes the bytes of another.
    """
    canvas._doc.delayedFonts.append(fonts)


def date_document(canvas: Canvas, day: date) -> None:
    """Say when the document was made.

    Uses `Canvas._doc`, its `_timeStamp`, and the `YMDhms` of that. The public `invariant` always
    means the year 2000, and the public environment variable sets one date for the whole process.
    """
    canvas._doc._timeStamp.YMDhms = (day.year, day.month, day.day, 0, 0, 0)
