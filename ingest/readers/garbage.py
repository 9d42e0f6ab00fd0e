"""Text layers that say nothing: fonts without a table of characters, or with a wrong one.

Such a page looks right and copies as private-use signs, replacement characters, or the letters of a Western alphabet
(``ÖÐ¹ú`` for 中国). Indexed, it would be found by nobody and quoted as nonsense. A font whose table maps to other
ordinary characters cannot be told from a text.
"""

from __future__ import annotations

import re

GARBLED = 0.3
"""From this share of unreadable characters on, a page is no text."""
FEWEST = 20
"""A page with fewer characters does not tell."""
# private use, replacement characters, control characters, and Latin letters with accents
UNREADABLE = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff\x01-\x08\x0e-\x1f\x80-\x9f¡-ÿ]")
# signs of the Latin-1 range that Chinese texts use: 5 ℃ as °C, ± × ÷ ·
USED = frozenset("§°±²³µ·¹×÷")


def garbled(text: str, unmapped: int = 0) -> bool:
    r"""Tell whether most of a page cannot be read; ``unmapped`` glyphs have no character at all.

    >>> garbled("\ue0a1\ue0b2" * 20), garbled("ÖÐ¹úÈËÃñ" * 5), garbled("到2025年，下降15%" * 3)
    (True, True, False)
    """
    unreadable = unmapped + sum(c not in USED for c in UNREADABLE.findall(text))
    total = len(text) + unmapped
    return total >= FEWEST and unreadable > GARBLED * total
