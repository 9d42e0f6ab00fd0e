"""Mastheads: cases as data, what holds for every text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cleaning import clean
from ingest.document import Masthead
from ingest.masthead import read_masthead
from ingest.readers import read

CASES = json.loads((Path(__file__).parents[1] / "cases" / "masthead.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_case(case: dict) -> None:
    head = read_masthead(case["text"])
    found = (head.title, head.number, list(head.issuers), head.dated and str(head.dated))
    assert found == (case["title"], case["number"], case["issuers"], case["dated"])
    assert case["text"][head.body_start :].startswith(case["body"])


@pytest.mark.parametrize("text", ["", "\n", "一、总体要求\n坚持节水。", "到2025年，用水总量控制在十亿立方米以内。"])
def test_nothing_printed(text: str) -> None:
    assert read_masthead(text) == Masthead()


LINES = st.sampled_from(
    [
        *("北河市人民政府文件", "北政发〔2023〕7号", "关于印发《北河市节水方案》的通知", "北河市节水方案", "各县："),
        *(
            "北河市水务局",
            "2023年8月5日",
            "（此件公开发布）",
            "一、总体要求",
            "坚持节水优先，量水而行。",
            "附件",
            "2023年8月",
        ),
    ]
)


@given(st.lists(LINES, min_size=1, max_size=12))
def test_everything_read_is_printed(lines: list[str]) -> None:
    text = "\n".join(lines)
    head = read_masthead(text)
    assert head.title in text and all(name in text for name in head.issuers)
    assert (head.number in text) and (head.dated is None or "2023年8月5日" in text)
    assert head.body_start == len(text) or head.body_start == 0 or text[head.body_start - 1] == "\n"
    label = text.find("一、总体要求")
    assert label < 0 or head.body_start <= label


def test_plan(data: Path) -> None:
    text = clean(read(data / "plan" / "jincheng-2023-15.txt")).text
    head = read_masthead(text)
    assert head.title == "晋城市“十四五”节能减排实施方案"
    assert (head.number, head.issuers, str(head.dated)) == ("晋市政发〔2023〕15号", ("晋城市人民政府",), "2023-08-28")
    assert text[head.body_start :].startswith("为贯彻落实国务院")
