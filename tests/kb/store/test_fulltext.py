"""Lexical search: two-character words, hostile questions, ties, scopes."""

from __future__ import annotations

import pytest
from store_samples import build, cut

from ingest.words import bigrams
from kb.store.fulltext import MAX_TOKENS

TEXTS = ("养老服务设施由市民政局建设。", "城市绿道由市园林局养护。", "雨水管网改造。", "公交专用道建设。")


@pytest.fixture
def stocked(registry):
    registry.save(build("甲", *TEXTS, title="云河市民生实事方案"), file="f", words=cut)
    return registry


def found(registry, *terms, pairs=(), limit=10, docs=None):
    hits = registry.search_words(terms, pairs, limit=limit, docs=docs)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    return [registry.passages([key])[0].text for key, _ in hits]


@pytest.mark.parametrize(
    ("terms", "pairs", "expected"),
    [
        (["养老"], [], [TEXTS[0]]),
        (["绿道", "养老"], [], [TEXTS[0], TEXTS[1]]),
        ([], ["网改"], [TEXTS[2]]),
        (["网改"], [], []),
        (["第2"], [], [TEXTS[2]]),
        (["老服"], [], []),
        (["养"], [], []),
        ([], [], []),
    ],
)
def test_words_find_words_and_pairs_find_pairs(stocked, terms, pairs, expected):
    assert sorted(found(stocked, *terms, pairs=pairs)) == sorted(expected)


def test_the_title_and_the_headings_are_searched(stocked):
    stocked.save(build("乙", "别的文字。", title="云河市海绵体方案"), file="f", words=cut)
    assert found(stocked, "绵体") == found(stocked, "海绵") == ["别的文字。"]
    assert found(stocked, "绵方") == []
    assert found(stocked, pairs=bigrams("海绵")) == ["别的文字。"]


HOSTILE = [
    '"',
    '" OR *',
    '""',
    "*",
    "养*",
    "NEAR(",
    "NEAR(养老 服务, 2)",
    "养老 AND",
    "NOT",
    "OR",
    "words:养老",
    "{words} : 养老",
    "^养老",
    "+",
    "-",
    "(",
    ")",
    "'; DROP TABLE documents; --",
    "\0",
    "养老\0",
    "\udcff",
    "",
    " ",
    "！？",
    ".",
    "%",
    "\n",
    "😀",
]


@pytest.mark.parametrize("token", HOSTILE)
def test_no_token_is_syntax(stocked, token):
    before = stocked.document("甲")
    assert set(found(stocked, token, pairs=[token])) <= {TEXTS[0]}
    assert TEXTS[2] in found(stocked, token, "雨水")
    assert stocked.document("甲") == before


def test_a_star_is_not_a_prefix_search(stocked):
    assert found(stocked, "养*") == found(stocked, "^养老服") == found(stocked, "words:养老") == []


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "a", "b")])
def test_ties_come_in_the_order_of_ids_and_text(registry, order):
    for doc_id in order:
        registry.save(build(doc_id, "相同的一段。", "相同的一段。", title="同"), file="f", words=cut)
    hits = registry.search_words(["相同"], limit=10)
    assert len({score for _, score in hits}) == 1
    places = [(p.doc_id, p.ordinal) for p in registry.passages([key for key, _ in hits])]
    assert places == [("a", 0), ("a", 1), ("b", 0), ("b", 1), ("c", 0), ("c", 1)]
    assert registry.search_words(["相同"], limit=3) == hits[:3]


def test_a_scope_restricts_before_the_limit(registry):
    for doc_id in "abc":
        registry.save(build(doc_id, "相同的一段。", "相同的一段。"), file="f", words=cut)
    hits = registry.search_words(["相同"], limit=2, docs={"c", "no-such"})
    assert [p.doc_id for p in registry.passages([key for key, _ in hits])] == ["c", "c"]
    assert registry.search_words(["相同"], limit=2, docs=()) == []
    assert registry.search_words(["相同"], limit=0) == []


def test_a_passage_with_more_of_the_words_ranks_first(stocked):
    assert found(stocked, "城市", "绿道", "由市", "建设")[0] == TEXTS[1]


def test_very_long_questions_are_cut_off(stocked):
    assert found(stocked, *["雨水"] * 5000, pairs=["网改"] * 5000) == [TEXTS[2]]
    assert found(stocked, *["没有"] * MAX_TOKENS, "雨水") == []


def test_the_vocabulary_lists_words_by_frequency(stocked):
    assert stocked.vocabulary()[0] == "由市"
    assert set(stocked.vocabulary()) == {word for text in TEXTS for word in cut(text)}
    stocked.remove("甲")
    assert stocked.vocabulary() == []


@pytest.mark.parametrize(
    ("stretch", "printed"),
    [
        ("绿道", True),
        ("雨水管网", True),
        ("城市绿道由市园林局养护", True),
        ("雨水绿道", False),
        ("建设城市", False),
        ("水", False),
        ("", False),
        ('"', False),
    ],
)
def test_prints_means_printed_without_a_break(stocked, stretch, printed):
    assert stocked.prints(stretch) is printed


def test_reindexing_uses_the_new_cut(stocked):
    assert found(stocked, "老服") == []
    assert stocked.reindex(bigrams) == len(TEXTS)
    assert found(stocked, "老服") == [TEXTS[0]]
    stocked.reindex(cut)
    assert found(stocked, "老服") == []
