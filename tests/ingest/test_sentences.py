"""Sentences: where a text may be cut and where not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Span
from ingest.sentences import bracket_partners, sentence_spans


def cut(text: str, *, semicolons: bool = False) -> list[str]:
    return [text[s.start : s.end] for s in sentence_spans(text, Span(0, len(text)), semicolons=semicolons)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("修渠。植树！好吗？", ["修渠。", "植树！", "好吗？"]),
        ("修渠；植树。", ["修渠；植树。"]),
        ("第一行没有句号\n第二行。", ["第一行没有句号", "第二行。"]),
        ("  修渠。\u3000植树。 ", ["修渠。", "植树。"]),
        ("修渠。。植树", ["修渠。。", "植树"]),
        ("修渠（县水利局负责。县财政局配合。）。植树。", ["修渠（县水利局负责。县财政局配合。）。", "植树。"]),
        ("修渠。（县水利局负责）植树。（县林业局负责）", ["修渠。", "（县水利局负责）", "植树。", "（县林业局负责）"]),
        ("修渠。〔县水利局负责。〕\n植树。", ["修渠。", "〔县水利局负责。〕", "植树。"]),
        ("总则。（一）修渠。（2）植树。", ["总则。", "（一）修渠。", "（2）植树。"]),
        ("（以下简称规划）已经印发。修渠。", ["（以下简称规划）已经印发。", "修渠。"]),
        ("他说：“修渠。植树。”大家都去了。", ["他说：“修渠。植树。”", "大家都去了。"]),
        ("坚持“先修渠。后植树。”的次序。完。", ["坚持“先修渠。后植树。”的次序。", "完。"]),
        ("读《修渠！植树！》一书。完。", ["读《修渠！植树！》一书。", "完。"]),
        ("修渠（县水利局负责。植树。完。", ["修渠（县水利局负责。", "植树。", "完。"]),
        ("修渠）植树。完。", ["修渠）植树。", "完。"]),
        ("修渠（甲〔乙。）丙。丁。", ["修渠（甲〔乙。）丙。", "丁。"]),
        ("提高3.5个百分点.完", ["提高3.5个百分点.完"]),
        ("", []),
        (" \n\u3000\n", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_semicolons_end_sentences_only_when_asked_and_outside_brackets() -> None:
    text = "修渠（甲；乙）；植树。"
    assert cut(text, semicolons=True) == ["修渠（甲；乙）；", "植树。"]
    assert cut(text) == [text]


def test_only_the_given_span_is_cut() -> None:
    text = "前文。修渠。植树。后文。"
    assert [text[s.start : s.end] for s in sentence_spans(text, Span(3, 9))] == ["修渠。", "植树。"]


PIECES = st.lists(st.sampled_from(list("渠树县，。！；\n 　（）〔〕“”《》1一.")), max_size=60).map("".join)


@given(PIECES, st.booleans())
def test_sentences_tile_the_text_without_blanks(text: str, semicolons: bool) -> None:
    spans = sentence_spans(text, Span(0, len(text)), semicolons=semicolons)
    at = 0
    for span in spans:
        assert not text[at : span.start].strip()
        assert span.start < span.end
        sentence = text[span.start : span.end]
        assert sentence == sentence.strip()
        assert "\n" not in sentence
        at = span.end
    assert not text[at:].strip()


@given(PIECES)
def test_no_cut_inside_a_closed_bracket(text: str) -> None:
    cuts = {span.end for span in sentence_spans(text, Span(0, len(text)), semicolons=True)}
    start = 0
    for line in text.split("\n"):
        for opened, closed in bracket_partners(text, start, start + len(line)).items():
            assert not any(opened < cut <= closed for cut in cuts)
        start += len(line) + 1
