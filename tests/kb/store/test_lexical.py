"""Lexical search: two-character words, hostile questions, ties, scopes."""

from __future__ import annotations

import numpy as np
import pytest
from store_samples import build, cut

from ingest.words import bigrams
from kb.errors import StoreUnusable
from kb.store.lexical import FILE, SEAL
from kb.store.registry import Registry
from kb.store.segments import BLOCK, MAX_TOKENS, best_rows

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
    assert found(stocked, "绵体") == found(stocked, pairs=["海绵"]) == ["别的文字。"]
    assert found(stocked, "绵方") == found(stocked, pairs=["绵养"]) == []
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


@pytest.mark.parametrize("count", [0, 5, BLOCK, 3 * BLOCK + 7, 40 * BLOCK])
@pytest.mark.parametrize("limit", [0, 1, 12, 500])
@pytest.mark.parametrize("least", [-9, 0, 4])  # none, half, most without a score
def test_the_best_rows_are_those_of_sorting_all(count, limit, least):
    chance = np.random.default_rng(count + limit)
    scores = np.maximum(0, chance.integers(least - 5, least + 10, count)).astype(np.float32) / 8  # many ties
    places = chance.integers(0, 9, count)
    wanted = sorted((row for row in range(count) if scores[row] > 0), key=lambda row: (-scores[row], places[row], row))
    assert best_rows(scores, places, limit).tolist() == wanted[:limit]


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
    assert found(stocked, *(f"没有{n}" for n in range(MAX_TOKENS)), "雨水") == []


def test_the_vocabulary_lists_words_by_frequency(stocked):
    stocked.save(build("乙", "由市水务局养护。", title="同"), file="f", words=cut)
    assert stocked.vocabulary().index("由市") < stocked.vocabulary().index("雨水")
    stocked.remove("乙")
    assert "水务" not in stocked.vocabulary()
    printed = (*TEXTS, "云河市民生实事方案")
    assert set(stocked.vocabulary()) >= {word for text in printed for word in cut(text)}
    stocked.remove("甲")
    assert stocked.vocabulary() == ()


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
    assert stocked.printer()(stretch) is printed


def test_reindexing_uses_the_new_cut(stocked):
    assert found(stocked, "老服") == []
    assert stocked.reindex(bigrams) == len(TEXTS)
    assert found(stocked, "老服") == [TEXTS[0]]
    stocked.reindex(cut)
    assert found(stocked, "老服") == []


def ranked(registry, *terms):
    return registry.search_words(terms, bigrams("".join(terms)), limit=50)


def seal(registry):
    return registry.setting(SEAL)


def test_what_is_new_or_gone_is_searched_beside_the_file_with_the_same_ranking(home, registry):
    for number in range(40):
        registry.save(build(f"旧{number}", *TEXTS, title="云河市民生实事方案"), file="f", words=cut)
    registry.lexical.catch_up()
    before = seal(registry)
    registry.save(build("新", "绿道由市园林局管理。", title="绿道管理办法"), file="f", words=cut)
    registry.remove("旧7")
    beside = ranked(registry, "绿道", "园林")
    assert not registry.lexical.catch_up()
    assert seal(registry) == before
    (home / FILE).unlink()
    with Registry.open(home).database.writing() as connection:
        connection.execute("DELETE FROM settings WHERE name = ?", (SEAL,))
    anew = ranked(Registry.open(home), "绿道", "园林")
    assert [key for key, _ in beside] == [key for key, _ in anew]
    assert [score for _, score in beside] == pytest.approx([score for _, score in anew], rel=0.05)


def lost(path):
    path.unlink()


def torn(path):
    path.write_bytes(path.read_bytes()[:-7])


def foreign(path):
    path.write_bytes(b"something else\n" * 99)


def empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [lost, torn, foreign, empty])
def test_a_file_that_does_not_fit_is_made_again_from_the_database(home, registry, harm):
    registry.save(build("甲", *TEXTS), file="f", words=cut)
    expected = ranked(registry, "绿道", "雨水")
    registry.close()
    harm(home / FILE)
    assert ranked(Registry.open(home), "绿道", "雨水") == expected
    assert Registry.open(home).lexical.check().passed


def test_a_file_of_another_state_of_the_database_is_not_read(home, registry, tmp_path):
    registry.save(build("甲", *TEXTS), file="f", words=cut)
    assert ranked(registry, "绿道")
    registry.close()
    other = Registry.open(tmp_path / "other")
    other.save(build("乙", "绿道绿道。", "别的。", "别的绿道。"), file="f", words=cut)
    assert ranked(other, "绿道")
    other.close()
    (tmp_path / "other" / FILE).replace(home / FILE)
    again = Registry.open(home)
    assert not again.lexical.check().passed
    assert [p.text for p in again.passages([key for key, _ in ranked(again, "绿道")])] == [TEXTS[1]]
    assert again.lexical.check().passed


def test_a_folder_that_may_not_be_written_is_searched_all_the_same(home, registry):
    registry.save(build("甲", *TEXTS), file="f", words=cut)
    (home / FILE).mkdir()  # nothing can be renamed over a folder
    (home / FILE / "x").touch()
    assert ranked(registry, "绿道")
    with pytest.raises(StoreUnusable, match="检索索引写不下"):
        registry.lexical.catch_up()
    assert [path.name for path in home.glob("*.new")] == []


def test_another_process_sees_what_this_one_adds(home, registry):
    registry.save(build("甲", *TEXTS), file="f", words=cut)
    reader = Registry.open(home)
    assert len(ranked(reader, "绿道")) == 1
    for number in range(12):
        registry.save(build(f"乙{number}", "绿道养护。"), file="f", words=cut)
        assert len(ranked(reader, "绿道")) == number + 2


def test_heavier_words_count_more(stocked):
    def first(**weights):
        return stocked.passages([stocked.search_words(weights, limit=1)[0][0]])[0].text

    assert first(雨水=1.0, 养老=0.5) == TEXTS[2]
    assert first(雨水=0.5, 养老=1.0) == TEXTS[0]
