"""Tables in the canonical text: rows as paragraphs, pieces joined over pages, captions, outline and passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.cleaning import Cleaned, clean
from ingest.document import Document, Page, Source, Span
from ingest.masthead import read_masthead
from ingest.pipeline import parse_pages
from ingest.sentences import sentence_spans
from ingest.splitting import pack
from ingest.words import domain_segmenter
from tests.table_samples import pages, prose, rows

INDICATORS = rows("指标|单位|目标", "用水量|亿立方米|12", "^|万立方米|4")


def cells(result: Cleaned) -> list[list[tuple[str, int, int, int, int]]]:
    """Text, row, column, rows and columns of every cell."""
    return [
        [(result.text[c.span.start : c.span.end], c.row, c.column, c.rows, c.columns) for c in table.cells]
        for table in result.tables
    ]


def balance(before: Sequence[Page], result: Cleaned) -> dict[str, int]:
    """Characters that the repairs do not account for."""
    left = Counter("\n".join(line.text for page in before for line in page.lines))
    left.subtract(result.text)
    for repair in result.repairs:
        left.subtract(repair.before)
        left.update(repair.after)
    return {character: count for character, count in left.items() if count}


def cleaned(*contents: tuple, hard_wrapped: bool = False) -> Cleaned:
    read = pages(*contents, hard_wrapped=hard_wrapped)
    result = clean(read)
    assert balance(read, result) == {}
    return result


def kinds(result: Cleaned) -> list[str]:
    return [repair.kind for repair in result.repairs]


# ---- rows


def test_a_row_is_a_paragraph_and_a_merged_cell_is_printed_once() -> None:
    result = cleaned((*prose("表1 用水指标"), *INDICATORS, *prose("以上指标均为约束性。")))
    assert result.text.split("\n") == [
        "表1 用水指标".replace(" ", ""),
        "指标\t单位\t目标",
        "用水量\t亿立方米\t12",
        "\t万立方米\t4",
        "以上指标均为约束性。",
    ]
    assert cells(result) == [
        [
            ("指标", 0, 0, 1, 1), ("单位", 0, 1, 1, 1), ("目标", 0, 2, 1, 1),
            ("用水量", 1, 0, 2, 1), ("亿立方米", 1, 1, 1, 1), ("12", 1, 2, 1, 1),
            ("万立方米", 2, 1, 1, 1), ("4", 2, 2, 1, 1),
        ]
    ]  # fmt: skip


def test_a_cell_over_several_columns_keeps_their_fields() -> None:
    result = cleaned(rows("年份|<|备注", "2024|2025|", "1|2|3"))
    assert result.text == "年份\t\t备注\n2024\t2025\t\n1\t2\t3"
    assert cells(result)[0][:2] == [("年份", 0, 0, 1, 2), ("备注", 0, 2, 1, 1)]
    assert cells(result)[0][4] == ("", 1, 2, 1, 1)


@pytest.mark.parametrize(
    ("cell", "wrapped", "expected"),
    [
        ("到２０２５ 年\u200b，⼀ 座", False, "到2025年，一座"),
        ("市水务局\n市 财政局", False, "市水务局 市财政局"),
        ("推进提标。\n加强监测", False, "推进提标。加强监测"),
        ("实施污水处理厂提\n标改造", True, "实施污水处理厂提标改造"),
        ("市水务局\n\n市财政局", True, "市水务局 市财政局"),
        ("zero\ncarbon", True, "zero carbon"),
        ("\n甲\n\n", True, "甲"),
        ("序\t号", False, "序号"),
        ("市水务局\t市财政局", True, "市水务局 市财政局"),
    ],
)
def test_a_cell_is_cleaned_like_text(cell: str, wrapped: bool, expected: str) -> None:
    result = cleaned(rows(f"任务|{cell}", "1|2"), hard_wrapped=wrapped)
    assert result.text.split("\n")[0] == f"任务\t{expected}"


def test_a_row_is_never_joined_with_its_neighbours() -> None:
    wrapped = prose("为了加强节约用水管理，保护水资源，根据有关法律，（结合本")
    result = cleaned((*wrapped, *rows("市|实际", "甲|乙"), *prose("情况）制定。")), hard_wrapped=True)
    assert len(result.text.split("\n")) == 4


def test_a_row_is_no_furniture() -> None:
    tables = [(*rows(f"续表|{number}", "— 1 —|共3页"), *prose(f"— {number} —")) for number in (1, 2, 3)]
    result = cleaned(*tables, hard_wrapped=True)
    assert "—1—\t共3页" in result.text
    assert kinds(result).count("dropped_page_number") == 3


def test_blank_rows_are_dropped() -> None:
    result = cleaned(rows("|", "指标|值", "|", "用水量|12"))
    assert result.text == "指标\t值\n用水量\t12"
    assert [row for _, row, *_ in cells(result)[0]] == [0, 0, 2, 2]


def test_two_tables_stay_two() -> None:
    result = cleaned((*rows("指标|值", "用水量|12"), *rows("任务|单位", "节水|市水务局")))
    assert len(result.tables) == 2


def test_a_box_is_running_text() -> None:
    result = cleaned((*prose("一、工程"), *rows("专栏1 节水工程\n1.管网改造\n2.污水回用")))
    assert result.tables == ()
    assert result.text.split("\n") == ["一、工程", "专栏1节水工程", "1.管网改造", "2.污水回用"]


@pytest.mark.parametrize(
    "block",
    [
        ("抄送：市委各部门，市人大常委会办公室。|", "云河市人民政府办公室|2024年3月5日印发"),
        ("云河市水务局|云河市财政局", "|2024年3月5日"),
    ],
)
def test_an_imprint_or_a_signature_is_no_table(block: tuple[str, ...]) -> None:
    assert cleaned(rows(*block)).tables == ()


# ---- over pages


def test_a_table_that_goes_on_is_one_and_its_header_is_dropped() -> None:
    result = cleaned(rows("序号|指标|值", "1|用水量|12"), rows("序号|指标|值", "2|回用率|30%"), rows("3|漏损率|8%"))
    assert result.text == "序号\t指标\t值\n1\t用水量\t12\n2\t回用率\t30%\n3\t漏损率\t8%"
    assert kinds(result) == ["dropped_repeated_header"]
    assert [row for _, row, column, *_ in cells(result)[0] if column == 0] == [0, 1, 2, 3]
    assert result.page_starts == (0, result.text.index("2\t"), result.text.index("3\t"))


def test_a_mark_of_continuation_is_dropped() -> None:
    result = cleaned(rows("指标|值", "用水量|12"), (*prose("续表1"), *rows("指标|值", "漏损率|8%")))
    assert result.text == "指标\t值\n用水量\t12\n漏损率\t8%"
    kept = cleaned(rows("指标|值", "用水量|12"), (*prose("续表1"), *rows("指标|值|单位")))
    assert "续表1" in kept.text


def test_a_torn_row_is_joined() -> None:
    result = cleaned(
        rows("序号|任务|单位|时限", "7|实施污水处理厂提标改造，新增|市水务局、市财|2025年"),
        rows("|处理能力十万立方米每日。|政局|", "8|清理河道。|市水务局|2024年"),
    )
    assert result.text.split("\n")[1:] == [
        "7\t实施污水处理厂提标改造，新增处理能力十万立方米每日。\t市水务局、市财政局\t2025年",
        "8\t清理河道。\t市水务局\t2024年",
    ]
    assert [row for _, row, column, *_ in cells(result)[0] if column == 0] == [0, 1, 2]


def test_a_merged_cell_goes_on_over_the_page() -> None:
    result = cleaned(
        rows("类别|指标|值", "水|用水量|12", "^|漏损率|8%"), rows("|回用率|30%", "^|达标率|95%", "气|优良天数|300")
    )
    assert ("水", 1, 0, 4, 1) in cells(result)[0]
    assert ("回用率", 3, 1, 1, 1) in cells(result)[0]
    assert result.text.split("\n")[3] == "\t回用率\t30%"
    assert sum(text == "" for text, *_ in cells(result)[0]) == 0


def test_a_merged_cell_ends_where_the_blank_rows_below_it_were_dropped() -> None:
    result = cleaned(rows("类别|指标|值", "水|用水量|12", "^||"), rows("气|优良天数|300"))
    assert [(text, row) for text, row, column, *_ in cells(result)[0] if column == 0] == [
        ("类别", 0),
        ("水", 1),
        ("气", 2),
    ]
    assert ("水", 1, 0, 1, 1) in cells(result)[0]


def test_other_tables_on_the_next_page_stay_their_own() -> None:
    assert len(cleaned(rows("指标|值", "用水量|12"), rows("任务|单位|时限", "节水|市水务局|2025年")).tables) == 2
    assert len(cleaned(rows("指标|值"), (*prose("表2 任务"), *rows("任务|单位"))).tables) == 2
    narrow = rows("指标|值", "甲|1", right=300.0)
    assert len(cleaned(rows("指标|值", "用水量|12"), narrow).tables) == 2


# ---- the document around them


def document(*contents: tuple) -> Document:
    return parse_pages(Source("d", Path("方案.docx"), "0" * 64), pages(*contents))


NOTICE = prose(
    "云河市节水实施方案", "为推进节水，制定本方案。", "一、总体目标", "到2025年，用水总量控制在12亿立方米以内。"
)


def test_a_label_inside_a_row_is_no_clause() -> None:
    tasks = rows("一、|重点任务", "（一）|推进节水", "二、|保障措施")
    parsed = document((*NOTICE, *tasks, *prose("二、保障措施", "加强领导。")))
    assert [clause.path for clause in parsed.clauses] == ["0", "一", "二"]
    assert [table.path for table in parsed.tables] == ["一"]


@pytest.mark.parametrize(
    ("above", "caption"),
    [
        (("附件1 重点任务分工表",), "附件1重点任务分工表"),
        (("表1 主要指标", "（单位：万吨）"), "表1主要指标"),
        (("主要指标完成情况一览表",), "主要指标完成情况一览表"),
        (("各县要按下表落实。",), None),
        (("到2025年，完成以下任务：",), None),
    ],
)
def test_captions(above: tuple[str, ...], caption: str | None) -> None:
    parsed = document((*NOTICE, *prose(*above), *INDICATORS))
    (table,) = parsed.tables
    assert (parsed.slice(table.caption) if table.caption else None) == caption


def test_a_table_at_the_top_has_no_caption() -> None:
    assert document((*INDICATORS, *NOTICE)).tables[0].caption is None


def test_a_title_is_not_read_out_of_a_table() -> None:
    index = rows("索引号|云水〔2024〕1号", "标题|云河市旧方案", "云河市旧方案|")
    parsed = document((*index, *NOTICE))
    assert parsed.source.title == "云河市节水实施方案"
    assert read_masthead("云河市旧方案\t\n云河市节水实施方案").title == "云河市节水实施方案"


def test_a_date_in_a_row_is_no_signature() -> None:
    parsed = document((*NOTICE, *rows("市水务局|2025年6月30日", "市财政局|2025年7月30日")))
    assert parsed.source.dated is None
    assert [clause.path for clause in parsed.clauses] == ["0", "一"]


def test_a_row_that_is_retrieved_alone_names_its_columns() -> None:
    long = rows(
        "序号|任务|单位", *(f"{n}|实施第{n}项污水处理厂提标改造工程并按期完成验收工作|市水务局" for n in range(30))
    )
    parsed = document((*NOTICE, *prose("表1 任务"), *long))
    (table,) = parsed.tables
    inside = [passage for passage in parsed.passages if passage.span.start > table.span.start]
    assert inside
    assert all(passage.breadcrumb.endswith("表1任务 序号 任务 单位") for passage in inside)
    assert parsed.passages[0].breadcrumb == "云河市节水实施方案"
    starts = {cell.span.start for cell in table.cells if cell.column == 0}
    assert all(passage.span.start in starts for passage in inside)


def test_a_long_row_is_cut_between_its_cells() -> None:
    text = f"1\t{'推进节水，' * 4}\t{'更换电机，' * 4}\t市水务局"
    spans = pack(text, Span(0, len(text)), domain_segmenter(), max_chars=30)
    assert [text[span.start : span.end] for span in spans] == [
        f"1\t{'推进节水，' * 4}",
        f"{'更换电机，' * 4}\t市水务局",
    ]


@pytest.mark.parametrize(
    ("row", "sentences"),
    [
        ("用水量\t亿立方米\t12", ["用水量\t亿立方米\t12"]),
        ("\t万立方米\t", ["万立方米"]),
        ("1\t推进节水。加强监测\t市水务局\t2025年", ["1", "推进节水。", "加强监测", "市水务局\t2025年"]),
        ("（甲\t乙）。", ["（甲", "乙）。"]),
    ],
)
def test_sentences_of_a_row(row: str, sentences: list[str]) -> None:
    assert [row[s.start : s.end] for s in sentence_spans(row, Span(0, len(row)))] == sentences
