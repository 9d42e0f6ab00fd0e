"""Names of bodies: lists split as printed, names joined and told apart, found in running text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.organ_table import table
from ingest.organs import (
    body_key,
    canonical,
    english_name,
    find_bodies,
    is_body,
    kind_of,
    prefix_of,
    same_body,
    split_names,
)

CASES = json.loads((Path(__file__).parent.parent / "cases" / "organs.json").read_text(encoding="utf-8"))
LETTERS = st.text(alphabet="市县省区各局委厅办政府和、，（）〔〕等部门水务财公安发改国家人民银行东江", max_size=40)
FORMS = st.sampled_from(sorted(table().forms))


@pytest.mark.parametrize(("text", "names"), CASES["split"])
def test_lists_are_split_into_the_names_as_printed(text: str, names: list[str]) -> None:
    assert list(split_names(text)) == names


@pytest.mark.parametrize(("name", "prefix", "place", "registered"), CASES["canonical"])
def test_canonical_names_join_short_full_and_former_names(name: str, prefix: str, place: str, registered: str) -> None:
    assert canonical(name, prefix=prefix, place=place) == registered


@pytest.mark.parametrize(("first", "second"), CASES["same"])
def test_one_body_under_two_names(first: str, second: str) -> None:
    assert same_body(first, second)
    assert same_body(second, first)


@pytest.mark.parametrize(("first", "second"), CASES["different"])
def test_two_bodies_stay_two(first: str, second: str) -> None:
    assert not same_body(first, second)
    assert not same_body(second, first)


@pytest.mark.parametrize(("name", "kind"), CASES["kind"])
def test_kinds(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(("name", "expected"), CASES["body"])
def test_what_can_be_a_body(name: str, expected: bool) -> None:
    assert is_body(name) is expected


@pytest.mark.parametrize(("text", "names"), CASES["find"])
def test_bodies_in_running_text(text: str, names: list[str]) -> None:
    found = find_bodies(text)
    assert [name for name, _, _ in found] == names
    assert all(text[start:end] == name for name, start, end in found)


@pytest.mark.parametrize(("name", "english"), CASES["english"])
def test_english_names(name: str, english: str) -> None:
    assert english_name(name) == english


def test_a_list_hands_its_level_word_on() -> None:
    assert [prefix_of(n) for n in ("省工信厅", "自治区财政厅", "市委组织部", "发改委")] == ["省", "自治区", "市", ""]
    assert prefix_of("东江市税务局") == ""


def test_no_form_of_the_table_names_two_bodies() -> None:
    organs = {organ.name: organ for organ in table().forms.values()}
    listed = [form for organ in organs.values() for form in organ.forms]
    assert len(organs) > 200
    assert sorted(listed) == sorted(set(listed))


def test_every_organ_of_the_table_has_english() -> None:
    assert [organ.name for organ in table().forms.values() if not organ.english or not organ.english[0].isascii()] == []


@given(FORMS)
def test_every_form_joins_its_own_body_at_every_level(form: str) -> None:
    organ = table().forms[form]
    assert same_body(form, organ.name)
    assert is_body(form)
    if not organ.level:
        assert body_key(f"市{form}") == f"市:{organ.name}"
        assert not same_body(f"市{form}", f"省{form}")


@given(LETTERS)
def test_split_names_loses_no_letter_of_a_name(text: str) -> None:
    plain = "".join(text.split())
    at = 0
    for name in split_names(text):
        at = plain.index(name, at) + len(name)
    assert at <= len(plain)


def test_an_endless_list_is_no_trouble() -> None:
    assert len(split_names("市水务局和" * 5000)) > 50


@given(LETTERS)
def test_found_bodies_are_slices_in_order(text: str) -> None:
    last = 0
    for name, start, end in find_bodies(text):
        assert last <= start < end
        assert text[start:end] == name
        last = end


@given(LETTERS, LETTERS)
def test_same_body_is_symmetric_and_reflexive(first: str, second: str) -> None:
    assert same_body(first, first)
    assert same_body(first, second) == same_body(second, first)
