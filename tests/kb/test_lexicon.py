"""The hand-written word tables: shape, uniqueness, and a sample of what they must and must not say."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingest.words import part_of_speech
from kb.search.reading.wording import content_words

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "ingest" / "glossary.toml"
LEXICON = ROOT / "kb" / "search" / "lexicon.toml"
FIELDS = {"zh", "aliases", "en", "lay", "related", "explain", "category"}
HAN = re.compile(r"[一-鿿]")
FIGURE = re.compile(r"\d{2,}|[0-9.]+[%％]")


@pytest.fixture(scope="module")
def terms() -> list[dict[str, Any]]:
    return tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["term"]


@pytest.fixture(scope="module")
def lexicon() -> dict[str, Any]:
    return tomllib.loads(LEXICON.read_text(encoding="utf-8"))


def names(term: dict[str, Any]) -> list[str]:
    return [term["zh"], *term.get("aliases", ())]


def repeated(words: list[str]) -> list[str]:
    return [word for word, count in Counter(words).items() if count > 1]


def test_glossary_entries_are_complete(terms: list[dict[str, Any]]) -> None:
    assert len(terms) >= 200
    for term in terms:
        assert set(term) <= FIELDS, term["zh"]
        assert term["en"], term["zh"]
        assert term["category"], term["zh"]


def test_explanations_are_one_sentence_without_figures(terms: list[dict[str, Any]]) -> None:
    for term in terms:
        assert 8 <= len(term["explain"]) <= 60, term["zh"]
        assert "。" not in term["explain"], term["zh"]
        assert not FIGURE.search(term["explain"]), term["zh"]


def test_a_name_belongs_to_one_term(terms: list[dict[str, Any]]) -> None:
    assert repeated([name.lower() for term in terms for name in names(term)]) == []


def test_an_english_name_belongs_to_one_term(terms: list[dict[str, Any]]) -> None:
    english = [name.lower() for term in terms for name in term["en"]]
    assert repeated(english) == []
    assert [name for name in english if HAN.search(name)] == []


def test_everyday_words_point_to_one_term_and_are_no_official_name(terms: list[dict[str, Any]]) -> None:
    official = {name.lower() for term in terms for name in names(term)}
    lay = [word for term in terms for word in term.get("lay", ())]
    assert repeated(lay) == []
    assert sorted(word for word in lay if word.lower() in official) == []
    assert [word for word in lay if len(word) < 2] == []


def test_related_terms_are_not_aliases_of_the_same_term(terms: list[dict[str, Any]]) -> None:
    for term in terms:
        assert not set(term.get("related", ())) & set(names(term)), term["zh"]


@pytest.mark.parametrize(
    ("alias", "official"),
    [
        ("VOCs", "挥发性有机物"),
        ("双控", "能耗双控"),
        ("高耗能高排放项目", "两高项目"),
        ("PUE", "电能利用效率"),
        ("中水", "再生水"),
        ("环评", "环境影响评价"),
        ("LDAR", "泄漏检测与修复"),
    ],
)
def test_aliases(terms: list[dict[str, Any]], alias: str, official: str) -> None:
    assert [term["zh"] for term in terms if alias in names(term)] == [official]


@pytest.mark.parametrize(
    ("word", "official"),
    [
        ("数据造假", "数据质量"),  # the opposite
        ("铁路专用线", "公转铁"),  # a means
        ("大型数据中心", "数据中心"),  # narrower
        ("碳排放双控", "能耗双控"),  # another system
        ("农村黑臭水体", "黑臭水体"),  # narrower
        ("激励目标", "能耗强度基本目标"),  # its counterpart
    ],
)
def test_neighbours_are_no_aliases(terms: list[dict[str, Any]], word: str, official: str) -> None:
    assert word not in next(names(term) for term in terms if term["zh"] == official)


def test_everyday_groups(lexicon: dict[str, Any], terms: list[dict[str, Any]]) -> None:
    said = [word for group in lexicon["lay"] for word in group["say"]]
    assert repeated(said) == []
    assert set(said).isdisjoint(word for term in terms for word in term.get("lay", ()))
    for group in lexicon["lay"]:
        assert set(group) == {"say", "mean"}
        assert group["say"], group
        assert group["mean"], group
        assert set(group["say"]).isdisjoint(group["mean"]), group
        assert min(map(len, group["say"])) >= 2, group
        assert len(group["mean"]) <= 4, group
        assert repeated(group["mean"]) == [], group


def test_everyday_words_are_no_official_names(lexicon: dict[str, Any], terms: list[dict[str, Any]]) -> None:
    official = {name.lower() for term in terms for name in names(term)}
    said = [word for group in lexicon["lay"] for word in group["say"]]
    assert len(said) >= 3000
    assert sorted(word for word in said if word.lower() in official) == []


def test_questions_keep_everyday_words_whole(lexicon: dict[str, Any]) -> None:
    """A word that the cutting of a question tears apart or drops can never be looked up."""
    said = [word for group in lexicon["lay"] for word in group["say"]]
    assert [word for word in said if content_words(word) != [word]] == []


@pytest.mark.parametrize(
    ("word", "official"),
    [
        ("打井", "取水"),
        ("暖气管子", "供热管网"),
        ("偷着排", "违法排污"),
        ("挨批", "通报批评"),
        ("一把手", "第一责任人"),
        ("国营厂", "国有企业"),
        ("炼钢厂", "钢铁"),
        ("水管子", "供水管网"),
        ("药瓶子", "农药包装废弃物"),
        ("旧手机", "废弃电器电子产品"),
        ("栽树", "国土绿化"),
        ("打官司", "诉讼"),
        ("数字注水", "弄虚作假"),
        ("走铁路", "公转铁"),
    ],
)
def test_everyday_samples(lexicon: dict[str, Any], word: str, official: str) -> None:
    assert [group for group in lexicon["lay"] if word in group["say"] and official in group["mean"]]


# Fillers of speech, and words that documents print in a sense of their own (人员分流, 压缩空气, 脱硫石膏, 机组出力).
@pytest.mark.parametrize(
    "word",
    ["至少", "最多", "尽快", "大概", "看着", "分流", "压缩", "石膏", "出力", "辐射", "平台", "人员", "标杆", "统筹"],
)
def test_no_everyday_words(lexicon: dict[str, Any], word: str) -> None:
    assert [group["say"] for group in lexicon["lay"] if word in group["say"]] == []


def test_english_entries(lexicon: dict[str, Any]) -> None:
    english = lexicon["english"]
    assert len(english) >= 600
    for phrase, words in english.items():
        assert phrase == phrase.lower().strip(), phrase
        assert not HAN.search(phrase), phrase
        assert words, phrase
        assert repeated(words) == [], phrase


@pytest.mark.parametrize(
    ("phrase", "word"),
    [
        ("waste incineration", "垃圾焚烧"),
        ("sewage", "污水"),
        ("black and odorous water", "黑臭水体"),
        ("ultra-low emission", "超低排放"),
        ("courier packaging", "快递包装"),
        ("compared with 2020", "比2020年"),
        ("sanitary toilets", "卫生厕所"),
        ("burst pipe", "供水管网"),
        ("stubble burning", "秸秆焚烧"),
        ("named and shamed", "通报批评"),
        ("cheap loans", "再贷款"),
    ],
)
def test_english_samples(lexicon: dict[str, Any], phrase: str, word: str) -> None:
    assert lexicon["english"][phrase][0] == word


@pytest.mark.parametrize("word", ["the", "who", "plan", "is", "how much", "well", "train"])
def test_grammar_is_not_translated(lexicon: dict[str, Any], word: str) -> None:
    assert word not in lexicon["english"]


def test_common_words_are_those_that_the_dictionary_takes_for_places(lexicon: dict[str, Any]) -> None:
    words = [word for kind in lexicon["common"].values() for word in kind]
    assert repeated(words) == []
    assert [word for word in words if not part_of_speech(word).startswith("ns")] == []
