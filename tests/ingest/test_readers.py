"""Readers: encodings, page ends, Markdown marks, printed geometry, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import readers
from ingest.document import Page
from ingest.errors import EmptyFile, EncryptedFile, NoTextLayer, UnknownFormat, UnreadableFile
from ingest.readers import SUFFIXES, markdown, pdf, read, text
from tests.pdf_samples import show, write_pdf

SAMPLE = "北河市节水办法\n第一条 为了节约用水，根据有关规定，制定本办法。\n"


def texts(pages: Iterable[Page]) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in pages]


def saved(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


# ---- plain text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    assert texts(read(saved(tmp_path, "办法.txt", SAMPLE.encode(encoding)))) == [SAMPLE.split("\n")]


TRADITIONAL = "北河市節約用水辦法\n第一條 為了節約用水，根據有關規定，制定本辦法。適用範圍如下：\n"


@pytest.mark.parametrize("encoding", ["big5", "utf-8", "utf-16-be"])
def test_traditional_chinese(encoding: str, tmp_path: Path) -> None:
    assert texts(read(saved(tmp_path, "辦法.txt", TRADITIONAL.encode(encoding)))) == [TRADITIONAL.split("\n")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16"])
def test_five_megabytes_on_one_line(encoding: str, tmp_path: Path) -> None:
    line = "中央有關部門文件，" * 200_000 if encoding == "big5" else "节约用水，人人有责。" * 180_000
    assert texts(read(saved(tmp_path, "长.txt", line.encode(encoding)))) == [[line]]


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf16_with_mark(mark: bytes, tmp_path: Path) -> None:
    codec = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert texts(read(saved(tmp_path, "办法.txt", mark + SAMPLE.encode(codec)))) == [SAMPLE.split("\n")]


def test_ascii_in_utf16_without_mark(tmp_path: Path) -> None:
    assert texts(read(saved(tmp_path, "a.txt", "LDAR 2025\n".encode("utf-16-le")))) == [["LDAR 2025", ""]]


@given(st.text(alphabet="节约用水管理办法，。、（）〔〕“”《》0123456789%ABCabc\n", min_size=1))
def test_every_encoding_gives_the_same_text(sample: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert text.decode(sample.encode(encoding), "例.txt") == sample


@pytest.mark.parametrize(
    "content",
    [
        "節水に関する条例を次のように定める".encode("shift_jis"),
        "Grüße aus Köln, schöne Öfen".encode("latin-1"),
    ],
)
def test_unknown_encoding(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"^旧文件\.txt：认不出文字编码.*另存为 UTF-8"):
        read(saved(tmp_path, "旧文件.txt", content))


@pytest.mark.parametrize(
    ("content", "pages"),
    [
        ("甲\n乙\f丙\n", [["甲", "乙"], ["丙", ""]]),
        ("甲\n— 1 —\n\f乙\n— 2 —\n", [["甲", "— 1 —"], ["", "乙", "— 2 —"]]),
        ("甲\n- 1 -\n乙\n－２－\n", [["甲", "- 1 -"], ["乙", "－２－"]]),
        ("甲\r\n乙\r丙\u2028丁", [["甲", "乙", "丙", "丁"]]),
        # a bare number and a range are no page ends
        ("甲\n12\n乙\n3—5\n丙", [["甲", "12", "乙", "3—5", "丙"]]),
    ],
)
def test_page_ends(content: str, pages: list[list[str]], tmp_path: Path) -> None:
    found = [[line for line in page if line] for page in texts(read(saved(tmp_path, "a.txt", content)))]
    assert found == [[line for line in page if line] for page in pages]


WRAPPED = [
    "为了加强节约用水管理，建设节水型社会，根据有关规",
    "定，结合本市实际，制定本办法。本市行政区域内的用",
    "水、供水、排水和有关的监督管理活动，适用本办法，",
    "法律、法规另有规定的，从其规定，本办法未作规定的",
    "事项，按照国家和省有关规定执行，各县区可以制定具",
    "体措施，报市人民政府备案，并向社会公布，接受公众",
    "监督，有关部门应当为查询提供便利，不得收取费用，",
    "不得设置障碍，违反规定的，由其上级机关责令改正。",
]


def test_single_blank_marks_a_page() -> None:
    marked = [" " + WRAPPED[0], *WRAPPED[1:], " " + WRAPPED[0], *WRAPPED[1:]]
    lines = [text.line_of(line) for line in marked]
    assert [len(page) for page in text._split(lines, marked=text._marked(lines))] == [8, 8]


@pytest.mark.parametrize(
    "lines",
    [
        # every line indented
        [" " + line for line in WRAPPED * 2],
        # indented paragraphs
        ["  " + WRAPPED[0], *WRAPPED[1:], " " + WRAPPED[0], *WRAPPED[1:], "  " + WRAPPED[0]],
        # not wrapped
        [
            " 第一条 节水。",
            "第二条 节约用水。",
            "第三条 附则。",
            "第四条",
            "第五条",
            "第六条",
            "第七条",
            "第八条",
            "第九条",
        ],
    ],
)
def test_single_blank_marks_nothing(lines: list[str]) -> None:
    assert not text._marked([text.line_of(line) for line in lines])


def test_control_characters_are_left_to_cleaning(tmp_path: Path) -> None:
    assert texts(read(saved(tmp_path, "a.txt", "总\x00则第一条\x07节水\n"))) == [["总\x00则第一条\x07节水", ""]]


def test_one_long_line(tmp_path: Path) -> None:
    sentence = "节约用水，人人有责。" * 50_000
    assert texts(read(saved(tmp_path, "长.txt", sentence))) == [[sentence]]


# ---- Markdown


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("# 标题 #\n\n正文第一行\n第二行\n\n另一段", ["标题", "正文第一行 第二行", "另一段"]),
        ("标题\n===\n小标题\n---\n正文", ["标题", "小标题", "正文"]),
        ("- 甲\n* 乙\n+ 丙\n\n***\n\n丁", ["甲", "乙", "丙", "丁"]),
        ("1. 甲\n2. 乙\n3) 丙", ["1. 甲", "2. 乙", "3) 丙"]),
        ("一、总体要求\n（一）指导思想。\n坚持节水。", ["一、总体要求", "（一）指导思想。 坚持节水。"]),
        ("> 引用\n> 续行", ["引用 续行"]),
        ("| 指标 | 值 |\n|---|:-:|\n| 能耗 | 13.5% |", ["指标\t值", "能耗\t13.5%"]),
        ("```\n*代码*\n```\n正文", ["*代码*", "正文"]),
        ("甲  \n乙\\\n丙", ["甲", "乙", "丙"]),
        ("---\ntitle: x\n---\n正文", ["正文"]),
        ("甲<!-- 注\n释 -->乙", ["甲乙"]),
        ("[注]: https://example.org\n正文[甲](https://example.org)", ["正文甲"]),
        ("不闭合<!-- 注释", ["不闭合<!-- 注释"]),
    ],
)
def test_markdown_blocks(source: str, lines: list[str], tmp_path: Path) -> None:
    (page,) = read(saved(tmp_path, "摘编.md", source))
    assert [line.text for line in page.lines] == lines
    assert not page.hard_wrapped


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("推进**“无废城市”**建设", "推进“无废城市”建设"),
        ("**甲**、*乙*和***丙***", "甲、乙和丙"),
        ("`LDAR`与~~旧~~新", "LDAR与旧新"),
        ("<b>粗</b>&lt;35蒸吨", "粗<35蒸吨"),
        ("1\\. 总则 \\*注\\*", "1. 总则 *注*"),
        ("![图一](a.png)[《方案》](b.md \"提示\")", "图一《方案》"),
        # marks that are text
        ("5*3*2", "5*3*2"),
        ("PM2.5浓度<35且>20", "PM2.5浓度<35且>20"),
        ("a_b_c 与 t2023_1_2.html", "a_b_c 与 t2023_1_2.html"),
        ("* 注：标*的为约束性", "* 注：标*的为约束性"),
        ("（见[1]）", "（见[1]）"),
    ],
)  # fmt: skip
def test_markdown_marks(source: str, expected: str) -> None:
    assert markdown.plain(source) == expected


@pytest.mark.parametrize("piece", ["**a ", "_a ", "<a ", "[", "~~a "])
def test_markdown_without_closing_marks_stays(piece: str) -> None:
    assert markdown.plain(piece * 20_000) == piece * 20_000


# ---- PDF, written here with a font that needs no file (ISO 32000-1, 9.7.5.2: UniGB-UCS2-H)


def test_pdf_lines_in_reading_order(tmp_path: Path) -> None:
    lower_first = show("第二行，结束。", 90, 700) + show("第一行", 90, 740)
    first, second = read(write_pdf(tmp_path, lower_first, show("下一页", 90, 740)))
    assert texts([first, second]) == [["第一行", "第二行，结束。"], ["下一页"]]
    assert (first.number, second.number, round(first.width)) == (1, 2, 595)
    line = first.lines[0]
    assert (round(line.left), round(line.right), round(line.size)) == (90, 138, 16)
    assert line.top < first.lines[1].top


def test_pdf_columns(tmp_path: Path) -> None:
    joint = (
        show("北河市财政局", 90, 700) + show("北河市水务局", 300, 700) + show("到", 90, 660) + show("2025年", 106, 660)
    )
    assert texts(read(write_pdf(tmp_path, joint))) == [["北河市财政局\t北河市水务局", "到2025年"]]


def test_pdf_raised_and_lowered_characters(tmp_path: Path) -> None:
    raised = show("面积10m", 90, 700) + show("2", 146, 706, size=8) + show("，排放CO", 150, 700)
    lowered = show("2", 214, 697, size=8) + show("减少。", 218, 700)
    assert texts(read(write_pdf(tmp_path, raised + lowered + show("下一行", 90, 676)))) == [
        ["面积10m2，排放CO2减少。", "下一行"]
    ]


@pytest.mark.parametrize(
    ("rotate", "matrix", "second"),
    [
        (90, "0 1 -1 0", (240, 100)),
        (270, "0 -1 1 0", (160, 700)),
        (180, "-1 0 0 -1", (400, 640)),
        (0, "0 1 -1 0", (240, 100)),
    ],
)
def test_pdf_turned_pages(rotate: int, matrix: str, second: tuple[int, int], tmp_path: Path) -> None:
    start = {"0 1 -1 0": (200, 100), "0 -1 1 0": (200, 700), "-1 0 0 -1": (400, 600)}[matrix]
    content = show("第二行", *second, matrix=matrix) + show("第一行文字", *start, matrix=matrix)
    assert texts(read(write_pdf(tmp_path, content, rotate=rotate))) == [["第一行文字", "第二行"]]


def test_pdf_slanted_watermark_is_left_out(tmp_path: Path) -> None:
    content = show("正文第一行", 90, 700) + show("征求意见稿", 100, 300, size=60, matrix="0.7 0.7 -0.7 0.7")
    assert texts(read(write_pdf(tmp_path, content))) == [["正文第一行"]]


def test_pdf_keeps_pages_without_text(tmp_path: Path) -> None:
    assert texts(read(write_pdf(tmp_path, "", show("正文从第二页开始，第一页空白。", 90, 700)))) == [
        [],
        ["正文从第二页开始，第一页空白。"],
    ]


@pytest.mark.parametrize("words", ["\ue0a1\ue0b2" * 20, "ÖÐ¹úÈËÃñ" * 5])
def test_pdf_whose_text_layer_is_garbage(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf.ocr, "available", lambda: False)
    pages = show("正文第一页，可以读。", 90, 700), show(words, 90, 700)
    with pytest.raises(NoTextLayer, match=r"^文件\.pdf：第 2 页的文字层是乱码.*policy-kb\[ocr\]"):
        read(write_pdf(tmp_path, *pages))


def test_pdf_with_some_unreadable_signs_is_read(tmp_path: Path) -> None:
    words = "温度控制在5°C±2以内，浓度下降15%，\ue0a1见附图所示内容。"
    assert texts(read(write_pdf(tmp_path, show(words, 20, 700)))) == [[words]]


def test_pdf_with_password(tmp_path: Path) -> None:
    lock = f"/ID[<{'00' * 16}><{'00' * 16}>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'41' * 32}>/U<{'42' * 32}>>>"
    with pytest.raises(EncryptedFile, match=r"^文件\.pdf：.*密码"):
        read(write_pdf(tmp_path, show("正文", 90, 700), trailer=lock))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_pdf_cut_short(share: float, tmp_path: Path) -> None:
    whole = write_pdf(tmp_path, show("正文", 90, 700), show("第二页", 90, 700)).read_bytes()
    with pytest.raises(UnreadableFile, match=r"^残\.pdf：.*(不完整|损坏)"):
        read(saved(tmp_path, "残.pdf", whole[: int(len(whole) * share)]))


def test_pdf_with_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(UnreadableFile, match="有 2 页，超过 1 页"):
        read(write_pdf(tmp_path, show("甲", 90, 700), show("乙", 90, 700)))


# ---- the door


def test_content_goes_before_suffix(tmp_path: Path) -> None:
    path = write_pdf(tmp_path, show("其实是一份文件", 90, 700)).rename(tmp_path / "改名.txt")
    assert texts(read(path)) == [["其实是一份文件"]]


@pytest.mark.parametrize(
    ("name", "content", "error", "says"),
    [
        ("空.txt", b"", EmptyFile, "0 字节"),
        ("空.pdf", b"", EmptyFile, "0 字节"),
        ("白.txt", " \n\t\u3000\n", EmptyFile, "只有空白"),
        ("白.md", "# \n\n---\n", EmptyFile, "只有空白"),
        ("假.pdf", b"PK\x03\x04" + bytes(100), UnreadableFile, "ZIP"),
        ("假.pdf", SAMPLE, UnknownFormat, "不是PDF"),
        ("假.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), UnknownFormat, "Office"),
        ("假.txt", bytes(range(256)) * 8, UnknownFormat, "不是纯文本"),
        ("假.md", b"GIF89a" + bytes(50), UnknownFormat, "GIF"),
        ("表.xyz", SAMPLE, UnknownFormat, "不支持 .xyz"),
        ("无后缀", SAMPLE, UnknownFormat, "没有后缀"),
        ("坏.pdf", "%PDF-1.4\nstartxref\n0\n%%EOF", UnreadableFile, "损坏"),
    ],
)
def test_files_that_cannot_be_read(
    name: str, content: bytes | str, error: type[Exception], says: str, tmp_path: Path
) -> None:
    with pytest.raises(error) as caught:
        read(saved(tmp_path, name, content))
    message = str(caught.value)
    assert message.startswith(f"{name}：") and says in message and "；" in message and "\n" not in message


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.txt", tmp_path):
        with pytest.raises(UnreadableFile, match="打不开文件"):
            read(path)


def test_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_BYTES", 10)
    with pytest.raises(UnreadableFile, match="上限"):
        read(saved(tmp_path, "大.txt", SAMPLE))


def test_suffixes() -> None:
    assert {".txt", ".md", ".pdf"} <= SUFFIXES
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in SUFFIXES)


def test_development_files(data: Path) -> None:
    files = sorted((data / "policies").glob("*.pdf"))[::10]
    assert files
    for path in files:
        pages = read(path)
        assert [page.number for page in pages] == list(range(1, len(pages) + 1))
        assert sum(len(line.text) for page in pages for line in page.lines) > 500
