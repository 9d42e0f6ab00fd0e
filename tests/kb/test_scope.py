"""Which documents a question is put to: named, by place, by level, all in full; places the library does not hold."""

from __future__ import annotations

import pytest

from kb.results import DocumentCard
from kb.search.question import understand
from kb.search.scope import Scope, choose_scope, narrowed, titled, widened


def card(doc_id: str, title: str, level: str, region: str, issuer: str, form: str = "fulltext") -> DocumentCard:
    return DocumentCard(doc_id, title, "", (issuer,), None, level, region, form, "in_force", "", "", 1, 1)


STATE = card("state", "全国绿道建设指导意见", "国", "", "住房城乡建设部")
PROVINCE = card("province", "陕西省古树名木保护规划", "省", "陕西省", "陕西省人民政府", "digest")
BAOJI = card("baoji", "宝鸡市“十四五”河道清淤实施方案", "市", "宝鸡市", "宝鸡市人民政府")
TONGCHUAN = card("tongchuan", "铜川市再生水利用管理办法", "市", "铜川市", "铜川市人民政府")
COUNTY = card("county", "凤翔区渭河湿地修复计划", "县", "凤翔区", "凤翔区人民政府")
CARDS = (BAOJI, COUNTY, PROVINCE, STATE, TONGCHUAN)
FULL = ["county", "baoji", "tongchuan", "state"]  # the most local first; digests only where they are asked for


def scope(text: str, named: tuple[str, ...] = (), printed: str = "") -> Scope:
    return choose_scope(understand(text), CARDS, named, lambda word: word in printed)


def ids(cards: tuple[DocumentCard, ...]) -> list[str]:
    return [c.doc_id for c in cards]


def test_a_local_document_that_names_no_place_in_its_front_is_asked_where_its_text_does() -> None:
    nowhere = card("nowhere", "省林业厅2024年古树保护计划", "省", "", "省林业厅")
    state = card("other", "林业发展规划", "国", "", "国家林草局")
    cards = (*CARDS, nowhere, state)

    def asked(text: str) -> list[str]:
        return ids(
            choose_scope(understand(text), cards, (), lambda word: True, tells=lambda c, word: word == "陕西").cards
        )

    assert asked("陕西的古树由谁保护？") == ["nowhere", "province"]
    assert asked("甘肃的古树由谁保护？") != ["nowhere"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("河道清淤由谁负责？", FULL),
        ("再生水利用率的目标是多少？", FULL),
        ("什么是海绵城市？", FULL),
        ("宝鸡市的目标有哪些？", ["baoji"]),
        ("宝鸡的河道由谁管？", ["baoji"]),
        ("凤翔区由谁负责？", ["county"]),
        ("凤翔的湿地由谁修复？", ["county"]),
        ("陕西的古树由谁保护？", ["province"]),
        ("陕西省古树名木保护规划由谁负责？", ["province"]),
        ("省里的目标是多少？", ["province"]),
        ("国家层面的目标是多少？", ["state"]),
        ("全国绿道建设指导意见是谁印发的？", ["state"]),
        ("渭河湿地修复计划的文号是多少？", ["county"]),
        ("铜川市再生水利用办法由谁负责？", ["tongchuan"]),
        ("宝鸡市和铜川市的目标哪个更高？", ["baoji", "tongchuan"]),
        ("Who is responsible for river dredging?", FULL),
        ("住建部的意见里绿道由谁负责？", ["state"]),
        ("水利部的意见里绿道由谁负责？", FULL),
    ],
)
def test_documents_asked(text: str, asked: list[str]) -> None:
    chosen = scope(text)
    assert ids(chosen.cards) == asked
    assert chosen.missing == ()
    assert sorted(ids(chosen.cards) + ids(chosen.others)) == sorted(c.doc_id for c in CARDS)


@pytest.mark.parametrize(("text", "missing"), [("西安市的目标是多少？", ("西安",)), ("海南和宝鸡的目标", ("海南",))])
def test_a_place_that_the_library_does_not_hold_is_missing(text: str, missing: tuple[str, ...]) -> None:
    assert scope(text).missing == missing


def test_a_place_that_is_printed_somewhere_is_not_missing() -> None:
    chosen = scope("向西安市学习了什么？", printed="学习西安经验")
    assert (chosen.missing, ids(chosen.cards)) == ((), FULL)


def test_a_document_that_names_no_place_may_be_the_states() -> None:
    plain = card("plain", "“十四五”绿道发展规划", "", "", "")
    asked = choose_scope(understand("全国要建多少绿道？"), (*CARDS, plain), (), lambda word: True)
    assert sorted(ids(asked.cards)) == ["plain", "state"]


def test_a_notice_is_called_by_what_it_issues() -> None:
    notice = card("notice", "关于发布《重点领域节水改造指南（2022年版）》的通知", "国", "", "水利部")
    asked = choose_scope(understand("节水改造指南对造纸怎么说"), (*CARDS, notice), (), lambda word: True)
    assert ids(asked.cards) == ["notice"]


def test_what_the_user_chose_goes_before_everything() -> None:
    chosen = scope("宝鸡市的目标是多少？", named=("province", "state"))
    assert ids(chosen.cards) == ["state", "province"]
    assert chosen.named
    assert ids(scope("西安市的目标是多少？", named=("baoji",)).cards) == ["baoji"]


def test_a_place_named_beside_a_number_is_asked_too() -> None:
    question = understand("凤翔的修复计划和云政发5号各到哪天失效？")
    both = choose_scope(question, CARDS, ["state"], lambda word: True, fixed=False)
    assert ids(both.cards) == ["county", "state"]
    assert ids(choose_scope(question, CARDS, ["state"], lambda word: True).cards) == ["state"]


@pytest.mark.parametrize(
    ("text", "texts", "asked"),
    [
        ("长三角的古树由谁保护？", {"province": "长三角古树"}, ["province"]),
        ("长三角的古树由谁保护？", {"province": "长三角古树", "baoji": "长三角协作"}, FULL),
        ("宝鸡市向长三角学习什么？", {"province": "长三角古树"}, ["baoji"]),
        ("古树由谁保护？", {"province": "古树"}, FULL),
        ("TOD是什么？", {"province": "公共交通导向的开发（TOD）"}, ["province"]),
    ],
)
def test_a_digest_is_asked_where_it_alone_prints_the_name(text: str, texts: dict[str, str], asked: list[str]) -> None:
    question = understand(text)
    chosen = choose_scope(question, CARDS, (), lambda word: True)
    assert ids(widened(question, chosen, lambda c, name: name in texts.get(c.doc_id, "")).cards) == asked


def test_digests_are_asked_where_nothing_else_is_there() -> None:
    assert ids(choose_scope(understand("古树由谁保护？"), [PROVINCE], (), lambda word: False).cards) == ["province"]


def test_an_empty_library_has_no_scope() -> None:
    chosen = choose_scope(understand("古树由谁保护？"), [], (), lambda word: False)
    assert (chosen.cards, chosen.others, chosen.missing) == ((), (), ())


def test_words_that_name_the_document_are_no_longer_asked_about() -> None:
    question = understand("宝鸡市河道清淤方案里护栏由谁负责？")
    left = narrowed(question, scope("宝鸡市河道清淤方案里护栏由谁负责？"))
    assert [c.term for c in left.concepts] == ["护栏"]
    assert narrowed(question, scope("护栏由谁负责？")) == question


def test_a_place_of_which_no_document_is_has_to_be_printed_where_the_answer_stands() -> None:
    learnt = understand("向西安市学习了什么？")
    left = narrowed(learnt, scope("向西安市学习了什么？", printed="学习西安经验"))
    assert ("西安", True) in [(c.term, c.required) for c in left.concepts]
    assert narrowed(learnt, scope("向西安市学习了什么？")) == learnt  # missing: reported as such
    claimed = understand("试点设在西安市，对吗？")
    assert narrowed(claimed, scope("试点设在西安市，对吗？", printed="西安")) == claimed  # what is to be confirmed
    own = understand("宝鸡市的护栏由谁负责？")
    assert "宝鸡" not in [c.term for c in narrowed(own, scope("宝鸡市的护栏由谁负责？")).concepts]


def test_a_question_about_the_whole_document_keeps_its_words() -> None:
    question = understand("宝鸡市河道清淤方案")
    assert narrowed(question, scope("宝鸡市河道清淤方案")).concepts == question.concepts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("全国绿道建设指导意见", ["state"]),
        ("《铜川市再生水利用管理办法》说了什么", ["tongchuan"]),
        ("绿道由谁建设", []),
        ("实施方案由谁印发", []),
        ("再生水怎么利用", []),
        ("", []),
    ],
)
def test_titles_given_whole_or_nearly(text: str, found: list[str]) -> None:
    assert titled(text, CARDS) == found
