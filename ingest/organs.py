"""Names of bodies: one key for full, short and former names, their kind, their English.

市发改委, 市发展改革委 and 东江市发展和改革委员会 are one body in a search, but printed names are never rewritten:
canonical names and keys are for joining only, and a body the table does not know keeps an empty canonical name. The
place of a name printed without one comes from the document's issuer; the caller gives it, it is never guessed. A
name without a level word (水务局) may be the body of any level. Lists are split in ``listing``, names in running
text found in ``mentions``.
"""

from __future__ import annotations

import re

from ingest.listing import split_names
from ingest.mentions import find_bodies
from ingest.organ_table import COMMITTEE, HAN, MAX_NAME, UNIT_WORD, Organ, OrganName, bare, read_name, split_place

__all__ = [
    "body_key",
    "canonical",
    "english_name",
    "find_bodies",
    "is_body",
    "is_known",
    "kind_of",
    "prefix_of",
    "same_body",
    "split_names",
]

# 涠洲岛旅游区管委会 · 各开发区 · 西海岸新区管委
ZONE = re.compile(
    "(?:管委会?|管理委员会|开发区|高新区|经开区|示范区|试验区|保税区|产业园|园区|工业园|风景区|旅游区|度假区|合作区|"
    "自贸区|集聚区|新区|新城|功能区|管理区|片区)$"
)
ZONE_OFFICE = re.compile("(?:管委会?|管理委员会)$")
# 各县（市、区）政府 · 地方各级人民政府 · 青山区 · 各盟行政公署 · 县委
LOCAL = re.compile(
    "(?:政府|行署|公署|街道办事处|街道办|办事处|街道|地方|各地|地区|乡|镇)$|"
    f"^(?:地方)?(?:各级|各)?(?:{UNIT_WORD})(?:[（(〔][^）)〕]*[）)〕])?(?:党委|委)?$|"
    f"[{HAN}]{{2,}}(?:县|区|旗|自治州)$|^(?:各级|县级)(?:党委|委)"
)
# words that make a sentence, digits and quotation marks do not stand in names; 应急厅 and 有农业的区人民政府 are names
SENTENCE = re.compile(
    "[了是要把被由或并其该此0-9“”《》：:！？%]|应(?![急对用])|(?<!应)对(?![外口])|将(?!乐)|向(?!阳)|以(?!上)|"
    "的(?!.{0,10}(?:政府|部门|单位|地区|区|县)$)|"
    "为何|负责|牵头|加强|推进|按照|推动|开展|完成|建立|不再|下同|自行|自主"
)
SHAPED = re.compile(
    "(?:局|厅|部|委|办|会|院|社|署|站|队|所|处|科|室|中心|公司|集团|企业|部门|单位|组|机关|大学|学院|学校|海关|兵团|"
    "军区|专班|机构|指挥部|铁路|电网|机场|港|台|馆|(?:银|分|支|商|人)行|联盟)$"
)
# 各县（市、区）政府 -> 县; 市、县政府 -> 市县
LOCAL_WORDS = re.compile("[（(〔\\[][^）)〕\\]]*[）)〕\\]]|人民政府|政府|党委|委$|级|[各地方、]")
COMMITTEE_END = re.compile(f"(?<=.)(?:{COMMITTEE})$")

LEVEL_ENGLISH = {
    "国": "National",
    "省": "Provincial",
    "自治区": "Regional",
    "市": "Municipal",
    "州": "Prefectural",
    "盟": "League",
    "县": "County",
    "区": "District",
    "旗": "Banner",
}
LOCAL_ENGLISH = {"县": "county-level governments", "市": "municipal governments", "": "local governments"}


def canonical(name: str, *, prefix: str = "", place: str = "") -> str:
    """Return the table's name with its level word, empty for a body the table does not know.

    ``prefix`` is the level word carried over from the names before it in a list, ``place`` the document's own place,
    which is left out.

    >>> canonical("石门市发改委", place="石门市"), canonical("发展改革委", prefix="市"), canonical("市重大项目专班")
    ('市发展和改革委员会', '市发展和改革委员会', '')
    """
    said = read_name(name)
    organ = said.organ
    if organ is None:
        return ""
    if organ.level == "国":
        return organ.name
    if organ.level == "垂" and organ.name.startswith(("中国", "国家")):
        return organ.name + said.branch if said.branch or not said.prefix else ""
    level = said.prefix or ("" if organ.level == "垂" else prefix)
    where = "" if said.place == split_place(place)[0] else said.place
    return where + _level_word(level, organ) + organ.name


def prefix_of(name: str) -> str:
    """Return the level word that a name hands on to the bare names after it in a list.

    >>> prefix_of("省工信厅"), prefix_of("发改委"), prefix_of("市委组织部"), prefix_of("石门市税务局")
    ('省', '', '市', '')
    """
    said = read_name(name)
    return "" if said.place else COMMITTEE_END.sub("", said.prefix)


def body_key(name: str) -> str:
    """Return ``level:generic``, the key by which names are joined; the level is empty where the name has none.

    >>> body_key("市发改委"), body_key("省发展改革委（能源局）"), body_key("水务局"), body_key("各县（市、区）人民政府")
    ('市:发展和改革委员会', '省:发展和改革委员会', ':水利局', '县:政府')
    """
    kind = kind_of(name)
    if kind == "department":
        said = read_name(name)
        return f"{said.level}:{said.generic}"
    text = bare(name)
    return _local_key(text) if kind == "local" else f":{ZONE_OFFICE.sub('', text) or text}"


def same_body(first: str, second: str) -> bool:
    """Tell whether two printed names may mean one body: a missing level or place matches any.

    >>> same_body("市发改委", "发展和改革委员会"), same_body("市公安局", "省公安厅")
    (True, False)
    >>> same_body("市环保局", "市生态环境局"), same_body("东江市水务局", "西江市水务局")
    (True, False)
    """
    (level, generic), (other_level, other) = body_key(first).split(":", 1), body_key(second).split(":", 1)
    place, other_place = read_name(first).place, read_name(second).place
    return generic == other and _agree(level, other_level) and _agree(place, other_place)


def _agree(first: str, second: str) -> bool:
    return not first or not second or first == second


def kind_of(name: str) -> str:
    """Return ``department``, ``zone`` (开发区, 管委会) or ``local`` (地方政府 and its committees).

    >>> [kind_of(n) for n in ("市水务局", "各开发区", "各县（市、区）政府", "省政府研究室", "青山区人民政府")]
    ['department', 'zone', 'local', 'department', 'local']
    """
    text = bare(name)
    if read_name(name).organ is not None:
        return "department"
    if ZONE.search(text):
        return "zone"
    return "local" if LOCAL.search(text) else "department"


def is_known(name: str) -> bool:
    """Tell whether a printed name is in the table, or a zone or local government by its words."""
    return read_name(name).organ is not None or kind_of(name) != "department"


def is_body(name: str) -> bool:
    """Tell whether a printed name can be taken for a body: known, local, a zone, or shaped like one.

    >>> is_body("市气象灾害防御中心"), is_body("行业主管部门"), is_body("有农业的区人民政府")
    (True, True, True)
    >>> is_body("局"), is_body("2024年底前"), is_body("由企业自行")
    (False, False, False)
    """
    text, said = bare(name), read_name(name)
    if said.organ is not None and not said.place:
        return True
    if not 2 <= len(text) <= MAX_NAME // 2 or SENTENCE.search(text):
        return False
    return is_known(name) or (len(text) > 2 and bool(SHAPED.search(text)))


def english_name(name: str) -> str:
    """Return the English of a printed name, empty where unknown.

    >>> english_name("市生态环境局"), english_name("各开发区")
    ('Municipal Bureau of Ecology and Environment', 'development zones')
    >>> english_name("市委组织部")
    'Organization Department of the Municipal Party Committee'
    """
    kind, text = kind_of(name), bare(name)
    if kind == "zone":
        return "development zones" if body_key(name) == ":开发区" else ""
    if kind == "local":
        return _local_english(text)
    said = read_name(name)
    return _organ_english(said.organ, said) if said.organ else ""


def _organ_english(organ: Organ, said: OrganName) -> str:
    english, level = organ.variants.get(said.form, organ.english[0]), said.level
    if organ.level == "国" or not level:
        return english
    if level == "国" and organ.national:
        return organ.national
    word = LEVEL_ENGLISH.get(said.prefix, LEVEL_ENGLISH[level])
    if organ.level == "党":
        return english.replace("the Party", "the CPC Central" if level == "国" else f"the {word} Party")
    return f"{english} ({word.lower()} branch)" if said.branch else f"{word} {english}"


def _local_english(text: str) -> str:
    if re.fullmatch("县[（(〔]市、区[）)〕](?:人民)?政府", text):
        return "county (county-level city, district) governments"
    level, _, generic = _local_key(text).partition(":")
    return LOCAL_ENGLISH.get(level, "") if generic == "政府" else ""


def _local_key(text: str) -> str:
    plain = LOCAL_WORDS.sub("", text)
    if re.fullmatch("市?[县区旗]+市?", plain):
        return "县:政府"
    if re.fullmatch("市|州|盟|设区市|省辖市", plain):
        return "市:政府"
    return f":{plain or '政府'}"


def _level_word(prefix: str, organ: Organ) -> str:
    """Return the level word as registered: 市委 before party bodies, 市 (not 市政府) before the others."""
    plain = COMMITTEE_END.sub("", prefix)
    if organ.level != "党" or not plain:
        return "国家" if plain in ("国务院", "全国", "中国") else plain
    return {"国家": "中央", "中央": "中央", "中共中央": "中央", "自治区": "自治区党委"}.get(plain, f"{plain}委")
