"""Numbers as Word prints them in front of list items (ECMA-376-1, 17.18.59 ST_NumberFormat).

Only the formats of Chinese, Latin and Arabic numbering are known; any other one prints Arabic figures, as office
programs do. Where Word and the law differ on a hundred and one (一百〇一, 一百零一) the wording of the law is taken.
"""

from __future__ import annotations

from collections.abc import Callable

from ingest.numerals import to_chinese

COUNTING = (
    "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting",
)  # fmt: skip
POSITIONAL = ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand")
SIMPLIFIED = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
TRADITIONAL = str.maketrans("一二三四五六七八九十百千", "壹貳參肆伍陸柒捌玖拾佰仟")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
IDEOGRAPHS = str.maketrans("0123456789", "〇一二三四五六七八九")
ROMAN = {
    1000: "M", 900: "CM", 500: "D", 400: "CD", 100: "C", 90: "XC", 50: "L", 40: "XL", 10: "X", 9: "IX", 5: "V", 4: "IV",
    1: "I",
}  # fmt: skip
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
SERIES = {
    "decimalEnclosedCircle": CIRCLED,
    "decimalEnclosedCircleChinese": CIRCLED,
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}
LARGEST = 9999
MAX_LETTERS = 780
"""30 times the alphabet: beyond, letters would only be repeated."""


def printed(number: int, style: str) -> str:
    """Return ``number`` in the number format ``style``; formats that have no sign for it fall back to figures.

    >>> printed(12, "chineseCounting"), printed(12, "ideographDigital"), printed(3, "decimalEnclosedCircle")
    ('十二', '一二', '③')
    >>> printed(4, "upperRoman"), printed(28, "lowerLetter"), printed(7, "decimalZero"), printed(21, "ideographZodiac")
    ('IV', 'bb', '07', '21')
    """
    if style in ("none", "bullet"):
        return ""
    if style in SERIES:
        return SERIES[style][number - 1] if 1 <= number <= len(SERIES[style]) else str(number)
    writer = WRITERS.get(style)
    return writer(number) if writer and 1 <= number <= LARGEST else str(number)


def _roman(number: int) -> str:
    text = ""
    for value, sign in ROMAN.items():
        count, number = divmod(number, value)
        text += sign * count
    return text


def _letters(number: int) -> str:
    """Return A to Z, then AA, BB."""
    return chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number <= MAX_LETTERS else str(number)


def _ordinal(number: int) -> str:
    tail = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


WRITERS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(COUNTING, to_chinese),
    **dict.fromkeys(POSITIONAL, lambda number: str(number).translate(IDEOGRAPHS)),
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), lambda number: str(number).translate(FULL_WIDTH)),
    "chineseLegalSimplified": lambda number: _full(number).translate(SIMPLIFIED),
    "ideographLegalTraditional": lambda number: _full(number).translate(TRADITIONAL),
    "decimalZero": lambda number: f"{number:02}",
    "numberInDash": lambda number: f"- {number} -",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "ordinal": _ordinal,
}


def _full(number: int) -> str:
    """Return the Chinese numeral with 一 before 十, as the banker's figures print it."""
    text = to_chinese(number)
    return "一" + text if text.startswith("十") else text
