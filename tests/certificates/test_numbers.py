"""Certificate numbers survive being read aloud, and notice when they didn't."""

from itertools import pairwise

import pytest

from lms.certificates.numbers import ALPHABET, new_number, normalize_number


def test_a_number_has_five_groups_without_ambiguous_letters():
    number = new_number()
    assert [len(group) for group in number.split("-")] == [4] * 5
    assert not set(number) & set("ILOU")
    assert set(number) <= {*ALPHABET, "-"}


def test_numbers_hold_at_least_eighty_random_bits():
    numbers = {new_number() for _ in range(2000)}
    assert len(numbers) == 2000
    free = [{number.replace("-", "")[place] for number in numbers} for place in range(19)]
    assert all(len(symbols) == 32 for symbols in free)  # 19 places of 5 bits


def test_a_new_number_is_already_in_its_normal_form():
    for _ in range(200):
        number = new_number()
        assert normalize_number(number) == number


@pytest.mark.parametrize("change", [str.lower, lambda n: n.replace("-", ""), lambda n: f" {n}\n"])
def test_case_dashes_and_spaces_do_not_matter(change):
    number = new_number()
    assert normalize_number(change(number)) == number


def test_letters_that_look_like_digits_are_read_as_digits():
    number = next(n for n in iter(new_number, None) if "0" in n and n.count("1") >= 2)
    heard = number.replace("0", "o").replace("1", "I", 1).replace("1", "l", 1)
    assert normalize_number(heard) == number


def test_every_single_wrong_symbol_is_noticed():
    number = new_number().replace("-", "")
    for place, right in enumerate(number):
        for wrong in set(ALPHABET) - {right}:
            assert normalize_number(number[:place] + wrong + number[place + 1 :]) is None


def test_swapped_neighbours_are_noticed():
    number = next(n for n in iter(new_number, None) if not {"0", "Z"} <= set(n)).replace("-", "")
    for place, (left, right) in enumerate(pairwise(number)):
        if left != right:
            assert normalize_number(number[:place] + right + left + number[place + 2 :]) is None


def test_the_check_symbol_never_changes_between_releases():
    assert normalize_number("0000-0000-0000-0000-0000") == "0000-0000-0000-0000-0000"
    assert normalize_number("0000-0000-0000-0000-001Y") == "0000-0000-0000-0000-001Y"
    assert normalize_number("0000-0000-0000-0000-010Z") == "0000-0000-0000-0000-010Z"


@pytest.mark.parametrize(
    "text",
    ["", "-", "7K3M", "0" * 19, "0" * 21, "U000-0000-0000-0000-0000", "*" * 20, "\ud800", "٠" * 20],
)
def test_a_text_of_another_shape_is_not_a_number(text):
    assert normalize_number(text) is None


def test_a_very_long_text_is_refused_without_work():
    assert normalize_number("0" * 10_000_000) is None
