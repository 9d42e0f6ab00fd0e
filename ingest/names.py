"""Names of files as they may be shown: what cannot be seen, or turns the reading around, is written out.

A file may be called ``通知‮fdp.exe`` with a mark that reverses what follows, or carry a line break that forges a second
line of a report. Such characters are shown as their code; everything else stays. The name itself is not changed.
"""

from __future__ import annotations

import unicodedata

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories: control, format (bidi among them), surrogates, private use, unassigned, line ends."""


def visible(text: str) -> str:
    r"""Return a text with every unseen character written as its code.

    >>> visible("通知\u202efdp.exe"), visible("甲\n乙.txt"), visible("节能 方案（试行）.pdf")
    ('通知\\u202efdp.exe', '甲\\u000a乙.txt', '节能 方案（试行）.pdf')
    """
    if text.isprintable():
        return text
    return "".join(_code(c) if unicodedata.category(c) in UNSEEN else c for c in text)


def _code(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
