"""The only door to an answer: hand-made drafts, each wrong in one way, withheld; the right ones kept word for word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document, Source, Span
from ingest.pipeline import parse
from kb.answer.evidence import Evidence
from kb.answer.verify import verify, with_check
from kb.results import Answer, Check, DocumentCard, Draft, Question, Quote, Statement
from tests.cards import card_of

FILE = Path(__file__).parents[1] / "files" / "greenway.txt"
ASKED = Question("问", "问", "zh", "measure")
BUILD = "到2026年，全市建成绿道120公里以上，绿道服务半径覆盖率达到85%。"
JOIN = "（一）绿道贯通工程。沿云河两岸建设连续绿道，打通断点18处。"
LEADS = "〔市绿道管理中心牵头，市财政局、市水务局配合〕"
TREES = "〔市林业局负责〕"


@pytest.fixture(scope="module")
def document() -> Document:
    return parse(Source("greenway", FILE, "0"))


@pytest.fixture(scope="module")
def evidence(document: Document) -> Evidence:
    return Evidence((), {"greenway": document}, (card_of(document, file="greenway.txt"),))


@pytest.fixture(scope="module")
def quote(document: Document):
    """Make the quote of a stretch of the document, with the address of its clause."""

    def find(words: str) -> Quote:
        start = document.text.index(words)
        span = Span(start, start + len(words))
        return Quote("greenway", next(c.path for c in document.clauses if c.span.holds(span)), span)

    return find


def said(evidence: Evidence, *statements: Statement, **draft: object) -> Answer:
    return verify(Draft("measure", statements, **draft), ASKED, evidence)  # type: ignore[arg-type]


# text, quotes, and what else the statement declares
RIGHT = [
    ("全市建成绿道120公里以上。", [BUILD], {}),
    ("到2026年，覆盖率达到85％。", [BUILD], {}),
    ("由市绿道管理中心牵头，市财政局配合。", [LEADS], {}),
    ("由市林业局负责，市水务局配合另一项。", [TREES, LEADS], {}),
    ("云政发〔2024〕7号写明，打通断点18处。", [JOIN], {}),
    ("《云河市绿道建设行动方案》由云河市人民政府于2024年3月5日印发。", [JOIN], {}),
    ("二（一）“绿道贯通工程”要打通断点。", [JOIN], {}),
    ("比85%少的有。", [BUILD], {}),
    ("绿道长度的数字是120。", [BUILD], {}),
    ("不是，原文没有“120米”。", [BUILD], {"echoes": ("120米",)}),
    ("120公里比18处多102。", [BUILD, JOIN], {"derived": ("102",)}),
    ("两项合计138。", [BUILD, JOIN], {"derived": ("138",)}),
    ("共2处引文。", [BUILD, JOIN], {"derived": ("2",)}),
    ("共3个单位：市绿道管理中心、市财政局、市水务局。", [LEADS], {"derived": ("3",)}),
    ("不是，原文没有“200公里”。", [BUILD], {"echoes": ("200公里",)}),
    ("不是，责任单位中没有“市体育局”。", [TREES], {"echoes": ("市体育局",)}),
    ("PM2.5和CO2不是这里的数字。", [BUILD], {}),
]
WRONG = [
    ("全市建成绿道130公里以上。", [BUILD], {}, "figure", "130"),
    ("覆盖率达到85。", [BUILD], {}, "figure", "85"),
    ("覆盖率达到8.5%。", [BUILD], {}, "figure", "8.5%"),
    ("到2027年，建成绿道120公里。", [BUILD], {}, "figure", "2027"),
    ("打通断点18处。", [BUILD], {}, "figure", "18"),
    ("全市建成绿道120米以上。", [BUILD], {}, "unit", "120米"),
    ("全市建成绿道120万公里以上。", [BUILD], {}, "unit", "120万公里"),
    ("由市交通运输局负责。", [TREES], {}, "body", "市交通运输局"),
    ("由市林业局、市水务局负责。", [TREES], {}, "body", "市水务局"),
    ("云政发〔2024〕8号写明，打通断点18处。", [JOIN], {}, "number", "政发〔2024〕8号"),
    ("云政办〔2024〕7号写明，打通断点18处。", [JOIN], {}, "number", "政办〔2024〕7号"),
    ("于2024年3月16日印发。", [JOIN], {}, "figure", "16"),
    ("比目标少961。", [BUILD, JOIN], {"derived": ("961",)}, "figure", "961"),
    ("比目标少102。", [BUILD, JOIN], {}, "figure", "102"),
    ("共41个单位：市绿道管理中心、市财政局、市水务局。", [LEADS], {"derived": ("41",)}, "figure", "41"),
    ("不是，原文没有“300公里”。", [BUILD], {"echoes": ("200公里",)}, "figure", "300"),
    ("不是，责任单位中没有“市教育局”。", [TREES], {"echoes": ("市体育局",)}, "body", "市教育局"),
    ("全市都要建设绿道。", [], {}, "quote", "全市都要建设绿道。"),
]  # fmt: skip
# A piece of what is on record (the 7 of a 文号, the day of a date) proves no figure of the text.
SLIPS = [
    ("全市建成绿道7公里。", [BUILD], {}, "文号里的7证明了“7公里”"),
    ("全市建成绿道5公里。", [BUILD], {}, "成文日期里的5证明了“5公里”"),
    ("省政发〔2024〕7号写明，打通断点18处。", [JOIN], {}, "文号只比较括号前的两个字"),
    ("于2024年5月3日印发。", [JOIN], {}, "日期的年、月、日分开比较"),
    ("覆盖率达到15%。", [BUILD], {"echoes": ("5",)}, "复述的“5”证明了“15%”"),
]


@pytest.mark.parametrize(("text", "quotes", "declared"), RIGHT, ids=[case[0] for case in RIGHT])
def test_what_the_quotes_prove_is_kept(evidence: Evidence, quote, text: str, quotes: list[str], declared: dict) -> None:
    statement = Statement(text, tuple(map(quote, quotes)), **declared)
    answer = said(evidence, statement)
    assert answer.answered
    assert answer.text.replace("〔1〕", "").replace("〔2〕", "") == text
    assert [c.quote for c in answer.citations] == quotes
    assert all(check.passed for check in answer.checks)


@pytest.mark.parametrize(("text", "quotes", "declared", "kind", "what"), WRONG, ids=[case[0] for case in WRONG])
def test_what_the_quotes_do_not_prove_is_withheld(
    evidence: Evidence, quote, text: str, quotes: list[str], declared: dict, kind: str, what: str
) -> None:
    answer = said(evidence, Statement(text, tuple(map(quote, quotes)), **declared))
    assert (answer.answered, answer.kind, answer.citations, answer.departments) == (False, "refusal", (), ())
    assert text not in answer.text
    assert not any(check.passed for check in answer.checks)
    assert any(check.name == kind and f"“{what}”" in check.detail for check in answer.checks)


@pytest.mark.parametrize(("text", "quotes", "declared", "why"), SLIPS, ids=[case[0] for case in SLIPS])
def test_what_only_the_record_prints_is_withheld(
    evidence: Evidence, quote, text: str, quotes: list[str], declared: dict, why: str
) -> None:
    assert not said(evidence, Statement(text, tuple(map(quote, quotes)), **declared)).answered, why


def test_a_withheld_sentence_takes_nothing_but_the_bodies_with_it(evidence: Evidence, quote) -> None:
    right = Statement("由市林业局负责。", (quote(TREES),))
    wrong = Statement("由市档案馆配合。", (quote(TREES),))
    answer = said(evidence, right, wrong, departments=("市林业局", "市档案馆"), inherited=("各县（区）政府",))
    assert answer.text == "由市林业局负责〔1〕。"
    assert (answer.departments, answer.inherited) == ((), ())
    assert [check.passed for check in answer.checks] == [False, True]
    whole = said(evidence, right, departments=("市林业局",), inherited=("各县（区）政府",))
    assert (whole.departments, whole.inherited) == (("市林业局",), ("各县（区）政府",))


@pytest.mark.parametrize("span", [Span(0, 0), Span(5, 3), Span(-3, 4), Span(0, 10**6), Span(10**6, 10**6 + 2)], ids=str)
def test_an_invented_quote_is_withheld(evidence: Evidence, span: Span) -> None:
    answer = said(evidence, Statement("建设绿道。", (Quote("greenway", "一", span),)))
    assert (answer.answered, answer.citations) == (False, ())


def test_a_quote_of_an_unknown_document_is_withheld(evidence: Evidence) -> None:
    assert not said(evidence, Statement("建设绿道。", (Quote("elsewhere", "一", Span(0, 4)),))).answered


@pytest.mark.parametrize("path", ["二（一）", "一"])
def test_a_quote_under_a_wrong_address_is_withheld(evidence: Evidence, quote, path: str) -> None:
    assert not said(evidence, Statement("由市林业局负责。", (replace(quote(TREES), path=path),))).answered


def test_a_quote_under_an_unknown_address_is_withheld(evidence: Evidence, quote) -> None:
    assert not said(evidence, Statement("由市林业局负责。", (replace(quote(TREES), path="九（九）"),))).answered


def test_one_bad_quote_spoils_its_sentence_only(evidence: Evidence, quote) -> None:
    bad = Quote("greenway", "一", Span(0, 10**6))
    mixed = Statement("由市林业局负责。", (quote(TREES), bad))
    good = Statement("打通断点18处。", (quote(JOIN),))
    answer = said(evidence, mixed, good)
    assert (answer.text, len(answer.citations)) == ("打通断点18处〔1〕。", 1)


def test_markers_stand_in_the_sentences_and_are_numbered_by_first_use(evidence: Evidence, quote) -> None:
    answer = said(
        evidence,
        Statement("打通断点18处。", (quote(JOIN),)),
        Statement("由市林业局负责；", (quote(TREES),)),
        Statement("打通断点18处，由市水务局配合", (quote(JOIN), quote(LEADS))),
    )
    assert answer.text == "打通断点18处〔1〕。由市林业局负责〔2〕；打通断点18处，由市水务局配合〔1〕〔3〕"
    assert [c.marker for c in answer.citations] == [1, 2, 3]
    assert [c.path for c in answer.citations] == ["二（一）", "二（二）", "二（一）"]


def test_a_list_is_introduced_by_what_its_items_prove(evidence: Evidence, quote) -> None:
    items = [
        Statement(name, (quote(words),), item=True)
        for name, words in (("绿道贯通工程", LEADS), ("古树保护工程", TREES))
    ]
    right = Statement("市水务局和市林业局共2项：", introduces=True, derived=("2",))
    answer = said(evidence, right, *items)
    assert answer.text == "市水务局和市林业局共2项：\n1. 绿道贯通工程〔1〕\n2. 古树保护工程〔2〕"
    for wrong in ("市水务局和市林业局共41项：", "市水务局和市档案馆共2项："):
        shown = said(evidence, replace(right, text=wrong, derived=("2", "41")), *items)
        assert shown.text == "1. 绿道贯通工程〔1〕\n2. 古树保护工程〔2〕"


def test_a_refusal_shows_what_stands_near_and_cites_nothing(evidence: Evidence, quote) -> None:
    near = (quote(TREES), quote(TREES), quote(JOIN))
    answer = said(evidence, Statement("没有写明。", proved=False), answered=False, related=near)
    assert (answer.answered, answer.kind, answer.text, answer.citations) == (False, "refusal", "没有写明。", ())
    assert [(r.path, r.heading) for r in answer.related] == [("二（二）", "古树保护工程"), ("二（一）", "绿道贯通工程")]


def test_remarks_alone_are_no_answer(evidence: Evidence) -> None:
    answer = said(evidence, Statement("已检索全部文件。", proved=False))
    assert (answer.answered, answer.kind) == (False, "refusal")
    english = verify(Draft("measure", ()), replace(ASKED, language="en"), evidence)
    assert english.text.startswith("The documents")


@pytest.mark.parametrize(
    ("changes", "status", "warned"),
    [
        ({}, "in_force", []),
        ({"amended_by": ("云政发〔2025〕2号",)}, "amended", ["status"]),
        ({"status": "superseded"}, "superseded", ["status"]),
        ({"form": "digest"}, "in_force", []),
    ],
)
def test_documents_no_longer_in_force_are_marked(
    evidence: Evidence, quote, changes: dict, status: str, warned: list[str]
) -> None:
    card: DocumentCard = replace(evidence.cards[0], **changes)
    answer = said(replace(evidence, cards=(card,)), Statement("由市林业局负责。", (quote(TREES),)))
    assert [c.status for c in answer.citations] == [status]
    assert [check.name for check in answer.checks if not check.passed] == warned
    assert ("非原文" in "".join(check.detail for check in answer.checks)) == (card.form == "digest")


def test_a_later_check_is_added_to_those_there(evidence: Evidence, quote) -> None:
    answer = said(evidence, Statement("由市林业局负责。", (quote(TREES),)))
    assert with_check(answer, Check("llm", False, "已改用摘录式回答。")).checks[:-1] == answer.checks


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("处十三万元以上二十万元以下罚款。", True),
        ("处三万元以上二十万元以下罚款。", False),
        ("要在十五日内修复。", True),
        ("要在五日内修复。", False),
        ("有一个期限。", True),
    ],
)
def test_an_amount_in_chinese_numerals_stands_in_the_quote(tmp_path: Path, told: str, kept: bool) -> None:
    fine = "拒不修复的，处十三万元以上二十万元以下罚款，并在十五日内修复。"
    file = tmp_path / "rules.txt"
    file.write_text(
        f"云河市绿道管理办法\n第一条 损坏绿道的，责令修复。{fine}\n第二条 本办法自公布之日起施行。\n", "utf-8"
    )
    document = parse(Source("rules", file, "0"))
    evidence = Evidence((), {"rules": document}, (card_of(document, file="rules.txt"),))
    start = document.text.index(fine)
    quote = Quote("rules", "第一条", Span(start, start + len(fine)))
    assert said(evidence, Statement(told, (quote,))).answered == kept


@given(figure=st.integers(0, 10**6), percent=st.booleans())
def test_no_figure_passes_that_is_not_printed(evidence: Evidence, quote, figure: int, percent: bool) -> None:
    words = f"{figure}{'%' if percent else ''}"
    statement = Statement(f"绿道达到{words}。", (quote(BUILD),))
    assert said(evidence, statement).answered == (words in {"2026", "120", "85%"})
