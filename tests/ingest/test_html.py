"""Web pages: the document among menus, its facts, lists, tables, encodings, archives, and pages that hold nothing."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from ingest.cleaning import clean
from ingest.document import Cell
from ingest.errors import EmptyFile, PolicyError, UnknownFormat, UnreadableFile
from ingest.readers import html, read

CASES = json.loads((Path(__file__).parents[1] / "cases" / "html.json").read_text("utf-8"))
ARTICLE = "<div><p>第一条 为了节约用水，制定本办法。</p><p>第二条 用水实行计划管理，超计划加价。</p></div>"
LINES = ["第一条 为了节约用水，制定本办法。", "第二条 用水实行计划管理，超计划加价。"]


def lines(folder: Path, content: str | bytes, name: str = "页.html") -> list[str]:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    (page,) = read(path)
    return [line.text.strip() for line in page.lines]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_document_on_a_page(case: dict, tmp_path: Path) -> None:
    assert lines(tmp_path, f"<!DOCTYPE html><html><body>{case['html']}</body></html>") == case["lines"]


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        (
            "<tr><th rowspan=2>序号<th colspan=2>任务<tr><td>一<td>二<tr><td>1<td><p>市水务局<p>市住建局<td>",
            [
                [Cell("序号", 0, 0, 2, 1), Cell("任务", 0, 1, 1, 2)],
                [Cell("一", 1, 1), Cell("二", 1, 2)],
                [Cell("1", 2, 0), Cell("市水务局\n\n市住建局", 2, 1), Cell("", 2, 2)],
            ],
        ),
        # rowspan=0 reaches to the end; too large a span ends with the table
        (
            "<tr><td rowspan=0>甲<td>乙<td rowspan=99>丙<tr><td>丁",
            [[Cell("甲", 0, 0, 2, 1), Cell("乙", 0, 1), Cell("丙", 0, 2, 2, 1)], [Cell("丁", 1, 1)]],
        ),
        # head, body and empty rows; a cell does not cover one that is taken
        (
            "<thead><tr><td>甲<td rowspan=2>乙<tbody><tr></tr><tr><td colspan=2>丙</tbody>",
            [[Cell("甲", 0, 0), Cell("乙", 0, 1, 2, 1)], [Cell("丙", 1, 0)]],
        ),
    ],
)
def test_merged_cells(table: str, cells: list[list[Cell]], tmp_path: Path) -> None:
    (tmp_path / "页.html").write_text(f"<html><div>{ARTICLE}<table>{table}</table></div>", "utf-8")
    (page,) = read(tmp_path / "页.html")
    assert [list(line.cells) for line in page.lines if line.cells] == cells


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("utf-8", "gb18030"),
        ("gb2312", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("gbk", "utf-16"),
        ("", "utf-16-be"),
        ("", "gb18030"),
        ("iso-8859-1", "utf-8"),
    ],
)
def test_declared_and_real_encoding(declared: str, encoding: str, tmp_path: Path) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    page = f"<!doctype html><html><head>{meta}<script>{'var a;' * 20000}</script></head>{ARTICLE}"
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    assert lines(tmp_path, mark + page.encode(encoding)) == LINES


@pytest.mark.parametrize(
    ("markup", "paragraphs"),
    [
        ("<h2>青原市人民政府关于印发<br>青原市节水方案的通知</h2>", ["青原市人民政府关于印发青原市节水方案的通知"]),
        ("<p align=center>青原市水务局<br>关于节水工作的<br/>通知</p>", ["青原市水务局关于节水工作的通知"]),
        ("<p align=center>青原市节水型社会</p><p align=center>建设方案</p>", ["青原市节水型社会建设方案"]),
        (
            "<center><p>青原市人民政府文件</p><p>青政发〔2024〕3号</p><p>关于节水工作的通知</p></center>",
            ["青原市人民政府文件", "青政发〔2024〕3号", "关于节水工作的通知"],
        ),
        ("<p style='text-align: center'>青原市节水办法<br>第一章 总则</p>", ["青原市节水办法", "第一章总则"]),
        # not centred: paragraphs
        ("<p>青原市水务局<br>各县水务局</p>", ["青原市水务局", "各县水务局"]),
    ],
)
def test_titles_broken_by_hand(markup: str, paragraphs: list[str], tmp_path: Path) -> None:
    (tmp_path / "页.html").write_text(f"<html><div id=zoom>{markup}{ARTICLE}</div>", "utf-8")
    assert clean(read(tmp_path / "页.html")).text.split("\n")[: len(paragraphs)] == paragraphs


def test_a_broken_character_does_not_spoil_a_page(tmp_path: Path) -> None:
    page = f"<html><div>{ARTICLE}<p>结尾被截断，第三条".encode("gb18030") + b"\xcb</p></div>"
    assert lines(tmp_path, page)[:2] == LINES


def test_no_encoding_fits(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"^页\.html：.*编码.*另存为 UTF-8"):
        lines(tmp_path, b"<html><p>" + "節水に関する条例を次のように定める".encode("shift_jis") * 20)


@pytest.mark.parametrize("name", ["页.html", "页.txt", "页.doc", "页.mht", "页"])
@pytest.mark.parametrize("head", ["<!DOCTYPE html>", "\n<?xml version='1.0'?><!-- 存 --><HTML xmlns='x'>", "<html>"])
def test_pages_are_known_by_content(head: str, name: str, tmp_path: Path) -> None:
    assert lines(tmp_path, head + ARTICLE, name) == LINES


def test_a_fragment_is_a_page_only_by_its_suffix(tmp_path: Path) -> None:
    assert lines(tmp_path, ARTICLE, "页.htm") == LINES
    assert lines(tmp_path, f"文字\n{ARTICLE}", "页.txt")[0] == "文字"
    assert not html.recognises("第一条 <html> 是标签".encode())


@pytest.mark.parametrize("transfer", ["8bit", "quoted-printable", "base64"])
def test_web_archive(transfer: str, tmp_path: Path) -> None:
    from email.mime.multipart import MIMEMultipart
    from email.mime.nonmultipart import MIMENonMultipart

    part = MIMENonMultipart("text", "html", charset="gb2312")
    body = f"<html><body>{ARTICLE}</body></html>".encode("gb18030")
    part.set_payload(body.decode("latin-1") if transfer == "8bit" else body)
    if transfer == "quoted-printable":
        import quopri

        part.set_payload(quopri.encodestring(body).decode("ascii"))
    elif transfer == "base64":
        import base64

        part.set_payload(base64.encodebytes(body).decode("ascii"))
    part["Content-Transfer-Encoding"] = transfer
    archive = MIMEMultipart("related", type="text/html")
    archive["Subject"] = "page"
    archive.attach(part)
    content = archive.as_string().encode("latin-1")
    assert lines(tmp_path, content, "页.mht") == LINES


def test_web_archive_without_a_page(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="没有网页"):
        lines(tmp_path, "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n\n--x--\n", "页.mht")


@pytest.mark.parametrize(
    "body", ["<div id=app></div><script>load('正文，由脚本加载。')</script>", "<frameset></frameset>", ""]
)
def test_page_without_text(body: str, tmp_path: Path) -> None:
    with pytest.raises(EmptyFile, match=r"^页\.html：.*没有正文.*脚本"):
        lines(tmp_path, f"<!doctype html><html>{body}")


SENTENCE = "节约用水，人人有责。"


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("<div>" * 10_000 + SENTENCE + "</div>" * 10_000, 1),
        ("<b>" * 10_000 + SENTENCE, 1),
        ("<table><tr><td>" * 3_000 + SENTENCE, 1),
        ("<ul><li>" * 3_000 + SENTENCE, 1),
        (f"<p>{SENTENCE * 170_000}", 1),
        (f"<p>{SENTENCE}<!--" + SENTENCE * 1000, 1),
        ("<div>" + f"<p>{SENTENCE}" * 20_000, 20_000),
    ],
    ids=["div", "b", "table", "list", "5 MB line", "open comment", "paragraphs"],
)
def test_pages_no_author_writes_end_soon(content: str, count: int, tmp_path: Path) -> None:
    start = time.monotonic()
    assert len(lines(tmp_path, "<!doctype html><meta charset=utf-8>" + content)) == count
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("content", ["<p>a" * 300_000, "<p>" + "节水" * 6_000_000])
def test_pages_beyond_the_limits(content: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"^页\.html：网页.*(上限|超过)") as caught:
        lines(tmp_path, "<!doctype html><meta charset=utf-8>" + content)
    assert isinstance(caught.value, PolicyError)
