"""The LangChain door: a retriever whose Documents carry the citation, and a splitter that respects clauses.

For those who already have a LangChain chain and want our clauses in it. What leaves here is text to be quoted and the
place to quote it from; nothing is generated. Refuses to work without the ``llm`` extra, and says so when it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ingest.organs import find_bodies
from ingest.outline import build_outline
from ingest.splitting import MAX_CHARS, pack
from ingest.words import Segmenter, domain_terms
from kb.errors import ModelUnavailable
from kb.knowledge_base import KnowledgeBase
from kb.results import Hit

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from langchain_text_splitters import TextSplitter
    from pydantic import PositiveInt
except ImportError as error:
    raise ModelUnavailable(
        f"LangChain 接口不能使用：未安装 {error.name}。请运行 pip install 'policy-kb[llm]' 安装 llm 附加包。"
    ) from error


class PolicyRetriever(BaseRetriever):  # type: ignore[misc]  # mypy does not follow LangChain (pyproject.toml)
    """Ranked clauses as LangChain Documents; ``docs`` restricts to these documents (id, 文号 or title).

    Safe to call from several threads (``batch``, ``ainvoke``). An unknown document or an empty query raises the same
    PolicyError as everywhere else.
    """

    knowledge_base: KnowledgeBase
    k: PositiveInt = 10
    docs: tuple[str, ...] = ()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [to_document(hit) for hit in self.knowledge_base.search(query, self.k, docs=self.docs)]


def to_document(hit: Hit) -> Document:
    """Return a hit as a Document: the clause's words verbatim, and in the metadata all that a citation needs.

    ``page_content`` is the canonical text at ``[start:end]`` (character offsets) without the blanks around it. Without
    known pages there is no ``page``: stores of vectors take no None.
    """
    card = hit.doc
    return Document(
        id=f"{card.doc_id}#{hit.path}",
        page_content=hit.text,
        metadata={
            "doc_id": card.doc_id,
            "title": card.title,
            "doc_number": card.doc_number,
            "path": hit.path,
            "heading": hit.heading,
            **({"page": hit.page} if hit.page else {}),
            "start": hit.span.start,
            "end": hit.span.end,
            "form": card.form,
            "status": card.standing,
            "url": card.url,
            "score": hit.score,
        },
    )


class ClauseTextSplitter(TextSplitter):  # type: ignore[misc]
    """Splits policy text (one paragraph a line) at its clauses and sentences; no word, figure, 文号 or name is cut.

    ``chunk_size`` counts characters; only a single word longer than that is cut. Chunks do not overlap: a clause is a
    unit, and its neighbours are found by address. With ``add_start_index`` Documents say where in the text they begin.
    """

    def __init__(self, chunk_size: int = MAX_CHARS, *, add_start_index: bool = False) -> None:
        """Raise ValueError for a ``chunk_size`` below 1."""
        super().__init__(chunk_size=chunk_size, chunk_overlap=0, add_start_index=add_start_index)
        self._size = chunk_size

    def split_text(self, text: str) -> list[str]:
        r"""Return the chunks in printed order; only blanks between them are left out.

        >>> ClauseTextSplitter(16).split_text("一、节水。工业先行，农业跟进，市民参与。\n二、节电。")
        ['一、节水。', '工业先行，农业跟进，市民参与。', '二、节电。']
        """
        clauses = build_outline(text)
        spans = [span for clause in clauses for span in pack(text, clause.span, _segmenter(), max_chars=self._size)]
        return [text[span.start : span.end] for span in spans]


class _WholeNames(Segmenter):
    """Keeps whole the names of bodies that no dictionary lists: 县（市、区）人民政府, 市老旧小区改造指挥部."""

    def spans(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield the words of ``text`` in order; those that touch one name are joined."""
        names = iter(find_bodies(text))
        name = next(names, None)
        start = -1
        for word, a, b in super().spans(text):
            while name and name[2] <= a:
                name = next(names, None)
            start = a if start < 0 else start
            if name and name[1] < b < name[2]:
                continue
            yield (word if start == a else text[start:b]), start, b
            start = -1


@cache
def _segmenter() -> Segmenter:
    return _WholeNames(domain_terms())
