"""The bundled corpus: unchanged files, a right manifest, digests that say what they are and parse as written."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.document import Document, Source
from ingest.manifest import read_manifest
from ingest.pipeline import parse

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
GIVEN_PLAN = ROOT.parent / "shared" / "data" / "plan" / "jincheng-2023-15.txt"
DIGESTS = ("guofa-2021-33", "jinzhengfa-2022-25")

# ### （一）重点行业绿色升级工程, under ## 三、…
HEADING = re.compile(r"^(?:## (?P<part>[一二三四五]、)|### (?P<item>（[一二三四五六七八九十]+）))(?P<title>.+)$")
# 〔交通运输部、国家发展改革委牵头，公安部按职责分工负责〕
DUTY = re.compile(r"〔(?:(?P<leads>[^〕，]+)牵头，)?(?P<others>[^〕，]+?)(?:按职责分工)?负责(?P<rest>，[^〕]+)?〕")

# path, indicator, value, unit, baseline year, deadline year (None: the text names a period).
# Aims without a figure are absent.
TARGETS = {
    "guofa-2021-33": [
        ("二", "单位国内生产总值能源消耗", "13.5", "%", 2020, 2025),
        ("二", "化学需氧量排放总量", "8", "%", 2020, 2025),
        ("二", "氨氮排放总量", "8", "%", 2020, 2025),
        ("二", "氮氧化物排放总量", "10", "%", 2020, 2025),
        ("二", "挥发性有机物排放总量", "10", "%", 2020, 2025),
        ("三（一）", "钢铁产能", "5.3", "亿吨", None, 2025),
        ("三（一）", "达到能效标杆水平的产能及数据中心比例", "30", "%", None, 2025),
        ("三（一）", "规模以上工业单位增加值能耗", "13.5", "%", None, None),
        ("三（一）", "万元工业增加值用水量", "16", "%", None, None),
        ("三（四）", "新能源汽车新车销量占汽车新车总销量的比例", "20", "%", None, 2025),
        ("三（五）", "农村生活污水治理率", "40", "%", None, 2025),
        ("三（五）", "秸秆综合利用率", "86", "%", None, 2025),
        ("三（五）", "主要农作物化肥利用率", "43", "%", None, 2025),
        ("三（五）", "主要农作物农药利用率", "43", "%", None, 2025),
        ("三（五）", "畜禽粪污综合利用率", "80", "%", None, 2025),
        ("三（五）", "绿色防控覆盖率", "55", "%", None, 2025),
        ("三（五）", "统防统治覆盖率", "45", "%", None, 2025),
        ("三（五）", "京津冀及周边地区大型规模化养殖场氨排放总量", "5", "%", None, 2025),
        ("三（六）", "节约型公共机构示范单位", "2000", "家", None, 2025),
        ("三（六）", "公共机构能效领跑者", "200", "家", None, 2025),
        ("三（八）", "非化石能源占能源消费总量比重", "20", "%", None, 2025),
        ("三（八）", "京津冀及周边地区煤炭消费量", "10", "%", None, None),
        ("三（八）", "长三角地区煤炭消费量", "5", "%", None, None),
        ("三（九）", "溶剂型工业涂料使用比例", "20", "个百分点", None, 2025),
        ("三（九）", "溶剂型油墨使用比例", "10", "个百分点", None, 2025),
        ("三（九）", "溶剂型胶粘剂使用量", "20", "%", None, 2025),
        ("三（十）", "污水收集管网", "8", "万公里", None, 2025),
        ("三（十）", "污水处理能力", "2000", "万立方米/日", None, 2025),
        ("三（十）", "城市污泥无害化处置率", "90", "%", None, 2025),
        ("三（十）", "城镇生活垃圾焚烧处理能力", "80", "万吨/日", None, 2025),
        ("三（十）", "城市生活垃圾焚烧处理能力占比", "65", "%", None, 2025),
    ],
    "jinzhengfa-2022-25": [
        ("二", "单位地区生产总值能源消耗", "14.5", "%", 2020, 2025),
        ("二", "化学需氧量重点工程减排量", "7.19", "万吨", None, 2025),
        ("二", "氨氮重点工程减排量", "0.28", "万吨", None, 2025),
        ("二", "氮氧化物重点工程减排量", "8.01", "万吨", None, 2025),
        ("二", "挥发性有机物重点工程减排量", "3.4", "万吨", None, 2025),
    ],
}


@pytest.fixture(scope="module")
def sources() -> dict[str, Source]:
    return {source.doc_id: source for source in read_manifest(CORPUS / "manifest.jsonl")}


@pytest.fixture(scope="module")
def parsed(sources: dict[str, Source]) -> dict[str, Document]:
    return {doc_id: parse(sources[doc_id]) for doc_id in DIGESTS}


def markdown(doc_id: str) -> str:
    return (CORPUS / "documents" / f"{doc_id}.md").read_text(encoding="utf-8")


def items(doc_id: str) -> dict[str, tuple[str, str]]:
    """Read address -> (title, words) from the Markdown by its marks alone, as a check on the parser."""
    part, path, found = "", "", {}
    for line in markdown(doc_id).splitlines():
        if head := HEADING.match(line):
            part = head["part"].rstrip("、") if head["part"] else part
            path = part + (head["item"] or "")
            found[path] = (head["title"], "")
        elif path:
            found[path] = (found[path][0], found[path][1] + line)
    return found


def test_manifest_lists_every_file_and_no_other(sources: dict[str, Source]) -> None:
    assert {source.path.name for source in sources.values()} == {p.name for p in (CORPUS / "documents").iterdir()}
    assert list(sources) == ["jincheng-2023-15", *DIGESTS]


def test_hashes_are_those_of_the_files(sources: dict[str, Source]) -> None:
    for source in sources.values():
        assert hashlib.sha256(source.path.read_bytes()).hexdigest() == source.sha256, source.doc_id


@pytest.mark.parametrize(
    ("doc_id", "number", "issuer", "dated", "level", "region", "form"),
    [
        ("jincheng-2023-15", "晋市政发〔2023〕15号", "晋城市人民政府", "2023-08-28", "市", "晋城市", "fulltext"),
        ("guofa-2021-33", "国发〔2021〕33号", "国务院", "2021-12-28", "国", "", "digest"),
        ("jinzhengfa-2022-25", "晋政发〔2022〕25号", "山西省人民政府", None, "省", "山西省", "digest"),
    ],
)
def test_metadata(sources: dict[str, Source], doc_id: str, number: str, issuer: str, dated: str | None,
                  level: str, region: str, form: str) -> None:  # fmt: skip
    source = sources[doc_id]
    assert (source.number, source.issuers, source.level, source.region) == (number, (issuer,), level, region)
    assert (source.dated.isoformat() if source.dated else None, source.form) == (dated, form)
    assert source.status == "in_force"


def test_plan_is_unchanged(sources: dict[str, Source]) -> None:
    if not GIVEN_PLAN.exists():
        pytest.skip("../shared/data/plan is not here: nothing to compare the plan with")
    assert sources["jincheng-2023-15"].path.read_bytes() == GIVEN_PLAN.read_bytes()


def test_only_confirmed_addresses_are_given(sources: dict[str, Source]) -> None:
    assert [doc_id for doc_id, source in sources.items() if source.url] == ["jincheng-2023-15"]
    assert sources["jincheng-2023-15"].url in sources["jincheng-2023-15"].path.read_text(encoding="utf-8")


@pytest.mark.parametrize("doc_id", DIGESTS)
def test_digest_says_what_it_is(sources: dict[str, Source], doc_id: str) -> None:
    title, opening = markdown(doc_id).split("\n\n")[:2]
    assert title == f"# {sources[doc_id].title}"
    assert "要点摘编，非原文" in opening
    assert sources[doc_id].number in opening


def test_incomplete_digest_says_so() -> None:
    front = markdown("jinzhengfa-2022-25").split("\n## ")[0]
    assert "本摘编不完整" in front
    assert "成文日期和发布日期未见" in front


@pytest.mark.parametrize("doc_id", DIGESTS)
def test_brackets_of_digests_have_the_three_plain_forms(doc_id: str) -> None:
    brackets = re.findall(r"〔[^〕]*〕", re.sub(r"〔\d{4}〕", "", markdown(doc_id)))
    assert [b for b in brackets if not DUTY.fullmatch(b) or "等" in b] == []


@pytest.mark.parametrize(("doc_id", "clauses", "duties"), [("guofa-2021-33", 26, 21), ("jinzhengfa-2022-25", 4, 0)])
def test_digest_parses_into_its_items(parsed: dict[str, Document], doc_id: str, clauses: int, duties: int) -> None:
    document, written = parsed[doc_id], items(doc_id)
    assert len(written) == clauses
    assert {c.path: c.heading for c in document.clauses if c.level} == {p: title for p, (title, _) in written.items()}
    assert len(document.duties) == duties


def test_duties_of_the_digest_are_those_written(parsed: dict[str, Document]) -> None:
    document = parsed["guofa-2021-33"]
    for path, (_, words) in items("guofa-2021-33").items():
        duties = [duty for duty in document.duties if duty.path == path]
        brackets = list(DUTY.finditer(words))
        assert len(duties) == len(brackets), path
        for duty, bracket in zip(duties, brackets, strict=True):
            leads = bracket["leads"].split("、") if bracket["leads"] else []
            assert duty.named(role="lead") == tuple(leads), path
            assert duty.named(role="responsible") == tuple(bracket["others"].split("、")), path
            assert duty.shared == ("按职责分工" in bracket[0]), path
            assert not duty.open_ended, path


def test_standing_rule_of_the_digest_binds_local_governments(parsed: dict[str, Document]) -> None:
    first, *later = parsed["guofa-2021-33"].duties
    assert first.path == "三（一）"
    assert first.named(local=True) == ("地方各级人民政府",)
    assert all(duty.inherited == ("地方各级人民政府",) for duty in later)


@pytest.mark.parametrize("doc_id", DIGESTS)
def test_targets_of_the_digest(parsed: dict[str, Document], doc_id: str) -> None:
    document = parsed[doc_id]
    found = [(t.path, t.value, t.unit, t.baseline_year) for t in document.targets]
    assert found == [(path, Decimal(value), unit, base) for path, _, value, unit, base, _ in TARGETS[doc_id]]
    for target, (_, indicator, _, _, _, deadline) in zip(document.targets, TARGETS[doc_id], strict=True):
        assert indicator in target.indicator
        if deadline:
            assert target.deadline_year == deadline, indicator


def test_parents_are_linked(parsed: dict[str, Document]) -> None:
    implemented = [r.number for r in parsed["jinzhengfa-2022-25"].references if r.kind == "implements"]
    assert implemented == ["国发〔2021〕33号"]
    assert [r.number for r in parsed["guofa-2021-33"].references if r.kind == "implements"] == []


def test_threshold_is_no_target(parsed: dict[str, Document]) -> None:
    assert [t.indicator for t in parsed["guofa-2021-33"].targets if t.path == "四（三）"] == []
