"""Question and evidence to a verified Answer, by a language model where one is configured, else by rule.

When the model fails, or nothing it says survives verification, the extractive answer is given and says so.
"""

from __future__ import annotations

from collections.abc import Callable

from kb.answer.amended import with_changes
from kb.answer.attribution import attributed
from kb.answer.evidence import Evidence
from kb.answer.extract import compose
from kb.answer.verify import verify, with_check
from kb.results import Answer, Check, Draft, Question
from kb.settings import Settings

# Ledgers answer duties, figures and lists completely; a model only words what is found in passages.
MODEL_KINDS = ("measure", "definition")


def answer(question: Question, evidence: Evidence, settings: Settings, explain: Callable[[str], str]) -> Answer:
    """Return the verified answer; ``explain`` gives the glossary's explanation of a term, or an empty string."""

    def verified(draft: Draft) -> Answer:
        return verify(attributed(with_changes(draft, evidence), question, evidence), question, evidence)

    extractive = verified(compose(question, evidence, explain))
    if not settings.llm or extractive.kind not in MODEL_KINDS:
        return extractive
    from kb.answer.chain import ChainFailed, compose_with_model

    try:
        answered = verified(compose_with_model(question, evidence, settings))
    except ChainFailed as failure:
        return with_check(extractive, Check("llm", False, f"语言模型未能作答（{failure}），已改用摘录式回答。"))
    if not answered.answered:
        withheld = "；".join(check.detail for check in answered.checks if not check.passed)
        detail = f"语言模型的回答没有通过核对，已改用摘录式回答。{withheld}"
        return with_check(extractive, Check("llm", False, detail))
    return answered
