"""The table of public bodies, and what one printed name says: place, level, generic body.

Real documents print one body as 市发改委, 市发展改革委, 东江市发展和改革委员会 or, in a list, 发改委 alone;
vertically led bodies carry their place in the middle (人民银行东江市中心支行). A name is read from its end: the
longest form the table knows whose rest is a place or a level word. What the table does not know keeps its own words
as its generic name; nothing is guessed from resemblance. A gazetteer of counties is refused: 县 and 区 are
recognised by their suffix.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

MAX_NAME = 60
HAN = "一-鿿"

# 市委组织部 · 自治区党委 · 国务院国资委 · 县（市、区）教育局 · 市级
NATIONAL = "中共中央|中华人民共和国|国务院|国家|全国|中国|中央|中共"
COUNTY = "县[（(〔]市、区[）)〕]|市县|区县|县区|县级|区级|自治县|县|区|旗"
PREFECTURE = "市、县[（(〔]市、区[）)〕]|各市县|市级|自治州|地区|市|州|盟"
PROVINCE = "自治区|省级|兵团|省"
COMMITTEE = "人民政府|政府|党工委|党委|委"
PREFIX = f"(?:{NATIONAL}|(?:{PROVINCE}|{PREFECTURE}|{COUNTY})(?:{COMMITTEE})?)"
HEAD = re.compile(f"(?P<place>[{HAN}]{{2,12}}?)??(?P<prefix>{PREFIX})?")
UNKNOWN = re.compile(f"(?P<prefix>{PREFIX})(?P<rest>[^、，。；：\n]{{2,}})")
# 各市 · 县（市、区） · 乡镇: the words for an area of government, longest first
UNIT_WORD = (
    "省辖市|直管县|设区的市|设区市|地级市|直辖市|自治区|自治州|自治县|行政村|市辖区|街道|乡镇|社区|区县|县区|市县|"
    "省|市|州|盟|县|区|旗|乡|镇|村"
)
LEVELS = {
    level: re.compile(f"(?:{words})(?:{COMMITTEE})?")
    for level, words in {"国": NATIONAL, "县": COUNTY, "市": PREFECTURE, "省": PROVINCE}.items()
}

# 东江市分行 · 南宁中心支行 · 武汉分行营管部 · 青岛监管局
BRANCH = re.compile(
    f"(?P<place>(?:(?![部局厅委办署])[{HAN}]){{0,10}}?)(?P<suffix>分行营业管理部|分行营管部|营业管理部|营管部|中心支行|分行|支行|监管分局|监管局|"
    "监管办公室|监管办|分局|分公司|有限责任公司|有限公司|公司|办事处|专员办|调查队|调查总队|分会|分支机构|管理局|局)"
)
# 省发展改革委（能源局） · 各区人民政府〈含开发区〉
TAIL_BRACKET = re.compile(r"[（(〔\[【﹝〈<][^（(〔\[【﹝〈<]*[）)〕\]】﹞〉>]$")
PLACE_WORD = re.compile(f"(?!{PREFIX})[{HAN}]{{1,3}}(?![市县区省州盟旗])[{HAN}]")
ADMINISTRATIVE = re.compile("(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|地区|省|市|州|盟)$")


@dataclass(frozen=True, slots=True)
class Organ:
    """A body of the table; see organs.toml for the fields."""

    name: str
    forms: tuple[str, ...]
    english: tuple[str, ...]
    level: str
    national: str
    above: str = ""
    variants: dict[str, str] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class OrganName:
    """What a printed name says: ``prefix`` 市, 国家 …; ``level`` 国, 省, 市, 县 or empty; ``form`` as printed."""

    place: str
    prefix: str
    level: str
    generic: str
    organ: Organ | None = None
    branch: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Forms of names to bodies, places to their administrative suffix, and both by their first two characters."""

    forms: dict[str, Organ]
    places: dict[str, str]
    form_starts: dict[str, tuple[str, ...]]
    place_starts: dict[str, tuple[str, ...]]


@cache
def table() -> Table:
    """Return the table of bodies and places, read once from organs.toml and places.toml."""
    here = Path(__file__)
    forms: dict[str, Organ] = {}
    for entry in tomllib.loads(here.with_name("organs.toml").read_text(encoding="utf-8"))["organ"]:
        names = tuple(form for key in ("short", "clipped", "former") for form in entry.get(key, ()))
        names = (entry["name"], *names)
        organ = Organ(
            entry["name"],
            names,
            tuple(entry["en"]),
            entry.get("level", ""),
            entry.get("national", ""),
            entry.get("above", ""),
            entry.get("variant", {}),
        )
        forms.update(dict.fromkeys(names, organ))
    places: dict[str, str] = {}
    provinces = tomllib.loads(here.with_name("places.toml").read_text(encoding="utf-8"))["provinces"]
    for province, cities in provinces.items():
        for printed in (province, *cities):
            short, suffix = split_place(printed)
            places.setdefault(short, suffix or "市")
    return Table(forms, places, _by_start(forms), _by_start(places))


def split_place(printed: str) -> tuple[str, str]:
    """Split an administrative suffix off a place.

    >>> split_place("东江市"), split_place("东江"), split_place("内蒙古自治区")
    (('东江', '市'), ('东江', ''), ('内蒙古', '自治区'))
    """
    found = ADMINISTRATIVE.search(printed)
    if not found or found.start() < 2:
        return printed, ""
    suffix = found.group()
    return printed[: found.start()], "自治区" if suffix.endswith("自治区") else suffix


def bare(name: str) -> str:
    """Strip blanks, a leading 各 and trailing brackets from a printed name.

    >>> bare("省发展改革委（能源局）"), bare("各 开发区")
    ('省发展改革委', '开发区')
    """
    text = "".join(name.split())[:MAX_NAME]
    while (cut := TAIL_BRACKET.sub("", text)) != text and cut:
        text = cut
    return text.removeprefix("各") or text


@lru_cache(maxsize=4096)
def read_name(name: str) -> OrganName:
    """Read a printed name into place, level and generic body.

    >>> read_name("东江市发改委").place, read_name("东江市发改委").level, read_name("东江市发改委").generic
    ('东江', '市', '发展和改革委员会')
    >>> read_name("人民银行东江市中心支行").generic, read_name("市重大项目专班").organ is None
    ('中国人民银行', True)
    """
    text = bare(name)
    return _exact(text) or _by_branch(text) or _by_suffix(text) or _unknown(text)


def _exact(text: str) -> OrganName | None:
    organ = table().forms.get(text)
    return OrganName("", "", _level("", organ), organ.name, organ, form=text) if organ else None


def _by_suffix(text: str) -> OrganName | None:
    forms = table().forms
    for start in range(max(0, len(text) - 1)):
        organ = forms.get(text[start:])
        head = _head(text[:start], organ) if organ else None
        if organ and head:
            place, prefix = head
            return OrganName(place, prefix, _level(prefix, organ), organ.name, organ, form=text[start:])
    return None


def _by_branch(text: str) -> OrganName | None:
    """Read a national body followed by its branch (国家金融监管局东江市监管分局) or by a whole local name."""
    for end in range(len(text) - 1, 1, -1):
        head = _by_suffix(text[:end]) if not text.startswith("国务院") else None
        if head is None or head.organ is None or not (head.level == "国" or head.organ.level == "垂"):
            continue
        if inner := _by_suffix(text[end:]):
            return inner
        found = BRANCH.fullmatch(text, end)
        place, suffix = split_place(found["place"]) if found else ("", "")
        prefix = suffix or table().places.get(place, "")
        if found and (prefix or head.organ.level == "垂"):
            return OrganName(place, prefix, level_of(prefix), head.generic, head.organ, text[end:])
    return None


def _unknown(text: str) -> OrganName:
    place = next((p for p in table().place_starts.get(text[:2], ()) if text.startswith(p)), "")
    found = UNKNOWN.fullmatch(text, len(place))
    if found is None or (found["prefix"] == "市" and found["rest"].startswith("场")):
        return OrganName("", "", "", text)
    return OrganName(place, found["prefix"], level_of(found["prefix"]), found["rest"])


def _head(text: str, organ: Organ) -> tuple[str, str] | None:
    """Read what stands before the generic name; None where it is neither a place nor a level word.

    Before vertically led bodies any short word is a place (东江海事局).
    """
    if text in table().places:
        return text, table().places[text]
    if organ.level == "垂" and PLACE_WORD.fullmatch(text):
        return text, ""
    found = HEAD.fullmatch(text)
    if found is None or (found["place"] and not found["prefix"]):
        return None
    place = found["place"] or ""
    province = next((p for p in table().place_starts.get(place[:2], ()) if place.startswith(p) and place != p), "")
    inner = place[len(province) :].lstrip("省市") if province else place
    return inner or place, found["prefix"] or ""


def level_of(prefix: str) -> str:
    """Return 国, 省, 市 or 县 for a level word, empty for none.

    >>> level_of("市委"), level_of("自治区"), level_of("国家"), level_of("")
    ('市', '省', '国', '')
    """
    return next((level for level, words in LEVELS.items() if words.fullmatch(prefix)), "")


def _level(prefix: str, organ: Organ) -> str:
    if organ.level in ("国", "省"):
        return organ.level
    return level_of(prefix)


def _by_start(words: dict[str, Organ] | dict[str, str]) -> dict[str, tuple[str, ...]]:
    starts: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        starts.setdefault(word[:2], []).append(word)
    return {start: tuple(group) for start, group in starts.items()}
