"""What teachers really have in their files: read as it was meant, or told in a warning."""

from typing import Any

import pytest

from lms.quizzes.importing import read_items


def _one(format: str, content: str) -> Any:
    (item,) = read_items(format, content)
    assert item.errors == []
    return item


def _codes(item: Any) -> list[str]:
    return [one["code"] for one in item.warnings]


def _xml(kind: str, inside: str, text: str = "What?", format: str = "html") -> str:
    return (
        f"<quiz><question type='{kind}'><name><text>N</text></name>"
        f"<questiontext format='{format}'><text><![CDATA[{text}]]></text></questiontext>"
        f"{inside}</question></quiz>"
    )


CHOICE = (
    "<answer fraction='100'><text>Yes</text></answer><answer fraction='0'><text>No</text></answer>"
)


def test_text_before_the_first_sign_is_a_wrong_option() -> None:
    item = _one("gift", "Which? {Lima ~Cusco =Ica}")
    assert [one["text"] for one in item.question["options"]] == ["Lima", "Cusco", "Ica"]
    assert item.question["answer"] == "3"
    assert _codes(item) == ["first_option_unmarked"]


def test_formats_are_read_everywhere() -> None:
    item = _one("gift", "::N::[markdown]Colour *?* {=[plain]red#[html]<b>y</b> ~[html]<i>b</i>}")
    question = item.question
    assert (question["text"], question["text_format"]) == ("Colour *?*", "markdown")
    assert question["options"] == [
        {"id": "1", "text": "red", "text_format": "plain", "explanation": "<b>y</b>"},
        {"id": "2", "text": "<i>b</i>", "text_format": "html"},
    ]
    assert question["explanation_format"] == "html"
    short = _one("gift", "Colour? {=[plain]red}").question
    assert short["answer"]["accepted"] == ["red"]


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("[plain]What is 2*3*4 in __init__?", "plain"), ("What is 2*3*4?", "plain"),
        ("Is x < 3 & y > 2?", "plain"), ("Is <b>it</b>?", "html"), ("Is it &eacute;?", "html"),
        ("[moodle]Is <i>it</i>?", "html"),
        ("[html]Is it?", "html"), ("[markdown]*It*?", "markdown"),
    ],
)  # fmt: skip
def test_a_text_has_the_format_that_it_says_or_looks_like(text: str, format: str) -> None:
    question = _one("gift", f"{text} {{T}}").question
    assert question["text_format"] == format
    if format == "plain":
        assert question["text"] == text.removeprefix("[plain]")


def test_true_and_false_have_each_their_own_side() -> None:
    true = _one("gift", "Salty {TRUE#Wrong, read again.#Right, well done!}").question
    assert true["options"] == {"false": {"explanation": "Wrong, read again."},
                               "true": {"explanation": "Right, well done!"}}  # fmt: skip
    false = _one("gift", "Sweet {F#No.}").question
    assert false["options"] == {"true": {"explanation": "No."}}
    sides = "".join(
        f"<answer fraction='{p}'><text>{w}</text><feedback><text>{w}!</text></feedback></answer>"
        for w, p in (("true", 0), ("false", 100))
    )
    xml = _one("moodle_xml", _xml("truefalse", sides)).question
    assert xml["options"]["true"]["explanation"] == "true!"
    assert xml["answer"] is False


def test_several_braces_and_kinds_are_gaps() -> None:
    item = _one("gift", "He {1:MC:~was~=is} in {=Lima =%50%Callao}, [[so]] {#3:1} {2:SAC:=Ñ}.")
    question = item.question
    assert question["text"] == r"He [[g1]] in [[g2]], \[[so]] [[g3]] [[g4]]."
    gaps = question["options"]["gaps"]
    assert [(gap["type"], gap["points"]) for gap in gaps] == [
        ("single_choice", "1"), ("short_answer", "1"), ("numeric", "1"), ("short_answer", "2"),
    ]  # fmt: skip
    assert question["answer"]["g1"] == "2"
    assert question["answer"]["g4"]["case_sensitive"] is True
    assert question["points"] == 5


def test_moodles_gaps_are_read_with_their_escapes() -> None:
    text = (
        r"<p>{2:SHORTANSWER:=a \} b~%50%c\#d#nearly} &amp; {:NUMERICAL:=3:0.5} "
        r"{1:MULTICHOICE_VS:=<b>x</b>~y} [[z]]</p>"
    )
    inside = "<defaultgrade>0.3333333</defaultgrade>"
    question = _one("moodle_xml", _xml("cloze", inside, text)).question
    assert question["text"] == r"<p>[[g1]] &amp; [[g2]] [[g3]] \[[z]]</p>"
    assert question["answer"]["g1"]["accepted"] == [
        "a } b", {"text": "c#d", "percent": "50", "explanation": "nearly"},
    ]  # fmt: skip
    assert question["options"]["gaps"][2]["options"][0]["text"] == "<b>x</b>"
    assert str(question["points"]) == "0.3333333"


def test_descriptions_names_tags_and_ids_are_kept() -> None:
    gift = "$CATEGORY: top/sea\n\n// [id:S1] [tag:salt] [tag:x\\]y]\n::Sea::Read this."
    item = _one("gift", gift)
    assert (item.type, item.name) == ("description", "Sea")
    question = item.question
    assert (question["external_id"], question["tags"]) == ("S1", ["salt", "x]y"])
    assert question["source"] == {"category": "top/sea"}
    more = "<idnumber>Q7</idnumber><tags><tag><text>a</text></tag></tags>"
    xml = _one("moodle_xml", _xml("description", more))
    assert (xml.type, xml.source_type, xml.name) == ("description", "description", "N")
    assert (xml.question["external_id"], xml.question["tags"]) == ("Q7", ["a"])
    assert _one("moodle_xml", _xml("essay", "", text="")).question["text"] == "N"


def test_an_encoding_that_decoded_text_declares_is_ignored() -> None:
    declared = "<?xml version='1.0' encoding='ISO-8859-1'?>\n" + _xml("essay", "", "Größe")
    item = _one("moodle_xml", declared)
    assert (item.question["text"], item.line) == ("Größe", 2)


@pytest.mark.parametrize(
    ("kind", "inside", "codes"),
    [
        ("multichoice", "<correctfeedback><text>Bravo, Sam!</text></correctfeedback>",
         ["feedback_left_out"]),
        ("multichoice", "<correctfeedback><text>&lt;p&gt;Your answer is correct.&lt;/p&gt;</text>"
         "</correctfeedback><penalty>0.3333333</penalty><hint><text></text></hint>", []),
        ("multichoice", "<hint><text>Think of salt.</text></hint><penalty>0.25</penalty>",
         ["hint_left_out", "penalty_left_out"]),
        ("multichoice", "<shuffleanswers>false</shuffleanswers>", ["layout_left_out"]),
        ("ordering", "<gradingtype>ALL_OR_NOTHING</gradingtype>", ["grading_changed"]),
        ("ordering", "<gradingtype>ABSOLUTE_POSITION</gradingtype>", []),
        ("essay", "<attachments>2</attachments><graderinfo><text>Look for it</text></graderinfo>",
         ["layout_left_out", "text_left_out"]),
    ],
)  # fmt: skip
def test_what_a_teacher_set_beside_is_told(kind: str, inside: str, codes: list[str]) -> None:
    answers = {"multichoice": CHOICE, "essay": ""}.get(kind, CHOICE.replace("'0'", "'2'"))
    assert _codes(_one("moodle_xml", _xml(kind, answers + inside))) == codes


def test_any_other_number_may_be_wrong() -> None:
    item = _one("gift", "How many? {#3:2~#Completely wrong}")
    assert item.question["answer"] == {"value": "3", "tolerance": "2"}
    assert _codes(item) == ["feedback_left_out"]
    star = "<answer fraction='0'><text>*</text></answer>"
    inside = "<answer fraction='100'><text>3</text></answer>" + star
    assert _one("moodle_xml", _xml("numerical", inside)).warnings == []


def test_one_word_in_braces_is_the_answer() -> None:
    assert _one("gift", "How many? {One}").question["answer"]["accepted"] == ["One"]


def test_html_that_browsers_would_run_is_told() -> None:
    item = _one("moodle_xml", _xml("essay", "", "<p>See</p><iframe src='https://a'></iframe>"))
    assert item.question["text"] == "<p>See</p>"
    assert _codes(item) == ["text_left_out"]


def test_a_spreadsheet_is_read_as_it_was_written() -> None:
    table = (
        "Type;Text;Options;Answer;Points;Tags;Name\n"
        "Multiple choice;Which?;red|green|blue;a|blue;0,5;x|y;Colours\n"
        "single choice;Which?;red|green;GREEN;;;\n"
        "true/false;Is it?;;WAHR;;;\n".replace("true/false", "true false")
        + "True_False;Is it?;;yes;;;\n"
        "numeric;How many?;;3,14:0,01;;;\n"
        "description;Read 2*3*4;;;;;\n"
    )
    items = read_items("csv", table)
    assert [item.errors for item in items] == [[]] * 6
    many, one, wahr, yes, number, described = (item.question for item in items)
    assert (many["answer"], str(many["points"]), many["name"]) == (["1", "3"], "0.5", "Colours")
    assert (many["tags"], one["answer"]) == (["x", "y"], "2")
    assert (wahr["answer"], yes["answer"]) == (True, True)
    assert number["answer"] == {"value": "3,14", "tolerance": "0,01"}
    assert (described["type"], described["text_format"]) == ("description", "plain")


@pytest.mark.parametrize("format", ["gift", "moodle_xml", "csv"])
def test_every_error_is_a_sentence(format: str) -> None:
    contents = {
        "gift": "Q {=a ~%999%b}\n\nQ {#x}\n\nQ {~a ~b}\n\nQ {",
        "moodle_xml": _xml("shortanswer", "<defaultgrade>much</defaultgrade>"),
        "csv": "type,text,points,answer\nessay,Q,lots,\nnumeric,Q,,many\ntrue_false,Q,,maybe",
    }
    faults = [fault for item in read_items(format, contents[format]) for fault in item.errors]
    assert faults
    for fault in faults:
        assert fault["detail"].endswith("."), fault
        assert not any(sign in fault["detail"] for sign in ("['", "{'", "Decimal(")), fault


PIXEL = (  # a PNG
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
    "rkJggg=="
)


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("gift", f'[html]See <img src="data:image/png;base64\\,{PIXEL}"> {{T}}'),
        ("moodle_xml", _xml("essay", "", f'<p><img src="data:image/png;base64,{PIXEL}"></p>')),
        ("csv", f'type,text,text_format\nessay,"![](data:image/png;base64,{PIXEL})",markdown'),
    ],
)  # fmt: skip
def test_pictures_within_a_text_become_files(format: str, content: str) -> None:
    content = content.replace("\\,", ",").replace("==", r"\=\=") if format == "gift" else content
    item = _one(format, content)
    (shown,) = item.files
    assert shown.file.content.startswith(b"\x89PNG")
    assert f"/api/v1/files/{shown.file.id}/download" in item.question["text"]
    assert "data:" not in item.question["text"]


@pytest.mark.parametrize(
    "url", ["data:text/html;base64,AAAA", "data:image/png,AAAA", "data:image/png;base64,A!"]
)
def test_a_data_url_that_is_no_picture_is_an_error(url: str) -> None:
    (item,) = read_items("moodle_xml", _xml("essay", "", f'<img src="{url}">'))
    assert [one["code"] for one in item.errors] == ["embedded_file"]
    fine = _one("moodle_xml", _xml("essay", "", "Metadata: data: 1, data:2"))
    assert fine.files == []
