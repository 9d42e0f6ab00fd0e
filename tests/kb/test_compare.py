"""Answers that set documents beside each other: only the sides named, and what is stricter or laxer."""

from __future__ import annotations

import pytest

from kb import KnowledgeBase

NATION, PROVINCE, CITY = "guofa-2021-33", "jinzhengfa-2022-25", "jincheng-2023-15"


def cited(kb: KnowledgeBase, question: str) -> list[str]:
    return list(dict.fromkeys(c.doc_id for c in kb.ask(question).citations))


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("国家和晋城市的单位GDP能耗下降目标分别是多少", [NATION, CITY]),
        ("三级能耗强度目标对比", [NATION, PROVINCE, CITY]),
        ("国家和省的单位GDP能耗下降目标分别是多少", [NATION, PROVINCE]),
    ],
)
def test_only_the_sides_named_are_compared(kb: KnowledgeBase, question: str, documents: list[str]) -> None:
    assert cited(kb, question) == documents


@pytest.mark.parametrize(
    ("question", "documents"),
    [
        ("氨氮重点工程减排量：国家vs山西", [NATION, PROVINCE]),
        ("秸秆综合利用率国家定得高还是晋城定得高", [NATION, CITY]),
        ("公共机构能效领跑者，国家选多少家，晋城呢", [NATION, CITY]),
        ("Compare the straw utilisation targets of the State Council plan and the Jincheng plan.", [NATION, CITY]),
    ],
)
def test_a_level_is_told_by_the_word_of_grammar_behind_it(
    kb: KnowledgeBase, question: str, documents: list[str]
) -> None:
    assert cited(kb, question) == documents


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("农村生活污水治理率，晋城与国家相差多少个百分点", "两者相差15个百分点"),
        ("生活垃圾焚烧能力占比，全国是多少，晋城是多少", "100%"),
        ("晋城与国家的绿色建筑要求有什么区别", "《“十四五”节能减排综合工作方案》："),
        ("晋城与国家的绿色建筑要求有什么区别", "《晋城市“十四五”节能减排实施方案》："),
    ],
)
def test_shares_are_compared_with_shares_and_wording_with_wording(kb: KnowledgeBase, question: str, says: str) -> None:
    assert says in kb.ask(question).text


def test_what_only_one_document_says_is_not_compared(kb: KnowledgeBase) -> None:
    assert not kb.ask("国家方案与晋城方案对房地产税的规定有什么不同").answered


def test_a_document_that_states_no_figure_is_named(kb: KnowledgeBase) -> None:
    answer = kb.ask("国家、山西、晋城的秸秆综合利用率目标各是多少")
    assert "《山西省“十四五”节能减排实施方案》没有写明同一指标的数值。" in answer.text
    assert "单位地区生产总值" not in kb.ask("省里和市里对氨氮重点工程减排量各要求多少").text


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (
            "绿色节能改造工程在晋城方案里排第几",
            "在三“实施节能减排重点工程”中列第4，共10条",
        ),
        ("煤炭清洁高效利用工程在国家和晋城方案里分别排第几项", "三（八）“煤炭清洁高效利用工程”（摘编）"),
        ("三（八）的下一条由谁负责", "三（九）“挥发性有机物综合整治工程”由市生态环境局负责"),
        ("2.1讲了什么", "没有“二（一）”这一条"),
        ("3.9由谁负责", "三（九）“挥发性有机物综合整治工程”由市生态环境局负责"),
        ("三（九）第2款讲什么", "只有一款，没有第二款"),
        ("三（九）第一款讲什么", "三（九）“挥发性有机物综合整治工程”第一款：强化挥发性有机物全流程"),
    ],
)
def test_places_are_told_by_the_outline(kb: KnowledgeBase, question: str, says: str) -> None:
    answer = kb.ask(question)
    assert says in answer.text
    assert all(check.passed for check in answer.checks)


@pytest.mark.parametrize(
    ("question", "says", "never"),
    [
        ("公共机构新增车辆新能源比例不低于30%对吗", ["不是“30%”", "35%"], "不低于30%"),
        ("3户焦化企业是哪三户", ["没有写明所问的名称"], "〔1〕"),
        ("谁来管油品储运销的VOCs治理，写清楚文号和条款", ["三（九）", "市生态环境局负责"], "的文号是"),
        (
            "第四部分有几条，分别叫什么",
            ["四“健全节能减排政策机制”下设8条", "四（八） 壮大节能减排人才队伍"],
            "文件标题",
        ),
        ("谁负责VOC，2025年有什么目标", ["市生态环境局负责", "到2025年"], "没有写明"),
        ("农村厕所普及率是多少，依据是哪一条", ["三（六）“农业农村节能减排工程”", "85%左右"], "没有写明"),
    ],
)
def test_questions_as_clerks_put_them(kb: KnowledgeBase, question: str, says: list[str], never: str) -> None:
    answer = kb.ask(question)
    assert all(part in answer.text for part in says), answer.text
    assert never not in answer.text


def test_an_office_that_no_clause_names_has_no_tasks(kb: KnowledgeBase) -> None:
    answer = kb.ask("市长负责什么")
    assert not answer.answered
    assert "没有列出“市长”" in answer.text


def test_the_next_clause_is_the_one_beside_the_last(kb: KnowledgeBase) -> None:
    answer = kb.ask("下一条讲什么", history=["三（九）讲什么"])
    assert answer.citations[0].path == "三（十）"
    assert not kb.ask("下一条讲什么", history=["三（十）讲什么"]).answered


@pytest.mark.parametrize(
    ("question", "says", "never"),
    [
        ("比国家更严的指标有哪些", ["更严的指标共4项", "秸秆综合利用率稳定在90%以上"], "农村生活污水治理率"),
        ("哪些指标严于国家", ["更严的指标共4项"], "绿色防控"),
        ("晋城比国家更宽松的指标有哪些", ["更宽的指标共4项", "农村生活污水治理率达到25%"], "秸秆综合利用率稳定在"),
        ("比省里更严的指标有哪些", ["更严的指标共1项", "15.5%", "14.5%"], "秸秆"),
    ],
)
def test_what_is_stricter_or_laxer_is_listed_whole(
    kb: KnowledgeBase, question: str, says: list[str], never: str
) -> None:
    answer = kb.ask(question)
    assert answer.kind == "compare"
    assert all(part in answer.text for part in says)
    assert never not in answer.text
    assert all(check.passed for check in answer.checks)
    assert {c.doc_id for c in answer.citations} in ({NATION, CITY}, {PROVINCE, CITY})
