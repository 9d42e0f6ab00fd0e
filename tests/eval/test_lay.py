"""The lay questions are well formed, and each gold article stands in the newest version of its law."""

from __future__ import annotations

import json
import re
import tarfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest

LAY = Path(__file__).resolve().parent.parent.parent / "eval" / "lay.jsonl"
ROWS = [json.loads(line) for line in LAY.read_text("utf-8").splitlines()]
KEYS = ["id", "query", "half", "domain", "gold"]
HALVES = {"tuning", "final"}
LEAST, DOMAINS = 160, 15  # questions, domains
UNEVEN = 3  # questions that one half may have more: each of three batches was drawn by itself
LONGEST_QUERY = 60  # characters: what people type in a chat
MOST_GOLD = 6  # articles; a question with more is several questions
RUN = 8  # characters in a row that a question may not share with its gold
HAN = "零〇一二三四五六七八九十百千"
NUMBER = re.compile(rf"第[{HAN}]+条(之[{HAN}]+)?")
HEADING = re.compile(r"^# +(.+?)\s*$", re.M)
ARTICLE = re.compile(rf"^\s*(第[{HAN}]+条(?:之[{HAN}]+)?)(?=\s|$)", re.M)
FILE_DATE = re.compile(r"\((\d{4}-\d\d-\d\d)\)\.md$")

Law = dict[str, str]  # article number -> text


def articles(text: str) -> Law:
    """Return the articles of a law in Markdown; a heading ends an article.

    >>> articles("# 某条例\\n第一条 甲。\\n## 第二章\\n第二条 乙。")
    {'第一条': ' 甲。\\n', '第二条': ' 乙。'}
    """
    found: Law = {}
    for part in re.split(r"^#.*\n?", text, flags=re.M):
        pieces = ARTICLE.split(part)
        found |= dict(zip(pieces[1::2], pieces[2::2], strict=True))
    return found


def newest(versions: list[tuple[str, Law]]) -> Law:
    """Return the articles in force of files with one title, each with the date in its name.

    A file gives way to a later one that shares an article number; parts of one code share none and all stay.
    """
    kept = [law for date, law in versions if not any(later > date and law.keys() & other for later, other in versions)]
    return {number: text for law in kept for number, text in law.items()}


@pytest.fixture(scope="module")
def laws(data) -> dict[str, Law]:
    """The newest version of each law that the questions name, by title."""
    titles = {gold["title"] for row in ROWS for gold in row["gold"]}
    versions: dict[str, list[tuple[str, Law]]] = defaultdict(list)
    with tarfile.open(data / "laws.tar.xz") as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.name.endswith(".md") else None
            text = stream.read().decode("utf-8", "replace") if stream else ""
            heading, dated = HEADING.search(text), FILE_DATE.search(member.name)
            if heading and heading[1] in titles:
                versions[heading[1]].append((dated[1] if dated else "", articles(text)))
    return {title: newest(found) for title, found in versions.items()}


def shared_run(one: str, other: str) -> str:
    """Return the first RUN characters in a row that both texts have, marks and spaces aside; or nothing."""
    one, other = re.sub(r"\W", "", one), re.sub(r"\W", "", other)
    return next((one[i : i + RUN] for i in range(len(one) - RUN + 1) if one[i : i + RUN] in other), "")


def test_a_later_version_replaces_an_earlier_one_and_parts_of_a_code_stand_beside_each_other():
    old, new, part = {"第一条": "旧", "第二条": "旧"}, {"第一条": "新"}, {"第九条": "另编"}
    assert newest([("2001-01-01", old), ("2020-01-01", new), ("", part)]) == {"第一条": "新", "第九条": "另编"}


def test_a_shared_run_is_found_across_punctuation_and_only_when_long_enough():
    assert shared_run("老王问甲乙丙丁戊己庚辛吗", "凡甲乙丙丁，戊己庚辛者") == "甲乙丙丁戊己庚辛"
    assert shared_run("老王问甲乙丙丁戊己庚吗", "凡甲乙丙丁，戊己庚辛者") == ""


def test_every_question_has_the_fields_of_the_format_and_no_others():
    for row in ROWS:
        assert list(row) == KEYS
        assert row["half"] in HALVES and row["domain"]
        assert 4 <= len(row["query"]) <= LONGEST_QUERY
        assert 1 <= len(row["gold"]) <= MOST_GOLD
        assert all(list(gold) == ["title", "article"] and NUMBER.fullmatch(gold["article"]) for gold in row["gold"])


def test_ids_count_up_and_no_question_or_gold_article_is_given_twice():
    assert [row["id"] for row in ROWS] == [f"lay-{number:03d}" for number in range(1, len(ROWS) + 1)]
    assert len({row["query"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        gold = [(gold["title"], gold["article"]) for gold in row["gold"]]
        assert len(set(gold)) == len(gold), row["id"]


def test_there_are_enough_questions_of_enough_domains_and_the_halves_are_even():
    halves = Counter(row["half"] for row in ROWS)
    assert len(ROWS) >= LEAST and len({row["domain"] for row in ROWS}) >= DOMAINS
    assert abs(halves["tuning"] - halves["final"]) <= UNEVEN


def test_every_gold_article_stands_in_the_newest_version_of_its_law(laws):
    missing = [
        (row["id"], gold["title"], gold["article"])
        for row in ROWS
        for gold in row["gold"]
        if gold["article"] not in laws.get(gold["title"], {})
    ]
    assert not missing


def test_no_question_takes_over_the_wording_of_its_gold(laws):
    found = {
        row["id"]: run
        for row in ROWS
        for gold in row["gold"]
        if (run := shared_run(row["query"], laws[gold["title"]][gold["article"]]))
    }
    assert not found
