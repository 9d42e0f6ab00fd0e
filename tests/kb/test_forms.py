"""Every pattern of the table of question forms finds its sample, and no form takes what it is said not to be."""

from __future__ import annotations

import re

import pytest

from kb.search.reading.forms import asking, form, levels, record, says, spelt_out, stored

GROUPS = ("forms", "asks", "record", "levels")
ENTRIES = [(group, name) for group in GROUPS for name in stored()[group]]
FOUND = {
    "forms": form,
    "asks": lambda name: asking()[name],
    "record": lambda name: record()[name],
    "levels": lambda name: levels()[name],
}


@pytest.mark.parametrize(("group", "name"), ENTRIES)
def test_patterns_find_their_samples(group: str, name: str) -> None:
    """A pattern without a question that uses it could be left out."""
    for pattern, sample in stored()[group][name].get("says", []):
        assert re.search(spelt_out(pattern), sample, re.I), (pattern, sample)
        assert len(pattern) <= 120, "several turns of phrase in one pattern"


@pytest.mark.parametrize(("group", "name"), ENTRIES)
def test_words_are_plain(group: str, name: str) -> None:
    """What needs a regular expression stands beside a sample."""
    assert [word for word in stored()[group][name].get("words", []) if re.search(r"[\[\](){}?*+^$\\|]", word)] == []


@pytest.mark.parametrize(
    ("group", "name", "other"), [(g, n, other) for g, n in ENTRIES for other in stored()[g][n].get("not", [])]
)
def test_forms_leave_what_looks_alike(group: str, name: str, other: str) -> None:
    """哪几年 asks for no length of time, 占比 for no comparison."""
    found = FOUND[group](name)
    assert not found.search(other), found.search(other)


def test_lists_of_words_are_used() -> None:
    """A list of words that no pattern names is left over."""
    table = stored()
    entries = [entry for group in GROUPS for entry in table[group].values()]
    patterns = [pattern for entry in entries for pattern, _ in entry.get("says", [])]
    patterns += [word for words in table["words"].values() for word in words]
    named = {name for pattern in patterns for name in re.findall(r"\{([a-z_]+)\}", pattern)}
    assert set(table["words"]) - named == set()


def test_capitals_do_not_matter() -> None:
    """An English question is read as typed."""
    assert says("duty", "WHO is responsible?")
    assert not says("duty", "whole")
