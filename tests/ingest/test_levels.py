"""Level and place of a document from its issuer and title, and the places a text names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ingest.levels import cities, level_of, places_in, provinces, region_of


@pytest.mark.parametrize(
    ("issuer", "level", "region"),
    [
        ("国务院", "国", ""),
        ("国务院办公厅", "国", ""),
        ("中共中央", "国", ""),
        ("国家发展改革委", "国", ""),
        ("生态环境部", "国", ""),
        ("工业和信息化部办公厅", "国", ""),
        ("国家市场监督管理总局", "国", ""),
        ("全国人民代表大会常务委员会", "国", ""),
        ("陕西省人民政府", "省", "陕西省"),
        ("陕西省人民政府办公厅", "省", "陕西省"),
        ("广西壮族自治区生态环境厅", "省", "广西壮族自治区"),
        ("北京市发展和改革委员会", "省", "北京市"),
        ("吉林省人民政府", "省", "吉林省"),
        ("海南省财政厅", "省", "海南省"),
        ("中共陕西省委", "省", "陕西省"),
        ("宝鸡市人民政府", "市", "宝鸡市"),
        ("陕西省宝鸡市人民政府", "市", "宝鸡市"),
        ("吉林市人民政府", "市", "吉林市"),
        ("青海省海南藏族自治州人民政府", "市", "海南藏族自治州"),
        ("海南藏族自治州人民政府", "市", "海南藏族自治州"),
        ("锡林郭勒盟行政公署", "市", "锡林郭勒盟"),
        ("大兴安岭地区行政公署", "市", "大兴安岭地区"),
        ("国家税务总局宝鸡市税务局", "市", "宝鸡市"),
        ("中国人民银行宝鸡市中心支行", "市", "宝鸡市"),
        ("中共宝鸡市委", "市", "宝鸡市"),
        ("陇县人民政府", "县", "陇县"),
        ("宝鸡市凤翔区人民政府", "县", "凤翔区"),
        ("陕西省宝鸡市凤翔区人民政府", "县", "凤翔区"),
        ("上海市徐汇区财政局", "县", "徐汇区"),
        ("天津滨海新区人民政府", "县", "滨海新区"),
        ("准格尔旗人民政府", "县", "准格尔旗"),
        ("省生态环境厅", "省", ""),
        ("省委办公厅", "省", ""),
        ("自治区人民政府", "省", ""),
        # they say no place
        ("市水务局", "", ""),
        ("区人民政府", "", ""),
        ("各县（市、区）人民政府", "", ""),
        ("云河集团有限公司", "", ""),
        ("", "", ""),
    ],
)
def test_issuers(issuer: str, level: str, region: str) -> None:
    assert (level_of([issuer], ""), region_of([issuer], "")) == (level, region)


@pytest.mark.parametrize(
    ("title", "level", "region"),
    [
        ("陕西省节约用水条例", "省", "陕西省"),
        ("关于印发《陕西省绿道规划》的通知", "省", "陕西省"),
        ("宝鸡市城市管理办法", "市", "宝鸡市"),
        ("徐汇区节能专项资金管理办法", "县", "徐汇区"),
        ("全国绿道建设规划", "国", ""),
        ("2021-2023年全国绿道建设方案", "国", ""),
        ("2022年陕西省林业工作要点", "省", "陕西省"),
        ("2022年林业工作要点", "", ""),
        ("省管县财政体制规定", "", ""),
        ("绿道建设行动方案", "", ""),
        ("关于深入打好宝鸡市污染防治攻坚战的实施意见", "", ""),
        ("工业园区管理办法", "", ""),
        ("开发区节水规定", "", ""),
        ("各区绿化标准", "", ""),
        ("长江经济带发展规划", "", ""),
    ],
)
def test_titles(title: str, level: str, region: str) -> None:
    assert (level_of([], title), region_of([], title)) == (level, region)


def test_issuers_are_asked_before_the_title_and_the_first_that_says_it_counts() -> None:
    assert level_of(["宝鸡市人民政府"], "陕西省绿道规划") == "市"
    assert level_of(["云河集团有限公司", "宝鸡市水利局"], "陕西省绿道规划") == "市"
    assert level_of(["云河集团有限公司"], "陕西省绿道规划") == "省"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("长治市和太原的目标比山西省高多少", ("长治", "太原", "山西")),
        ("广西壮族自治区与内蒙古自治区", ("广西", "内蒙古")),
        ("北京市、北京", ("北京",)),
        ("吉林市", ("吉林市",)),
        ("全市各县区", ()),
        ("云河市的绿道", ()),
        ("上海的苏州河两岸，青海湖怎么治", ("上海",)),
        ("广东河源和江苏河长制", ("广东", "河源", "江苏")),
        ("", ()),
    ],
)
def test_places_named(text: str, places: tuple[str, ...]) -> None:
    assert places_in(text) == places


def test_the_tables_agree() -> None:
    full = set(provinces().values())
    assert len(full) == 34
    assert all(provinces()[name] == name for name in full)
    assert all(province in full for province in cities().values())
    assert not set(cities()) & set(provinces())


def test_documents_annotated_by_others(data: Path) -> None:
    wrong = []
    with (data / "policies" / "annotations.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            expected = "市" if row["city"] else "省" if row["province"] else "国"
            found = level_of(row["issuers"].split(","), row["title"])
            if found != expected and (found, row["city"][-1:]) != ("县", "区"):
                wrong.append((row["title"], found))
    assert wrong == []
