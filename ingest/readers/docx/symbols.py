"""Characters of symbol fonts: an old font shows ● where the file says ``l`` or a private code point.

Only signs that occur in office documents are known; any other one is the mark of an unreadable character, never a
letter that merely stands at the same place.
"""

from __future__ import annotations

SYMBOL = dict(zip(
    (0xA3, 0xB3, 0xB0, 0xB1, 0xB4, 0xB7, 0xB8, 0xB9, 0xBB, 0xA5, 0xAE, 0x61, 0x62, 0x44, 0x57, 0x6D, 0x6E, 0xD7, 0x2D),
    "≤≥°±×•÷≠≈∞→αβΔΩμν·−", strict=True,
))  # fmt: skip
WINGDINGS = dict(zip(
    (0x6C, 0x6E, 0x6F, 0x71, 0x72, 0x75, 0x76, 0x77, 0x9F, 0xA1, 0xA7, 0xA8, 0xAB, 0xD8, 0xE0, 0xE8, 0xF0, 0xFB, 0xFC,
     0xFD, 0xFE),
    "●■□❑❒◆❖⬥•○▪□★➢→➔⇨✗✓☒☑", strict=True,
))  # fmt: skip
WINGDINGS_2 = {0x50: "✓", 0x4F: "✗", 0x52: "☑", 0x54: "☒", 0xA3: "□", 0x97: "●", 0x98: "●"}
FONTS = {"symbol": SYMBOL, "wingdings": WINGDINGS, "wingdings 2": WINGDINGS_2}
PRIVATE = range(0xE000, 0xF900)
UNREADABLE = "\ufffd"


def symbol(text: str, font: str) -> str:
    r"""Return what a text shows in its font.

    >>> symbol("\uf06c", "Wingdings"), symbol("l", "Wingdings"), symbol("●", "宋体"), symbol("\uf001", "Wingdings")
    ('●', '●', '●', '\ufffd')
    """
    signs = FONTS.get(font.strip().lower())
    return "".join(_shown(ord(character), signs) for character in text)


def _shown(code: int, signs: dict[int, str] | None) -> str:
    if code in PRIVATE:
        return (signs or WINGDINGS).get(code & 0xFF, UNREADABLE)
    if signs and code < 0x100:
        return signs.get(code, UNREADABLE)
    return chr(code)
