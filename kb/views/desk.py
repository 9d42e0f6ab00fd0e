"""Files handed in and not yet filed: each read by itself, so that a bad one costs the others nothing.

They live in the browser session: what has been read stays until it is filed or put away, whatever the page shows
meanwhile. A file lies in a folder of its own under a name that is safe on any disk; the name as given is shown.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import streamlit as st

from ingest.document import Document
from ingest.errors import PolicyError, UnreadableFile
from ingest.names import visible
from ingest.progress import Step
from kb import KnowledgeBase
from kb.results import DocumentCard
from kb.views.fields import Facts, corrections, facts_of
from kb.views.words import plain

Progress = Callable[[Step], None]

UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]")
LONGEST = 200  # bytes of a name on disk; most file systems take 255


@dataclass(slots=True, weakref_slot=True, eq=False)
class Item:
    """A file handed in. ``document`` is what was read; ``doc_id`` the document it is, or is to take the place of."""

    name: str
    document: Document | None = None
    facts: Facts = field(default_factory=dict)
    problem: str = ""
    replaces: str = ""
    same_as: str = ""
    filed: str = ""
    clear: Callable[[], object] = lambda: None
    """Delete the file handed in; done at the latest when the browser session ends."""

    @property
    def key(self) -> str:
        """A name for the widgets of this file."""
        return f"item_{id(self)}"

    @property
    def waiting(self) -> bool:
        """Whether it can be filed."""
        return self.document is not None and not self.filed and not self.same_as


def desk() -> list[Item]:
    """Return the files of this browser session, oldest first."""
    items: list[Item] = st.session_state.setdefault("desk", [])
    return items


def take(kb: KnowledgeBase, name: str, content: bytes | memoryview, progress: Progress) -> Item:
    """Read a file that was handed in; what prevents it is kept with it."""
    item = Item(name)
    try:
        path = _put(item, content)
        document = kb.preview(path, progress)
        item.facts, item.same_as = facts_of(document.source), kb.filed_as(document)
    except PolicyError as error:
        item.problem = str(error)
    else:
        same = (i for i in desk() if i.document and i.document.source.sha256 == document.source.sha256)
        if twin := next(same, None):
            item.problem = plain("desk.twin", name=visible(name), twin=visible(twin.name))
        else:
            item.document = document
    return item


def file(kb: KnowledgeBase, item: Item, progress: Progress) -> None:
    """File what was read, with its corrections; what prevents it is kept with the item, which stays."""
    if item.document is None:
        return
    before = facts_of(item.document.source)
    try:
        item.filed = kb.file(
            item.document, doc_id=item.replaces, corrections=corrections(before, item.facts), progress=progress
        )
    except PolicyError as error:
        item.problem = str(error)
        return
    item.problem, item.document = "", None
    item.clear()


def put_away(items: Sequence[Item]) -> None:
    """Forget files; what was filed stays filed."""
    for item in items:
        item.clear()
    kept = [item for item in desk() if item not in items]
    st.session_state["desk"] = kept


def twins(item: Item, cards: Sequence[DocumentCard]) -> list[DocumentCard]:
    """Return the documents that bear the same 文号, else the same title: the file may be a newer one of theirs."""
    number, title = (_folded(item.facts[name]) for name in ("doc_number", "title"))
    by_number = [card for card in cards if number and _folded(card.doc_number) == number]
    return by_number or [card for card in cards if title and _folded(card.title) == title]


def safe_name(name: str) -> str:
    r"""Return a name that any disk takes, with the suffix kept.

    >>> safe_name("../../etc/x.txt"), safe_name("a\x00b.pdf"), len(safe_name("长" * 300 + ".docx").encode())
    ('.._.._etc_x.txt', 'a_b.pdf', 200)
    """
    clean = UNSAFE.sub("_", name.encode("utf-8", "replace").decode()).strip(" ") or "_"
    clean = clean if clean.strip(".") else f"_{clean}"
    suffix = Path(clean).suffix
    suffix = suffix if len(suffix.encode()) <= 16 else ""
    stem = clean[: len(clean) - len(suffix)].encode()[: LONGEST - len(suffix.encode())].decode("utf-8", "ignore")
    return stem + suffix


def _put(item: Item, content: bytes | memoryview) -> Path:
    try:
        folder = tempfile.mkdtemp(prefix="policy-kb-")
        item.clear = weakref.finalize(item, shutil.rmtree, folder, ignore_errors=True)
        path = Path(folder) / safe_name(item.name)
        path.write_bytes(content)
    except OSError as error:
        raise UnreadableFile(plain("desk.no_room", name=visible(item.name), reason=error.strerror)) from error
    return path


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name)
