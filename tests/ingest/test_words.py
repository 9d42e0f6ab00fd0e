"""Words: terms and names stay whole, figures and 文号 too, and nothing of the text is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.words import HAN, Segmenter, bigrams, domain_segmenter, domain_terms, part_of_speech, rare

SEGMENTER = domain_segmenter()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("推进挥发性有机物治理", ["推进", "挥发性有机物", "治理"]),
        ("由市住房城乡建设局、市工信局负责", ["由", "市住房城乡建设局", "市工信局", "负责"]),
        ("依据云政发〔2024〕7号办理", ["依据", "云政发〔2024〕7号", "办理"]),
        ("依据云政办函[2024]7 号办理", ["依据", "云政办函[2024]7 号", "办理"]),
        (
            "贯彻落实云政发〔2024〕7号和云政办发〔2024〕3号",
            ["贯彻落实", "云政发〔2024〕7号", "和", "云政办发〔2024〕3号"],
        ),
        ("和政发〔2024〕7号", ["和", "政发〔2024〕7号"]),
        ("落实〔2024〕7号", ["落实〔2024〕7号"]),
        ("下降15.5%以上", ["下降", "15.5%", "以上"]),
        ("共1,930套", ["共", "1,930", "套"]),
        ("VOCs和PM2.5", ["vocs", "和", "pm2.5"]),
        ("", []),
        ("，。！ \n", []),
        ("《节水》", ["节水"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert SEGMENTER.words(text) == words


@pytest.mark.parametrize("term", ["挥发性有机物", "市生态环境局", "省发展改革委", "县财政局", "碳达峰", "生态环境部"])
def test_a_term_of_the_dictionary_is_one_word(term: str) -> None:
    assert term in domain_terms()
    assert SEGMENTER.words(f"关于{term}的说明") == ["关于", term, "的", "说明"]


@pytest.mark.parametrize("text", ["某年〔2024〕工作", "第7号文件", "发〔24〕7号", "云政发〔1824〕7号"])
def test_what_is_no_number_of_a_document_is_not_kept_whole(text: str) -> None:
    assert max(map(len, SEGMENTER.words(text))) < 6


def test_own_terms_are_taught_to_one_segmenter_only() -> None:
    own = Segmenter(["云河绿道网"])
    assert own.words("建设云河绿道网") == ["建设", "云河绿道网"]
    assert "云河绿道网" not in SEGMENTER.words("建设云河绿道网")
    assert own.frequency("云河绿道网") > 0 == SEGMENTER.frequency("云河绿道网")


PRINTED = "节水 市水务局 15.5% 云政发〔2024〕7号 VOCs ， 1,930 2. .5 ％ 〔 𠀀"
TEXTS = st.text(max_size=80) | st.lists(st.sampled_from([*PRINTED.split(), "\n", " "]), max_size=20).map("".join)


@given(text=TEXTS)
@settings(deadline=None)
def test_spans_tile_the_text(text: str) -> None:
    at = 0
    for word, start, end in SEGMENTER.spans(text):
        assert (start, text[start:end]) == (at, word)
        assert end > start
        at = end
    assert at == len(text)


@given(text=TEXTS)
@settings(deadline=None)
def test_words_are_printed_in_order(text: str) -> None:
    lowered, at = text.lower(), 0
    for word in SEGMENTER.words(text):
        assert any(map(str.isalnum, word))
        if len(lowered) == len(text):
            at = lowered.index(word, at) + len(word)


def test_an_endless_run_of_unknown_words_is_cut_into_words_all_the_same() -> None:
    text = "镕" * 2500 + "市水务局"
    words = SEGMENTER.words(text)
    assert ("".join(words), words[-1]) == (text, "市水务局")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("节能减排，2025年", ["节能", "能减", "减排"]),
        ("水", []),
        ("", []),
        ("a1，", []),
        ("节水GDP节电", ["节水", "节电"]),
    ],
)
def test_bigrams(text: str, pairs: list[str]) -> None:
    assert bigrams(text) == pairs


@pytest.mark.parametrize(
    ("word", "tag"),
    [("天气", "n"), ("推进", "v"), ("迅速", "ad"), ("漏孙率", ""), ("", ""), ("天 气", ""), ("天气 3", "")],
)
def test_parts_of_speech(word: str, tag: str) -> None:
    assert part_of_speech(word) == tag


@pytest.mark.parametrize(("word", "expected"), [("漏孙率", True), ("煤碳", True), ("煤炭", False), ("河道", False)])
def test_words_that_the_dictionary_hardly_knows_are_rare(word: str, expected: bool) -> None:
    assert rare(word) is expected


@pytest.mark.parametrize("name", ["emissions.txt", "greenway.txt", "watersaving.txt"])
def test_the_fast_cutter_cuts_as_jieba_does(name: str) -> None:
    import jieba

    jieba.setLogLevel("WARNING")
    plain = Segmenter()
    runs = HAN.findall((Path(__file__).parent.parent / "files" / name).read_text("utf-8"))
    assert [plain.words(run) for run in runs] == [jieba.lcut(run) for run in runs]


def test_half_a_surrogate_pair_is_passed_over() -> None:
    assert "".join(word for word, _, _ in SEGMENTER.spans("节水\udc80办法")) == "节水\udc80办法"
