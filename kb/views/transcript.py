"""A conversation as a file: Word in the form of official papers, or Markdown that shows text as it was printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kb.export.letter import to_letter
from kb.render import citation_line, nearest_lines
from kb.views.literal import literal, seen
from kb.views.words import plain
from kb.workspace.conversations import Conversation, Turn

Block = tuple[str, str]  # a kind of paragraph (heading, text, source, quote) and its words


def to_word(talk: Conversation, turns: Sequence[Turn]) -> bytes:
    """Return the conversation as a Word document."""
    return to_letter(seen(talk.name), [(kind, seen(text)) for kind, text in _blocks(turns)])


def to_markdown(talk: Conversation, turns: Sequence[Turn]) -> bytes:
    """Return the conversation as Markdown; what documents print is escaped."""
    marks = {"heading": "## ", "text": "", "source": "- ", "quote": "  > "}
    lines = [f"# {literal(talk.name)}", *(marks[kind] + literal(text) for kind, text in _blocks(turns))]
    return ("\n\n".join(lines) + "\n").encode()


def _blocks(turns: Sequence[Turn]) -> Iterator[Block]:
    """Yield the paragraphs of the conversation."""
    for number, turn in enumerate(turns, start=1):
        yield "heading", plain("paper.question", number=number, question=turn.question)
        answer = turn.answer
        if answer is None:
            yield "text", turn.problem
            continue
        if answer.standalone_question.strip() != turn.question.strip():
            yield "text", plain("paper.understood", question=answer.standalone_question)
        yield from (("text", line) for line in [*answer.text.split("\n"), *nearest_lines(answer)] if line.strip())
        if answer.citations:
            yield "text", plain("paper.sources")
        for c in answer.citations:
            yield "source", f"〔{c.marker}〕{citation_line(c)}"
            yield "quote", f"“{c.quote}”"
        yield from (("text", plain("paper.warning", what=check.detail)) for check in answer.checks if not check.passed)
        yield "text", plain("paper.asked", when=turn.asked[:10], searched=turn.searched)
