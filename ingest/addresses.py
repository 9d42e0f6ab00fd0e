"""The address of a clause of another document, as a sentence names it, in the form in which our outline prints it.

Sentences write 第三（二）条, 第三部分第（二）项, 三、（二）, 第四条第一款第（二）项, 附件2; outlines have 三（二）,
第四条（二）, 附件2. An item alone (第（九）项) is kept as it is: whoever knows the document can tell whether it is
unique there. Paragraphs (第一款) have no address of their own and are left out.
"""

from __future__ import annotations

import re

from ingest.numerals import to_chinese

_CN = "[一二三四五六七八九十百零]+"
_NUMBER = rf"(?:{_CN}|[0-9０-９]{{1,3}})"
_ADDRESS = re.compile(
    rf"(?P<annex>附件 ?[0-9一二三四五六七八九十]{{0,2}}(?=[中第的“，：:、（]|$))"
    rf"|第 ?(?P<article>{_NUMBER}) ?条(?: ?第 ?{_CN} ?款)?(?: ?第? ?[（(] ?(?P<item>{_NUMBER}) ?[）)](?: ?项)?)?"
    rf"|(?:第 ?)?(?P<part>{_CN}) ?(?:部分|章|、|条)? ?的? ?第? ?[（(] ?(?P<sub>{_NUMBER}) ?[）)] ?(?:[项条款点]|部分)?"
    r"(?: ?第? ?(?P<point>[0-9]{1,2})(?=[项条点.．]|[^0-9.．%％年月]))?"
    rf"|第 ?(?P<whole>{_CN}) ?(?P<unit>部分|章|节)"
    rf"|第 ?[（(] ?(?P<only>{_NUMBER}) ?[）)] ?[项条款点]"
)
_TITLE = re.compile(
    r"《[^》]*》(?: ?[（(][^（）()]*〔[^）)]*[）)])?"
    r"|[一-鿿]{2,12} ?[〔\[［（(](?:19|20)[0-9]{2}[〕\]］）)] ?第?[0-9]+ ?号"
)


def find_address(text: str) -> str:
    """Return the last address named in a stretch of text, empty where there is none.

    >>> texts = ("第三（二）条中", "第三部分第（二）项", "三、（二）", "第四条第一款第（2）项", "第12条")
    >>> [find_address(text) for text in texts]
    ['三（二）', '三（二）', '三（二）', '第四条（二）', '第十二条']
    >>> find_address("附件2中的"), find_address("第（九）项"), find_address("将《某方案》（某政发〔2023〕3号）中的")
    ('附件2', '（九）', '')
    """
    named = [_canonical(found) for found in _ADDRESS.finditer(_TITLE.sub("　", text))]
    return named[-1] if named else ""


def without_addresses(text: str) -> str:
    """Return the text with titles, 文号 and addresses blanked, character for character."""
    plain = _TITLE.sub(lambda m: "　" * len(m[0]), text)
    return _ADDRESS.sub(lambda m: "　" * len(m[0]), plain)


def _canonical(found: re.Match[str]) -> str:
    if found["annex"]:
        return found["annex"].replace(" ", "")
    if found["article"]:
        return f"第{_chinese(found['article'])}条" + (f"（{_chinese(found['item'])}）" if found["item"] else "")
    if found["part"]:
        return f"{found['part']}（{_chinese(found['sub'])}）{found['point'] or ''}"
    if found["whole"]:
        return found["whole"] if found["unit"] == "部分" else f"第{found['whole']}{found['unit']}"
    return f"（{_chinese(found['only'])}）"


def _chinese(printed: str) -> str:
    return to_chinese(int(printed)) if printed.isdigit() and int(printed) else printed
