"""Questions for trainees: what is asked is printed, what is wrong is wrong, the seed decides the rest."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from ingest.document import Source, Span
from ingest.glossary import glossary
from ingest.organs import same_body
from ingest.pipeline import parse
from kb.results import address_name
from kb.study.quiz import BLANK, CHOICES, KINDS, Item, items, paper
from kb.views.learning.printed import printed


@pytest.fixture(scope="module")
def pool(kb):
    return kb.quiz_items(seed=7)


@pytest.fixture(scope="module")
def documents(kb):
    return {card.doc_id: kb.document(card.doc_id) for card in kb.documents()}


def test_every_kind_is_asked(pool):
    counts = Counter(item.kind for item in pool)
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 20
    assert len({item.key for item in pool}) == len(pool)


def test_every_item_is_proved_where_it_says(pool, documents):
    for item in pool:
        document = documents[item.doc_id]
        proof = document.slice(item.span)
        assert document.clause(item.path).extent.holds(item.span), item
        if item.kind == "target":
            assert item.prompt.count(BLANK) == 1
            assert item.prompt.endswith(item.prompt.split(BLANK)[1]) and item.prompt.split(BLANK)[1] in proof
            assert item.prompt.split("：", 1)[1].replace(BLANK, item.answer) == proof, item
        elif item.kind == "duty":
            assert item.answer in proof
        elif item.kind == "address":
            assert item.answer == address_name(item.path)


def test_a_figure_in_its_blank_stands_nowhere_else_in_the_question(pool):
    for item in (item for item in pool if item.kind == "target"):
        said = re.findall(r"[0-9.]+", item.prompt.split("：", 1)[1])
        assert item.answer not in said, item


def test_wrong_choices_are_wrong(pool, documents):
    for item in (item for item in pool if item.choices):
        assert len(set(item.choices)) == CHOICES and item.answer in item.choices
        wrong = [choice for choice in item.choices if choice != item.answer]
        if item.kind == "duty":
            duty = next(d for d in documents[item.doc_id].duties if d.path == item.path)
            bound = [*(body.joining for body in duty.bodies), *duty.inherited]
            assert not any(same_body(choice, name) for choice in wrong for name in bound), item
        if item.kind == "term":
            names = {term.zh: term.names for term in glossary()}
            assert not any(a in b or b in a for c in wrong for a in names[c] for b in names[item.answer]), item


def test_the_seed_decides(kb, pool):
    again = kb.quiz_items(seed=7)
    assert again == pool
    one, same, other = ([item.key for item in paper(pool, seed=seed, count=12, kinds=KINDS)] for seed in (3, 3, 4))
    assert one == same != other
    assert {item.key for item in kb.quiz_items(seed=8)} == {item.key for item in pool}


def test_a_paper_takes_what_is_due_first_and_then_each_kind(pool):
    due = [item.key for item in pool if item.kind == "term"][:3]
    chosen = paper(pool, seed=1, count=11, kinds=KINDS, due=[*due, "不在库中"])
    assert len(chosen) == 11 and set(due) <= {item.key for item in chosen}
    assert Counter(item.kind for item in chosen if item.key not in due) == dict.fromkeys(KINDS, 2)
    assert {item.kind for item in paper(pool, seed=1, count=5, kinds=["duty"])} == {"duty"}
    assert paper(pool, seed=1, count=5, kinds=[]) == [] == paper([], seed=1, count=5, kinds=KINDS)


@pytest.mark.parametrize(
    ("given", "right"),
    [("15.5", True), ("15.5%", True), ("１５．５％", True), (" 15.50 ", True), ("约15.5", True), ("15", False),
     ("", False), ("十五点五", False), ("155", False), ("1,5.5", False)],
)  # fmt: skip
def test_a_typed_figure_may_be_written_in_many_ways(given, right):
    assert Item("k", "target", "d", "二", Span(0, 1), BLANK, "15.5").right(given) is right


def test_nothing_is_asked_of_what_cannot_be_told_apart(tmp_path):
    """One heading twice, a figure twice in its sentence, a range, two bodies in all: no question."""
    text = (
        "某市节水方案\n\n一、节水工程\n\n到2025年，用水效率提高12%，其中农业提高12%。管网漏损率控制在8%—9%。（市水务局牵头，市财政局配合）"
        "\n\n二、节水工程\n\n坚持节水优先。\n"
    )
    file = tmp_path / "a.txt"
    file.write_text(text, "utf-8")
    assert items([parse(Source("a", file, "a"))], []) == []


def test_a_printed_paper_ends_with_its_key(kb, pool):
    chosen = paper(pool, seed=5, count=8, kinds=KINDS)
    title, blocks = printed(chosen, kb.documents(), 5)
    assert "5" in title
    at = next(n for n, (kind, _) in enumerate(blocks) if kind == "page")
    questions = "\n".join(text for _, text in blocks[:at])
    assert all(item.prompt in questions for item in chosen)
    key = [text for kind, text in blocks[at:] if kind == "text"]
    assert len(key) == 8 and all(item.answer in line for item, line in zip(chosen, key, strict=True))
