"""A printed list of bodies, split into the names as printed.

Names are separated by 、 and ， and 和, but those marks also stand inside names (工业和信息化局,
市、县〔区〕人民政府, 省发展改革委（能源局）). A separator inside brackets never splits; 各市、县（市、区）人民政府
is one name; 和 splits only where what stands before it is a whole name. 等有关部门 is a tail and 〈含开发区，下同〉
a remark, neither is a name. Whether a piece is a body at all is not decided here.
"""

from __future__ import annotations

import re

from ingest.brackets import CLOSING, OPENING, cut_outside
from ingest.organ_table import HAN, MAX_NAME, TAIL_BRACKET, UNIT_WORD, read_name

MAX_CONJUNCTS = 100
GROUPS = "，,；;。"
# 省财政厅和省水利厅: the part before 和 must already be a whole name
CONJUNCTION = re.compile("以及|和|及|与")
WHOLE = re.compile(
    "(?:局|厅|部|委|办|会|院|行|社|署|站|队|所|公司|集团|中心|政府|部门|单位|区|县|市|街道|机构|海关|工会|乡镇|企业|机关)$"
)
# …等有关部门 · …等省有关部门单位
TAIL = re.compile(
    "等(?:省级|市级|县级|区级|省直|市直|省|市|县|区|国家|直属|各|相关|有关|其他|成员|职能|主管)*"
    "(?:部门|单位|方面|机构|企业)*$"
)
# 〈含开发区，下同〉 is a remark; 〔铁建办〕 belongs to the name
REMARK = re.compile("^(?:不?含|不?包括|不?包含|下同|以下|除|简称|试行)|下同$|除外$")
# 各市 · 县（市、区） · 各区: half of a name such as 各市、县（市、区）人民政府
HALF = re.compile(f"(?:地方)?各?(?:{UNIT_WORD})(?:[（(〔][^）)〕]*[）)〕])?")
OTHER_HALF = re.compile(f"(?:{UNIT_WORD})(?:[（(〔、]|人民政府|政府|党委|$|[{HAN}]{{2,10}}(?:局|委|办|部门)$)")


def split_names(text: str) -> tuple[str, ...]:
    """Split a printed list of bodies into the names as printed, in printed order.

    >>> split_names("市工业和信息化局、市财政局和各县（市、区）政府，市、县〔区〕林业局等有关部门")
    ('市工业和信息化局', '市财政局', '各县（市、区）政府', '市、县〔区〕林业局')
    """
    names: list[str] = []
    for group in cut_outside(text, GROUPS):
        for piece in _joined_halves(cut_outside(group, "、")):
            names += [_without_remark(part) for part in _conjuncts(TAIL.sub("", "".join(piece.split())))]
    return tuple(name for name in names if name)


def _joined_halves(pieces: list[str]) -> list[str]:
    """Put 各市 and 县（市、区）人民政府 back together."""
    joined: list[str] = []
    for piece in pieces:
        plain = piece.strip()
        if joined and HALF.fullmatch(joined[-1].rpartition("、")[2].strip()) and OTHER_HALF.match(plain):
            joined[-1] = f"{joined[-1]}、{plain}"
        else:
            joined.append(plain)
    return joined


def _conjuncts(piece: str) -> list[str]:
    """Split at 和, 及, 与 where what stands before is a whole name and the piece is not one name itself."""
    parts: list[str] = []
    while len(parts) < MAX_CONJUNCTS and (split := _first_conjunct(piece)):
        before, piece = split
        parts.append(before)
    return [*parts, piece]


def _first_conjunct(piece: str) -> tuple[str, str] | None:
    found = list(CONJUNCTION.finditer(piece, 0, MAX_NAME))
    if read_name(piece).organ and not any(read_name(piece[: each.start()]).organ for each in found):
        return None
    for each in found:
        before, after = TAIL.sub("", piece[: each.start()]), piece[each.end() :]
        if after and WHOLE.search(before) and not _inside_bracket(before):
            return before, after
    return None


def _inside_bracket(text: str) -> bool:
    return sum(char in OPENING for char in text) > sum(char in CLOSING for char in text)


def _without_remark(name: str) -> str:
    found = TAIL_BRACKET.search(name)
    return name[: found.start()] if found and REMARK.search(found.group()[1:-1]) else name
