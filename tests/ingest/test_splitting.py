"""Passages: bounded, inside their clause, whole sentences where they fit, no word cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Span
from ingest.organs import find_bodies
from ingest.outline import build_outline
from ingest.splitting import pack, split_passages
from ingest.words import domain_segmenter

SEGMENTER = domain_segmenter()


def pieces(text: str, size: int) -> list[str]:
    return [text[s.start : s.end] for s in pack(text, Span(0, len(text)), SEGMENTER, max_chars=size)]


@pytest.mark.parametrize(
    ("text", "size", "expected"),
    [
        ("", 50, []),
        ("  \n ", 50, []),
        ("节水。", 50, ["节水。"]),
        ("节水。节电。", 50, ["节水。节电。"]),
        # packed while they fit
        ("推广节水器具。更换老旧电机。清理河道。", 14, ["推广节水器具。更换老旧电机。", "清理河道。"]),
        ("推广节水器具。更换老旧电机。清理河道。", 7, ["推广节水器具。", "更换老旧电机。", "清理河道。"]),
        # a long sentence is cut after a comma in the second half
        ("推广节水器具，更换老旧电机，清理全部河道。", 16, ["推广节水器具，更换老旧电机，", "清理全部河道。"]),
        # a comma in the first half is too early
        ("节水，更换全市所有机关和学校的老旧电机。", 14, ["节水，更换全市所有机关和学校", "的老旧电机。"]),
        # a comma inside a figure is no comma
        ("新增一千零九十六套设备和1,930套仪表。", 15, ["新增一千零九十六套设备和", "1,930套仪表。"]),
        # blanks between sentences belong to none
        ("节水。\n\n节电。", 3, ["节水。", "节电。"]),
    ],
)
def test_pieces(text: str, size: int, expected: list[str]) -> None:
    assert pieces(text, size) == expected


@pytest.mark.parametrize(
    "whole",
    [
        "挥发性有机物",
        "市住房和城乡建设局",
        "云河市应急管理局",
        "国家能源局",
        "云政发〔2024〕7号",
        "15.5%",
        "1,930",
        "2026年",
        "120公里",
        "3.5万吨",
        "PM2.5",
        "县（市、区）政府",
    ],
)
def test_no_cut_falls_inside(whole: str) -> None:
    for before in range(6, 26):
        text = "为" * before + whole + "的有关工作继续推进" * 3
        cuts = [len("".join(pieces(text, 24)[:n])) for n in range(1, len(pieces(text, 24)))]
        assert not [cut for cut in cuts if before < cut < before + len(whole)], (before, pieces(text, 24))


def test_only_a_word_longer_than_a_passage_is_cut_anywhere() -> None:
    assert pieces("9" * 100, 40) == ["9" * 40, "9" * 40, "9" * 20]
    assert pieces("说明" + "9" * 50, 40) == ["说明", "9" * 40, "9" * 10]


@pytest.mark.parametrize("size", [0, -1])
def test_a_size_that_is_none_is_an_error(size: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        pack("节水", Span(0, 2), SEGMENTER, max_chars=size)


def test_passages_stay_in_their_clause_and_carry_the_headings_above() -> None:
    text = (
        "云河市节水方案\n一、措施\n（一）器具。推广节水器具。\n（二）管网。改造老旧管网。\n二、附则\n自印发之日起施行。"
    )
    clauses = build_outline(text)
    passages = split_passages(text, clauses, SEGMENTER, title="节水方案", max_chars=40)
    assert [(p.path, text[p.span.start : p.span.end].split("\n")[0], p.breadcrumb) for p in passages] == [
        ("0", "云河市节水方案", "节水方案"),
        ("一", "一、措施", "节水方案 措施"),
        ("一（一）", "（一）器具。推广节水器具。", "节水方案 措施 器具"),
        ("一（二）", "（二）管网。改造老旧管网。", "节水方案 措施 管网"),
        ("二", "二、附则", "节水方案 附则"),
    ]
    assert [p.ordinal for p in passages] == [0, 1, 2, 3, 4]


def test_an_article_and_its_items_share_their_passages() -> None:
    items = [f"（{n}）擅自拆除{what}的；" for n, what in zip("一二三四", ("水表", "闸门", "管道", "标识"), strict=True)]
    head = ["云河市供水条例", "第一条 为了供水，制定本条例。", "第二条 有下列行为之一的，处罚款："]
    text = "\n".join([*head, *items, "第三条 本条例自公布之日起施行。"])
    clauses = build_outline(text)
    assert [clause.path for clause in clauses][3:5] == ["第二条（一）", "第二条（二）"]
    whole = split_passages(text, clauses, SEGMENTER, title="供水条例", max_chars=40)
    assert [(p.path, text[p.span.start : p.span.end][:5]) for p in whole] == [
        ("0", "云河市供水"), ("第一条", "第一条 为"), ("第二条", "第二条 有"), ("第三条", "第三条 本"),
    ]  # fmt: skip
    assert "标识" in text[whole[2].span.start : whole[2].span.end]
    parted = [p for p in split_passages(text, clauses, SEGMENTER, title="供水条例", max_chars=20) if p.path == "第二条"]
    assert len(parted) == 2
    assert parted[0].breadcrumb == "供水条例"
    assert parted[1].breadcrumb == "供水条例 第二条 有下列行为之一的，处罚款："


PRINTED = "节水 挥发性有机物 市水务局 市发展改革委 15.5% 2025年 云政发〔2024〕7号 ， 。 ； 、 （ ） GDP 的"
WORDS = st.sampled_from([*PRINTED.split(), "\n", " ", "8" * 30])


@given(text=st.lists(WORDS, max_size=60).map("".join) | st.text(max_size=200), size=st.integers(1, 90))
@settings(deadline=None, max_examples=200)
def test_passages_hold_every_character_once_and_are_bounded(text: str, size: int) -> None:
    spans = pack(text, Span(0, len(text)), SEGMENTER, max_chars=size)
    assert all(0 < span.end - span.start <= size for span in spans)
    assert all(first.end <= second.start for first, second in zip(spans, spans[1:], strict=False))
    kept = "".join(text[span.start : span.end] for span in spans)
    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", text)
    cuts = {span.end for span in spans if span.end < len(text)}
    for name, start, end in find_bodies(text):
        assert len(name) > size // 2 or "\n" in name or not cuts & set(range(start + 1, end)), name


def test_only_the_given_span_is_split() -> None:
    text = "前文。推广节水器具。后文。"
    assert [text[s.start : s.end] for s in pack(text, Span(3, 10), SEGMENTER)] == ["推广节水器具。"]
