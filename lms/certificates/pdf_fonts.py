"""Shaped glyphs on a reportlab canvas, and the subsets of their fonts in its document.

Reportlab's own shaping gives ligatures private code points that it adds to a font shared by the
whole process: what one document draws changes another's bytes, and copied text has holes. So the
fonts are written here, as composite fonts (ISO 32000-1, 9.7) with a code for each glyph and the
text it stands for; a document's bytes then depend on the document alone.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import uharfbuzz as hb  # type: ignore[import-untyped]
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfdoc

from lms.certificates.typefaces import Typeface
from lms.certificates.typesetting import Line
from lms.core.internals.reportlab import add_when_saved

_TABLES_A_VIEWER_NEEDS = {"glyf", "loca", "head", "hhea", "hmtx", "maxp"}
_BFCHAR_LIMIT = 100  # entries in one block of a character map, says the Adobe specification


@dataclass(slots=True)
class _Used:
    """The codes given out in one typeface: code n is the n-th glyph and its text, from 1."""

    name: str
    codes: dict[tuple[int, str], int] = field(default_factory=dict)

    def code(self, glyph: int, text: str) -> int:
        return self.codes.setdefault((glyph, text), len(self.codes) + 1)


class FontWriter:
    """Draws lines on one reportlab canvas and, when that is saved, embeds what was used."""

    # Canvas and document are Any: what is needed of them isn't in their published types.

    def __init__(self, canvas: Any) -> None:
        self._canvas = canvas
        self._used: dict[Typeface, _Used] = {}
        add_when_saved(canvas, self)

    def draw(self, line: Line, x: float, y: float, size: float, color: Color) -> None:
        """The line from x to the right, its baseline at y, in points."""
        self._canvas.setFillColor(color)
        # The pieces of a line go to the page as they are: reportlab's text object would encode
        # them again, by fonts that it knows.
        write = self._canvas.addLiteral
        write(f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm")
        array: list[str] = []
        current: Typeface | None = None
        rise = pending = 0.0
        for glyph in line.glyphs:
            if glyph.typeface is not current or glyph.dy != rise:
                if array:
                    write(f"[{' '.join(array)}] TJ")
                    array = []
                if glyph.typeface is not current:
                    current = glyph.typeface
                    write(f"/{self._use(current).name} {size:.2f} Tf")
                if glyph.dy != rise:
                    rise = glyph.dy
                    write(f"{rise * size / 1000:.3f} Ts")
            before = pending - glyph.dx
            if abs(before) >= 0.5:
                array.append(f"{before:.0f}")
            code = self._use(glyph.typeface).code(glyph.id, glyph.text)
            array.append(f"<{code:04x}>")
            pending = _width(glyph.typeface, glyph.id) + glyph.dx - glyph.advance
        if array:
            write(f"[{' '.join(array)}] TJ")
        write("0 Ts ET" if rise else "ET")

    def _use(self, typeface: Typeface) -> _Used:
        if typeface not in self._used:
            self._used[typeface] = _Used(f"N{len(self._used) + 1}")
        return self._used[typeface]

    def addObjects(self, document: Any) -> None:
        """Called by reportlab when the document is saved."""
        fonts = document.idToObject["BasicFonts"].dict
        for typeface, used in self._used.items():
            fonts[used.name] = _embed(document, typeface, used)


def _width(typeface: Typeface, glyph: int) -> int:
    advance: int = typeface.font.get_glyph_h_advance(glyph)
    return round(advance * 1000 / typeface.units)


def _embed(document: Any, typeface: Typeface, used: _Used) -> object:
    """A composite font with the glyphs that were used, as a reference."""
    glyphs = [glyph for glyph, _ in used.codes]
    data, new_ids = _subset(typeface, glyphs)
    name = f"{_subset_tag(typeface, glyphs)}+{typeface.name}"
    extents = typeface.font.get_font_extents("ltr")
    scale = 1000 / typeface.units
    descriptor = _dictionary(
        Type=pdfdoc.PDFName("FontDescriptor"),
        FontName=pdfdoc.PDFName(name),
        Flags=4,
        FontBBox=pdfdoc.PDFArray(
            [-1000, round(extents.descender * scale), 3000, round(extents.ascender * scale)]
        ),
        ItalicAngle=0,
        Ascent=round(extents.ascender * scale),
        Descent=round(extents.descender * scale),
        CapHeight=700,
        StemV=80,
        FontFile2=_stream(document, data, Length1=len(data)),
    )
    identity = b"\0\0" + b"".join(new_ids[glyph].to_bytes(2, "big") for glyph in glyphs)
    descendant = _dictionary(
        Type=pdfdoc.PDFName("Font"),
        Subtype=pdfdoc.PDFName("CIDFontType2"),
        BaseFont=pdfdoc.PDFName(name),
        CIDSystemInfo=_dictionary(
            Registry=pdfdoc.PDFString("Adobe"), Ordering=pdfdoc.PDFString("Identity"), Supplement=0
        ),
        FontDescriptor=document.Reference(descriptor),
        DW=1000,
        W=pdfdoc.PDFArray([1, pdfdoc.PDFArray([_width(typeface, glyph) for glyph in glyphs])]),
        CIDToGIDMap=_stream(document, identity),
    )
    return document.Reference(
        _dictionary(
            Type=pdfdoc.PDFName("Font"),
            Subtype=pdfdoc.PDFName("Type0"),
            BaseFont=pdfdoc.PDFName(name),
            Encoding=pdfdoc.PDFName("Identity-H"),
            DescendantFonts=pdfdoc.PDFArray([document.Reference(descendant)]),
            ToUnicode=_stream(document, _character_map(used)),
        )
    )


def _subset(typeface: Typeface, glyphs: list[int]) -> tuple[bytes, dict[int, int]]:
    wanted = hb.SubsetInput()
    for glyph in glyphs:
        wanted.glyph_set.add(glyph)
    for tag in typeface.face.table_tags:
        if tag not in _TABLES_A_VIEWER_NEEDS:  # the text is already shaped
            wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
    plan = hb.SubsetPlan(typeface.face, wanted)
    return plan.execute().blob.data, dict(plan.old_to_new_glyph_mapping.items())


def _subset_tag(typeface: Typeface, glyphs: list[int]) -> str:
    """Six capitals that differ between subsets, as ISO 32000-1, 9.6.4 asks."""
    digest = hashlib.sha256(f"{typeface.name} {sorted(set(glyphs))}".encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _character_map(used: _Used) -> bytes:
    """Which text each code stands for, so that it can be searched, copied and read aloud."""
    entries = [
        # A second glyph of one character has no text of its own; a zero-width space says so.
        f"<{code:04x}> <{(text or chr(0x200B)).encode('utf-16-be').hex()}>"
        for (_, text), code in used.codes.items()
    ]
    blocks = [entries[at : at + _BFCHAR_LIMIT] for at in range(0, len(entries), _BFCHAR_LIMIT)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()


def _dictionary(**entries: object) -> pdfdoc.PDFDictionary:
    return pdfdoc.PDFDictionary(entries)


def _stream(document: Any, data: bytes, **entries: object) -> object:
    stream = pdfdoc.PDFStream(_dictionary(**entries), data, filters=[pdfdoc.PDFZCompress])
    return document.Reference(stream)
