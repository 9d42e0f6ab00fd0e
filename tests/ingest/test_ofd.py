"""OFD: objects in any order, matrices, templates, several documents, ruled tables, scans, and what is no text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ingest.errors import EncryptedFile, NoTextLayer, UnreadableFile
from ingest.readers import ocr, ofd, read
from ingest.readers.rulings import Rule, find
from tests.packages import OFD, ofd_entries, ofd_root, write_ofd_pages, write_zip
from tests.renderings import path_object, text_object

GLYPHS = '<ofd:CGTransform CodePosition="0" GlyphCount="2"><ofd:Glyphs>12 13</ofd:Glyphs></ofd:CGTransform>'


def lines(path: Path) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in read(path)]


def of_page(tmp_path: Path, *objects: str, template: str = "") -> list[str]:
    return lines(write_ofd_pages(tmp_path / "文件.ofd", ["".join(objects)], template=template))[0]


def raw(codes: str, attributes: str = 'Boundary="30 40 150 6" Size="5"') -> str:
    return f"<ofd:TextObject {attributes}>{codes}</ofd:TextObject>"


def code(text: str, attributes: str = 'X="0" Y="4.3"') -> str:
    return f"<ofd:TextCode {attributes}>{text}</ofd:TextCode>"


def test_objects_in_any_order(tmp_path: Path) -> None:
    words = ["第一条 为了节约用水，", "制定本办法。", "第二条 本市行政区域内", "适用本办法。"]
    objects = [text_object(text, 30 + 55 * (at % 2), 40 + 10 * (at // 2), 5) for at, text in enumerate(words)]
    for seed in range(5):
        random.Random(seed).shuffle(objects)
        assert of_page(tmp_path, *objects) == [
            "第一条 为了节约用水，制定本办法。",
            "第二条 本市行政区域内适用本办法。",
        ]


def test_places_are_in_points(tmp_path: Path) -> None:
    (page,) = read(write_ofd_pages(tmp_path / "文件.ofd", [text_object("节水", 25.4, 50.8, 5)]))
    (line,) = page.lines
    assert (round(page.width), round(line.left), round(line.top), round(line.size)) == (595, 72, 144, 14)
    assert page.hard_wrapped


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        (raw(code("节约用水", 'X="0" Y="4.3" DeltaX="g 3 5"')), "节约用水"),
        (raw(code("节约用水", 'X="0" Y="4.3" DeltaX="5 g 2 5"')), "节约用水"),
        (raw(code("局长", 'X="0" Y="4.3" DeltaX="40"')), "局\t长"),
        (raw(code("节约") + code("用水", 'X="10"')), "节约用水"),
        (raw(code("到2025年")), "到2025年"),
        (raw(code("zero carbon")), "zero carbon"),
        (raw(GLYPHS + code("节水")), "节水"),
        (raw(code("节水", 'X="oops" Y="nan" DeltaX="g g g 1e400"')), "节水"),
        (raw(code("节水", 'X="0" Y="4.3" DeltaX="g 999999999 5"')), "节水"),
        (raw(code("水节", 'X="0" Y="4.3" DeltaX="-5"')), "节水"),
        (raw(code("节水"), 'Boundary="30 40 150 6" Size="10" CTM="0.5 0 0 0.5 0 0"'), "节水"),
        (raw(code("节水"), 'Boundary="30 40 150 6" Size="5" HScale="0.5"') + text_object("器", 35.2, 40, 5), "节水器"),
    ],
)
def test_advances_and_matrices(objects: str, expected: str, tmp_path: Path) -> None:
    assert of_page(tmp_path, objects) == [expected]


def test_what_is_not_shown_is_not_read(tmp_path: Path) -> None:
    hidden = raw(code("隐藏"), 'Boundary="30 60 150 6" Size="5" Visible="false"')
    slanted = raw(code("内部资料"), 'Boundary="30 90 150 90" Size="20" CTM="0.7 -0.7 0.7 0.7 0 0"')
    assert of_page(tmp_path, hidden, slanted, text_object("正文", 30, 40, 5)) == ["正文"]


def test_blocks_and_composites(tmp_path: Path) -> None:
    entries = ofd_root("Doc_0") | ofd_entries(
        [
            f"<ofd:PageBlock><ofd:PageBlock>{text_object('甲', 30, 40, 5)}</ofd:PageBlock></ofd:PageBlock>"
            '<ofd:CompositeObject Boundary="0 20 100 10" ResourceID="50"/>'
        ]
    )
    document = "Doc_0/Document.xml"
    entries[document] = entries[document].replace(
        "</ofd:MaxUnitID>", "</ofd:MaxUnitID><ofd:PublicRes>P.xml</ofd:PublicRes>"
    )
    unit = f'<ofd:CompositeGraphicUnit ID="50"><ofd:Content>{text_object("乙", 30, 40, 5)}'
    looped = '<ofd:CompositeObject Boundary="0 0 100 10" ResourceID="50"/></ofd:Content></ofd:CompositeGraphicUnit>'
    entries["Doc_0/P.xml"] = f"<ofd:Res {OFD}>{unit}{looped}</ofd:Res>"
    assert lines(write_zip(tmp_path / "复合.ofd", entries))[0][:2] == ["甲", "乙"]


def test_turned_pages(tmp_path: Path) -> None:
    down = 'Boundary="{x} 40 6 150" Size="5" CTM="0 1 -1 0 0 0"'
    first, second = (raw(code(text), down.format(x=x)) for text, x in (("第一行文字", 100), ("第二行", 90)))
    assert of_page(tmp_path, second, first) == ["第一行文字", "第二行"]


def test_templates_stand_behind_their_page(tmp_path: Path) -> None:
    assert of_page(tmp_path, text_object("正文", 30, 60, 5), template=text_object("青汀市水务局文件", 60, 20, 9)) == [
        "青汀市水务局文件",
        "正文",
    ]


def test_several_documents_follow_one_another(tmp_path: Path) -> None:
    entries = ofd_root("Doc_0", "Doc_1")
    for folder, text in (("Doc_0", "通知"), ("Doc_1", "方案")):
        entries |= ofd_entries([text_object(text, 30, 40, 5)] * 2, folder=folder)
    pages = read(write_zip(tmp_path / "合.ofd", entries))
    assert [(page.number, page.lines[0].text) for page in pages] == [(1, "通知"), (2, "通知"), (3, "方案"), (4, "方案")]


@pytest.mark.parametrize(
    "place", ["/Doc_0/Pages/Page_0/Content.xml", "Pages\\Page_0\\Content.xml", "pages/page_0/content.xml"]
)
def test_places_are_told_in_different_ways(place: str, tmp_path: Path) -> None:
    entries = ofd_root("/Doc_0") | ofd_entries([text_object("正文", 30, 40, 5)])
    name = "Doc_0/Document.xml"
    entries[name] = (
        entries[name].replace("Pages/Page_0/Content.xml", place).replace("http://www.ofdspec.org/2016", "urn:x")
    )
    assert lines(write_zip(tmp_path / "文件.ofd", entries)) == [["正文"]]


@pytest.mark.parametrize("place", ["../../etc/passwd", "/etc/passwd", "", "没有.xml"])
def test_places_outside_the_package_are_missing(place: str, tmp_path: Path) -> None:
    entries = ofd_root("Doc_0") | ofd_entries([text_object("正文", 30, 40, 5)])
    name = "Doc_0/Document.xml"
    entries[name] = entries[name].replace("Pages/Page_0/Content.xml", place)
    with pytest.raises(UnreadableFile, match="缺少部件"):
        read(write_zip(tmp_path / "文件.ofd", entries))


# ---- tables


def boxes(*cells: tuple[str, float, float, float, float]) -> str:
    return "".join(
        path_object(x, y, wide, tall, f"M 0 0 L {wide} 0 L {wide} {tall} L 0 {tall} C")
        + text_object(text, x + 1, y + 1, 4)
        for text, x, y, wide, tall in cells
    )


MERGED = (
    ("工程", 30, 40, 20, 20),
    ("牵头单位", 50, 40, 60, 10),
    ("市水务局", 50, 50, 30, 10),
    ("市财政局", 80, 50, 30, 10),
)
EXPECTED = [("工程", 0, 0, 2, 1), ("牵头单位", 0, 1, 1, 2), ("市水务局", 1, 1, 1, 1), ("市财政局", 1, 2, 1, 1)]


def cells(tmp_path: Path, *objects: str) -> list[tuple[str, int, int, int, int]]:
    (page,) = read(write_ofd_pages(tmp_path / "表.ofd", ["".join(objects)]))
    return [(c.text, c.row, c.column, c.rows, c.columns) for line in page.lines for c in line.cells]


def test_a_table_of_boxes(tmp_path: Path) -> None:
    assert cells(tmp_path, boxes(*MERGED)) == EXPECTED


def test_a_table_of_long_lines(tmp_path: Path) -> None:
    strokes = (
        (30, 40, 80, 0),
        (50, 50, 60, 0),
        (30, 60, 80, 0),
        (30, 40, 0, 20),
        (50, 40, 0, 20),
        (80, 50, 0, 10),
        (110, 40, 0, 20),
    )
    rules = "".join(path_object(x, y, wide, tall, f"M 0 0 L {wide} {tall}") for x, y, wide, tall in strokes)
    words = "".join(text_object(text, x + 1, y + 1, 4) for text, x, y, _, _ in MERGED)
    assert cells(tmp_path, words, rules) == EXPECTED


def test_a_table_of_filled_bars(tmp_path: Path) -> None:
    bar = 'Stroke="false" Fill="true"'
    filled = boxes(*MERGED).replace('Stroke="true" Fill="false"', bar)
    assert cells(tmp_path, filled) == []  # shaded fields are no rulings
    strokes = ((30, 40, 80, 0.2), (30, 60, 80, 0.2), (30, 40, 0.2, 20), (50, 40, 0.2, 20), (110, 40, 0.2, 20))
    rules = "".join(path_object(x, y, w, h, f"M 0 0 L {w} 0 L {w} {h} L 0 {h} C") for x, y, w, h in strokes)
    words = text_object("甲", 31, 42, 4) + text_object("乙", 51, 42, 4)
    assert [text for text, *_ in cells(tmp_path, words, rules.replace('Stroke="true" Fill="false"', bar))] == [
        "甲",
        "乙",
    ]


@pytest.mark.parametrize(
    "strokes",
    [
        [(30, 40, 150, 0)],
        [(30, 40, 150, 0), (30, 200, 150, 0), (30, 40, 0, 160), (180, 40, 0, 160)],
        [(30, 60, 150, 0), (30, 80, 150, 0)],
        [(x, 40, 0.5, 0) for x in range(30, 90)],
    ],
)
def test_lines_and_frames_are_no_tables(strokes: list[tuple[float, float, float, float]], tmp_path: Path) -> None:
    rules = "".join(path_object(x, y, wide, tall, f"M 0 0 L {wide} {tall}") for x, y, wide, tall in strokes)
    assert cells(tmp_path, rules, text_object("正文", 40, 50, 5)) == []


def test_a_drawing_is_no_table_and_takes_no_time() -> None:
    shuffled = random.Random(3)
    rules = [
        Rule(x, y, x + 9, y) for x, y in ((shuffled.uniform(0, 500), shuffled.uniform(0, 9000)) for _ in range(20_000))
    ]
    assert list(find(rules)) == []


# ---- files that cannot be read


def test_encrypted(tmp_path: Path) -> None:
    with pytest.raises(EncryptedFile, match="密码"):
        read(write_zip(tmp_path / "密.ofd", ofd_root("Doc_0") | {"Encryptions.xml": "<x/>"}))


def test_without_text(tmp_path: Path) -> None:
    with pytest.raises(NoTextLayer, match="没有文字"):
        read(write_ofd_pages(tmp_path / "空.ofd", [raw(GLYPHS)]))


def test_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofd, "MAX_PAGES", 1)
    with pytest.raises(UnreadableFile, match="有 2 页，超过 1 页"):
        read(write_ofd_pages(tmp_path / "长.ofd", [text_object("甲", 30, 40, 5)] * 2))


@pytest.mark.skipif(not ocr.available(), reason="没有安装文字识别组件")
def test_a_page_that_is_a_picture(tmp_path: Path) -> None:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(buffer, "PNG")
    entries: dict[str, str | bytes] = {
        **ofd_root("Doc_0"),
        **ofd_entries(['<ofd:ImageObject Boundary="0 0 210 297" ResourceID="8"/>']),
    }
    name = "Doc_0/Document.xml"
    entries[name] = str(entries[name]).replace(
        "</ofd:MaxUnitID>", "</ofd:MaxUnitID><ofd:DocumentRes>R.xml</ofd:DocumentRes>"
    )
    media = '<ofd:MultiMedia ID="8" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
    entries["Doc_0/R.xml"] = f'<ofd:Res {OFD} BaseLoc="Res"><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>'
    entries["Doc_0/Res/a.png"] = buffer.getvalue()
    with pytest.raises(NoTextLayer, match="没有认出文字"):
        read(write_zip(tmp_path / "扫描.ofd", entries))
    entries["Doc_0/Res/a.png"] = b"damaged"
    with pytest.raises(UnreadableFile, match="第 1 页.*损坏"):
        read(write_zip(tmp_path / "扫描.ofd", entries))


@pytest.mark.skipif(not ocr.available(), reason="没有安装文字识别组件")
def test_a_page_put_together_of_pictures(tmp_path: Path) -> None:
    strips = "".join(f'<ofd:ImageObject Boundary="0 {50 * at} 210 50" ResourceID="8"/>' for at in range(5))
    with pytest.raises(NoTextLayer, match=r"第 2 页由多幅图像拼成.*另存为 PDF"):
        read(write_ofd_pages(tmp_path / "拼.ofd", [text_object("第一页有文字", 30, 40, 5), strips]))


def test_a_small_picture_is_a_logo(tmp_path: Path) -> None:
    logo = '<ofd:ImageObject Boundary="10 10 20 20" ResourceID="8"/>'
    assert of_page(tmp_path, logo, text_object("正文", 30, 40, 5)) == ["正文"]
