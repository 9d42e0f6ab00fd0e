"""Does a paragraph of a law print the kind of value that a question asks for? Laws print amounts in numerals and words.

A fine is no price, and what is asked in a unit (几岁, 多少分贝) is printed in it.
"""

from __future__ import annotations

import re

from kb.answer.kinds import asked_for
from kb.answer.laws.provisions import SANCTION
from kb.results import Question

NUMBER = r"[\d一二两三四五六七八九十百千万]+"
AMOUNTS = {  # as laws print them: 十五日, 二百元以上, 一倍, 百分之二, 年满十六周岁
    "duration": rf"{NUMBER}个?(?:工作日|小时|分钟|星期|周(?!岁)|日(?!起施行)|天|月|年)",
    "when": rf"{NUMBER}个?(?:工作日|小时|日|天|月|年)|之日|前款?",
    "money": rf"{NUMBER}元|百分之|{NUMBER}倍|[%％]",
    "figure": rf"\d|分之|{NUMBER}(?:[一二三四五六七八九十百千万]|周?岁|元|个|日|天|月|年|次|倍|人|米|公里|小时|吨)",
    "count": rf"{NUMBER}(?:个|名|人|种|类|项|家|处|次|辆|台|件)",
    "hour": rf"{NUMBER}[点时]",
    "penalty": SANCTION.pattern,
    "procedure": r"申请|申报|提交|材料|办理|登记|取得|出具|证明|备案|批准|许可",
    "who": r"部门|机关|机构|人民政府|法院|委员会|任何(?:单位|组织|个人)|有权|由[^，。；]{2,30}(?:支付|承担|负责|清偿)",
}
PRICES = frozenset(("money", "figure"))
TIMES = frozenset(("duration", "when", "frequency", "hour", "day"))
# 多少岁 · 几分贝 · 多大年龄: the unit that an amount must be printed in
UNIT = re.compile(
    r"(?:多少|几)个?(?P<unit>周?岁|分贝|公里|平方米|万|元|米|人|次|倍|吨|分(?!之))|(?P<like>多大(?!的?面积)|多快|多远|多高)"
)
LIKE = {"多大": "周?岁", "多快": "公里|千米", "多远": "公里|米", "多高": "米"}


def prints(question: Question, text: str) -> bool:
    """Tell whether a paragraph prints every kind of value that is asked for.

    >>> asked = Question("", "多少业主同意才能加装电梯", "zh", "target", asks=frozenset({"figure"}))
    >>> prints(asked, "公示期限为十五日。"), prints(asked, "应当经三分之二以上业主同意。")
    (False, True)
    """
    asked = UNIT.search(question.standalone)
    if asked and not re.search(rf"{NUMBER}(?:{asked['unit'] or LIKE[asked['like'][:2]]})", text):
        return False
    if question.asks & PRICES and "penalty" not in question.asks and SANCTION.search(text):
        return False
    kinds = question.asks | ({"who"} if question.intent == "duty" else set())
    kinds = kinds - ({"duration", "when"} if "frequency" in question.asks else set())
    if not question.asks & TIMES:
        text = re.sub(AMOUNTS["duration"], "", text)  # 公示期限为十五日 tells of no number of owners
    return all(re.search(AMOUNTS[k], text) if k in AMOUNTS else asked_for(k, text) for k in kinds)
