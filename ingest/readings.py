"""Understand one figure from the words around it: as a relation, a deed, a result, or a member of a list.

漏损率控制在9%以内 is a relation, 创建10家示范单位 a deed, 2座高炉达到标杆水平 a result, and 供热改造30万千瓦 behind
another goal a member of its list. Figures that say which things are meant (35蒸吨锅炉), money that is paid, conditions
on single cases and shares that only describe are refused: a reading is None rather than a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ingest.figures import Figure
from ingest.indicators import METRIC_END, clean_indicator
from ingest.parts import Slot
from ingest.relations import (
    Deed,
    Wording,
    cut_at_deed,
    deed_before,
    delimits,
    is_goal_noun,
    relation_before,
    result_after,
)

_HEDGE = re.compile(r"^(?:[、并且，到]|全[市省])*(力争|争取|原则上|预计)")
# Amounts that are granted, levied or paid are no goals, whatever stands around them
_PAYMENT = re.compile(
    r"罚款|处以|补助|补贴|奖补|奖励|资助|贴息|税率|退税|减免|减按|抵免|抵扣|补偿|赔偿|收费|价格(?!涨幅|指数|总水平)|电价|注册资本|利率|违约|滞纳|给予|上浮|下浮"
)
_MONEY_METRIC = re.compile(
    r"产值|增加值|收入|生产总值|交易额|销售额|投资|余额|总额|贷款|融资|规模|GDP|资金|市值|产业|营收|信贷|外资|内资"
)
# Sizes of single things (35蒸吨锅炉, 220千伏线路): behind a verb they say which are meant, not how many
_SIZE_UNIT = re.compile(r"蒸吨.*|.*千伏安?|kV|毫米|米|天|小时|分贝|倍|.*元|度|")
_EXTENT_UNIT = re.compile(r".*(?:亩|公顷|公里|千米|平方米|/[日天d])")
_DURATION = re.compile(r"天|小时")
_DURATION_METRIC = re.compile(r"(?:数|时长|时间|寿命)$")
# 不低于 alone also sets conditions; with a share or a year it is a goal
_ONLY_BOUND = re.compile(r"(?:不得?|不能|不应)?(?:[低高]于|超过|[少小大多]于|超出)|至少|[≥≤><]")
# Permissions and bans set no quantity to reach
_NOT_AIMED = re.compile(r"^(?:可(?:以|利用|按|享受|适当|根据|自)|允许|不再|不得|严禁|禁止|不予)")
_SAID_WITH_DEED = re.compile(r"力争|(?<!力)争取|原则上|累计")
# 废旧放射源做到100%安全收贮
_WHOLLY = re.compile(r"[\u4e00-\u9fff]{2,8}(?<!前提下)")
_MUST = re.compile(r"(?:做到|实现|必须|要|应|须)+$")
# What opens a stretch that names no quantity of its own
_NO_NAME = re.compile(
    r"^(?:对|在|以|涉及|包括|覆盖|占|约|总|投资|惠及|受益|服务|带动|辐射带动|其余|按|将|每(?![百千万])|第|共有?|设有?|现有|有)"
)
# 包括5类23项: what follows is counted, not aimed at
_LISTS_WHAT_IS = re.compile(r"包括|涵盖|分为|涉及|包含|具有|具备(?!条件)|拥有|设有|由.*组成|从(?!事|业)|分别为")
_ABSTRACT = re.compile(
    r"的?(?:方面|环节|领域|阶段|层面|维度|原则|部分|类别|步骤|范围|半径|以外|以内|之间|等级|级别|关键环节|部门|省直|市直)"
)
_NO_GOODS = re.compile(
    r"(?:指标|措施|要求|条款|内容|方面|环节|原则|意见|问题|制度|机制|专班|小组|附表|附件|方向|领域)$"
)
# 某市等4个园区: the four are there already
_NAMED_FEW = re.compile(r"等的?$|、.*(?<!共)$")
_BODIES = re.compile(r"会同|(?:部门|委员会|厅|局|委)$")
_SHARE_METRIC = re.compile(r"(?:(?<!效)率|占比|比重|比例)(?:（[^（）]{1,20}）)?$")
# 80家企业已完成改造; 在…的基础上
_DONE = re.compile(r"已|基础上|过程中|前提下")
_AIMS = re.compile(r"^(?:并|要|应)?(?:确保|力争|实现|保持|争取)")
# 每千人口拥有执业医师3.2人
_PER_HEAD = re.compile(r"(?:到|全[市省县])?(?:每[百千万]|人均|户均|万人)")
# 水土流失综合治理, 既有建筑节能改造
_WORK = re.compile(r".{2}(?:改造|治理|修复|整治|整改|绿化|造林|改良|种草|育林|封育|固沙|淘汰|更新|培训)$")
# 持续提高铁路运输比例，
_CHANGES = re.compile(r"^(?:大幅|不断|持续|显著)*(?:提高|提升|降低|控制|加大|减少|压减|扩大|增加|稳定)")
# 占能源消费比重 alone: whose share stands in front
_HOLDER = re.compile(r"^.{2,24}?(?:总量|消费量|产量|用量|排放量|面积|装机容量|装机|规模|增加值|产值)")
_MAX_NOUN = 60  # characters of a noun phrase that are read behind a counted figure


@dataclass(frozen=True, slots=True)
class Reading:
    """How a slot was understood: ``before`` and ``after`` the figure make the relation.

    Subject, verb, noun and unit serve the members of a list that leave them out; ``elided`` tells that this one did.
    """

    indicator: str
    before: str
    after: str = ""
    subject: str = ""
    verb: str = ""
    noun: str = ""
    unit: str = ""
    elided: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What a slot may lean on.

    ``is_aim`` tells that goals are meant here, ``is_due`` that a year to reach is known; ``last`` is the reading before
    it in the sentence, ``words`` the stretch before, ``counted`` the last unit and noun that were counted above.
    """

    is_aim: bool = False
    is_due: bool = False
    last: Reading | None = None
    words: str = ""
    counted: tuple[str, str] = ("", "")


def read_slot(slot: Slot, around: Around) -> Reading | None:
    """Return how the figures of a slot are to be understood as a goal; None where they are none."""
    figure = slot.figures[0]
    if _PAYMENT.search(slot.left + slot.right) and (figure.is_share or figure.is_money):
        return None
    if _NOT_AIMED.match(clean_indicator(slot.left)):
        return None
    wording = relation_before(slot.left, is_share=figure.is_share)
    if wording and figure.is_share and slot.right.startswith("的") and _ONLY_BOUND.match(wording.relation):
        reading = _as_result(replace(slot, left=wording.indicator), around)
        if reading and not wording.is_fact:
            return replace(reading, before=wording.relation)
    if wording and not (slot.right and _may_be_deed(wording, figure)):
        return _as_relation(wording, slot, around)
    return _as_deed(slot, around) or _as_result(slot, around) or _as_bare(slot, around)


def _may_be_deed(wording: Wording, figure: Figure) -> bool:
    """Tell whether what looks like a relation governs the noun behind the figure: 完成5项改造, 开展不少于20个调查."""
    if wording.is_verb:
        return not figure.is_share or wording.relation.startswith(("完成", "实现"))
    return figure.is_count and deed_before(wording.indicator + wording.relation, has_noun=True) is not None


def _as_relation(wording: Wording, slot: Slot, around: Around) -> Reading | None:
    """Read 指标 + 关系 + 数值: 漏损率控制在9%以内."""
    figure = slot.figures[0]
    if wording.is_fact or delimits(slot.right) or (wording.is_weak and not around.is_aim):
        return None
    name, elided = clean_indicator(wording.indicator), False
    if not name:
        elided = True
        name = around.last.indicator if around.last else _CHANGES.sub("", clean_indicator(around.words))
        if not name or not (around.last or METRIC_END.search(name)):
            return None
    if not _is_measured(figure, name, wording=wording, around=around):
        return None
    if name.startswith("占"):
        holder = _HOLDER.match(clean_indicator(around.words))
        whole = around.last.indicator if around.last else holder[0] if holder else ""
        name, elided = whole + name, bool(whole)
    opening = _HEDGE.match(wording.indicator)
    hedge = opening[1] if opening and opening[1] not in wording.hedge else ""
    return Reading(name, hedge + wording.hedge + wording.relation, elided=elided)


def _is_measured(figure: Figure, name: str, *, wording: Wording, around: Around) -> bool:
    """Tell whether the unit of a figure fits its indicator, and is not that of a condition on single cases."""
    if not figure.unit and (wording.is_verb or not METRIC_END.search(name)):
        return False
    if figure.is_money and not _MONEY_METRIC.search(name):
        return False
    if _DURATION.fullmatch(figure.unit) and not _DURATION_METRIC.search(name):
        return False
    if figure.is_share or not figure.unit or around.is_due or around.last:
        return True
    if _ONLY_BOUND.match(wording.relation):
        return False
    return around.is_aim or figure.is_money or not _SIZE_UNIT.fullmatch(figure.unit)


def _as_deed(slot: Slot, around: Around) -> Reading | None:
    """Read 动词 + 数值 + 名词, or 动词 + 名词 + 数值: 创建10家示范单位, 淘汰锅炉50台."""
    figure, deed = slot.figures[0], deed_before(slot.left, has_noun=bool(slot.right))
    if deed is None or not figure.unit or _LISTS_WHAT_IS.search(slot.left):
        return None
    noun = "" if METRIC_END.search(deed.object) and slot.right[:1] != "的" else cut_at_deed(slot.right[:_MAX_NOUN])
    if not _counts(figure, noun, deed=deed) or _ABSTRACT.match(noun):
        return None
    if figure.is_share and not (noun and deed.is_result and not deed.object):
        return None
    if figure.is_money and not _MONEY_METRIC.search(deed.object):
        return None
    if figure.spoken and not (deed.is_result and around.is_aim):
        return None
    if noun and not (deed.is_result or around.is_due) and _NAMED_FEW.search(deed.object):
        return None
    subject = "" if _BODIES.search(deed.subject) else clean_indicator(deed.subject)
    new = "新增" if deed.verb.endswith("新增") else ""
    name = clean_indicator(subject + new + deed.object + noun.removeprefix("的"))
    if not name or _NO_GOODS.search(name) or not (noun or deed.object or (subject and deed.is_result)):
        return None
    hedge = "".join(word for word in _SAID_WITH_DEED.findall(slot.left) if word not in name + deed.verb)
    result = result_after(noun)
    return Reading(name, hedge + deed.verb, "", subject, deed.verb, result[0] if result else noun)


def _counts(figure: Figure, noun: str, *, deed: Deed) -> bool:
    """Tell whether a figure behind a verb says how many, not which: 创建10家单位, but 淘汰35蒸吨锅炉."""
    if figure.suffix and not figure.suffix.startswith(("以上", "左右")):
        return False
    if not noun:
        return True
    if noun.startswith("的") and not (figure.is_count or _EXTENT_UNIT.fullmatch(figure.unit)):
        return False
    if deed.object.endswith("的") and (not figure.is_count or deed.verb in ("推动", "推进")):
        return False
    if deed.object and not (deed.is_result or figure.is_count):
        return False
    if figure.is_count or figure.is_share:
        return True
    if _SIZE_UNIT.fullmatch(figure.unit):
        return False
    return not figure.suffix.startswith("以上") or _EXTENT_UNIT.fullmatch(figure.unit) is not None


def _as_result(slot: Slot, around: Around) -> Reading | None:
    """Read 数值 + 名词 + 结果: 2座高炉达到标杆水平, 80%以上建成节约型机关."""
    figure, found = slot.figures[0], result_after(slot.right)
    subject = clean_indicator(slot.left)
    if found is None or figure.suffix.startswith(("及", "或", "（")) or _DONE.search(slot.right):
        return None
    noun, verb = found
    if figure.is_count and slot.left.endswith("在") and noun and not figure.spoken:
        return Reading(slot.right, "在", verb)
    if not around.is_aim and not (figure.is_share and subject):
        return None
    if slot.right.startswith("的") and METRIC_END.search(subject):
        return None
    if figure.is_share and (subject or noun):
        return Reading(clean_indicator(subject + slot.right.removeprefix("的")), "", verb)
    if not figure.is_count or subject or not noun or noun.startswith("的") or (figure.spoken and not around.is_due):
        return None
    unit, counted = around.counted
    full = counted if unit == figure.unit and counted.endswith(noun) else noun
    return Reading(full + slot.right[len(noun) : _MAX_NOUN], verb, noun=full)


def _as_bare(slot: Slot, around: Around) -> Reading | None:
    """Read what follows in a list without verb or relation: 供热改造30万千瓦, 处理能力1930吨/日, 20个联合体."""
    figure, last = slot.figures[0], around.last
    name = clean_indicator(slot.left)
    if not figure.unit or figure.is_money or delimits(slot.right) or _NO_NAME.match(name):
        return None
    per_head = _PER_HEAD.match(name)
    if _LISTS_WHAT_IS.search(name) and not per_head:
        return None
    if _NO_GOODS.search(slot.right) or slot.right.startswith("为"):
        return None
    again = last.noun if last and name and last.noun and slot.right.startswith(last.noun) else ""
    if last and last.verb and not figure.is_share and (again or bool(name) != bool(slot.right)):
        new = "新增" if last.verb.endswith("新增") else ""
        whole = last.subject + new + (name + again or slot.right[:_MAX_NOUN])
        return replace(last, indicator=whole, before=last.verb, after="", noun=slot.right[:_MAX_NOUN], elided=True)
    if figure.value == 100 and figure.is_share and name and _WHOLLY.fullmatch(slot.right):
        return Reading(_MUST.sub("", name) + slot.right, "")
    if (slot.right and not is_goal_noun(slot.right)) or len(name) < 2 or _NO_GOODS.search(name):
        return None
    is_list = last is not None and ("其中" in slot.left or figure.unit == last.unit)
    is_work = _WORK.search(name) and (figure.is_count or _EXTENT_UNIT.fullmatch(figure.unit))
    is_share = figure.is_share and (
        _SHARE_METRIC.search(name) or (around.is_due and figure.suffix) or figure.value == 100
    )
    if (
        is_list
        or is_work
        or is_share
        or (per_head and around.is_aim)
        or ((around.is_aim or _AIMS.match(slot.left)) and METRIC_END.search(name))
    ):
        return Reading(name, "")
    return None
