"""A certificate as a PDF: one page, the same bytes for the same document.

    pdf = render_certificate(CertificateDocument(student_name="Ngô Thị Hương", ...))

It reads nothing but its argument and the fonts shipped beside it, and takes any string: what
cannot be printed is shown as `�` or `□`, and text that is too long gets smaller, then wraps, and
is at worst cut with an ellipsis.
"""

import threading
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any, Literal
from urllib.parse import quote

import segno
from PIL import Image
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFString
from reportlab.pdfgen.canvas import Canvas

from lms.certificates.pdf_fonts import FontWriter
from lms.certificates.typesetting import Block, Fit, printable, typeset
from lms.core.internals.reportlab import date_document

_INK = "#22262E"
_QUIET = "#5E646E"
_REVOKED = "#B3261E"
_QUIET_ZONE = 4  # modules of white around the QR code: ISO/IEC 18004
_MOST_PIXELS = 40_000_000  # of an uploaded picture; more would take seconds and gigabytes
_LONGEST_SIDE = 1200  # pixels kept of a picture: 300 dpi for the largest place it has

# Rendering holds the interpreter's lock nearly all the time, so doing two at once wins nothing,
# and reportlab doesn't promise to be safe for threads.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDesign:
    """What a site or a course may choose. Colours that are not `#RRGGBB` are replaced by ours.

    `title` heads the page; `text` stands between the student's name and the course's title.
    `primary_color` is for headings, `accent_color` for the frame.
    """

    title: str = "Certificate of Completion"
    text: str = "has successfully completed the course"
    primary_color: str = "#1B2B4B"
    accent_color: str = "#A58A4A"
    orientation: Literal["landscape", "portrait"] = "landscape"
    logo: bytes | None = None
    signature: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDocument:
    """Everything that is printed. Dates are calendar days; `language` is a BCP 47 tag."""

    student_name: str
    course_title: str
    number: str
    completed_on: date
    issued_on: date
    expires_on: date | None = None
    verify_url: str
    revoked: bool = False
    replaced: bool = False
    site_name: str
    language: str = "en"
    design: CertificateDesign = field(default_factory=CertificateDesign)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Heights on the page in points from its lower edge: (bottom, top) of each space."""

    width: float
    height: float
    logo: tuple[float, float]
    title: tuple[float, float]
    intro: tuple[float, float]
    name: tuple[float, float]
    text: tuple[float, float]
    course: tuple[float, float]
    completed: tuple[float, float]
    foot: tuple[float, float]


_LANDSCAPE = _Layout(
    width=A4[1],
    height=A4[0],
    logo=(486, 544),
    title=(424, 478),
    intro=(394, 416),
    name=(304, 390),
    text=(264, 296),
    course=(194, 262),
    completed=(168, 190),
    foot=(62, 146),
)
_PORTRAIT = _Layout(
    width=A4[0],
    height=A4[1],
    logo=(698, 776),
    title=(604, 676),
    intro=(566, 590),
    name=(442, 552),
    text=(382, 428),
    course=(276, 378),
    completed=(242, 266),
    foot=(70, 154),
)

_HEADING = (Fit(1, 36, 22), Fit(2, 24, 10))
_NAME = (Fit(1, 44, 26), Fit(2, 30, 18), Fit(3, 20, 12), Fit(6, 14, 6))
_COURSE = (Fit(1, 24, 17), Fit(2, 21, 13), Fit(3, 16, 10), Fit(6, 12, 6))
_TEXT = (Fit(1, 12.5, 11), Fit(2, 11, 8), Fit(4, 8, 5))
_SMALL = (Fit(1, 9.5, 7), Fit(2, 8, 5))


def render_certificate(document: CertificateDocument) -> bytes:
    """The certificate's PDF, marked REVOKED or REPLACED if it is. Safe to call from any thread."""
    with _one_at_a_time:
        return _Page(document).render()


class _Page:
    def __init__(self, document: CertificateDocument) -> None:
        self._document = document
        self._design = document.design
        self._layout = _PORTRAIT if self._design.orientation == "portrait" else _LANDSCAPE
        self._primary = _color(self._design.primary_color, CertificateDesign().primary_color)
        self._accent = _color(self._design.accent_color, CertificateDesign().accent_color)
        self._output = BytesIO()
        size = (self._layout.width, self._layout.height)
        self._canvas: Any = Canvas(self._output, pagesize=size, pageCompression=1, invariant=1)
        self._fonts = FontWriter(self._canvas)

    def render(self) -> bytes:
        self._describe()
        self._frame()
        self._head()
        self._body()
        self._details()
        self._signature()
        self._qr_code()
        if self._document.revoked:
            self._mark("REVOKED", "this certificate is no longer valid.")
        elif self._document.replaced:
            self._mark("REPLACED", "a newer certificate stands in its place.")
        self._canvas.showPage()
        self._canvas.save()
        return self._output.getvalue()

    def _describe(self) -> None:
        """What a viewer shows about the file. Its date is the day of issue, not of rendering."""
        document, canvas = self._document, self._canvas
        canvas.setTitle(f"{printable(self._design.title)}: {printable(document.course_title)}")
        canvas.setSubject(f"{printable(document.student_name)}, {printable(document.number)}")
        canvas.setAuthor(printable(document.site_name))
        canvas.setCreator(printable(document.site_name))
        language = document.language if document.language.isascii() else "en"
        canvas.setCatalogEntry("Lang", PDFString(printable(language)))
        date_document(canvas, document.issued_on)

    def _frame(self) -> None:
        canvas, width, height = self._canvas, self._layout.width, self._layout.height
        canvas.setStrokeColor(self._accent)
        for inset, line in ((24, 1.4), (29, 0.4)):
            canvas.setLineWidth(line)
            canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)

    def _head(self) -> None:
        layout, document = self._layout, self._document
        # The logo shows the issuer; without one, the site's name stands there.
        if not self._picture(self._design.logo, layout.width / 2, layout.logo, 260):
            self._centered(document.site_name, layout.logo, (Fit(1, 15, 10), *_TEXT), self._primary)
        self._centered(self._design.title, layout.title, _HEADING, self._primary, display=True)

    def _body(self) -> None:
        layout, document = self._layout, self._document
        ink, quiet = HexColor(_INK), HexColor(_QUIET)
        middle = layout.width / 2
        self._centered("This is to certify that", layout.intro, (Fit(1, 12.5, 10),), quiet)
        self._centered(document.student_name, layout.name, _NAME, ink, display=True)
        self._rule(middle - 130, middle + 130, layout.name[0] - 3)
        self._centered(self._design.text, layout.text, _TEXT, quiet)
        self._centered(document.course_title, layout.course, _COURSE, self._primary, display=True)
        completed = f"on {self._date(document.completed_on)}"
        self._centered(completed, layout.completed, (Fit(1, 12.5, 10),), quiet)

    def _details(self) -> None:
        """The number and the dates, at the lower left."""
        document, layout = self._document, self._layout
        details = [("Certificate number", document.number)]
        details.append(("Issued", self._date(document.issued_on)))
        if document.expires_on:
            details.append(("Valid until", self._date(document.expires_on)))
        top = layout.foot[1]
        for label, value in details:
            self._small(label, (top - 11, top), 7.5, HexColor(_QUIET))
            self._small(value, (top - 25, top - 11), 10, HexColor(_INK))
            top -= 30

    def _small(self, text: str, space: tuple[float, float], size: float, color: Color) -> None:
        fits = (Fit(1, size, 5), Fit(3, 5, 4))
        width = self._layout.width * 0.3
        block = self._typeset(text, width, space[1] - space[0] + 2, fits)
        self._place(block, 60, space, color, centered=False)

    def _signature(self) -> None:
        """The signature over its line; below it the site's name, as the issuer."""
        layout, bottom = self._layout, self._layout.foot[0]
        middle = layout.width * (0.5 if layout is _LANDSCAPE else 0.52)
        reach = 95.0 if layout is _LANDSCAPE else 70.0
        space = (bottom + 22, layout.foot[1])
        if self._picture(self._design.signature, middle, space, 2 * reach - 20):
            self._rule(middle - reach, middle + reach, bottom + 18)
            block = self._typeset(self._document.site_name, 2 * reach, 16, _SMALL)
            self._place(block, middle, (bottom, bottom + 16), HexColor(_QUIET))

    def _qr_code(self) -> None:
        """The address to verify at, for a camera and for a reader."""
        layout, canvas = self._layout, self._canvas
        bottom, top = layout.foot
        size = top - bottom
        left = layout.width - 60 - size
        url = self._document.verify_url.encode("utf-8", "replace").decode()
        address = quote(url, safe="/:?#[]@!$&'()*+,;=%~-._")
        try:
            code = segno.make(address, error="m", micro=False, boost_error=False)
        except segno.DataOverflowError:  # thousands of characters; printed below, cut
            code, module = None, 2.0
        if code:
            rows = [list(row) for row in code.matrix]
            module = size / len(rows)  # its quiet zone is the empty paper around it
            canvas.setFillColor(HexColor("#000000"))
            path = canvas.beginPath()
            for down, row in enumerate(rows):
                y = top - (down + 1) * module
                for start, length in _runs(row):
                    x = left + start * module
                    # Whole runs, and a hair taller, so that no seam shows between the rows.
                    path.rect(x, y, length * module, module * 1.02)
            canvas.drawPath(path, stroke=0, fill=1)
            if address.startswith(("https://", "http://")):
                canvas.linkURL(address, (left, bottom, left + size, top), relative=0)
        width = layout.width - 120
        block = self._typeset(f"Verify at {url}", width, 14, (Fit(1, 7.5, 4), Fit(2, 5, 3)))
        x = layout.width - 60 - max(line.width for line in block.lines) * block.size / 1000
        below = bottom - _QUIET_ZONE * module
        self._place(block, x, (below - 12, below), HexColor(_QUIET), centered=False)

    def _mark(self, word: str, sentence: str) -> None:
        """Across the page in letters nobody overlooks, and in a sentence for whoever searches."""
        canvas, layout = self._canvas, self._layout
        canvas.saveState()
        canvas.translate(layout.width / 2, layout.height / 2)
        canvas.rotate(30 if layout is _LANDSCAPE else 52)
        red = HexColor(_REVOKED)
        # The colour is so pale that the text underneath stays readable.
        veil = Color(red.red, red.green, red.blue, alpha=0.2)
        block = self._typeset(word, 700, 200, (Fit(1, 120, 20),), display=True)
        self._place(block, 0, (-60, 60), veil)
        canvas.restoreState()
        notice = f"{word}: {sentence}"
        top = layout.height - 33
        self._centered(notice, (top - 16, top), (Fit(1, 10.5, 8),), HexColor(_REVOKED))

    def _date(self, day: date) -> str:
        # Months in words only in languages whose form is known; everyone can read ISO 8601.
        if not self._document.language.lower().startswith("en"):
            return day.isoformat()
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def _typeset(
        self, text: str, width: float, height: float, fits: tuple[Fit, ...], display: bool = False
    ) -> Block:
        language = self._document.language
        return typeset(text, width, height, fits, display=display, language=language)

    def _centered(
        self,
        text: str,
        space: tuple[float, float],
        fits: tuple[Fit, ...],
        color: Color,
        *,
        display: bool = False,
    ) -> None:
        width = self._layout.width - 2 * 70
        block = self._typeset(text, width, space[1] - space[0], fits, display)
        self._place(block, self._layout.width / 2, space, color)

    def _place(
        self,
        block: Block,
        x: float,
        space: tuple[float, float],
        color: Color,
        *,
        centered: bool = True,
    ) -> None:
        """The block in the middle of the space's height; x is its middle, or its left edge."""
        middle = (space[0] + space[1]) / 2
        baseline = middle + (len(block.lines) - 1) * block.leading / 2 - block.size * 0.33
        for line in block.lines:
            left = x - line.width * block.size / 2000 if centered else x
            self._fonts.draw(line, left, baseline, block.size, color)
            baseline -= block.leading

    def _rule(self, left: float, right: float, y: float) -> None:
        self._canvas.setStrokeColor(self._accent)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(left, y, right, y)

    def _picture(
        self, data: bytes | None, middle: float, space: tuple[float, float], widest: float
    ) -> bool:
        """Draws the picture and says so; False if there is none or it cannot be read."""
        picture = _open_picture(data) if data else None
        if picture is None:
            return False
        height = space[1] - space[0]
        scale = min(widest / picture.width, height / picture.height)
        width, tall = picture.width * scale, picture.height * scale
        x, y = middle - width / 2, space[0] + (height - tall) / 2
        self._canvas.drawImage(ImageReader(picture), x, y, width, tall, mask="auto")
        return True


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _open_picture(data: bytes) -> Image.Image | None:
    """The picture's pixels; None if unreadable, since a certificate matters more than its logo."""
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as source:
            if source.width * source.height > _MOST_PIXELS:
                return None
            picture = source.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return picture


def _runs(row: list[int]) -> list[tuple[int, int]]:
    """Where the dark modules of a row start and how many follow one another."""
    runs: list[tuple[int, int]] = []
    for at, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == at:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((at, 1))
    return runs


def _color(text: str, otherwise: str) -> Color:
    digits = text.removeprefix("#")
    hexadecimal = len(digits) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in digits)
    return HexColor(f"#{digits}" if hexadecimal else otherwise)
