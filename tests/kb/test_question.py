"""Questions understood: what they want, the addresses they give, follow-ups made whole, spelling brought back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.numerals import to_chinese
from kb.errors import EmptyQuestion
from kb.search.question import MAX_CHARS, Vocabulary, understand
from kb.search.reading.addresses import addressed, clause_refs

CASES = json.loads((Path(__file__).parents[1] / "cases" / "questions.json").read_text("utf-8"))
LIBRARY = CASES["spelling"]["library"]
VOCABULARY = Vocabulary(lambda: LIBRARY, lambda pair: pair in "".join(LIBRARY))


def cases(rows: Iterable[dict[str, Any]], name: str) -> pytest.MarkDecorator:
    """Return the rows as parameters; those that say what fails must fail."""
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(row, id=row[name], marks=[pytest.mark.xfail(reason=row["fails"])] if "fails" in row else [])
            for row in rows
        ],
    )


@cases(CASES["questions"], "question")
def test_what_a_question_wants(case: dict[str, Any]) -> None:
    question = understand(case["question"])
    for field, wanted in case["expect"].items():
        found = getattr(question, field)
        if field == "asks":
            found = {kind for kind in found if not kind.startswith("record:")}
        assert (sorted(found) if field == "asks" else list(found) if isinstance(wanted, list) else found) == wanted, (
            field
        )


@cases(CASES["addresses"], "text")
def test_clause_addresses(case: dict[str, Any]) -> None:
    assert list(clause_refs(f"{case['text']}讲什么")) == case["refs"]


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("《云河方案》里，三讲的是什么？", ("三",)),
        ("一说的是什么", ("一",)),
        ("这一讲了什么", ()),
        ("第一讲什么时候开", ()),
    ],
)
def test_a_lone_numeral_is_an_address_where_something_is_said_of_it(text: str, refs: tuple[str, ...]) -> None:
    assert understand(text).clause_refs == refs


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("《云河规划》里，4.2.1第2项讲的是什么？", "4.2.1第2项"),
        ("附录A7.6 有哪些要求", "附录A7.6"),
        ("第一章第一节四的内容", "第一章第一节四"),
        ("第四章第一节讲了什么", "四（一）"),
        ("14.2.1第2项呢", ""),
        ("一共有多少项", ""),
    ],
)
def test_a_document_s_own_addresses_are_known(text: str, ref: str) -> None:
    paths = ["4", "4.2.1", "4.2.1第2项", "附录A7.6", "附录A", "第一章第一节", "第一章第一节四", "一", "四（一）"]
    question = addressed(understand(text), paths)
    assert question.clause_refs == ((ref,) if ref else ())


def test_titles_and_addresses_are_not_respelt() -> None:
    sounding = Vocabulary(lambda: ["以降", "发证"], lambda pair: False)
    assert (
        understand("《云河市发政规定》里，一讲的是什么？", (), sounding).standalone
        == "《云河市发政规定》里，一讲的是什么？"
    )


@given(part=st.integers(1, 99), item=st.integers(1, 99), point=st.none() | st.integers(1, 20))
def test_every_address_is_read_as_it_is_printed(part: int, item: int, point: int | None) -> None:
    address = f"{to_chinese(part)}（{to_chinese(item)}）{point or ''}"
    assert clause_refs(f"请问{address}由谁负责？") == (address,)
    article = f"第{to_chinese(part)}条（{to_chinese(item)}）"
    assert clause_refs(f"{article}怎么说") == (article,)


@cases(CASES["followups"], "question")
def test_a_follow_up_is_made_whole(case: dict[str, Any]) -> None:
    question = understand(case["question"], case["history"])
    if "holds" in case:
        assert case["holds"] in question.standalone
    else:
        assert question.standalone == case["standalone"]
    assert question.text == case["question"]


@cases(CASES["spelling"]["cases"], "typed")
def test_spelling_is_brought_back_to_words_of_the_library(case: dict[str, Any]) -> None:
    assert understand(case["typed"], (), VOCABULARY).standalone == case["read"]


def test_what_was_carried_over_counts_as_carried() -> None:
    concepts = {c.term: c.carried for c in understand("它什么时候完成？", ["河道清淤由谁负责？"]).concepts}
    assert concepts["河道"]
    assert not concepts["完成"]


@pytest.mark.parametrize("text", ["", " ", "　\n\t", "？", "……！（）", "\u200b\u200b", "—" * 2000])
def test_a_question_without_a_word_is_no_question(text: str) -> None:
    with pytest.raises(EmptyQuestion, match="例如"):
        understand(text)


def test_a_long_question_is_cut() -> None:
    question = understand("绿道" * MAX_CHARS)
    assert len(question.standalone) <= MAX_CHARS
    assert understand("谁负责河道清淤？" + " " * 9 * MAX_CHARS).standalone == "谁负责河道清淤？"


def test_words_typed_in_another_encoding_break_nothing() -> None:
    assert understand("节能\udcff由谁负责").intent == "duty"


@given(text=st.text(max_size=60), history=st.lists(st.text(max_size=20), max_size=2))
@settings(deadline=None, max_examples=60)
def test_any_text_is_understood_or_empty(text: str, history: list[str]) -> None:
    try:
        question = understand(text, history, VOCABULARY)
    except EmptyQuestion:
        return
    assert question.standalone.strip()
    assert question.intent
    chinese = question.language == "zh"  # English words go by their Chinese names
    assert all(concept.term in concept.same for concept in question.concepts if chinese)
