"""One indicator over 国, 省 and 市 and over provinces: a chart with its figures written out, and what proves them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from ingest.levels import LEVELS
from kb import KnowledgeBase
from kb.study.entries import Stated
from kb.study.ladder import Rung, figure_of, ladder, ladder_sheet
from kb.study.sheets import said
from kb.views.downloads import offer
from kb.views.literal import literal
from kb.views.look import large
from kb.views.records import record_button
from kb.views.words import plain, word

OTHERS = 100  # documents compared with
CLIP = 12  # characters of a title beside a bar
SIGNS = {"stricter": "▲", "laxer": "▼", "same": "＝", "not_comparable": "≠"}


def show_levels(kb: KnowledgeBase, stated: Sequence[Stated], others: Sequence[str]) -> None:
    """Let the reader choose an indicator, and show it in every document that states it."""
    names = [f"{t.indicator} {said_target(document, t)}" for document, t in stated]
    at = st.selectbox(
        word("targets.indicator"), range(len(names)), format_func=names.__getitem__, filter_mode="contains",
        key=f"targets_at_{stated[0][0].source.doc_id}",
    )  # fmt: skip
    document = stated[at][0]
    rungs = _rungs(kb, kb.registry.revision(), document.source.doc_id, at, tuple(others[:OTHERS]), stated[at])
    if len(others) > OTHERS:
        st.caption(word("targets.capped", count=OTHERS))
    _chart(rungs, document.source.doc_id)
    for index, rung in enumerate(rungs):
        _rung(index, rung)
    if len(rungs) == 1:
        st.info(word("targets.alone"), icon=":material/info:")
    offer("levels", stated[at][1].indicator, [
        ("levels", suffix, lambda: ladder_sheet(rungs)) for suffix in (".xlsx", ".docx", ".csv")
    ])  # fmt: skip


def said_target(document: Any, target: Any) -> str:  # noqa: ANN401
    """Return the figure of a target with its years and clause."""
    from kb.ledger import target_record

    return said(target_record(document, target))


@st.cache_resource(show_spinner=False, max_entries=128)
def _rungs(
    _kb: KnowledgeBase, revision: int, doc_id: str, at: int, others: tuple[str, ...], _stated: Stated
) -> list[Rung]:
    """Find the counterparts once for each library and indicator."""
    documents = [_kb.current(other).document for other in others]
    parents = {
        d.source.doc_id: [found for r in d.references if r.kind == "implements" and (found := _kb.resolve(r))]
        for d in (_stated[0], *documents)
    }
    return ladder(_stated[0], _stated[1], documents, parents, _kb.inquiry().similarity)


def _name(rung: Rung, most: int = 0) -> str:
    """Return whose figure it is: the place and 文号, else the title of ``most`` characters; a digest is called one."""
    where = rung.region or (plain("targets.national") if rung.level == LEVELS[0] else plain("targets.unknown"))
    number, title = rung.record["doc_number"], rung.record["title"]
    shown = f"{title[:most]}……" if 0 < most < len(title) else title
    name = f"{where} {number}" if number else f"《{shown}》" if title.startswith(where) else f"{where}《{shown}》"
    return name + (f"（{plain('source.digest_short')}）" if rung.record["form"] == "digest" else "")


def _names(rungs: Sequence[Rung]) -> list[str]:
    """Return the names, each once: bars of one name would be drawn as one."""
    seen: Counter[str] = Counter()
    names = []
    for name in (_name(rung, CLIP) for rung in rungs):
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


def _chart(rungs: Sequence[Rung], own: str) -> None:
    """Draw the figures that can stand side by side, that of the ``own`` document marked; say which are left out."""
    drawn = [rung for rung in rungs if not rung.apart and rung.value is not None]
    if len(drawn) > 1:
        rows = [
            {
                "name": name, "value": float(r.value or 0), "said": f"{figure_of(r)}{r.record['unit']}", "order": at,
                "own": r.record["doc_id"] == own,
            }
            for at, (name, r) in enumerate(zip(_names(drawn), drawn, strict=True))
        ]  # fmt: skip
        dark, size = st.context.theme.type == "dark", 18 if large() else 13
        ink, accent = ("#e4eaf0", "#8cc0f0") if dark else ("#1c2733", "#0b4f8a")
        alt = "; ".join(f"{row['name']} {row['said']}" for row in rows)
        st.vega_lite_chart(
            rows,
            {
                "height": {"step": 4 * size},
                "encoding": {
                    # A name stands above its bar: beside it, on a phone, it would leave no room for the bar.
                    "y": {"field": "name", "type": "nominal", "sort": {"field": "order"}, "title": None,
                          "axis": {"labelLimit": 19 * size, "labelColor": ink, "labelFontSize": size, "ticks": False,
                                   "labelAlign": "left", "labelPadding": 0, "labelOffset": -size, "domain": False}},
                    "x": {"field": "value", "type": "quantitative", "axis": None, "stack": None},
                },
                "layer": [
                    {"mark": {"type": "bar", "height": size, "yOffset": 0.6 * size, "tooltip": None},
                     "encoding": {"color": {"condition": {"test": "datum.own", "value": accent}, "value": "#5b7fa6"}}},
                    {"mark": {"type": "text", "align": "left", "dx": 6, "dy": 0.6 * size, "color": ink,
                              "fontSize": size, "tooltip": None},
                     "encoding": {"text": {"field": "said"}}},
                ],
            },
            alt=plain("targets.chart", what=alt),
            key="levels_chart",
        )  # fmt: skip
    if apart := [rung for rung in rungs if rung.apart]:
        listed = "；".join(f"{_name(rung)}（{rung.apart}）" for rung in apart)
        st.warning(word("targets.apart", what=listed), icon=":material/balance:")


def _rung(index: int, rung: Rung) -> None:
    with st.container(key=f"level_row_{index}", gap=None):
        label = f"{_name(rung)}　{rung.record['indicator']} {said(rung.record)}"
        record_button(label, rung.record, key=f"level_open_{index}")
        if rung.relation:
            sign = SIGNS.get(rung.relation, "")
            relation = plain(f"relation.{rung.relation}")
            st.markdown(f"{sign} **{literal(relation)}**　{literal(rung.reason)}")
        st.text(f"“{rung.record['quote'].strip()}”")
