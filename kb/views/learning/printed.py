"""A paper as paragraphs for Word: the questions, then the key with the clause that proves each answer."""

from __future__ import annotations

from collections.abc import Sequence

from kb.results import DocumentCard, address_name
from kb.study.quiz import KINDS, Item

LETTERS = "ABCD"
Blocks = list[tuple[str, str]]


def printed(items: Sequence[Item], cards: Sequence[DocumentCard], number: int) -> tuple[str, Blocks]:
    """Return the title and the paragraphs of a paper, each with its kind (see ``kb.export.letter``)."""
    titles = {card.doc_id: card for card in cards}
    blocks: Blocks = [("text", "姓名：＿＿＿＿＿＿　　单位：＿＿＿＿＿＿　　得分：＿＿＿＿＿＿")]
    for at, item in enumerate(items, start=1):
        blocks.append(("text", f"{at}．（{KINDS[item.kind]}）{item.prompt}"))
        if item.choices:
            blocks.append(
                ("text", "　　".join(f"{letter}．{c}" for letter, c in zip(LETTERS, item.choices, strict=True)))
            )
    blocks.append(("page", ""))
    blocks.append(("heading", f"参考答案（第{number}号卷）"))
    for at, item in enumerate(items, start=1):
        card = titles[item.doc_id]
        where = f"《{card.title}》{f'（{card.doc_number}）' if card.doc_number else ''}{address_name(item.path)}"
        letter = f"{LETTERS[item.choices.index(item.answer)]}．" if item.choices else ""
        blocks.append(("text", f"{at}．{letter}{item.answer}　（{where}）{item.note}"))
    return f"练习卷（第{number}号）", blocks
