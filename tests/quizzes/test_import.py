"""Importing questions: what each format says, where it is wrong, and that it is all or nothing."""

import time
from typing import Any

import pytest

from lms.quizzes.importing import read_items
from tests.api import Api
from tests.attempts.casts import make_quiz
from tests.factories import make_open_course
from tests.people import Person

# The examples of docs.moodle.org/en/GIFT_format, one of every type.
GIFT = r"""// question: 1 name: Grants tomb
$CATEGORY: tom/dick/harry

::Grants tomb::Who is buried in Grant's tomb in New York City? {
=Grant
=Ulysses S. Grant
=Ulysses Grant
}

::Q2:: What's between orange and green in the spectrum?
{ =yellow # right; good! ~red # wrong, it's yellow ~blue # wrong, it's yellow }

What two people are entombed in Grant's tomb? {
   ~%-100%No one
   ~%50%Grant
   ~%50%Grant's wife
   ~%-100%Grant's father
}

Grant is buried in Grant's tomb.{FALSE#No one is buried there.#Right!}

::US Pres::Which US president? {
=Canada -> Ottawa
=Italy  -> Rome
=Japan  -> Tokyo
= -> New Delhi
}

Moodle costs {~lots of money =nothing ~a small amount} to download from moodle.org.

When was Ulysses S. Grant born? {#1822:5}

What is the value of pi (to 3 decimal places)? {#3.141..3.142}

When was Grant born, about? {#
=1822:0
=%50%1822:2
}

[html]<p>Write about <b>Grant</b>.</p> {}

Which answer equals 5? {
~ \= 2 + 2
= \= 2 + 3
####General feedback: \{sums\}
}

Name a colour {=red =%80%orange#nearly}
"""


def _types(items: Any) -> list[str | None]:
    return [item.type for item in items]


def _by_text(items: Any, words: str) -> Any:
    return next(item for item in items if words in item.question["text"]).question


def test_gift_imports_every_question_type_it_has() -> None:
    items = read_items("gift", GIFT)
    assert [item.errors for item in items] == [[]] * 12
    assert _types(items) == [
        "short_answer", "single_choice", "multiple_choice", "true_false", "matching",
        "single_choice", "numeric", "numeric", "numeric", "essay", "single_choice", "short_answer",
    ]  # fmt: skip
    assert [item.line for item in items][:3] == [4, 10, 13]
    assert _by_text(items, "Who is buried")["answer"] == {
        "accepted": ["Grant", "Ulysses S. Grant", "Ulysses Grant"], "case_sensitive": False,
    }  # fmt: skip
    colours = _by_text(items, "spectrum")
    assert colours["answer"] == "1"
    assert colours["options"][0] == {
        "id": "1", "text": "yellow", "explanation": "right; good!",
    }  # fmt: skip
    two = _by_text(items, "two people")
    assert two["answer"] == ["2", "3"]
    assert [option["percent"] for option in two["options"]] == ["-100", "50", "50", "-100"]
    truth = _by_text(items, "Grant is buried")
    assert truth["answer"] is False
    assert truth["options"] == {  # what is said first is said to those who are wrong
        "true": {"explanation": "No one is buried there."}, "false": {"explanation": "Right!"},
    }  # fmt: skip
    pairs = _by_text(items, "Which US president")
    assert pairs["answer"] == {"l1": "r1", "l2": "r2", "l3": "r3"}
    assert [o["text"] for o in pairs["options"]["right"]] == [
        "Ottawa", "Rome", "Tokyo", "New Delhi",
    ]  # fmt: skip
    missing = _by_text(items, "Moodle costs")
    assert missing["text"] == "Moodle costs _____ to download from moodle.org."
    assert _by_text(items, "Ulysses S. Grant born")["answer"] == {
        "value": "1822", "tolerance": "5",
    }  # fmt: skip
    assert _by_text(items, "value of pi")["answer"] == {"value": "3.1415", "tolerance": "0.0005"}
    about = _by_text(items, "about?")["answer"]
    assert about["others"] == [{"value": "1822", "tolerance": "2", "percent": "50"}]
    assert _by_text(items, "Write about")["text"] == "<p>Write about <b>Grant</b>.</p>"
    equals = _by_text(items, "equals 5")
    assert [option["text"] for option in equals["options"]] == ["= 2 + 2", "= 2 + 3"]
    assert (equals["answer"], equals["explanation"]) == ("2", "General feedback: {sums}")
    assert _by_text(items, "Name a colour")["answer"]["accepted"][1] == {
        "text": "orange", "percent": "80", "explanation": "nearly",
    }  # fmt: skip


def test_weights_equal_to_our_own_rule_are_left_out() -> None:
    text = "Which? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-33.33333%d}"
    (item,) = read_items("gift", text)
    assert item.question["answer"] == ["1", "2", "3"]
    assert all("percent" not in option for option in item.question["options"])


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        ("Fine {T}\n\nNever closed {=a\n~b\n\nFine {F}", 3, "invalid"),
        ("Nested {=a {=b} }", 1, "invalid"),
        ("Closed } before {T}", 1, "invalid"),
        ("Gap {1:DRAWING:=a}", 1, "unsupported"),
        ("Gaps {T} and {=a}", 1, "unsupported"),
        ("A number {#about five}", 1, "invalid"),
        ("Pair\n{\n=a -> b\n=%50%c -> d\n}", 4, "unsupported"),
        ("None is right {~a ~b}", 1, "required"),
        ("One option {=a ~}", 1, "required"),
        ("", 1, "empty"),
        ("// nothing\n", 1, "empty"),
    ],
)
def test_gift_faults_name_their_line(content: str, line: int, code: str) -> None:
    faults = [fault for item in read_items("gift", content) for fault in item.errors]
    assert [(fault["line"], fault["code"]) for fault in faults] == [(line, code)]


def _xml(*questions: str) -> str:
    return "<?xml version='1.0' encoding='UTF-8'?>\n<quiz>\n" + "\n".join(questions) + "\n</quiz>"


def _question(kind: str, inside: str, text: str = "<![CDATA[<p>What?</p>]]>") -> str:
    return (
        f"<question type='{kind}'><name><text>N</text></name>"
        f"<questiontext format='html'><text>{text}</text></questiontext>"
        f"<defaultgrade>2.5000000</defaultgrade><penalty>0.3333333</penalty>{inside}</question>"
    )


def _answer(fraction: str, text: str, more: str = "") -> str:
    return f"<answer fraction='{fraction}'><text>{text}</text>{more}</answer>"


XML = _xml(
    "<question type='category'><category><text>$course$/Top</text></category></question>",
    _question(
        "multichoice",
        _answer("100", "Yes", "<feedback><text>Right</text></feedback>") + _answer("0", "No")
        + "<single>true</single><generalfeedback><text>So it is.</text></generalfeedback>",
    ),
    _question(
        "multichoice",
        _answer("50", "A") + _answer("50", "B") + _answer("0", "C") + "<single>false</single>",
    ),
    _question("truefalse", _answer("0", "true") + _answer("100", "false")),
    _question(
        "shortanswer", _answer("100", "Paris") + _answer("50", "Par*") + "<usecase>1</usecase>"
    ),
    _question("numerical", _answer("100", "3.14", "<tolerance>0.01</tolerance>")),
    _question(
        "matching",
        "<subquestion><text>Cat</text><answer><text>Purr</text></answer></subquestion>"
        "<subquestion><text>Dog</text><answer><text>Bark</text></answer></subquestion>"
        "<subquestion><text></text><answer><text>Moo</text></answer></subquestion>",
    ),
    _question("essay", "<attachments>0</attachments>"),
    _question("ordering", _answer("2.0", "Two") + _answer("1.0", "One")),
)  # fmt: skip


def test_moodle_xml_imports_every_question_type_it_has() -> None:
    items = read_items("moodle_xml", XML)
    assert [item.errors for item in items] == [[]] * 8
    single, multiple, truth, short, number, pairs, essay, order = (i.question for i in items)
    assert _types(items) == [
        "single_choice", "multiple_choice", "true_false", "short_answer", "numeric", "matching",
        "essay", "ordering",
    ]  # fmt: skip
    assert [item.line for item in items] == list(range(4, 12))
    assert (single["text"], str(single["points"]), single["explanation"]) == (
        "<p>What?</p>", "2.5", "So it is.",
    )  # fmt: skip
    assert single["options"][0]["explanation"] == "Right"
    assert single["answer"] == "1"
    # In Moodle picking C costs nothing, so the weights are kept.
    assert [option["percent"] for option in multiple["options"]] == ["50", "50", "0"]
    assert truth["answer"] is False
    assert short["answer"] == {
        "accepted": ["Paris", {"text": "Par*", "percent": "50"}], "case_sensitive": True,
    }  # fmt: skip
    assert number["answer"] == {"value": "3.14", "tolerance": "0.01"}
    assert [o["text"] for o in pairs["options"]["right"]] == ["Purr", "Bark", "Moo"]
    assert pairs["answer"] == {"l1": "r1", "l2": "r2"}
    assert (essay["options"], essay["answer"]) == (None, None)
    assert [o["text"] for o in order["options"]] == ["One", "Two"]


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        (_xml(_question("cloze", "")), 3, "invalid"),
        (_xml(_question("drawing", "")), 3, "unsupported"),
        (_xml(_question("truefalse", _answer("0", "true"))), 3, "invalid"),
        (_xml(_question("numerical", _answer("100", "*"))), 3, "unsupported"),
        (_xml(_question("numerical", _answer("0", "3"))), 3, "invalid"),
        (_xml(_question("numerical", _answer("100", "many"))), 3, "invalid"),
        (_xml(_question("shortanswer", _answer("much", "x"))), 3, "invalid"),
        (_xml(_question("multichoice", _answer("1e999", "x"))), 3, "invalid"),
        (
            _xml(
                "<question type='essay'><questiontext><text>See</text>\n"
                "<file name='a.png' encoding='hex'>89504e47</file></questiontext></question>"
            ),
            4,
            "embedded_file",
        ),
        ("<quiz>\n<question type='essay'>\n</quiz>", 3, "invalid_xml"),
        ("no xml", 1, "invalid_xml"),
        ("<html></html>", 1, "invalid_xml"),
        ("<quiz/>", 1, "empty"),
        ("<quiz>" + "<a>" * 5000, 1, "invalid_xml"),
        ("<!DOCTYPE quiz [<!ENTITY x 'y'>]>\n<quiz>&x;</quiz>", 1, "invalid_xml"),
        ("<!DOCTYPE quiz SYSTEM 'file:///etc/passwd'><quiz/>", 1, "invalid_xml"),
    ],
)
def test_moodle_faults_name_their_line(content: str, line: int, code: str) -> None:
    faults = [fault for item in read_items("moodle_xml", content) for fault in item.errors]
    assert [(fault["line"], fault["code"]) for fault in faults] == [(line, code)]


def test_entities_that_grow_are_refused_at_once() -> None:
    bomb = "<!DOCTYPE q [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
    )
    started = time.perf_counter()
    (item,) = read_items("moodle_xml", bomb + "]><quiz>&j;</quiz>")
    assert item.errors[0]["code"] == "invalid_xml"
    assert time.perf_counter() - started < 1


CSV = """type,text,points,options,answer,explanation
single_choice,Which?,2,red|green|blue,2,Because
multiple_choice,"Which,
then?",,a|b|c,1|3,
true_false,Is it?,,,TRUE,
short_answer,Name it,,,colour|%50%hue,
numeric,How many?,0.5,,3.14:0.01,
matching,Who?,,cat=>purrs|dog=>barks|=>moos,,
ordering,In order,,one|two|a \\| b,,
essay,Tell,,,,
"""


def test_csv_imports_every_question_type() -> None:
    items = read_items("csv", CSV)
    assert [item.errors for item in items] == [[]] * 8
    assert [item.line for item in items] == [2, 3, 5, 6, 7, 8, 9, 10]
    single, multiple, truth, short, number, pairs, order, _ = (item.question for item in items)
    assert (single["answer"], str(single["points"]), single["explanation"]) == ("2", "2", "Because")
    assert (multiple["text"], multiple["answer"]) == ("Which,\nthen?", ["1", "3"])
    assert truth["answer"] is True
    assert short["answer"]["accepted"] == ["colour", {"text": "hue", "percent": "50"}]
    assert number["answer"] == {"value": "3.14", "tolerance": "0.01"}
    assert len(pairs["options"]["right"]) == 3
    assert [option["text"] for option in order["options"]] == ["one", "two", "a | b"]


@pytest.mark.parametrize(
    ("content", "line", "code"),
    [
        ("question,answer\na,b", 1, "invalid_header"),
        ("type,text,type\na,b,c", 1, "invalid_header"),
        ("type,text,answer\ntrue_false,Fine,true\n\ntrue_false,Bad,maybe", 4, "invalid"),
        ("type,text,options,answer\nsingle_choice,Q,a|b,3", 2, "invalid"),
        ("type,text\ndrawing,Q", 2, "unsupported"),
        ("type,text,options,answer\nsingle_choice,Q,2|4,2", 2, "ambiguous"),
        ("type,text,points\nessay,,2", 2, "invalid_length"),
        ("type,text\nessay,Q,too,many", 2, "invalid"),
        ('type,text\nessay,Fine\nessay,"never closed\n', 3, "invalid"),
        ("type,text,points\nessay,Q,lots", 2, "invalid"),
        ("type,text,options\nmatching,Q,a|b", 2, "invalid"),
        ("type,text,answer\nessay,Q,key", 2, "invalid"),
    ],
)
def test_csv_faults_name_their_line(content: str, line: int, code: str) -> None:
    faults = [fault for item in read_items("csv", content) for fault in item.errors]
    assert [(fault["line"], fault["code"]) for fault in faults] == [(line, code)]


@pytest.mark.parametrize("format", ["gift", "moodle_xml", "csv"])
@pytest.mark.parametrize(
    "content", ["{" * 5000, "%" * 9999, "~=" * 9999, '"' * 9999, "<" * 9999, "\\" * 9999,
                "::" * 9999, "{#" + "9" * 9999 + "}", "a {=" + "->" * 5000 + "}", "{\n" * 3000,
                "\ue010{T}"],
    ids=lambda content: content[:4],
)  # fmt: skip
def test_malformed_imports_are_refused_quickly_and_never_raise(format: str, content: str) -> None:
    started = time.perf_counter()
    items = read_items(format, content)
    assert items
    assert time.perf_counter() - started < 2


async def test_all_or_nothing_and_a_dry_run_stores_nothing(api: Api, tara: Person) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, _ = await make_quiz(api, tara, course, publish=False)
    path = f"/quizzes/{quiz['id']}/questions"
    contents = {"gift": GIFT, "moodle_xml": XML, "csv": CSV}
    for format, content in contents.items():
        body = {"format": format, "content": content, "dry_run": True}
        told = (await api.post(f"{path}/import", body, as_=tara)).data
        results = told["results"]
        assert (told["stored"], told["skipped"]) == (len(results), 0)
        assert [(r["question_id"], r["errors"]) for r in results] == [(None, [])] * len(results)
    broken = {"format": "gift", "content": GIFT + "\nNever closed {", "dry_run": True}
    told = (await api.post(f"{path}/import", broken, as_=tara)).data
    assert (told["stored"], told["skipped"]) == (0, 1)
    assert [bool(r["errors"]) for r in told["results"]] == [False] * 12 + [True]
    refused = await api.post(f"{path}/import", {**broken, "dry_run": False}, as_=tara)
    assert (refused.status, refused.code) == (422, "import_refused")
    assert (refused.json["stored"], refused.json["skipped"]) == (0, 1)
    assert refused.json["results"] == told["results"]
    assert (await api.get(path, as_=tara)).data == []
    made = []
    for format, content in contents.items():
        body = {"format": format, "content": content.replace("\n", "\r\n")}
        results = (await api.post(f"{path}/import", body, as_=tara)).data["results"]
        made += [result["question_id"] for result in results]
    stored = (await api.get(f"{path}?limit=100", as_=tara)).data
    assert [question["id"] for question in stored] == made
    assert len(made) == 28
    assert (await api.post(f"/quizzes/{quiz['id']}/publish", as_=tara)).status == 200


async def test_items_with_errors_may_be_skipped(api: Api, tara: Person) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, _ = await make_quiz(api, tara, course, publish=False)
    path = f"/quizzes/{quiz['id']}/questions"
    content = "::One:: Fine {T}\n\nNever closed {\n\n::Two:: Fine {F}"
    body = {"format": "gift", "content": content, "on_error": "skip"}
    told = (await api.post(f"{path}/import", body, as_=tara)).data
    assert (told["stored"], told["skipped"]) == (2, 1)
    assert [one["name"] for one in told["results"]] == ["One", None, "Two"]
    ids = [one["question_id"] for one in told["results"]]
    assert ids[1] is None
    stored = (await api.get(path, as_=tara)).data
    assert [one["id"] for one in stored] == [ids[0], ids[2]]
    whole = {"format": "moodle_xml", "content": "no XML", "on_error": "skip", "dry_run": True}
    refused = await api.post(f"{path}/import", whole, as_=tara)
    assert (refused.code, len(refused.json["results"])) == ("import_refused", 1)


async def test_only_the_owner_may_import(api: Api, tara: Person, theo: Person, sam: Person) -> None:
    course, _ = await make_open_course(api, tara)
    quiz, _ = await make_quiz(api, tara, course, publish=False)
    body = {"format": "gift", "content": "Q {T}", "dry_run": True}
    path = f"/quizzes/{quiz['id']}/questions/import"
    got = [(await api.post(path, body, as_=person)).status for person in (None, sam, theo, tara)]
    assert got == [401, 403, 404, 200]
