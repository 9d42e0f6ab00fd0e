"""Page: run a gold set on the library, see scores by kind, what failed and how, what changed since last time."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from eval import report
from eval.gold import GoldQuestion, read_gold
from eval.library import evaluate
from eval.make import make_gold
from eval.summary import change
from ingest.errors import PolicyError
from kb import KnowledgeBase
from kb.settings import PROJECT
from kb.views.downloads import file_button
from kb.views.literal import literal
from kb.views.session import begin, problem, workspace
from kb.views.words import language, plain, table, word
from kb.workspace.evaluations import Evaluations

BUNDLED = PROJECT / "eval"
MADE, UPLOADED = "made", "uploaded"
SETS = ("gold.jsonl", *(f"heldout{n}.jsonl" for n in ("", 2, 3, 4, 5, 6)), MADE, UPLOADED)
DOCUMENTS, PER_DOCUMENT = 30, 5  # questions are made of so many documents, so many of each kind
LARGEST = 4  # MB of an uploaded set
SHOWN = 20  # failures on one page
Result = dict[str, Any]


def main() -> None:
    """Lay out the page: the choice of a set, its run, the result."""
    kb, cards = begin(word("evaluation.title"), word("evaluation.empty"), ":material/rule:")
    if not cards:
        return
    st.markdown(word("evaluation.intro"))
    names = [name for name in SETS if name in (MADE, UPLOADED) or (BUNDLED / name).is_file()]
    name = st.selectbox(
        word("evaluation.set"), names, format_func=lambda key: word(f"evaluation.{key.removesuffix('.jsonl')}"),
        key="evaluation_set", persist_state="session",
    )  # fmt: skip
    kept = name
    make = partial(_made, kb) if name == MADE else (BUNDLED / name).read_bytes
    if name == UPLOADED:
        given = st.file_uploader(word("evaluation.upload"), ["jsonl"], max_upload_size=LARGEST, key="evaluation_file")
        if given is None:
            return
        kept, make = f"{UPLOADED} {hashlib.sha256(given.getbuffer()).hexdigest()[:16]}", given.getvalue
    elif name == MADE and len(cards) > DOCUMENTS:
        st.caption(word("evaluation.capped", count=DOCUMENTS))
    if st.button(word("evaluation.run"), type="primary", icon=":material/play_arrow:", key="evaluation_run"):
        _run(kb, kept, make)
    st.session_state.setdefault(f"result {kept}", Evaluations(workspace().database).last(kept))
    if result := st.session_state[f"result {kept}"]:
        _show(result)


def _asked_about(kb: KnowledgeBase) -> list[str]:
    """Return the documents that questions are made of: original wordings, as many as one waits for."""
    return [card.doc_id for card in kb.documents() if card.form == "fulltext"][:DOCUMENTS]


def _made(kb: KnowledgeBase) -> bytes:
    """Return questions made of the library's own ledgers, as a JSON Lines file."""
    documents = [kb.document(doc_id) for doc_id in _asked_about(kb)]
    rows = make_gold(documents, limit=PER_DOCUMENT, named=len(kb.documents()) > 1)
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def _run(kb: KnowledgeBase, name: str, make: Callable[[], bytes]) -> None:
    """Run the set with its progress; keep the result with what was expected and what changed since the run before."""
    bar = st.progress(0.0, word("evaluation.running"))
    runs = Evaluations(workspace().database)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "gold.jsonl"
            path.write_bytes(make())
            result = evaluate(kb, path, progress=lambda _, done, total: _advance(bar, done, total))
            gold = {one.id: one for one in read_gold(path)}
        for row in result["failures"]:
            row["expected"] = _expected(gold[row["id"]])
        if before := runs.last(name):
            result["change"] = change(result, before)
        st.session_state[f"result {name}"] = result
        runs.keep(name, result)
    except OSError as error:
        st.warning(word("evaluation.no_room", reason=error.strerror or ""), icon=":material/error:")
    except PolicyError as error:
        problem(error)
    bar.empty()


def _advance(bar: Any, done: int, total: int) -> None:  # noqa: ANN401 - Streamlit's handle of an element
    if done % 5 == 0 or done == total:
        bar.progress(done / total, word("evaluation.progress", done=done, total=total))


def _show(result: Result) -> None:
    st.caption(word("evaluation.measured", day=result["measured"], questions=result["questions"]))
    with st.container(horizontal=True):
        for kind in ("answerable", "unanswerable"):
            _metric(word(f"evaluation.{kind}"), result[kind])
        for name in ("first_citation", "bodies_exact", "quotes_verbatim", "figures_proved", "false_refusal"):
            _metric(word(f"evaluation.{name}"), result["measures"][name])
        _measure(word("evaluation.time"), f"{result['elapsed_ms']['p50'] or 0:.0f} ms", word("evaluation.median"))
    with st.container(horizontal=True):
        for suffix in (".html", ".md", ".json"):
            label, file = word("evaluation.download", kind=suffix[1:].upper()), f"evaluation{suffix}"
            file_button(label, file, partial(_written, suffix, result), key=file)
    _changed(result)
    _kinds(result)
    _failures(result["failures"])


def _written(suffix: str, result: Result) -> bytes:
    return report.WRITERS[suffix](result).encode()


def _metric(label: str, share: Mapping[str, Any]) -> None:
    """Show a share with its counts and its 95 % interval."""
    if share["of"]:
        interval = f"{share['right']}/{share['of']}　{share['low']:.0%}—{share['high']:.0%}"
        _measure(label, f"{share['share']:.1%}", interval)


def _measure(label: str, value: str, below: str) -> None:
    st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True, width=200)


def _changed(result: Result) -> None:
    """List what was gained and lost since the run before."""
    if not (changed := result.get("change")):
        return
    gained, lost = len(changed["gained"]), len(changed["lost"])
    st.subheader(word("evaluation.change"), anchor=False)
    st.markdown(word("evaluation.changed", day=changed["accepted"], gained=gained, lost=lost))
    for name in ("gained", "lost"):
        if changed[name]:
            st.caption(f"{word(f'evaluation.{name}')}{literal('、'.join(changed[name]))}")


def _kinds(result: Result) -> None:
    st.subheader(word("evaluation.kinds"), anchor=False)
    rows = [
        {
            plain("evaluation.kind"): _kind(kind),
            plain("evaluation.share"): share["share"],
            plain("evaluation.right"): f"{share['right']}/{share['of']}",
            plain("evaluation.interval"): f"{share['low']:.0%}—{share['high']:.0%}",
        }
        for kind, share in result["types"].items()
    ]
    bar = st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0)
    st.dataframe(
        rows, hide_index=True, column_config={plain("evaluation.share"): bar}, alt=plain("evaluation.kinds")
    )  # fmt: skip


def _kind(kind: str) -> str:
    """Return what a kind of question is called; a set of one's own may have kinds that have no name here."""
    key = f"evaluation.kind_{kind}"
    return plain(key) if key in table(language()) else literal(kind) or "—"


def _failures(failures: Sequence[Mapping[str, Any]]) -> None:
    """Show each failure with what was expected and what was given, a page at a time."""
    st.subheader(word("evaluation.failures", count=len(failures)), anchor=False)
    if not failures:
        st.success(word("evaluation.none"), icon=":material/check:")
        return
    kinds = list(dict.fromkeys(row["type"] for row in failures))
    chosen = st.pills(word("evaluation.kind"), kinds, format_func=_kind, key="evaluation_kind")
    kept = [row for row in failures if chosen in (None, row["type"])]
    pages = -(-len(kept) // SHOWN)
    at = min(st.session_state.get("evaluation_page", 1), pages)
    for row in kept[(at - 1) * SHOWN : at * SHOWN]:
        with st.expander(f"{literal(row['id'])}　{literal(row['question'])}"):
            st.markdown(f"**{word('evaluation.faults')}** {literal('；'.join(row['faults']))}")
            if "expected" in row:
                expected = row["expected"] or plain("evaluation.refusal")
                st.markdown(f"**{word('evaluation.expected')}** {literal(expected)}")
            st.markdown(f"**{word('evaluation.given')}**")
            st.text(row["text"])
    if pages > 1:
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="evaluation_page", persist_state="session")


def _expected(gold: GoldQuestion) -> str:
    """Return what a right answer holds, empty for a refusal."""
    parts = (gold.gold_clauses, gold.departments, gold.must_contain) if gold.answerable else ()
    return "；".join("、".join(part) for part in parts if part) or ("—" if gold.answerable else "")


main()
