"""Policy knowledge base: documents kept, clauses found, answers cited, ledgers compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

__all__ = ["KnowledgeBase"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from kb import knowledge_base

        return getattr(knowledge_base, name)
    raise AttributeError(f"module 'kb' has no attribute {name!r}")
