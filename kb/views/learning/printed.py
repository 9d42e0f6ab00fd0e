"""A paper as paragraphs for Word: the questions, then the key with the clause that proves each answer."""

from __future__ import annotations

from collections.abc import Sequence

from kb.results import DocumentCard, address_name
from kb.study.quiz import KINDS, Item

LETTERS = "ABCD"
LINE = 26  # characters of a line of 三号 on the 版心, less the first line's two
Blocks = list[tuple[str, str]]


def printed(items: Sequence[Item], cards: Sequence[DocumentCard], number: int) -> tuple[str, Blocks]:
    """Return the title and the paragraphs of a paper, each with its kind (see ``kb.export.letter``)."""
    titles = {card.doc_id: card for card in cards}
    blocks: Blocks = [("text", "姓名：＿＿＿＿　单位：＿＿＿＿＿＿＿　得分：＿＿＿")]
    for at, item in enumerate(items, start=1):
        lines = _choices(item.choices)
        question = f"{at}．（{KINDS[item.kind]}）{item.prompt}"
        kinds = ["question"] * len(lines) + ["text"]  # all but the last line stay with the next
        blocks += zip(kinds, [question, *lines], strict=True)
    blocks.append(("page", ""))
    blocks.append(("heading", f"参考答案（第{number}号卷）"))
    for at, item in enumerate(items, start=1):
        card = titles[item.doc_id]
        where = f"《{card.title}》{f'（{card.doc_number}）' if card.doc_number else ''}{address_name(item.path)}"
        letter = f"{LETTERS[item.choices.index(item.answer)]}．" if item.choices else ""
        blocks.append(("text", f"{at}．{letter}{item.answer}　（{where}）{item.note}"))
    return f"练习卷（第{number}号）", blocks


def _choices(choices: Sequence[str]) -> list[str]:
    """Return the lines of the choices: all on one, two on a line or one, as their lengths allow.

    >>> _choices(["甲局", "乙局", "丙局", "丁局"]), len(_choices(["很长的名称" * 4] * 4)), _choices([])
    (['A．甲局　　B．乙局　　C．丙局　　D．丁局'], 4, [])
    """
    named = [f"{letter}．{choice}" for letter, choice in zip(LETTERS, choices, strict=False)]
    longest = max(map(len, named), default=0)
    on_a_line = next((n for n in (4, 2) if n * longest + 2 * (n - 1) <= LINE), 1)
    return ["　　".join(named[at : at + on_a_line]) for at in range(0, len(named), on_a_line)]
