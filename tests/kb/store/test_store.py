"""The library: round trip, replacing, removing, finding, cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import build, cut, embed, records

from ingest.document import (
    Body,
    Clause,
    Document,
    Duty,
    Passage,
    Reference,
    Repair,
    Source,
    Span,
    Target,
)
from kb.errors import StoreDamaged, UnknownDocument
from kb.store import excerpts
from kb.store.registry import Registry
from tests.cards import card_of

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SPANS = st.builds(Span, st.integers(0, 10**9), st.integers(0, 10**9))
YEARS = st.none() | st.integers(1949, 2100)
FIGURES = st.decimals(allow_nan=False, allow_infinity=False)
BODIES = st.builds(Body, WORDS, WORDS, WORDS, WORDS)
DUTIES = st.builds(
    Duty,
    path=WORDS,
    ordinal=st.integers(0, 99),
    span=SPANS,
    task_span=SPANS,
    bodies=st.lists(BODIES, max_size=3).map(tuple),
    phrase=WORDS,
    shared=st.booleans(),
    open_ended=st.booleans(),
    inherited=st.lists(WORDS, max_size=2).map(tuple),
    rule_span=st.none() | SPANS,
    deadline=st.none() | WORDS,
)
TARGETS = st.builds(
    Target,
    path=WORDS,
    span=SPANS,
    indicator=WORDS,
    relation=WORDS,
    value=FIGURES,
    value_max=st.none() | FIGURES,
    unit=WORDS,
    baseline_year=YEARS,
    deadline_year=YEARS,
    nature=st.none() | WORDS,
    carried=st.lists(WORDS, max_size=2).map(tuple),
)
SOURCES = st.builds(
    Source,
    doc_id=WORDS.filter(bool),
    path=st.binary(min_size=1, max_size=9)
    .filter(lambda raw: b"\0" not in raw)
    .map(lambda raw: Path(raw.decode("utf-8", "surrogateescape"))),
    sha256=WORDS,
    title=WORDS,
    number=WORDS,
    issuers=st.lists(WORDS, max_size=3).map(tuple),
    dated=st.none() | st.dates(date(1949, 10, 1), date(2100, 1, 1)),
    level=WORDS,
    region=WORDS,
    form=st.sampled_from(["fulltext", "digest"]),
    status=WORDS,
    url=WORDS,
)


def tuples(items: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(items, max_size=4).map(tuple)


DOCUMENTS = st.builds(
    Document,
    source=SOURCES,
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    page_starts=tuples(st.integers(0, 10**6)),
    clauses=tuples(
        st.builds(Clause, st.integers(0, 99), st.integers(0, 9), WORDS, WORDS, WORDS, SPANS, SPANS, st.none() | WORDS)
    ),
    passages=tuples(st.builds(Passage, st.integers(0, 99), WORDS, SPANS, WORDS)),
    duties=tuples(DUTIES),
    targets=tuples(TARGETS),
    references=tuples(st.builds(Reference, WORDS, SPANS, WORDS, WORDS, WORDS)),
    repairs=tuples(st.builds(Repair, WORDS, st.integers(1, 99), WORDS, WORDS)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=DOCUMENTS)
def test_a_document_comes_back_as_it_was_saved(registry, document):
    registry.save(document, file="原件.txt", words=cut)
    found = registry.document(document.source.doc_id)
    assert found == document
    assert [str(t.value) for t in found.targets] == [str(t.value) for t in document.targets]


def test_saving_again_replaces_everything(registry, index):
    registry.save(build("甲", "绿道建设由市绿道局负责。", "旧的第二段。", "旧的第三段。"), file="a", words=cut)
    registry.save(build("乙", "乙的一段。"), file="b", words=cut)
    embed(index)
    before = records(registry)
    new = build("甲", "河道清淤由市水务局负责。")
    keys = registry.save(new, file="a2", words=cut)
    assert registry.document("甲") == new
    assert [p.text for p in registry.passages(keys)] == ["河道清淤由市水务局负责。"]
    assert registry.search_words(cut("绿道建设"), limit=9) == []
    after = records(registry)
    assert after["passages"] == before["passages"] - 2
    assert after["tokens"] == after["passages"]
    assert after["bodies"] == before["bodies"]


def test_removing_leaves_no_row_behind(registry, index):
    empty = records(registry)
    for doc_id in "甲乙":
        registry.save(build(doc_id, "绿道建设。", "绿道养护。"), file="f", words=cut)
        official = build(doc_id, "绿道建设和养护。", "河道清淤。")
        official = replace(official, source=replace(official.source, sha256=f"official-{doc_id}"))
        registry.save(official, file="f", words=cut, fetched="2026-01-05T08:00:00+00:00")
        assert [former.version for former in registry.former(doc_id)] == [1]
    embed(index)
    full = records(registry)
    assert all(full[table] for table in full if table not in ("removed_vectors", "cross_references"))
    for doc_id in "甲乙":
        registry.remove(doc_id)
    index.sync()
    assert records(registry) == empty
    assert registry.cards() == []
    assert registry.search_words(cut("绿道建设"), limit=9) == []


def test_keys_stay_with_the_document_and_are_never_used_again(registry):
    first = registry.save(build("甲", "一。", "二。"), file="f", words=cut)
    other = registry.save(build("乙", "三。"), file="f", words=cut)
    second = registry.save(build("甲", "一。", "二。"), file="f", words=cut)
    registry.remove("甲")
    third = registry.save(build("丙", "四。"), file="f", words=cut)
    assert len({*first, *other, *second, *third}) == 6
    assert registry.passages(first) == []
    assert [p.key for p in registry.passages([*other, 10**6])] == other


def test_a_save_that_fails_keeps_the_old_document(registry):
    old = build("甲", "原来的文字。")
    registry.save(old, file="f", words=cut)

    def broken(text: str) -> list[str]:
        raise RuntimeError("cut")

    with pytest.raises(RuntimeError, match="cut"):
        registry.save(build("甲", "新的文字。"), file="f", words=broken)
    bad = build("甲", "新的文字。", form=None)
    with pytest.raises(Exception, match="NOT NULL"):
        registry.save(bad, file="f", words=cut)
    assert registry.document("甲") == old
    assert len(registry.search_words(cut("原来的文字"), limit=9)) == 1


NAMED = ("plan", "云政办发〔2024〕7号", "云河市“绿道”建设方案（试行）")


@pytest.mark.parametrize(
    "name",
    [
        *NAMED,
        "云政办发[2024]7号",
        "云政办发（2024）7 号",
        "云政办发 【２０２４】 7号",
        "云政办发﹝2024﹞7号",
        "《云河市“绿道”建设方案（试行）》",
        " 云河市“绿道” 建设方案（试行）",
        '《云河市"绿道"建设方案(试行)》',
    ],
)
def test_a_document_is_found_by_id_number_or_exact_title(registry, name):
    registry.save(build(NAMED[0], "一。", number=NAMED[1], title=NAMED[2]), file="f", words=cut)
    registry.save(
        build("other", "二。", number="云政办发〔2024〕77号", title="云河市“绿道”建设方案（试行）实施细则"),
        file="f",
        words=cut,
    )
    assert registry.find(name) == NAMED[0]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "pla",
        "云政办发〔2024〕",
        "云政办发〔2023〕7号",
        "绿道建设方案",
        "云河市“绿道”建设方案",
        "云河市“绿道”建设方案（暂行）",
        "%",
        "' OR 1=1 --",
        "\udcff",
    ],
)
def test_anything_else_finds_nothing(registry, name):
    registry.save(build(NAMED[0], "一。", number=NAMED[1], title=NAMED[2]), file="f", words=cut)
    registry.save(build("bare", "二。", number="", title=""), file="f", words=cut)
    with pytest.raises(UnknownDocument, match="kb docs") as caught:
        registry.find(name)
    assert "\n" not in str(caught.value)


def test_addresses_are_those_of_the_documents_in_the_order_given(registry):
    for name in ("first", "second"):
        registry.save(build(name, "甲。", f"{name}。"), file="f")
    own = {name: [clause.path for clause in registry.document(name).clauses] for name in ("first", "second")}
    assert excerpts.paths(registry.database, ["second", "first"]) == own["second"] + own["first"]
    assert excerpts.paths(registry.database, ["second", "no-such"]) == own["second"]


def test_a_name_of_two_documents_names_none(registry):
    for doc_id in ("a", "b"):
        registry.save(build(doc_id, "一。", title="同名方案"), file="f", words=cut)
    with pytest.raises(UnknownDocument, match="a、b"):
        registry.find("同名方案")
    assert registry.find("a") == "a"


@pytest.mark.parametrize("call", ["document", "remove"])
def test_unknown_documents_are_named(registry, call):
    with pytest.raises(UnknownDocument, match="没有这个文件：无此件"):
        getattr(registry, call)("无此件")


def mention(kind: str, number: str = "", title: str = "") -> Reference:
    return Reference("0", Span(0, 1), kind, number, title)


def test_cards_agree_with_the_documents(registry):
    references = (
        mention("implements", "省发〔2020〕1号", "某意见"),
        mention("cites", "", "某办法"),
        mention("repeals", "旧发〔2001〕2号"),
    )
    document = build(
        "甲",
        "一。",
        "二。",
        number="云发〔2024〕1号",
        issuers=("云河市政府",),
        dated=date(2024, 2, 29),
        references=references,
    )
    registry.save(document, file="originals/甲.txt", words=cut)
    assert registry.cards() == [card_of(document, file="originals/甲.txt")]


@pytest.mark.parametrize(
    ("reference", "amended_by"),
    [
        (mention("amends", "云发 [2019] 3号"), ("云发〔2024〕9号",)),
        (mention("repeals", "", "云河市河道办法"), ("云发〔2024〕9号",)),
        (mention("repeals", "云发〔2019〕3号", "题目写错的办法"), ("云发〔2024〕9号",)),
        (mention("cites", "云发〔2019〕3号"), ()),
        (mention("amends", "云发〔2019〕33号", "云河市河道办法"), ()),
        (mention("amends", "", "云河市河道办法实施细则"), ()),
        (mention("amends", "", ""), ()),
    ],
)
def test_amended_by_is_read_from_the_later_document(registry, reference, amended_by):
    registry.save(build("old", "一。", number="云发〔2019〕3号", title="云河市河道办法"), file="f", words=cut)
    registry.save(
        build("new", "二。", number="云发〔2024〕9号", title="", references=(reference,)), file="f", words=cut
    )
    registry.save(build("bare", "三。", number="", title=""), file="f", words=cut)
    cards = {card.doc_id: card for card in registry.cards()}
    assert cards["old"].amended_by == amended_by
    assert cards["new"].amended_by == cards["bare"].amended_by == ()
    assert cards["old"].status == "in_force"


def test_a_document_does_not_amend_itself(registry):
    registry.save(
        build("甲", "一。", number="云发〔2019〕3号", references=(mention("amends", "云发〔2019〕3号"),)),
        file="f",
        words=cut,
    )
    assert registry.cards()[0].amended_by == ()


def test_ledgers_are_read_in_order_and_by_document(registry):
    for doc_id in ("b", "a"):
        registry.save(build(doc_id, "一。"), file="f", words=cut)
    assert [doc_id for doc_id, _ in registry.duties()] == ["a", "b"]
    assert [(doc_id, duty.bodies[0].name) for doc_id, duty in registry.duties("b")] == [("b", "市绿道局")]
    assert [(doc_id, target.value) for doc_id, target in registry.targets("a")] == [("a", Decimal("12.50"))]
    assert registry.duties("none") == registry.targets("none") == []


def test_hashes_settings_and_pending(registry):
    document = build("甲", "一。", "二。")
    registry.save(document, file="f", words=cut)
    assert registry.sha256s() == {document.source.sha256: "甲"}
    assert (registry.setting("parser"), registry.setting("parser", "0")) == ("", "0")
    registry.set_setting("parser", "3")
    registry.set_setting("parser", "4")
    assert registry.setting("parser") == "4"
    assert [p.text for p in registry.pending("any", limit=1)] == ["一。"]
    assert [(p.doc_id, p.path, p.ordinal) for p in registry.pending("any")] == [("甲", "0", 0), ("甲", "1", 1)]


def test_the_revision_grows_with_changes_only(registry):
    seen = [registry.revision()]
    registry.save(build("甲", "一。"), file="f", words=cut)
    seen.append(registry.revision())
    registry.cards()
    registry.set_setting("parser", "1")
    assert registry.revision() == seen[-1]
    registry.remove("甲")
    assert seen[0] < seen[1] < registry.revision()


def test_another_connection_sees_the_change(home, registry):
    other = Registry.open(home)
    registry.save(build("甲", "绿道建设。"), file="f", words=cut)
    assert other.document("甲") == registry.document("甲")
    assert other.revision() == registry.revision()
    other.close()


def test_check_tells_sound_from_unsound(home, registry):
    registry.save(build("甲", "一。"), file="f", words=cut)
    assert [check.passed for check in registry.check()] == [True, True, True]
    with registry.database.writing() as connection:
        connection.execute("DELETE FROM tokens")
    assert [check.passed for check in registry.check()] == [True, False, True]
    registry.reindex(cut)
    assert [check.passed for check in registry.check()] == [True, True, True]


def test_a_damaged_library_is_reported_by_check_and_by_reading(home, registry):
    for i in range(30):
        registry.save(build(f"甲{i}", "绿道" * 900), file="f", words=cut)
    registry.close()
    path = home / "kb.sqlite3"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 40)
        file.write(b"\0" * (size - 4096 * 40))
    assert not registry.check()[0].passed
    with pytest.raises(StoreDamaged):
        [registry.document(doc_id) for doc_id in registry.doc_ids()]
