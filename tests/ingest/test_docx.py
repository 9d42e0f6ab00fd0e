"""Word documents: printed numbers, breaks, changes, boxes, notes, tables, pages; the office program is the oracle."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ingest.cleaning import clean
from ingest.errors import EmptyFile, NoTextLayer, UnreadableFile
from ingest.outline import build_outline
from ingest.readers import ocr, read
from ingest.readers.docx.ordinals import printed
from tests.packages import (
    NUMBERED,
    docx_entries,
    docx_level,
    docx_list,
    docx_paragraph,
    strict,
    write_docx,
    write_zip,
)

SOFFICE = shutil.which("soffice")


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def instruction(text: str) -> str:
    return mark("begin") + f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def item(text: str, level: int = 0, number: int = 1) -> str:
    return docx_paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def lines(path: Path) -> list[str]:
    return [line.text for page in read(path) for line in page.lines]


def text_of(tmp_path: Path, body: str, **parts: str) -> list[str]:
    return lines(write_docx(tmp_path / "文件.docx", body, **parts))


# ---- automatic numbers


def printed_by_soffice(folder: Path) -> dict[str, list[str]]:
    """Return the lines, without blanks, that the office program prints of each document in a folder."""
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "txt:Text (encoded):UTF8"]
    documents = sorted(folder.glob("*.docx"))
    subprocess.run([*command, "--outdir", folder, *documents], check=True, capture_output=True, timeout=120)
    texts = {path.stem: path.with_suffix(".txt").read_text("utf-8-sig") for path in documents}
    return {name: ["".join(line.split()) for line in text.split("\n") if line.strip()] for name, text in texts.items()}


FOUR = (
    docx_level(0, "第%1章", "chineseCounting", gap="space")
    + docx_level(1, "第%2条", "chineseCountingThousand", gap="tab", extra='<w:lvlRestart w:val="0"/>')
    + docx_level(2, "（%3）", "chineseCounting")
    + docx_level(3, "%1.%2.%4", "decimal", gap="space", extra="<w:isLgl/>")
)
SHARED = (
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)
STYLED = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr><w:numPr>'
    '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/><w:pPr><w:numPr>'
    '<w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Plain"><w:name w:val="plain"/><w:basedOn w:val="H1"/><w:pPr><w:numPr>'
    '<w:numId w:val="0"/></w:numPr></w:pPr></w:style>'
)
LINKED = docx_list(
    docx_level(0, "%1、", "chineseCounting", extra='<w:pStyle w:val="H1"/>')
    + docx_level(1, "（%2）", "chineseCounting", extra='<w:pStyle w:val="H2"/>')
)


def styled(text: str, style: str) -> str:
    return docx_paragraph(text, f'<w:pStyle w:val="{style}"/>')


NUMBERING = {
    "levels restart": (
        item("总则") + item("目的", 1) + item("甲", 2) + item("乙", 2) + item("范围", 1) + item("丙", 2) + item("附则")
        + item("目的", 1),
        {"numbering": NUMBERED},
        ["一、总则", "（一）目的", "1.甲", "2.乙", "（二）范围", "1.丙", "二、附则", "（一）目的"],
    ),
    "articles run on through the chapters": (
        item("总则") + item("目的", 1) + item("范围", 1) + item("甲", 2)
        + item("附则") + item("施行", 1) + item("乙", 3),
        {"numbering": docx_list(FOUR)},
        ["第一章 总则", "第一条 目的", "第二条 范围", "（一）甲", "第二章 附则", "第三条 施行", "2.3.1 乙"],
    ),
    "two lists with one counter, the second begins again": (
        item("甲") + item("乙") + item("丙", number=2) + item("丁") + item("戊", number=2),
        {"numbering": docx_list(docx_level(0, "%1."), numbers=SHARED)},
        ["1.甲", "2.乙", "5.丙", "6.丁", "7.戊"],
    ),
    "starts at": (
        item("甲") + item("乙"),
        {"numbering": docx_list(docx_level(0, "（%1）", start=3))},
        ["（3）甲", "（4）乙"],
    ),
    "style and level tied to one another": (
        styled("总则", "H1") + styled("目的", "H2") + styled("正文", "Plain")
        + styled("附则", "H1") + styled("目的", "H2"),
        {"numbering": LINKED, "styles": STYLED},
        ["一、总则", "（一）目的", "正文", "二、附则", "（一）目的"],
    ),
    "text between the items": (
        item("甲") + docx_paragraph("正文") + item("乙"),
        {"numbering": NUMBERED},
        ["一、甲", "正文", "二、乙"],
    ),
    "a level without the one above": (
        item("甲", 1) + item("乙") + item("丙", 1),
        {"numbering": docx_list(docx_level(0, "%1.") + docx_level(1, "%1.%2"))},
        ["1.1甲", "2.乙", "2.1丙"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERING)
def test_numbers_are_those_printed(name: str, tmp_path: Path) -> None:
    body, parts, expected = NUMBERING[name]
    assert text_of(tmp_path, body, **parts) == expected


@pytest.mark.skipif(not SOFFICE, reason="没有安装 LibreOffice，无从比对")
def test_the_office_program_prints_the_same_numbers(tmp_path: Path) -> None:
    known = {name: case for name, case in NUMBERING.items() if "run on" not in name}  # it ignores lvlRestart 0
    for name, (body, parts, _) in known.items():
        write_docx(tmp_path / f"{name}.docx", body, **parts)
    shown = printed_by_soffice(tmp_path)
    assert shown == {name: ["".join(line.split()) for line in expected] for name, (_, _, expected) in known.items()}


@pytest.mark.parametrize("body", [item("甲", number=9), item("甲", 7), item("甲", number=0)])
def test_lists_that_do_not_exist_print_nothing(body: str, tmp_path: Path) -> None:
    assert text_of(tmp_path, body, numbering=NUMBERED) == ["甲"]


def test_styles_in_a_ring_end(tmp_path: Path) -> None:
    ring = '<w:style w:type="paragraph" w:styleId="x"><w:basedOn w:val="y"/></w:style>'
    ring += '<w:style w:type="paragraph" w:styleId="y"><w:basedOn w:val="x"/></w:style>'
    assert text_of(tmp_path, styled("甲", "x"), styles=ring, numbering=NUMBERED) == ["甲"]


def test_bullets_are_the_signs_shown(tmp_path: Path) -> None:
    font = '<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr></w:lvl>'
    bullet = docx_level(0, "\uf06c", "bullet").replace("</w:lvl>", font)
    assert text_of(tmp_path, item("甲"), numbering=docx_list(bullet)) == ["●甲"]


@pytest.mark.parametrize(
    ("number", "style", "expected"),
    [
        (10, "chineseCounting", "十"), (25, "chineseCountingThousand", "二十五"), (101, "chineseCounting", "一百零一"),
        (10, "ideographDigital", "一〇"), (11, "japaneseCounting", "十一"), (12, "chineseLegalSimplified", "壹拾贰"),
        (3, "decimalFullWidth", "３"), (20, "decimalEnclosedCircle", "⑳"), (51, "decimalEnclosedCircle", "51"),
        (9, "upperRoman", "IX"), (27, "lowerLetter", "aa"), (13, "ordinal", "13th"), (2, "numberInDash", "- 2 -"),
        (2, "ideographTraditional", "乙"), (0, "chineseCounting", "0"), (10_000, "chineseCounting", "10000"),
        (7, "hebrew1", "7"), (1, "none", ""),
    ],
)  # fmt: skip
def test_number_formats(number: int, style: str, expected: str) -> None:
    assert printed(number, style) == expected


# ---- the text of a paragraph


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text.startswith('<') else docx_paragraph(text)}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(row if row.startswith("<w:tr") else f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


DELETED = "<w:del><w:r><w:delText>农业</w:delText></w:r></w:del>"
END_DELETED = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
PARAGRAPHS = {
    "insertions stay, deletions go": (
        paragraph(run("推进"), "<w:ins>", run("工业"), "</w:ins>", DELETED, run("节水")), ["推进工业节水"]
    ),
    "text that was moved stands where it went": (
        paragraph("<w:moveFrom>", run("旧处"), "</w:moveFrom>", run("甲"))
        + paragraph("<w:moveTo>", run("旧处"), "</w:moveTo>"),
        ["甲", "旧处"],
    ),
    "a deleted end joins two": (paragraph(END_DELETED, run("加强")) + docx_paragraph("管理。"), ["加强管理。"]),
    "a deleted paragraph is nothing": (paragraph(END_DELETED, DELETED) + docx_paragraph("保留。"), ["保留。"]),
    "hidden text": (
        paragraph(run("甲"), run("批注", "<w:vanish/>"), run("乙", '<w:vanish w:val="0"/>')), ["甲乙"]
    ),
    "links, controls and smart tags": (
        paragraph(
            "<w:hyperlink>", run("甲"), "</w:hyperlink><w:sdt><w:sdtPr/><w:sdtContent>", run("乙"),
            "</w:sdtContent></w:sdt><w:smartTag>", run("丙"), "</w:smartTag>",
        ),
        ["甲乙丙"],
    ),
    "a prompt is no text": (
        paragraph(
            "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>", run("单击"), "</w:sdtContent></w:sdt>",
            run("甲"),
        ),
        ["甲"],
    ),
    "fields show their result": (
        paragraph(instruction("REF x"), mark("separate"), run("第三条"), mark("end")), ["第三条"]
    ),
    "a number ringed by a field": (paragraph(instruction("eq \\o\\ac(○,2)"), mark("end"), run("甲")), ["②甲"]),
    "a field that never ends hides nothing": (paragraph(instruction("TOC"), run("甲")), ["甲"]),
    "signs": (
        '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:noBreakHyphen/>'
        '<w:softHyphen/><w:sym w:font="Wingdings" w:char="zz"/></w:r></w:p>',
        ["☑甲\t乙-"],
    ),
    "the base of ruby text": (
        paragraph("<w:r><w:ruby><w:rt>", run("shui"), "</w:rt><w:rubyBase>", run("水"), "</w:rubyBase></w:ruby></w:r>"),
        ["水"],
    ),
    "a fraction": (
        paragraph(
            "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
        ),
        ["1/2"],
    ),
    "markup is text": (docx_paragraph("&lt;script&gt;=cmd&lt;/script&gt;\u202e"), ["<script>=cmd</script>\u202e"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_paragraphs(name: str, tmp_path: Path) -> None:
    body, expected = PARAGRAPHS[name]
    assert text_of(tmp_path, body) == expected


@pytest.mark.parametrize(
    ("pieces", "paragraphs"),
    [
        (["北河市人民政府", "关于印发节水方案的通知"], ["北河市人民政府关于印发节水方案的通知"]),
        (["推进工业节水改造，提高", "重复利用率。"], ["推进工业节水改造，提高重复利用率。"]),
        (
            ["（一）加强组织领导", "各部门要高度重视，落实责任。"],
            ["（一）加强组织领导", "各部门要高度重视，落实责任。"],
        ),
        (["一、总体要求", "（一）指导思想"], ["一、总体要求", "（一）指导思想"]),
        (["坚持节水优先。", "到2025年完成。"], ["坚持节水优先。", "到2025年完成。"]),
        (["北河市水务局", "2024年1月5日"], ["北河市水务局", "2024年1月5日"]),
        (["北河市水务局", "北河市财政局"], ["北河市水务局", "北河市财政局"]),
        (["推进节水（含工业、", "农业）改造。"], ["推进节水（含工业、农业）改造。"]),
    ],
)
def test_breaks_by_hand(pieces: list[str], paragraphs: list[str], tmp_path: Path) -> None:
    body = "<w:p><w:r>" + "<w:br/>".join(f"<w:t>{piece}</w:t>" for piece in pieces) + "</w:r></w:p>"
    assert clean(read(write_docx(tmp_path / "换行.docx", body))).text.split("\n") == paragraphs


CENTRE = '<w:jc w:val="center"/>'
CENTRED = f'<w:style w:type="paragraph" w:styleId="T"><w:pPr>{CENTRE}</w:pPr></w:style>'


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        (docx_paragraph("北河市人民政府", CENTRE) + styled("关于节水的通知", "T"), ["北河市人民政府关于节水的通知"]),
        (
            docx_paragraph("北河市人民政府", CENTRE) + docx_paragraph("关于节水的通知"),
            ["北河市人民政府", "关于节水的通知"],
        ),
        (styled("北河市节水方案", "T") + styled("实施方案", "T"), ["北河市节水方案", "实施方案"]),
        (
            styled("北河市", "T") + table(cell("甲") + cell("乙")) + styled("节水方案", "T"),
            ["北河市", "甲\t乙", "节水方案"],
        ),
    ],
)
def test_titles_over_two_paragraphs(body: str, paragraphs: list[str], tmp_path: Path) -> None:
    assert clean(read(write_docx(tmp_path / "题.docx", body, styles=CENTRED))).text.split("\n") == paragraphs


def test_marks_that_turn_text_around_are_dropped(tmp_path: Path) -> None:
    body = docx_paragraph("关于\u202e水节\u202c的\u2067通知\u2069&lt;script&gt;", CENTRE)
    assert clean(read(write_docx(tmp_path / "题.docx", body))).text == "关于水节的通知<script>"


def test_contents_are_left_out(tmp_path: Path) -> None:
    field = paragraph(instruction("TOC \\o"), mark("separate"), run("一、总则 1"))
    field += docx_paragraph("二、附则 2") + paragraph(mark("end"))
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    control = f"<w:sdt>{gallery}<w:sdtContent>{docx_paragraph('目录')}</w:sdtContent></w:sdt>"
    assert text_of(tmp_path, control + field + docx_paragraph("一、总则")) == ["一、总则"]


def test_notes_follow_the_text(tmp_path: Path) -> None:
    body = f'<w:p>{run("漏损率")}<w:r><w:footnoteReference w:id="2"/></w:r>{run("下降。")}</w:p>' + docx_paragraph(
        "附则"
    )
    notes = f'<w:footnote w:id="0" w:type="separator">{docx_paragraph("—")}</w:footnote>'
    notes += f'<w:footnote w:id="2">{docx_paragraph("按公共管网计算。")}</w:footnote>'
    assert text_of(tmp_path, body, footnotes=notes) == ["漏损率下降。", "附则", "［注1］按公共管网计算。"]


def test_notes_are_no_part_of_the_last_clause(tmp_path: Path) -> None:
    body = docx_paragraph("一、节水。") + paragraph(run("二、节电。"), '<w:r><w:footnoteReference w:id="2"/></w:r>')
    notes = f'<w:footnote w:id="2">{docx_paragraph("甲注。")}{docx_paragraph("乙注。")}</w:footnote>'
    text = clean(read(write_docx(tmp_path / "注.docx", body, footnotes=notes))).text
    clauses = [(clause.path, text[clause.span.start : clause.span.end].strip()) for clause in build_outline(text)]
    assert clauses[1:] == [("一", "一、节水。"), ("二", "二、节电。"), ("落款", "［注1］甲注。乙注。")]


def box(text: str, position: str = "") -> str:
    inner = f"<w:txbxContent>{docx_paragraph(text)}</w:txbxContent>"
    anchor = f"<wp:anchor>{position}<a:graphic><wps:txbx>{inner}</wps:txbx></a:graphic></wp:anchor>"
    new = f'<mc:Choice Requires="wps"><w:drawing>{anchor}</w:drawing></mc:Choice>'
    old = f"<mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback>"
    return f"<w:r><mc:AlternateContent>{new}{old}</mc:AlternateContent></w:r>"


def at(offset: int) -> str:
    return f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{offset}</wp:posOffset></wp:positionV>'


def test_text_boxes_are_read_once_and_in_place(tmp_path: Path) -> None:
    body = paragraph(box("红头"), run("标题"))
    body += paragraph(box("上", at(-9)), box("下二", at(9)), box("下一", at(5)), run("正文"))
    assert text_of(tmp_path, body) == ["红头", "标题", "上", "正文", "下一", "下二"]


# ---- tables


def spans(path: Path) -> list[tuple[str, int, int, int, int]]:
    return [
        (cell.text, cell.row, cell.column, cell.rows, cell.columns)
        for page in read(path)
        for line in page.lines
        for cell in line.cells
    ]


def test_merged_cells(tmp_path: Path) -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        cell("工程", down) + cell("单位", '<w:gridSpan w:val="2"/>'),
        cell("", on) + cell("牵头") + cell("配合"),
        f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell("市水务局")}{cell("市财政局")}</w:tr>',
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell('删去')}</w:tr>",
    )
    path = write_docx(tmp_path / "表.docx", table(*rows))
    assert spans(path) == [
        ("工程", 0, 0, 2, 1), ("单位", 0, 1, 1, 2), ("牵头", 1, 1, 1, 1), ("配合", 1, 2, 1, 1),
        ("市水务局", 2, 1, 1, 1), ("市财政局", 2, 2, 1, 1),
    ]  # fmt: skip
    assert lines(path) == ["工程\t单位\t", "\t牵头\t配合", "\t市水务局\t市财政局"]


def test_nested_tables_and_lists_in_cells(tmp_path: Path) -> None:
    inner = table(cell("甲") + cell("乙"), cell("丙") + cell("丁"))
    body = table(
        cell(docx_paragraph("市水务局") + docx_paragraph("市财政局")) + cell(inner + "<w:p/>") + cell(item("节水"))
    )
    path = write_docx(tmp_path / "表.docx", body, numbering=NUMBERED)
    assert [text for text, *_ in spans(path)] == ["市水务局\n市财政局", "甲 乙\n丙 丁", "一、节水"]


def test_a_table_of_one_column_is_a_box(tmp_path: Path) -> None:
    inner = table(cell("指标") + cell("值"))
    path = write_docx(tmp_path / "专栏.docx", table(cell("专栏1 重点工程"), cell(docx_paragraph("更新管网。") + inner)))
    assert lines(path) == ["专栏1 重点工程", "更新管网。", "指标\t值"]
    assert len(spans(path)) == 2


def test_absurd_spans_are_cut(tmp_path: Path) -> None:
    wide = cell("甲", '<w:gridSpan w:val="99999999"/>') + cell("乙") + cell("丙", '<w:gridSpan w:val="-3"/>')
    assert spans(write_docx(tmp_path / "宽.docx", table(wide, cell("丁") + cell("戊")))) == [
        ("甲", 0, 0, 1, 63), ("丁", 1, 0, 1, 1), ("戊", 1, 1, 1, 1)
    ]  # fmt: skip


# ---- pages


RENDERED = "<w:r><w:lastRenderedPageBreak/></w:r>"
BY_HAND = '<w:r><w:br w:type="page"/></w:r>'


def pages_of(path: Path) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in read(path)]


def test_pages_as_last_printed(tmp_path: Path) -> None:
    body = paragraph(run("推进工业"), RENDERED, run("节水，提高效率。"))
    body += paragraph(BY_HAND) + paragraph(RENDERED, run("附件"))
    path = write_docx(tmp_path / "页.docx", body)
    assert pages_of(path) == [["推进工业"], ["节水，提高效率。"], ["附件"]]
    cleaned = clean(read(path))
    assert cleaned.text == "推进工业节水，提高效率。\n附件"
    assert cleaned.page_starts == (0, 4, 13)


def test_pages_begun_by_hand(tmp_path: Path) -> None:
    section = "<w:p><w:pPr><w:sectPr/></w:pPr><w:r><w:t>丙</w:t></w:r></w:p>"
    body = f"<w:p>{run('甲')}{BY_HAND}{run('乙')}</w:p>" + section + docx_paragraph("丁", "<w:pageBreakBefore/>")
    path = write_docx(tmp_path / "页.docx", body, section='<w:sectPr><w:type w:val="continuous"/></w:sectPr>')
    assert pages_of(path) == [["甲"], ["乙", "丙"], ["丁"]]
    path = write_docx(tmp_path / "页.docx", body)
    assert pages_of(path) == [["甲"], ["乙", "丙"], [], ["丁"]]


def test_a_row_over_a_page_turns_it_once(tmp_path: Path) -> None:
    torn = f"<w:p>{run('甲')}{RENDERED}{run('乙')}</w:p>"
    path = write_docx(tmp_path / "页.docx", table(cell(torn) + cell(torn), cell("丙") + cell("丁")))
    assert [page.number for page in read(path) if page.lines] == [1, 2]


# ---- the package


def test_strict_namespaces(tmp_path: Path) -> None:
    entries = strict(docx_entries(item("总则"), numbering=NUMBERED))
    assert lines(write_zip(tmp_path / "严格.docx", entries)) == ["一、总则"]


@pytest.mark.parametrize("name", ["宏.docm", "模板.dotx", "改名.pdf", "改名.txt", "无后缀"])
def test_content_goes_before_suffix(name: str, tmp_path: Path) -> None:
    entries = docx_entries(docx_paragraph("第一条")) | {"word/vbaProject.bin": "macro"}
    assert lines(write_zip(tmp_path / name, entries)) == ["第一条"]


def test_main_part_under_another_name(tmp_path: Path) -> None:
    entries = docx_entries(item("总则"), numbering=NUMBERED)
    moved = {name.replace("document.xml", "document2.xml"): text for name, text in entries.items()}
    moved["_rels/.rels"] = moved["_rels/.rels"].replace('"word/document.xml', '"/word/document2.xml')
    assert lines(write_zip(tmp_path / "改名.docx", moved)) == ["一、总则"]


def test_parts_outside_the_package_are_not_followed(tmp_path: Path) -> None:
    entries = docx_entries(item("总则"), numbering=NUMBERED)
    name = "word/_rels/document.xml.rels"
    for target in ('Target="file:///etc/passwd" TargetMode="External"', 'Target="../../../etc/passwd"'):
        entries[name] = entries[name].replace('Target="numbering.xml"', target)
        assert lines(write_zip(tmp_path / "外部.docx", entries)) == ["总则"]


def test_without_text(tmp_path: Path) -> None:
    for body in ("<w:p/>", "<w:p><w:r><w:drawing/></w:r></w:p>"):
        with pytest.raises(EmptyFile):
            text_of(tmp_path, body)


PICTURED = '<w:p><w:r><w:drawing><a:blip r:embed="p1"/></w:drawing></w:r></w:p>'


def with_picture(tmp_path: Path, content: bytes) -> Path:
    entries: dict[str, str | bytes] = dict(docx_entries(PICTURED))
    name = "word/_rels/document.xml.rels"
    image = '<Relationship Id="p1" Type="x/image" Target="media/image1.png"/></Relationships>'
    entries[name] = str(entries[name]).replace("</Relationships>", image)
    return write_zip(tmp_path / "扫描.docx", entries | {"word/media/image1.png": content})


@pytest.mark.skipif(not ocr.available(), reason="没有安装文字识别组件")
def test_a_document_of_pictures_is_a_scan(tmp_path: Path) -> None:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(buffer, "PNG")
    with pytest.raises(NoTextLayer, match="没有认出文字"):
        read(with_picture(tmp_path, buffer.getvalue()))
    with pytest.raises(UnreadableFile, match=r"^扫描\.docx 第 1 幅图片：.*损坏"):
        read(with_picture(tmp_path, b"damaged"))


def test_deep_nesting_is_read(tmp_path: Path) -> None:
    body = docx_paragraph("底")
    for _ in range(60):
        body = table(cell(body) + cell("旁"))
    assert text_of(tmp_path, body)[0].startswith("底")


@pytest.mark.parametrize(("before", "after"), [("<w:ins>", "</w:ins>"), ("<w:smartTag>", "</w:smartTag>")])
def test_tags_as_deep_as_xml_allows(before: str, after: str, tmp_path: Path) -> None:
    assert text_of(tmp_path, paragraph(before * 240, run("底"), after * 240)) == ["底"]
    assert text_of(tmp_path, before * 240 + docx_paragraph("底") + after * 240) == ["底"]
