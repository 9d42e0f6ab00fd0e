"""The words around a figure that make it a goal: 控制在…以内, 比…下降, 完成…, …达到标杆水平.

Three shapes occur. A relation stands before the figure and its indicator before that (``漏损率控制在9%以内``). A verb
of doing governs a quantity (``创建10家示范单位``, ``淘汰锅炉50台``). Or the figure is the subject of a result
(``2座高炉达到标杆水平``). The same figures also describe (``占全市面积99%``), allow (``可提高30%``) or delimit
(``5万吨标准煤及以上的企业``); the checks for the last two are here too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_CHANGE = (
    r"下降|降低|削减|减少|压减|压降|缩减|缩短|压缩|提高|提升|增长|增加|上升|扩大|净增|下调|回落|缩小|收窄|延长|新增"
)
_HOLD = r"(?:控制|管控|稳定|保持|维持|限制|巩固)(?:在|到|至|于|达到)|保持|稳定"
_COMPARED = r"低于|高于|超过|少于|小于|大于|多于|突破"
_BOUND = rf"(?:不得?|不能|不应)(?:{_COMPARED}|超出)|{_COMPARED}|至少|优于|超|[≥≤><]"
# 下降到 · 控制在 · 达到不低于 · 占
_RELATION = re.compile(
    rf"(?P<core>(?:{_CHANGE})(?:到|至|为|达到|达|了)?|{_HOLD}|维持|[增升降减压](?:到|至|为)|(?:达到|达|约?为|实现|完成|占)了?)?"
    rf"(?P<bound>{_BOUND})?(?:每年|年均|约为|大约|接近|将近|约|近)?$"
)
# 占地区生产总值的 · 达到新车销售总量的
_SHARE_OF = re.compile(
    r"(?P<core>占(?:到)?|达到?|相当于|(?:控制|保持|稳定)在)(?P<whole>[^，、；。占]{2,30})的?(?:约|近)?$"
)
# What stands between indicator and relation; 平均, 公共, 供应 and the like are words of the indicator
_BETWEEN = re.compile(
    r"(?:平均每年|年均|累计|稳定|每年|力争|争取|原则上|确保|努力|同比|(?<![平人年月日])均|(?<![首成古国东大])都|分别|再|总体|整体|基本|"
    r"稳步|持续|继续|进一步|逐步|逐年|大幅度?|显著|普遍|力求|要|应当|(?<![供反响效适相对])应|必须|(?<![内必急用水所])需|将|能够|有望|预计|"
    r"计划|(?<![公])共|当年|[三五十]年|总计|合计|不断|全部|全面|已经?|曾|[比较]?上年|[比较]去年|可|约|原|仍|至少|进而|的?目标|目标)$"
)
_KEPT = ("力争", "争取", "原则上", "年均", "累计", "每年", "平均每年", "预计", "计划")

_RESULT_VERBS = (
    r"完成|建成(?!区)|新增(?!长)|净增|新上|新建|创建|培育|打造|遴选|淘汰|退出|关停|关闭|压减|削减|化解|认定|培养|引进|投运|投产|"
    r"改造(?!率)|新?改?扩建|新?改建|推广|建设(?!用地|标准|规模)|更新|更换|更替|替代|累计|评选|选树|制修订|制订|制定|修订|攻克|突破|引育|孵化|"
    r"招引|腾退|封育|造林|修复|营造|治理(?!率)|整治|减排|实现"
)
_ALL_VERBS = (
    rf"{_RESULT_VERBS}|推进|推动|启动|支持|实施|开展|组织|整改|恢复|发展|建立|设立|组建|形成|布局|布设|投放|配备|安装|铺设|种植|节约|消纳|"
    r"利用|处理|回收|储备|选取|选择|发布|推出|转化|吸引|举办|培训|开工|申报|获得|研发|开发|争取|增加|减少|降低|提高|提升|扶持|树立|命名|"
    r"加装|配建|绿化|取得|接待|选派|选拔|招募|筹集|筹建|兴建|续建|开通|增开|栽植|补植|复垦|拆除|取缔|整合|加固|疏浚|清淤|疏通|升级|集聚|聚集|争创|创成|吸纳|盘活|增植|建造|建(?!筑|设|成|立|制|议|档|构)"
)
_ADVERB = (
    r"加快|大力|全年|用[一二三四五0-9]年(?:左右)?的?时间|实际|新(?=招|引|签|认|培|遴|获|开工|投)|积极|率先|稳步|有序|着力|全面|努力|力争|争取|计划|预计|累计|共|再|还|并|要|将|确保|重点|启动|集中|每年|年均|全市|全省|"
    r"全区|全国|全县|我市|我省|各地|同步|分批|逐步|持续|力求|继续|深入|科学|优先|鼓励|原则上|规划|应|需|规范化|高标准|高质量|统一"
)
_FILLER = (
    r"现有|剩余|其余|余下|全部|全市|全省|全国|全县|全区|我省|我市|各类|大约|约|近|不少于|不低于|超过|至少|达到|首批|总共|共计|共|"
    r"省级|市级|国家级|一批|以上|的"
)
# 新建、改造30座: the verb governs the figure directly
_VERB_BEFORE = re.compile(
    rf"(?P<verb>(?:{_ALL_VERBS})(?:(?:[、和或及与])?(?:{_ALL_VERBS}))*)(?P<filler>(?:{_FILLER})*)$"
)
# 累计淘汰燃煤锅炉50台: verb and object stand before the figure
_VERB_FIRST = re.compile(
    rf"^(?P<subject>)(?:{_ADVERB})*(?P<verb>(?:{_ALL_VERBS})(?:[、和或及与]?(?:{_ALL_VERBS}))*)(?P<object>.{{2,60}})$"
)
# 煤电机组完成节能改造80万千瓦
_INSIDE = (
    r"完成|建成(?!区)|新增(?!长)|净增|新建|创建|培育|遴选|淘汰|退出|关停|关闭|压减|削减|化解|实现|累计|引进|培养|投运|认定|打造|实施|"
    r"建设(?!用地|标准|规模|项目|工程)"
)
_VERB_INSIDE = re.compile(
    rf"^(?P<subject>.{{2,40}}?)(?P<verb>(?:{_INSIDE})(?:[、和或及与]?(?:{_INSIDE}))*)(?P<object>.{{2,60}})$"
)
# Verbs that end the name of a work just as often: 节能改造, 黑臭水体治理
_NOUN_LIKE = re.compile(
    r"(?:改造|治理|修复|整治|整改|建设|推广|培训|处理|利用|回收|绿化|造林|减排|淘汰|更新|转化|开发|发展|布局|建造|种植|清淤|疏浚|疏通|加固|复垦|升级|整合|拆除|补植)$"
)
# 综合利用项目、建设循环利用基地
_NEXT_DEED = re.compile(r"、(?=建设|新建|改造|完成|建成|推进|实施|开展|打造|培育|淘汰|新增|创建)")
# 完成造林, 实施整治: verb and work without a word between
_VERB_AND_WORK = re.compile(
    r"(?P<verb>完成|实施|开展|推进|新增|争取完成)(?P<work>(?:改造|治理|修复|整治|整改|推广|培训|绿化|造林|减排|淘汰|更新|营造|建设)+)"
)
# 2座高炉全部达到标杆水平 · 80%以上建成节约型机关
_RESULT = re.compile(
    r"^(?P<noun>的?[^，。；]{0,40}?)(?:全部|均|全面|基本|率先|应当?|要|须|必须|原则上|将|力争)*"
    r"(?P<verb>达到|达标|完成|实现|建成(?!区)|通过|进入|纳入|开展|实施|投运|投产|创建|获得|取得|成为|配备|采用|使用|符合|满足|接入|联网|开工|"
    r"列入|入选|得到|消除|(?<!交)通(?=[硬公客网电水邮宽光])|转化|推行|执行|安装|上市|建立|建设(?!用地|标准|规模|项目|工程|费)|为(?!主|重点|目标|基础|核心|依据))"
)
_IS_RESULT = re.compile(_RESULT_VERBS)
_WHOLE = re.compile(r"全部|的$")
_ADVERBS_AT_END = re.compile(rf"(?:{_ADVERB})+$")
_AT_LEAST = re.compile(r"不少于|不低于|超过|至少|达到")
_BOUNDED = re.compile(r"[及或]?以[上下]")
_GOAL_NOUN = re.compile(r"的?(?:发展|工作|总体|控制|增长)?(?:目标|要求|任务|水平|速度|增速|增长|标准)")


@dataclass(frozen=True, slots=True)
class Wording:
    """What stands before a figure: the indicator, the relation as printed, and its 力争 or 年均 (``hedge``).

    ``is_weak`` tells that the relation may as well describe (为, 占) and needs a goal around it, ``is_fact`` that it
    reports, ``is_verb`` that it may as well be a verb that governs what follows (完成, 新增).
    """

    indicator: str
    relation: str
    hedge: str = ""
    is_weak: bool = False
    is_fact: bool = False
    is_verb: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb that governs a quantity; ``object`` is what stands between verb and figure."""

    subject: str
    verb: str
    object: str
    is_result: bool


def relation_before(left: str, *, is_share: bool) -> Wording | None:
    """Return the relation with which ``left`` ends and the indicator before it; None where it ends with none.

    >>> relation_before("供水管网漏损率力争控制在", is_share=True)
    Wording(indicator='供水管网漏损率', relation='控制在', hedge='力争', is_weak=False, is_fact=False, is_verb=False)
    >>> relation_before("一般固体废物产生量", is_share=True)
    """
    found = _RELATION.search(left)
    if found is None or not (found["core"] or found["bound"]):
        return _share_of(left) if is_share else None
    core, head = found["core"] or "", left[: found.start()]
    head, hedge, fact = _peel(head)
    return Wording(
        indicator=head,
        relation=left[found.start() :],
        hedge=hedge,
        is_weak=core in ("为", "约为", "占") and not found["bound"],
        is_fact=fact or core.endswith("了"),
        is_verb=core in ("实现", "完成", "新增", "减少", "增加", "削减", "压减", "净增", "提升", "降低")
        and not found["bound"],
    )


def deed_before(left: str, *, has_noun: bool = False) -> Deed | None:
    """Return the verb that governs the figure after ``left``; ``has_noun`` tells that a noun follows the figure.

    >>> deed_before("煤电机组完成节能改造")
    Deed(subject='煤电机组', verb='完成', object='节能改造', is_result=True)
    >>> deed_before("推进")
    Deed(subject='', verb='推进', object='', is_result=False)
    >>> deed_before("供热改造"), deed_before("共有监测断面")
    (None, None)
    """
    direct = _VERB_BEFORE.search(left)
    found = _VERB_FIRST.match(left) or _VERB_INSIDE.match(left)
    if direct and _NOUN_LIKE.match(direct["verb"]) and direct.start() and (found or not has_noun):
        direct = None
    work = _VERB_AND_WORK.fullmatch(left[direct.start("verb") :]) if direct and not has_noun else None
    if direct and work:
        return Deed(left[: direct.start()], work["verb"], work["work"], is_result=True)
    if direct:
        filler = _WHOLE.sub("", direct["filler"])
        subject = _ADVERBS_AT_END.sub("", left[: direct.start()])
        verb = direct["verb"] + (filler if _AT_LEAST.search(filler) else "")
        return Deed(subject, verb, "", _IS_RESULT.match(direct["verb"]) is not None)
    if not found:
        return None
    return Deed(found["subject"], found["verb"], found["object"], _IS_RESULT.match(found["verb"]) is not None)


def cut_at_deed(noun: str) -> str:
    """Return a noun phrase without the next deed of a list.

    >>> cut_at_deed("综合利用项目、建设循环利用基地")
    '综合利用项目'
    """
    return _NEXT_DEED.split(noun, maxsplit=1)[0]


def result_after(right: str) -> tuple[str, str] | None:
    """Return the noun and the verb of a result whose subject is the figure before ``right``.

    >>> result_after("焦化企业达到标杆水平"), result_after("以上党政机关")
    (('焦化企业', '达到'), None)
    """
    found = _RESULT.match(right)
    return (found["noun"], found["verb"]) if found else None


def delimits(right: str) -> bool:
    """Tell whether what follows a figure makes it a limit on something: ``30%的企业``, ``5日时``.

    >>> delimits("的企业"), delimits("的目标"), delimits("")
    (True, False, False)
    """
    if right.startswith("的"):
        return not is_goal_noun(right)
    if _BOUNDED.match(right):
        return True
    return right.startswith(("时", "后", "者", "且", "或者", "以来"))


def is_goal_noun(right: str) -> bool:
    """Tell whether what follows a figure calls it a goal: 的发展目标."""
    return _GOAL_NOUN.match(right) is not None


def _peel(head: str) -> tuple[str, str, bool]:
    """Take adverbs off the end of the indicator; return it, the hedges among them, and whether they report a fact."""
    hedges: list[str] = []
    fact = False
    while found := _BETWEEN.search(head):
        word = found[0]
        head = head[: found.start()]
        fact = fact or word in ("已", "已经", "曾", "原", "可", "能够", "仍")
        if word in _KEPT:
            hedges.insert(0, word)
    return head, "".join(hedges), fact


def _share_of(left: str) -> Wording | None:
    found = _SHARE_OF.search(left)
    if not found or (found["core"] != "占" and not found[0].rstrip("约近").endswith("的")):
        return None
    head, hedge, fact = _peel(left[: found.start()])
    if found["core"] == "占":
        return Wording(f"{head}占{found['whole']}", "占", hedge, is_weak=True, is_fact=fact)
    return Wording(head, found[0], hedge, is_fact=fact)
