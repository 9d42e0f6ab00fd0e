"""Clause addresses in a question, as people write them, and the titles that stand beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.numerals import parse_integer, to_chinese
from kb.results import Question
from kb.search.reading.forms import form

CN = r"[一二三四五六七八九十百]+"
ARTICLE = r"[一二三四五六七八九十百千零〇]+"
ITEM = rf"(?:[（(]{CN}[）)])?(?:\d{{1,2}})?"
SAID_OF = r"(?:讲|说|写)"  # 一讲的是什么: a lone numeral is an address only where something is said of it
ADDRESS = re.compile(
    rf"""
    (?P<long>
        附件\s*\d+\s*{CN}{ITEM} | 专栏\s*\d+                                          # 附件7二（二）2 · 专栏3
      | 第{CN}[章编](?:第{CN}节)?{ITEM}                                                # 第六章第二节
      | (?:^|(?<=[，,里中的])){CN}(?={SAID_OF}[的了])                                  # 一讲的是
      | (?<=[“"]){CN}(?=[”"](?:里|中|部分|这|{SAID_OF}))                               # “一”里
    )
  | (?P<annex> 附件\s*\d+ )
  | 第\s*(?P<article>{ARTICLE}|\d+)\s*条(?P<extra>之{CN})?                             # 第二十三条 · 第一百二十条之一
        (?:第?\s*[（(]\s*(?P<item>{CN})\s*[）)])?                                      # 第四条第（二）项
  | (?:第\s*)?(?P<part>{CN}|(?<!\d)\d{{1,2}}(?=[（(]))\s*(?:部分|、)?\s*(?:的|第)?      # 三（九） · 第三部分第（九）项
        \s*[（(]\s*(?P<sub>{CN}|\d+)\s*[）)](?:\s*(?P<point>\d+))?
  | 第\s*(?P<whole>{CN})\s*部分(?:的?第\s*(?P<nth>{CN}|\d{{1,2}})\s*[条点项款个])?       # 第三部分 · 第三部分第九条
  | (?<![\d.-])(?P<dashed>\d{{1,2}}[-—.]\d{{1,2}})                                     # 3-5那条
        (?=\s*(?:这|那|该)?一?(?:条|款|项任务|节|部分))
    """,
    re.VERBOSE,
)
LONE = re.compile(rf"第\s*（\s*({CN})\s*）\s*[条项款点]")  # 第（十三）项: an item without its part
# 3.9由谁负责: an address where the document has it, and no amount
DOTTED = re.compile(r"(?<![\d.])(\d{1,2})[.．](\d{1,2})(?![\d.%％‰十百千万亿个元吨年月公平立倍成℃左]|以[内下上])")
KINDS = "指南|导则|方案|规划|意见|办法|通知|计划|措施|细则|规定"  # of documents, at the end of what people call them
# 核查指南5.9规定了什么: behind a document's name a number is an address, whether the document has it or not
BEHIND = re.compile(
    rf"(?:{KINDS})(?:的|[里中]的?|第)?(\d{{1,2}}(?:\.\d{{1,2}})*)(?=[条节款讲说写是由归的，？?]|规定|要求|$)"
)
PARAGRAPH = re.compile(rf"(?<=[条项）)])的?第\s*({CN}|\d{{1,2}})\s*款")
# The same with its 机关代字 alone, which begin with the sign of the state or a province: 晋市政发15号
SIGNS = "国中京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕秦甘陇青宁新"
SHORT_FORM = re.compile(rf"[{SIGNS}](?:(?![{SIGNS}])[一-鿿]){{0,5}}发\d{{1,4}}号")
SHORT_NUMBER = re.compile(r"([一-鿿]{2,10})[第\s]?(\d{1,4})号")  # 国发33号, 财库31号: a 文号 as people shorten it
SERIAL = re.compile(r"()(?<![\d.〕\])）])(\d{1,4})号文件?")  # 33号文: its serial alone
# 《关于发布〈…〉的通知》: a title may hold another, in either kind of bracket
TITLE = re.compile(r"《((?:[^《》]|《[^《》]{1,80}》){2,120})》")


def clause_refs(text: str) -> tuple[str, ...]:
    """Return the clause addresses named, in canonical form.

    >>> clause_refs("三(九)和第三部分第（十）项讲什么，第23条呢，3-5那条呢")
    ('三（九）', '三（十）', '第二十三条', '三（五）')
    >>> clause_refs("第三百〇一条和第1260条、第一百二十条之一")
    ('第三百零一条', '第一千二百六十条', '第一百二十条之一')
    >>> clause_refs("第三部分第九条由谁负责，第四部分讲什么")
    ('三（九）', '四')
    """
    found: dict[str, None] = {}
    for m in ADDRESS.finditer(text):
        if m["annex"] or m["long"]:
            found["".join(m.group().split()).replace("(", "（").replace(")", "）")] = None
        elif m["article"]:
            item = f"（{m['item']}）" if m["item"] else ""
            found[f"第{_numeral(m['article'])}条{m['extra'] or ''}{item}"] = None
        elif m["part"]:
            found[f"{_numeral(m['part'])}（{_numeral(m['sub'])}）{m['point'] or ''}"] = None
        elif m["dashed"]:
            part, sub = re.split(r"\D", m["dashed"])
            found[f"{_numeral(part)}（{_numeral(sub)}）"] = None
        else:
            found[m["whole"] + (f"（{_numeral(m['nth'])}）" if m["nth"] else "")] = None
    return tuple(found)


def paragraph_of(text: str) -> int:
    """Return the 款 of an article that a text names, from 1; 0 where it names none.

    >>> paragraph_of("第二十三条第二款讲什么"), paragraph_of("三（九）第2款"), paragraph_of("第二十三条")
    (2, 2, 0)
    """
    found = PARAGRAPH.search(text)
    return int(found[1]) if found and found[1].isdigit() else parse_integer(found[1]) if found else 0


def beside(ref: str, step: int) -> str:
    """Return the address so many places behind another one; empty where there can be none.

    >>> beside("三（九）", 1), beside("第二十三条", -1), beside("一", -1)
    ('三（十）', '第二十二条', '')
    """
    *_, last = re.finditer(rf"{ARTICLE}|\d+", ref)
    value = int(last.group()) if last.group().isdigit() else parse_integer(last.group())
    numeral = str(value + step) if last.group().isdigit() else to_chinese(value + step) if value + step > 0 else ""
    return ref[: last.start()] + numeral + ref[last.end() :] if value + step > 0 else ""


def stepped(text: str) -> str:
    """Return a question with 三（八）的下一条 put as the address that it is.

    >>> stepped("三（八）的下一条由谁管"), stepped("三（八）由谁管")
    ('三（九）由谁管', '三（八）由谁管')
    """
    for m in ADDRESS.finditer(text):
        for name, step in (("next", 1), ("previous", -1)):
            found = form(name).search(text, m.end())
            if (
                found
                and text[m.end() : found.start()] in ("", "的")
                and (ref := beside(clause_refs(m.group())[0], step))
            ):
                return text[: m.start()] + ref + text[found.end() :]
    return text


def addressed(question: Question, paths: Sequence[str]) -> Question:
    """Return the question with the address it prints of ``paths``, where that says more than the usual forms of one.

    Documents number as they like (4.2.2第3项, 附录A7.6): of their own addresses the longest one printed is meant.
    """
    said = untitled(question.standalone).replace("(", "（").replace(")", "）")
    refs = question.clause_refs or tuple(f"第{n}条" for n in LONE.findall(said))
    if (parts := tuple(as_printed(ref, paths) for ref in refs)) != question.clause_refs and {*parts} <= {*paths}:
        return replace(question, clause_refs=parts, intent=_of_address(question.intent))
    behind = BEHIND.search(said)
    if behind and any(path.isdigit() for path in paths):  # the document numbers in decimals
        intent = _of_address(question.intent)
        return replace(question, clause_refs=(behind[1],), asserted=(), intent=intent, selection=None)
    dotted = {f"{_numeral(m[1])}（{_numeral(m[2])}）": m.group() for m in DOTTED.finditer(said)}
    meant = tuple(path for path in dotted if path in paths or not question.concepts)  # nothing else is asked about
    if meant and paths and not question.clause_refs:
        asserted = tuple(figure for figure in question.asserted if figure not in dotted.values())
        intent = _of_address(question.intent)
        question = replace(question, clause_refs=meant, asserted=asserted, intent=intent, selection=None)
    printed = [path for path in set(paths) if len(path) > 1 and path in said and _stands_alone(path, said)]
    best = max(printed, key=len, default="")
    if not best or any(len(ref) >= len(best) for ref in question.clause_refs):
        return question
    return replace(question, clause_refs=(best,), intent=_of_address(question.intent), selection=None)


def _of_address(intent: str) -> str:
    return "address" if intent == "measure" else intent


def as_printed(ref: str, paths: Sequence[str]) -> str:
    """Return the address of ``paths`` that people mean by another way of counting; the same where there is none.

    Where items are numbered on through the whole document, 第十二条 is the one item of that number; in a notice of
    parts alone it is the part.

    >>> as_printed("第十二条", ["一", "一（一）", "三（十二）"]), as_printed("第一条", ["一（一）", "二（一）"])
    ('三（十二）', '第一条')
    >>> as_printed("第六条", ["五", "五（一）", "六"])
    '六'
    """
    if ref in paths or (part := as_part(ref)) in paths:
        return ref if ref in paths else part
    number = re.fullmatch(rf"第({ARTICLE})条", ref)
    items = [path for path in paths if number and re.fullmatch(rf"{CN}（{number[1]}）", path)]
    if number and not items and number[1] in paths:
        return number[1]
    return items[0] if len(items) == 1 else ref


def as_part(ref: str) -> str:
    """Return a chapter and section as the part and item that people mean where a document has no chapters.

    >>> as_part("第五章第二节"), as_part("第五章"), as_part("第五条")
    ('五（二）', '五', '第五条')
    """
    found = re.fullmatch(rf"第({CN})[章编](?:第({CN})节)?", ref)
    return found[1] + (f"（{found[2]}）" if found[2] else "") if found else ref


def _stands_alone(path: str, text: str) -> bool:
    """Tell whether an address is printed with no figure, letter or numeral running on at either end."""
    return bool(
        re.search(rf"(?<![\dA-Za-z.一二三四五六七八九十]){re.escape(path)}(?![\dA-Za-z.一二三四五六七八九十（])", text)
    )


def _numeral(printed: str) -> str:
    if printed.isdigit() and 0 < int(printed) < 10_000:
        return to_chinese(int(printed))
    return printed.replace("〇", "零")


def untitled(text: str) -> str:
    """Return a question without the titles in it, whose words are no words of the question: 《…名单的通知》的文号.

    A question that is nothing but a title stays.
    """
    left = TITLE.sub("", text)
    return left if re.search(r"\w", left) else text
