"""Are the bodies that a question puts forward named for a task, and in the role it says: 是市财政局牵头的吧？

Who is named in another role is said to be so. Where the text tells no such role, neither yes nor no is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.organs import same_body
from kb.answer.duties.rows import ROLE_EN, ROLE_WORDS, Row, proof_of
from kb.results import Question, Statement


def confirmed(question: Question, rows: Sequence[Row]) -> Statement:
    """Say whether the bodies of the question are named in the duties, in the role asked for where it names one."""
    bodies = [body for _, duty in rows for body in duty.bodies]
    told = {body.role for body in bodies}
    own = {organ: [body.role for body in bodies if same_body(organ, body.name)] for organ in question.organs}
    absent = [organ for organ, roles in own.items() if not roles]
    role = question.role
    others = {
        organ: roles[0]
        for organ, roles in own.items()
        if role and roles and role not in roles and (role in told or "lead" in roles)
    }
    unsaid = bool(role) and not others and role not in told
    say = _english if question.language == "en" else _chinese
    quotes = tuple(quote for row in rows for quote in proof_of(row))
    return Statement(say(question, absent, others, unsaid=unsaid), quotes, echoes=question.organs)


def _chinese(question: Question, absent: Sequence[str], others: Mapping[str, str], *, unsaid: bool) -> str:
    word, named = ROLE_WORDS[question.role], "、".join(question.organs)
    if absent:
        return f"不是，责任单位中没有“{'、'.join(absent)}”。"
    if others:
        listed = "，".join(f"把{organ}列为{ROLE_WORDS.get(role, ROLE_WORDS[''])}" for organ, role in others.items())
        return f"不是，原文{listed}，没有列为{word}。"
    return f"责任单位中有{named}，但原文没有写明{word}。" if unsaid else f"是，{word}中有{named}。"


def _english(question: Question, absent: Sequence[str], others: Mapping[str, str], *, unsaid: bool) -> str:
    word, named = ROLE_EN[question.role], ", ".join(question.organs)
    if absent:
        return f"No: {', '.join(absent)} is not named there."
    if others:
        return f"No: {', '.join(others)} is named there, but not among the {word}."
    return f"{named} is named there; the text names no {word}." if unsaid else f"Yes: {named} is named there."
