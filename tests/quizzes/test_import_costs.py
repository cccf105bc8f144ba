"""What reading a question file costs grows with the file alone, whatever is in it."""

import time
from typing import Any

import pytest

from lms.quizzes.formats.items import MOST_ITEMS, MOST_PARTS, ImportedItem
from lms.quizzes.importing import read_items
from tests.api import Api
from tests.people import Person
from tests.quizzes.moodle import results_of

_SIZE = 250_000  # characters
_SECONDS = 3.0  # of a core for it; what was quadratic took up to minutes

_CSV = "type,text,options,answer\n"
_XML = "<quiz><question type='essay'><questiontext><text>{}</text></questiontext></question></quiz>"
_CHOICE = "<quiz><question type='multichoice'>{}</question></quiz>"


def _filled(around: str, part: str) -> str:
    """A file of that size whose middle is the same again and again."""
    return around.replace("{}", part * ((_SIZE - len(around)) // len(part)))


def _codes(items: list[ImportedItem]) -> set[str]:
    return {fault["code"] for item in items for fault in item.errors}


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("gift", _filled("q {\n{}", "=a\n") + "}"),
        ("gift", _filled("q [{}", "~a#b\n").replace("[", "{") + "}"),
        ("gift", _filled("q {}", "\n")),
        ("gift", _filled("{}", "a\n\n")),
        ("gift", _filled("{}", "q[]\n\n").replace("[]", "{}")),
        ("gift", _filled("::{}", "a")),
        ("gift", _filled("q [=a#{}", "\\n").replace("[", "{") + "}"),
        ("gift", _filled("q [#{}", "1:1 ").replace("[", "{") + "}"),
        ("moodle_xml", _filled(_XML, "\n")),
        ("moodle_xml", _filled(_XML, "&lt;\n")),
        ("moodle_xml", _filled(_XML, "@@PLUGINFILE@@/a.png ")),
        ("moodle_xml", _filled(_XML, "@@PLUGINFILE@@")),
        ("moodle_xml", _filled(_CHOICE, "<answer/>")),
        ("moodle_xml", _filled(_CHOICE, "<a/>")),
        ("moodle_xml", _filled("<quiz>{}</quiz>", "<question/>")),
        ("csv", _filled(_CSV + "{}", "\n")),
        ("csv", _filled(_CSV + "{}", "essay,q\n")),
        ("csv", _filled(_CSV + "{}", "multiple_choice,q,a|b,1\n")),
        ("csv", _CSV + (f"multiple_choice,q,{'a|' * 5000},{'1|' * 5000}\n" * 50)),
        ("csv", _filled("{}", "type,")),
        ("csv", _filled(_CSV + 'essay,"{}', "\n")),
    ],
    ids=range(21),
)
def test_a_file_costs_time_in_proportion_to_its_size(format: str, content: str) -> None:
    started = time.process_time()
    items = read_items(format, content)
    assert items
    assert time.process_time() - started < _SECONDS


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("gift", "q {{#{}:1}}"),
        ("gift", "q {{#1:{}}}"),
        ("gift", "q {{#{}..{}}}"),
        ("gift", "q {{#=%100%{}}}"),
        ("moodle_xml", "<quiz><question type='numerical'><questiontext><text>q</text>"
                       "</questiontext><answer fraction='100'><text>{}</text></answer>"
                       "</question></quiz>"),
        ("moodle_xml", "<quiz><question type='multichoice'><answer fraction='{}'>"
                       "<text>a</text></answer></question></quiz>"),
        ("moodle_xml", "<quiz><question type='essay'><questiontext><text>q</text>"
                       "</questiontext><defaultgrade>{}</defaultgrade></question></quiz>"),
        ("csv", _CSV + "numeric,q,,{}:1\n"),
        ("csv", "type,text,points\nessay,q,{}\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "number", ["1E300000000", "1E-200000000", "9E999999", "9" * 5000, "nan", "inf"]
)
def test_a_number_out_of_bounds_is_an_error_of_its_item(
    format: str, content: str, number: str
) -> None:
    started = time.process_time()
    items = read_items(format, content.format(number, number))
    assert [len(item.errors) > 0 for item in items] == [True]
    assert all(len(fault["detail"]) <= 500 for item in items for fault in item.errors)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("gift", "Is it? {T}\n\n" * (MOST_ITEMS + 1)),
        ("csv", _CSV + "essay,q\n" * (MOST_ITEMS + 1)),
        ("moodle_xml", "<quiz>" + "<question type='essay'/>" * (MOST_ITEMS + 1) + "</quiz>"),
        ("moodle_xml", "<quiz>" + "<a/>" * 500_000 + "</quiz>"),
    ],
)
def test_a_file_of_too_many_items_is_refused_as_a_whole(format: str, content: str) -> None:
    items = read_items(format, content)
    assert [item.errors[0]["code"] for item in items] == ["too_expensive"]


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("gift", "Fine {{T}}\n\nq {{{}}}".format("=a " * (MOST_PARTS + 1))),
        ("csv", _CSV + "essay,Fine\nmultiple_choice,q,{},1\n".format("a|" * (MOST_PARTS + 1))),
        ("moodle_xml", "<quiz><question type='essay'><questiontext><text>Fine</text>"
                       "</questiontext></question><question type='shortanswer'>{}</question></quiz>"
                       .format("<answer/>" * (MOST_PARTS + 1))),
    ],
)  # fmt: skip
def test_too_many_answers_are_an_error_of_their_item(format: str, content: str) -> None:
    fine, large = read_items(format, content)
    assert not fine.errors
    assert [fault["code"] for fault in large.errors] == ["too_long"]


def test_a_file_full_of_faults_is_told_in_few_words() -> None:
    item = "q {" + "=" * 100 + "~=" * 50 + "}\n\n"
    items = read_items("gift", item * 5000)
    assert all(item.errors for item in items)
    assert sum(len(item.errors) for item in items) < 5000 + 2000


def test_an_endless_number_in_a_file_name_is_no_fault_of_ours() -> None:
    text = f"@@PLUGINFILE@@/&amp;#{'9' * 5000};"
    assert _codes(read_items("moodle_xml", _XML.format(text))) == {"embedded_file"}


async def test_a_file_that_is_refused_as_a_whole_has_one_result(
    api: Api, tara: Person, draft: Any
) -> None:
    path = f"/quizzes/{draft['id']}/questions/import"
    body = {"format": "gift", "content": "Is it? {T}\n\n" * (MOST_ITEMS + 1), "dry_run": True}
    reply = await api.post(path, body, as_=tara)
    (result,) = results_of(reply)
    assert (reply.code, reply.json["stored"]) == ("import_refused", 0)
    assert [fault["code"] for fault in result["errors"]] == ["too_expensive"]


async def test_while_parsers_are_busy_an_import_is_sent_again(
    api: Api, tara: Person, draft: Any, busy: None
) -> None:
    path = f"/quizzes/{draft['id']}/questions/import"
    reply = await api.post(path, {"format": "gift", "content": "Is it? {T}"}, as_=tara)
    assert (reply.status, reply.code) == (429, "parsers_busy")
