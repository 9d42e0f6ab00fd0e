"""Cleaning: cases as data, layouts with geometry, and what holds for every text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cleaning import Cleaned, clean
from ingest.document import Line, Page
from ingest.readers import read

CASES = json.loads((Path(__file__).parents[1] / "cases" / "cleaning.json").read_text("utf-8"))
EM = 12.0


def cleaned_file(folder: Path, text: str) -> tuple[tuple[Page, ...], Cleaned]:
    path = folder / "file.txt"
    path.write_bytes(text.encode("utf-8"))
    pages = read(path)
    return pages, clean(pages)


def as_page(text: str) -> Page:
    return Page(1, 0.0, tuple(Line(line, 1) for line in text.split("\n")), hard_wrapped=False)


def balance(pages: Sequence[Page], result: Cleaned) -> dict[str, int]:
    """Characters that the repairs do not account for."""
    before = Counter("\n".join(line.text for page in pages for line in page.lines))
    after = Counter(result.text)
    for repair in result.repairs:
        after.update(repair.before)
        after.subtract(repair.after)
    return {key: before[key] - after[key] for key in before | after if before[key] != after[key]}


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_case(case: dict, tmp_path: Path) -> None:
    pages, result = cleaned_file(tmp_path, case["file"])
    assert result.text.split("\n") == case["paragraphs"]
    assert balance(pages, result) == {}
    again = clean([as_page(result.text)])
    assert (again.text, again.repairs) == (result.text, ())


def printed(*pages: list[tuple[float, str]], size: float = EM, gap: float = 20.0) -> list[Page]:
    """Pages with geometry: each line is its left edge in characters from the margin, and its text."""
    return [
        Page(
            number,
            595.0,
            tuple(
                Line(
                    text,
                    number,
                    left=90 + left * size,
                    right=90 + (left + sum(0.5 if c.isascii() else 1.0 for c in text)) * size,
                    top=60 + index * gap,
                    size=size,
                )
                for index, (left, text) in enumerate(lines)
            ),
        )
        for number, lines in enumerate(pages, start=1)
    ]


PROSE = [
    (2, "为了加强节约用水管理，保护水资源，根据有关法律和法规，结合本"),
    (0, "市实际，制定本办法。本市行政区域内的用水、供水和排水活动，适用"),
    (0, "本办法。"),
]
AFTER = (
    "为了加强节约用水管理，保护水资源，根据有关法律和法规，结合本市实际，制定本办法。"
    "本市行政区域内的用水、供水和排水活动，适用本办法。"
)


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        # centred title on two lines, then body
        (
            [(9, "北河市节约用水和再生水利用"), (12, "管理办法（试行）"), *PROSE],
            ["北河市节约用水和再生水利用管理办法（试行）", AFTER],
        ),
        # body above the title, number below it
        (
            [(12, "北河市水务局"), (7, "关于进一步加强节水工作的通知"), (11, "北水发〔2023〕7号"), *PROSE],
            ["北河市水务局关于进一步加强节水工作的通知", "北水发〔2023〕7号", AFTER],
        ),
        # two indented paragraphs, the first ending at the margin
        (
            [
                PROSE[0],
                (0, "市实际情况，制定本办法，由市水务局会同市财政局负责组织落实执行。"),
                (2, "本办法自公布之日起施行。"),
                *PROSE,
            ],
            [
                PROSE[0][1] + "市实际情况，制定本办法，由市水务局会同市财政局负责组织落实执行。",
                "本办法自公布之日起施行。",
                AFTER,
            ],
        ),
        # hanging indentation: continuation lines stand further in than the first
        (
            [
                *PROSE,
                (2, "1.新建、改建、扩建的建设项目，应当制定节水措施方案，配套建设"),
                (3, "节水设施，保证节水设施正常使用。"),
            ],
            [AFTER, "1.新建、改建、扩建的建设项目，应当制定节水措施方案，配套建设节水设施，保证节水设施正常使用。"],
        ),
        # signatures at the right
        (
            [*PROSE, (22, "北河市水务局"), (20, "北河市财政局"), (21, "2023年8月5日")],
            [AFTER, "北河市水务局", "北河市财政局", "2023年8月5日"],
        ),
        # a name cut by a narrow column
        (
            [
                *PROSE,
                (4, "北河市发展和改革委员会\t                国家税务总局北河市税"),
                (0, "务局"),
                (21, "2023年8月5日"),
            ],
            [AFTER, "北河市发展和改革委员会\t国家税务总局北河市税务局", "2023年8月5日"],
        ),
        # a heading that wraps over two lines, then its text
        (
            [*PROSE, (2, "一、全面加强用水总量和强度双控制度建设，推动用水方式由粗放向"), (0, "节约集约转变"), *PROSE],
            [AFTER, "一、全面加强用水总量和强度双控制度建设，推动用水方式由粗放向节约集约转变", AFTER],
        ),
        # short headings follow each other
        (
            [*PROSE, (2, "二、主要任务"), (2, "（一）加强领导"), *PROSE],
            [AFTER, "二、主要任务", "（一）加强领导", AFTER],
        ),
        # a lone character left over from a heading
        (
            [*PROSE, (2, "3.从事污水资源化利用的企业依法享受税收优惠政策和各级财政补助"), (0, "金"), *PROSE],
            [AFTER, "3.从事污水资源化利用的企业依法享受税收优惠政策和各级财政补助金", AFTER],
        ),
    ],
)
def test_printed_layout(lines: list[tuple[float, str]], paragraphs: list[str]) -> None:
    pages = printed(lines)
    result = clean(pages)
    assert result.text.split("\n") == paragraphs
    assert balance(pages, result) == {}


def test_box_in_small_type_has_its_own_margins() -> None:
    big = printed(PROSE * 3)[0].lines
    texts = (
        (3, "污水厂提标：改造三座污水处理厂，新增处理能力十万立方米每日，"),
        (1, "配套建设输水管线三十公里，泵站两座，由市水务局组织实施，甲县配"),
        (1, "合，工程所需资金由市县两级财政分担，三年内建成投用，按月通报进"),
        (1, "度。"),
    )
    small = [
        Line(text, 1, left=110 + left * 11, right=110 + (left + len(text)) * 11, top=300 + 15.0 * row, size=11.0)
        for row, (left, text) in enumerate(texts)
    ]
    text = clean([Page(1, 595.0, (*big, *small))]).text
    assert text.split("\n")[-1].startswith("污水厂提标：")
    assert text.endswith("按月通报进度。")


def test_page_starts_count_joined_and_empty_pages() -> None:
    first, second = [*PROSE[:2]], [*PROSE[2:], (2, "附则另行制定。")]
    result = clean(printed(first, [], second))
    assert result.page_starts == (0, len(PROSE[0][1] + PROSE[1][1]), len(PROSE[0][1] + PROSE[1][1]))
    assert result.text[result.page_starts[2] :].startswith("本办法。")


def test_bare_numbers_run_with_the_pages() -> None:
    pages = printed(*([(2, f"第{n}节内容。"), (16, str(n + 4))] for n in (1, 2, 3)))
    assert clean(pages).text == "第1节内容。\n第2节内容。\n第3节内容。"
    scattered = printed(*([(2, f"第{n}节内容。"), (16, str(n * n + 40))] for n in (1, 2, 3)))
    assert clean(scattered).text.count("\n") == 5


def test_nothing_but_furniture_leaves_an_empty_text() -> None:
    pages = printed([(14, "— 1 —")], [(14, "— 2 —")])
    result = clean(pages)
    assert (result.text, result.page_starts) == ("", (0, 0))
    assert balance(pages, result) == {}


def test_no_pages() -> None:
    assert clean([]) == Cleaned("", (), ())


def test_plan(data: Path) -> None:
    pages = read(data / "plan" / "jincheng-2023-15.txt")
    result = clean(pages)
    gold = json.loads((data / "gold" / "plan_structure.json").read_text("utf-8"))
    assert "".join(result.text.split()) == "".join(clause["text_nospace"] for clause in gold["clauses"])
    assert balance(pages, result) == {}
    volatile = result.text.index("（九）挥发性有机物综合整治工程")
    assert sum(start <= volatile for start in result.page_starts) == 9
    assert [repair.before[:4] for repair in result.repairs if repair.kind == "dropped_stray_label"] == ["0829"]


PIECES = st.sampled_from(
    [
        *("一、", "（二）", "2.", "第三条", "附件", "目录", "——", "第 2 页", "— 3 —", "........", "打印 关闭"),
        *("2025", "年", "15.5%", "节水", "abc", "ＶＯＣ", "⼀", "1", "12", "关于", "通知", "意见", "北河市水务局"),
        *("，", "。", "；", "：", "（", "）", "〔", "〕", "《", "》", "“", "”", " ", "　", "\t", "\x00", "\u200b"),
        *("为了加强节约用水管理建设节水型城市", "北政发〔2023〕7号", "2023年8月5日"),
    ]
)
LINES = st.lists(PIECES, max_size=6).map("".join)


@st.composite
def documents(draw: st.DrawFn) -> list[Page]:
    pages = draw(st.lists(st.lists(LINES, max_size=8), min_size=1, max_size=4))
    wrapped = draw(st.booleans())
    lefts = st.sampled_from([0.0, 2.0, 4.0, 10.0])
    return [
        Page(
            number,
            60.0,
            tuple(
                Line(text, number, left=(left := draw(lefts)), right=left + 2 * len(text), top=float(row), size=2.0)
                for row, text in enumerate(texts)
            ),
            hard_wrapped=wrapped,
        )
        for number, texts in enumerate(pages, start=1)
    ]


@given(documents())
@settings(deadline=None, max_examples=400)
def test_repairs_account_for_every_character(pages: list[Page]) -> None:
    result = clean(pages)
    assert balance(pages, result) == {}
    assert all(text == text.strip() and text for text in result.text.split("\n")) or result.text == ""
    assert len(result.page_starts) == len(pages)
    assert list(result.page_starts) == sorted(result.page_starts)
    assert result.page_starts[-1] <= len(result.text)


@given(documents())
@settings(deadline=None, max_examples=400)
def test_cleaning_twice_changes_nothing(pages: list[Page]) -> None:
    once = clean(pages).text
    assert clean([as_page(once)]).text == once


def test_lines_that_were_not_read_with_confidence() -> None:
    texts = [
        "北河市节水行动方案",
        "清洁取暖比例和0412北河市节水行动方案（办公室）占比提升。",
        "第二条要配合。",
        "第三条",
    ]
    page = Page(1, 0.0, tuple(Line(t, 1, confidence=c) for t, c in zip(texts, (1.0, 0.4, 0.95, 0.7), strict=True)))
    result = clean([page])
    assert [result.text[s.start : s.end] for s in result.uncertain] == ["清洁取暖比例和占比提升。", "第三条"]


def test_a_line_that_is_all_label_leaves_no_uncertain_stretch() -> None:
    assert clean([Page(1, 0.0, (Line("— 1 —", 1, confidence=0.2), Line("总则。", 1)))]).uncertain == ()
