"""A certificate's PDF: what it says, in which letters, and that nothing stops it."""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from lms.certificates.bidi import base_level, embedding_levels, visual_order
from lms.certificates.rendering import CertificateDesign, CertificateDocument, render_certificate
from lms.certificates.typesetting import Block, Fit, Glyph, printable, typeset
from tests.certificates.documents import NAMES, NUMBER, URL, a_document, a_picture


def pages_of(document: CertificateDocument) -> list[str]:
    reader = PdfReader(BytesIO(render_certificate(document)), strict=True)
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def text_of(document: CertificateDocument) -> str:
    return " ".join(pages_of(document))


def set_in(text: str, width: float = 700, height: float = 90, **options: Any) -> Block:
    fits = (Fit(1, 44, 26), Fit(3, 30, 12), Fit(6, 14, 6))
    return typeset(text, width, height, fits, display=True, **options)


def glyphs_of(text: str) -> list[Glyph]:
    return [glyph for line in set_in(text).lines for glyph in line.glyphs]


def test_a_certificate_names_student_course_dates_and_number():
    text = text_of(a_document(expires_on=date(2028, 1, 2)))
    for part in (
        "Certificate of Completion",
        "Sam Studies",
        "has successfully completed the course",
        "Foundations of Statistical Inference",
        "on 12 November 2026",
        NUMBER,
        "13 November 2026",
        "Valid until",
        "2 January 2028",
        "Example University",
        URL,
    ):
        assert part in text


def test_a_certificate_without_expiry_does_not_mention_one():
    assert "Valid until" not in text_of(a_document())


def test_dates_are_in_figures_where_english_months_would_not_fit():
    text = text_of(a_document(language="ar"))
    assert "2026-11-12" in text
    assert "November" not in text


def test_a_revoked_certificate_says_so_on_every_page_and_a_valid_one_nowhere():
    assert all("REVOKED" in page for page in pages_of(a_document(revoked=True)))
    assert "REVOKED" not in text_of(a_document())


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_in_any_script_is_drawn_whole(name):
    glyphs = glyphs_of(name)
    assert all(glyph.id != 0 for glyph in glyphs)  # 0 is a font's "no such glyph"
    assert printable(name) == name
    # Every character is in the text of some glyph; a space's order depends on direction.
    assert sorted("".join(glyph.text for glyph in glyphs)) == sorted(name)
    render_certificate(a_document(name))


@pytest.mark.parametrize("script", ["Latin", "Vietnamese", "Cyrillic", "Greek", "Chinese"])
def test_a_name_can_be_copied_out_of_the_pdf(script):
    assert NAMES[script] in text_of(a_document(NAMES[script]))


def test_arabic_letters_are_joined():
    for word in ("محمد", "لا"):
        alone = {glyph.id for letter in word for glyph in glyphs_of(letter)}
        joined = [glyph.id for glyph in glyphs_of(word)]
        assert not alone & set(joined[1:])  # all but the last, at the left, differ from alone


@pytest.mark.parametrize("name", ["محمد", "שרה"])
def test_arabic_and_hebrew_run_from_right_to_left(name):
    drawn = "".join(glyph.text for glyph in glyphs_of(name))
    assert drawn == name[::-1]


def test_devanagari_conjuncts_form_and_the_short_i_goes_first():
    assert len(glyphs_of("क्ष")) == 1
    assert len(glyphs_of("त्रि")) < len("त्रि")
    vowel_first = glyphs_of("कि")
    alone = glyphs_of("क")[0].id
    assert vowel_first[-1].id == alone


def test_latin_inside_arabic_keeps_its_own_direction():
    drawn = "".join(glyph.text for glyph in glyphs_of("شهادة CS 101"))
    assert "CS 101" in drawn
    assert drawn.index("CS 101") == 0  # the line begins at the right, so Latin ends at the left


def test_brackets_around_hebrew_face_each_other():
    before, after = (g for g in glyphs_of("שרה (א) ב") if g.text in "()")
    assert before.id == glyphs_of("(")[0].id
    assert after.id == glyphs_of(")")[0].id


def test_han_has_its_japanese_forms_beside_kana_or_in_a_japanese_course():
    def face(block: Block) -> str:
        return block.lines[0].glyphs[0].typeface.name

    assert face(set_in("直子")) == "NotoSerifSC-Regular"
    assert face(set_in("直子", language="ja")) == "NotoSerifJP-Regular"
    assert face(set_in("直子さん")) == "NotoSerifJP-Regular"


def test_scripts_can_be_mixed_in_one_name():
    name = "Sam محمد 李明 श्री Éric (שרה) 김"
    assert printable(name) == name
    assert len({glyph.typeface.name for glyph in glyphs_of(name)}) >= 6
    text = text_of(a_document(name))
    assert "Sam" in text
    assert "Éric" in text


def test_a_decomposed_name_looks_like_the_composed_one():
    assert [g.id for g in glyphs_of("Ne\u0302\u0301")] == [g.id for g in glyphs_of("Nế")]


@pytest.mark.parametrize("emoji", ["🎓", "👩‍👩‍👧", "👍🏽", "🇻🇳", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️‍🔥"])
def test_an_emoji_becomes_one_visible_box(emoji):
    assert printable(f"Sam {emoji} Lee") == "Sam □ Lee"
    assert "Sam □ Lee" in text_of(a_document(f"Sam {emoji} Lee"))


@pytest.mark.parametrize("broken", ["\ud800", "\udfff", "\x00", "\x07", "\u0378", "\U0010ffff"])
def test_invalid_characters_are_shown_as_replacement_characters(broken):
    assert printable(f"Sam {broken}Lee") == "Sam \ufffdLee"
    assert "Sam \ufffdLee" in text_of(a_document(f"Sam {broken}Lee"))


def test_an_override_cannot_print_a_name_backwards():
    assert printable("\u202emaS\u202c \u2066Lee\u2069") == "maS Lee"


def test_letters_of_mathematics_are_printed_as_letters():
    assert printable("𝓢𝓪𝓶") == "Sam"


def test_marks_do_not_climb_over_the_line_above():
    assert len(printable("Z" + "\u0301" * 200)) <= 5


@pytest.mark.parametrize("blank", ["", "   ", "\u200b\u202e", "\n"])
def test_a_name_of_invisible_characters_is_shown_as_missing(blank):
    assert printable(blank) == "\ufffd"
    render_certificate(a_document(blank))


@pytest.mark.parametrize(
    "name",
    [
        "W" * 200,
        "Maria da Silva " * 13,
        "李" * 200,
        "श्री" * 50,
        "محمد " * 40,
        "ก" * 200,
        "\U00010330" * 200,
    ],
)
@pytest.mark.parametrize("width", [440, 700])
def test_two_hundred_characters_stay_within_their_space(name, width):
    block = set_in(name, width)
    assert all(line.width * block.size / 1000 <= width + 0.01 for line in block.lines)
    assert len(block.lines) * block.leading <= 90
    drawn = "".join(glyph.text for line in block.lines for glyph in line.glyphs)
    assert drawn.count("…") == 0
    assert len(drawn.replace(" ", "")) >= len(printable(name).replace(" ", ""))


def test_a_short_name_is_larger_than_a_long_one():
    assert set_in("Sam Studies").size == 44
    assert set_in("Maximilian Fitzgerald Featherstonehaugh").size < 44


def test_an_endless_text_is_cut_with_an_ellipsis():
    block = set_in("W" * 100_000)
    assert len(block.lines) * block.leading <= 90
    assert block.lines[-1].glyphs[-1].text == "…"


def test_the_same_document_gives_the_same_bytes():
    document = a_document(NAMES["Arabic"], revoked=True)
    first = render_certificate(document)
    render_certificate(a_document(NAMES["Japanese"]))  # whatever else was drawn in between
    assert render_certificate(document) == first


def test_bytes_do_not_depend_on_clock_or_hash_seed():
    here = render_certificate(a_document())
    script = (
        "import hashlib\n"
        "from test_rendering import a_document, render_certificate\n"
        "print(hashlib.sha256(render_certificate(a_document())).hexdigest())"
    )
    here_too = Path(__file__).parent
    path = [str(here_too), str(here_too.parents[1]), *sys.path]
    environment = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "PYTHONPATH": ":".join(path)}
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_documents_that_differ_give_different_bytes():
    assert render_certificate(a_document()) != render_certificate(a_document("Olly Outsider"))


def test_the_file_is_dated_by_its_issue_and_titled_by_its_course():
    reader = PdfReader(BytesIO(render_certificate(a_document(language="en-GB"))))
    assert reader.metadata is not None
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == date(2026, 11, 13)
    assert "Foundations of Statistical Inference" in (reader.metadata.title or "")
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"


def test_threads_do_not_disturb_each_other():
    documents = [a_document(name) for name in NAMES.values()]
    alone = [render_certificate(document) for document in documents]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(render_certificate, documents * 3)) == alone * 3


def test_rendering_takes_under_half_a_second():
    render_certificate(a_document())
    started = time.perf_counter()
    render_certificate(a_document("李" * 200, course_title="W" * 255))
    assert time.perf_counter() - started < 0.5


def test_fonts_are_embedded_as_small_subsets():
    assert len(render_certificate(a_document(NAMES["Chinese"]))) < 60_000


def drawn_squares(pdf: bytes) -> Iterator[tuple[float, float, float]]:
    """(x, y, width) of the rectangles in the page's one filled path of many."""
    content = PdfReader(BytesIO(pdf)).pages[0].get_contents()
    assert content is not None
    for line in content.get_data().decode("latin-1").replace(" re", " re\n").splitlines():
        words = line.split()
        if words[-1:] == ["re"] and float(words[-2]) < 10:
            x, y, width = (float(word) for word in words[-5:-2])
            yield x, y, width


def test_the_qr_code_holds_the_address_to_verify_at():
    matrix = segno.make(URL, error="m", micro=False, boost_error=False).matrix
    squares = list(drawn_squares(render_certificate(a_document())))
    left = min(x for x, _, _ in squares)
    module = (max(x + width for x, _, width in squares) - left) / len(matrix)
    top = max(y for _, y, _ in squares)
    drawn = [[0] * len(matrix) for _ in matrix]
    for x, y, width in squares:
        row, column = round((top - y) / module), round((x - left) / module)
        for offset in range(round(width / module)):
            drawn[row][column + offset] = 1
    assert drawn == [list(row) for row in matrix]


def test_the_qr_code_can_be_clicked():
    (annotation,) = PdfReader(BytesIO(render_certificate(a_document()))).pages[0]["/Annots"]
    assert annotation.get_object()["/A"]["/URI"] == URL


@pytest.mark.parametrize("url", ["", "x" * 9000, "https://example.org/\ud800 ü", "javascript:x"])
def test_an_odd_address_does_not_break_rendering(url):
    assert "Sam Studies" in text_of(a_document(verify_url=url))


def test_a_design_changes_words_pictures_and_orientation():
    design = CertificateDesign(
        title="Zeugnis",
        text="hat bestanden",
        primary_color="#6B1F2A",
        orientation="portrait",
        logo=a_picture(),
        signature=a_picture("JPEG"),
    )
    page = PdfReader(BytesIO(render_certificate(a_document(design=design)))).pages[0]
    text = page.extract_text()
    assert "Zeugnis" in text
    assert "hat bestanden" in text
    assert "Certificate of Completion" not in text
    assert page.mediabox.height > page.mediabox.width
    assert len(page.images) == 2


@pytest.mark.parametrize("logo", [b"", b"not a picture", a_picture()[:60], b"\x89PNG\r\n\x1a\n"])
def test_a_broken_logo_or_colour_costs_nobody_their_certificate(logo):
    design = CertificateDesign(logo=logo, signature=logo, primary_color="red;", accent_color="")
    assert "Example University" in text_of(a_document(design=design))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80), st.text(max_size=20))
def test_no_string_breaks_rendering(text, other):
    document = a_document(text, course_title=text, number=text, site_name=other, language=other)
    reader = PdfReader(BytesIO(render_certificate(document)))
    assert reader.pages[0].extract_text()


@given(st.text(st.sampled_from("abאבجم12٣٤ +-,.%$()[]\u0301\u064b"), max_size=20))
def test_reordering_keeps_every_character_once(text):
    levels = embedding_levels(text, base_level(text))
    assert sorted(visual_order(levels)) == list(range(len(text)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc אבג", "abc גבא"),
        ("אבג abc", "abc גבא"),
        ("אבג 123", "123 גבא"),
        ("אב (cd) ef", "ef (cd) בא"),
        ("a (ב) c", "a (ב) c"),
        ("ا 1,5 ب", "ب 1,5 ا"),
    ],
)
def test_characters_stand_as_the_bidirectional_algorithm_says(text, shown):
    levels = embedding_levels(text, base_level(text))
    mirrored = {"(": ")", ")": "("}
    drawn = [
        mirrored.get(text[at], text[at]) if levels[at] % 2 else text[at]
        for at in visual_order(levels)
    ]
    assert "".join(drawn) == shown
