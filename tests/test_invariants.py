"""What holds for every document, whatever its text: slices, tiling, nesting, bounds, and nothing lost on the way."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cleaning import clean
from ingest.document import Cell, Document, Line, Page, Source, Span, Table
from ingest.errors import PolicyError
from ingest.manifest import read_manifest, source_of
from ingest.organs import find_bodies
from ingest.pipeline import parse, parse_pages
from ingest.readers import read
from ingest.splitting import ARTICLE, MAX_CHARS, TOGETHER
from ingest.words import domain_segmenter
from kb import KnowledgeBase
from kb.search.reading.addresses import clause_refs
from kb.settings import CORPUS
from kb.store.registry import Registry
from tests.table_samples import pages, prose
from tests.table_samples import rows as table_rows

BUNDLED = {source.doc_id: source for source in read_manifest(CORPUS / "manifest.jsonl")}
POLICIES = Path(__file__).resolve().parents[2] / "shared" / "data" / "policies"
OTHERS = {path.name: path for path in sorted(POLICIES.glob("*.pdf"))[4::7]}
RUN = re.compile(r"[^，；、：。！？\n]*[，；、：。！？\n]*")
CELL_BREAK = re.compile(r"(?<=[^\x00-\u1fff]) | (?=[^\x00-\u1fff])")
"""A blank beside a Chinese character in a cell: there a line of the cell ended."""
PARSED: dict[str, Document] = {}


def source(name: str) -> Source:
    return BUNDLED.get(name) or source_of(OTHERS[name])


def document(name: str) -> Document:
    if name not in PARSED:
        PARSED[name] = parse(source(name))
    return PARSED[name]


every_document = pytest.mark.parametrize("name", [*BUNDLED, *OTHERS])


def test_other_documents_are_here() -> None:
    if not OTHERS:
        pytest.skip("没有 ../shared/data/policies：只检查随附的文件")
    assert len(OTHERS) == 10


# ---- the laws


def outline_faults(document: Document) -> Iterator[str]:
    """Own words tile the text in order; a clause's extent is its own words and those of its children, and no more."""
    clauses, text = document.clauses, document.text
    if [c.span.start for c in clauses] != [0, *(c.span.end for c in clauses[:-1])] or clauses[-1].span.end != len(text):
        yield "own words do not tile"
    if [c.ordinal for c in clauses] != list(range(len(clauses))):
        yield "ordinals do not count"
    for path, times in Counter(c.path for c in clauses).items():
        if times > 1:
            yield f"{path} names {times} clauses"
    for clause in clauses:
        children = [c for c in clauses if c.parent == clause.path]
        ends = [clause.span.end, *(c.extent.end for c in children)]
        if clause.extent.start != clause.span.start or clause.extent.end != ends[-1]:
            yield f"{clause.path}: extent"
        if [c.extent.start for c in children] != ends[:-1]:
            yield f"{clause.path}: children"
        if any(c.level <= clause.level for c in children):
            yield f"{clause.path}: levels"
        if squeezed(clause.heading) not in squeezed(document.slice(clause.span)):
            yield f"{clause.path}: heading {clause.heading}"


def passage_faults(document: Document, limit: int = MAX_CHARS) -> Iterator[str]:
    """Passages lie in their clause in order, hold all its words, are bounded and cut nothing that is one word."""
    text = document.text
    ends = {c.path: c.extent if ARTICLE.fullmatch(c.label.strip()) else c.span for c in document.clauses}
    bounds = {c.path: limit * (TOGETHER if ends[c.path] != c.span else 1) for c in document.clauses}
    held = Counter(c for p in document.passages for c in document.slice(p.span) if not c.isspace())
    if held != Counter(c for c in text if not c.isspace()):
        yield "characters of the text in no passage, or in two"
    for passage in document.passages:
        if (
            not ends[passage.path].holds(passage.span)
            or not 0 < passage.span.end - passage.span.start <= bounds[passage.path]
        ):
            yield f"{passage.path}: {passage.span}"
    for first, second in pairwise(document.passages):
        if first.span.end > second.span.start or second.ordinal != first.ordinal + 1:
            yield f"{second.path}: order"
        if first.span.end == second.span.start and first.path == second.path and (cut := cut_at(text, first.span.end)):
            yield f"{first.path}: cut {cut}"


def cut_at(text: str, at: int) -> str:
    """Return the word, figure, 文号 or body's name that a cut here would part, or an empty string.

    Looked at in its sentence; a single run without punctuation that is longer than a passage may be cut anywhere.
    """
    run = next(run for run in RUN.finditer(text) if run.start() < at <= run.end())
    if len(run.group()) > MAX_CHARS:
        return ""
    words = [*domain_segmenter().spans(run.group()), *find_bodies(run.group())]
    return next((word for word, start, end in words if start < at - run.start() < end), "")


def ledger_faults(document: Document) -> Iterator[str]:
    """Every row is a span of its clause that prints what the row says."""
    spans = {c.path: c.span for c in document.clauses}
    for row in (*document.duties, *document.targets, *document.references):
        if not (row.span.start < row.span.end and spans[row.path].holds(row.span)):
            yield f"{row.path}: {type(row).__name__} outside its clause"
    whole = Span(0, len(document.text))
    for duty in document.duties:
        quoted = squeezed(document.slice(duty.span))
        if not whole.holds(duty.task_span) or (duty.rule_span and not whole.holds(duty.rule_span)):
            yield f"{duty.path}: {duty.task_span}"
        if not duty.bodies and not duty.inherited:
            yield f"{duty.path}: nobody"
        for body in duty.bodies:
            if squeezed(body.name) not in quoted:
                yield f"{duty.path}: {body.name} is not printed"
        rule = duty.rule_span and next(span for span in spans.values() if span.holds(duty.rule_span))
        if duty.inherited and not (rule and all(name in document.slice(rule) for name in duty.inherited)):
            yield f"{duty.path}: standing rule"
    for target in document.targets:
        quoted = document.slice(target.span).replace(",", "")
        if target.value_max is not None and target.value_max < target.value:
            yield f"{target.path}: {target.value}—{target.value_max}"
        if not re.search(r"\d|[〇零一二两三四五六七八九十百]|翻番|倍|半", quoted):
            yield f"{target.path}: no figure in {quoted}"


def table_faults(document: Document) -> Iterator[str]:
    """Tables lie in their clauses in order; cells lie in their rows, cover no place twice and hold every word."""
    spans, text = {c.path: c.span for c in document.clauses}, document.text
    for first, second in pairwise(document.tables):
        if first.span.end >= second.span.start:
            yield f"{second.path}: tables overlap"
    for table in document.tables:
        if not spans[table.path].holds(table.span) or (table.span.start and text[table.span.start - 1] != "\n"):
            yield f"{table.path}: table outside its clause"
        if table.caption and not (table.caption.end < table.span.start and squeezed(document.slice(table.caption))):
            yield f"{table.path}: caption"
        if [c.span for c in table.cells] != sorted(c.span for c in table.cells) or table.cells[0].row:
            yield f"{table.path}: order of cells"
        places = Counter(
            (row, column)
            for c in table.cells
            for row in range(c.row, c.row + c.rows)
            for column in range(c.column, c.column + c.columns)
        )
        if max(places.values()) > 1:
            yield f"{table.path}: a place of the grid is covered twice"
        if not all(table.span.holds(c.span) and not set("\t\n") & set(document.slice(c.span)) for c in table.cells):
            yield f"{table.path}: a cell that is no cell"
        if squeezed("".join(document.slice(c.span) for c in table.cells)) != squeezed(document.slice(table.span)):
            yield f"{table.path}: words outside the cells"
        if len({line.count("\t") for line in document.slice(table.span).split("\n")}) > 1:
            yield f"{table.path}: ragged rows"


def as_read(document: Document) -> Page:
    """The canonical text as a reader would yield it: a paragraph a line, rows with their cells."""
    rows = {}
    for table in document.tables:
        for row in {cell.row for cell in table.cells}:
            cells = [cell for cell in table.cells if cell.row == row]
            read = (
                Cell(CELL_BREAK.sub("\n", document.slice(c.span)), c.row, c.column, c.rows, c.columns) for c in cells
            )
            rows[document.text.rfind("\n", 0, cells[0].span.start) + 1] = tuple(read)
    lines, at = [], 0
    for text in document.text.split("\n"):
        lines.append(Line(CELL_BREAK.sub("\n", text) if at in rows else text, 1, cells=rows.get(at, ())))
        at += len(text) + 1
    return Page(1, 0.0, tuple(lines), hard_wrapped=False)


def repair_faults(pages: Sequence[Page], document: Document) -> Iterator[str]:
    """Repairs account for every lost character, and cleaning what is clean changes nothing."""
    left = Counter("\n".join(line.text for page in pages for line in page.lines))
    left.subtract(document.text)
    for repair in document.repairs:
        left.subtract(repair.before)
        left.update(repair.after)
    if lost := {c: n for c, n in left.items() if n}:
        yield f"characters lost or made up: {lost}"
    again = clean([as_read(document)])
    if any(squeezed(repair.before) != squeezed(repair.after) or "\n" not in repair.before for repair in again.repairs):
        yield "cleaning twice repairs something"
    if again.text != document.text or again.tables != unplaced(document.tables):
        yield "cleaning twice changes something"
    starts = document.page_starts
    if not all(page.paged for page in pages):
        if starts:
            yield f"pages that the file does not tell: {starts}"
    elif (
        len(starts) != len(pages)
        or [0, *starts] != sorted([0, *starts])
        or starts[0]
        or starts[-1] > len(document.text)
    ):
        yield f"page starts {starts}"


def unplaced(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    return tuple(replace(table, path="", caption=None) for table in tables)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def faults(document: Document) -> list[str]:
    kinds = (outline_faults, passage_faults, ledger_faults, table_faults)
    return [fault for check in kinds for fault in check(document)]


# ---- real documents


@every_document
def test_documents_keep_the_laws(name: str) -> None:
    assert faults(document(name)) == []


@every_document
def test_cleaning_keeps_account(name: str) -> None:
    assert list(repair_faults(read(source(name).path), document(name))) == []


@every_document
def test_what_is_stored_is_what_was_parsed(name: str, tmp_path: Path) -> None:
    registry = Registry.open(tmp_path)
    registry.save(document(name), file="f")
    stored = registry.document(document(name).source.doc_id)
    registry.close()
    assert replace(stored, source=document(name).source, repairs=document(name).repairs) == document(name)
    assert replace(stored.source, path=Path()) == replace(document(name).source, path=Path())


@pytest.mark.parametrize("name", BUNDLED)
def test_citations_round_trip(name: str, kb: KnowledgeBase) -> None:
    """A quote is found again in the clause that its address names, at its own page."""
    held = kb.document(name)
    assert held == replace(document(name), source=held.source, repairs=held.repairs)
    for clause in held.clauses:
        asked = f"第{clause.path}部分" if clause.level == 1 else clause.path
        assert clause.path == "0" or clause_refs(f"{asked}讲什么") == (clause.path,)
        assert kb.clause(name, clause.path).text == held.slice(clause.span).strip()
    for row in (*held.duties, *held.targets, *held.references):
        hit = kb.clause(name, row.path)
        assert held.slice(row.span).strip() in hit.text
        assert hit.page <= held.page_of(row.span.start) <= max(1, len(held.page_starts))


@pytest.mark.parametrize("half", ["（", "）"])
def test_an_address_may_be_typed_with_narrow_brackets(half: str, kb: KnowledgeBase) -> None:
    narrow = "三（九）".replace(half, {"（": "(", "）": ")"}[half])
    assert kb.clause("jincheng-2023-15", f" {narrow} ").path == "三（九）"


# ---- any text

LABELS = "一、 二、 （一） （二） (三) 1. 2． （1） ① 第一章 第一节 第三条 附件1 附件： 附表 目录"
HEADS = "总体要求 推进节能改造 云河市人民政府 关于印发《云河市节水方案》的通知 云政发〔2024〕7号 2024年3月5日"
DUTIES = (
    "（市水务局负责） 〔市发展改革委牵头，市财政局、各县（区）政府配合〕 责任单位：市林业局、市教育局 牵头单位： "
    "以下均需县（区）政府落实，不再列出"
)
TARGETS = (
    "到2025年， “十四五”期间， 比2020年下降15.5%以上 达到120公里 控制在3%—5%以内 不低于 单位GDP能耗 1,930 １２％ PM2.5"
)
MARKS = "， 。 ； ： 、 （ ） 〔 〕 《 》 “ ” …… —— 的 市 负责 为了全面落实节约优先方针"
BLANKS = ["\n", "\n\n", " ", "　", "\t", "\f", "\u202e", "\x00"]
LONG = ["加快建立健全绿色低碳循环发展的经济体系" * 12, "8" * 400, "🌳"]
PIECES = st.sampled_from([*" ".join((LABELS, HEADS, DUTIES, TARGETS, MARKS)).split(), *BLANKS, *LONG])
POLICY_LIKE = st.lists(PIECES, max_size=60).map("".join)


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drafts") / "稿.txt"


def parsed(draft: Path, content: bytes) -> Document | None:
    """Parse a file with this content; None where it is refused with one line that names it."""
    draft.write_bytes(content)
    try:
        return parse(Source("draft", draft, hashlib.sha256(content).hexdigest()))
    except PolicyError as error:
        assert draft.name in str(error)
        assert "\n" not in str(error)
        return None


def test_a_title_mark_that_closes_in_the_next_clause_is_no_title(draft: Path) -> None:
    document = parsed(draft, "一、落实《节水\n二、办法》和其他".encode())
    assert document is not None
    assert faults(document) == []


@given(text=POLICY_LIKE)
@settings(deadline=None, max_examples=150)
def test_text_like_a_policy_keeps_the_laws(draft: Path, text: str) -> None:
    document = parsed(draft, text.encode())
    assert document is None or faults(document) == []


@st.composite
def tables(draw: st.DrawFn) -> tuple[Line, ...]:
    columns = draw(st.integers(2, 4))
    fields = st.one_of(POLICY_LIKE.map(lambda text: text.replace("|", "")[:200]), st.sampled_from(["", "^", "<", "1"]))
    grid = draw(st.lists(st.lists(fields, min_size=columns, max_size=columns), min_size=1, max_size=4))
    return table_rows(*("|".join(_rectangular(grid, row)) for row in range(len(grid))))


def _rectangular(grid: list[list[str]], row: int) -> list[str]:
    """Let only first cells of a row run on over others, and only downwards where the first column does."""
    fields = [field if field not in ("^", "<") else "" for field in grid[row]]
    if row and grid[row][0] == "^":
        fields[0] = "^"
    if grid[row][-1] == "<" and len(fields) > 2:
        fields[-1] = "<"
    return fields


@given(contents=st.lists(st.one_of(tables(), POLICY_LIKE), min_size=1, max_size=6), wrapped=st.booleans())
@settings(deadline=None, max_examples=150)
def test_text_with_tables_keeps_the_laws(contents: list[tuple[Line, ...] | str], wrapped: bool) -> None:
    read = pages(*(c if isinstance(c, tuple) else prose(*c.split("\n")) for c in contents), hard_wrapped=wrapped)
    try:
        document = parse_pages(Source("draft", Path("稿.docx"), "0" * 64), read)
    except PolicyError:
        return
    assert faults(document) == []
    assert list(repair_faults(read, document)) == []


@given(text=st.text(max_size=300))
@settings(deadline=None, max_examples=100)
def test_any_text_keeps_the_laws(draft: Path, text: str) -> None:
    document = parsed(draft, text.encode())
    assert document is None or faults(document) == []


@given(content=st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("gb18030")))
@settings(deadline=None, max_examples=100)
def test_any_bytes_are_read_or_refused(draft: Path, content: bytes) -> None:
    document = parsed(draft, content)
    assert document is None or document.text.strip()


# ---- the laws can be broken


def test_the_checks_can_fail() -> None:
    plan = document("jincheng-2023-15")
    shifted = replace(plan, text="　" + plan.text)
    assert {fault.split(":")[0] for fault in faults(shifted)} > {"own words do not tile"}
    clauses = (*plan.clauses[:-1], replace(plan.clauses[-1], path=plan.clauses[-2].path))
    assert f"{clauses[-1].path} names 2 clauses" in list(outline_faults(replace(plan, clauses=clauses)))
    assert "characters of the text in no passage, or in two" in faults(replace(plan, passages=plan.passages[1:]))
    assert list(passage_faults(plan, limit=100))
    assert cut_at("由市生态环境局负责", 3) == "市生态环境局"
    assert cut_at("下降15.5%，", 4) == "15.5%"
    assert cut_at("晋市政发〔2023〕15号文", 6) == "晋市政发〔2023〕15号"
    assert cut_at("推进节水；加强监测", 5) == ""
    duty = replace(plan.duties[0], bodies=(replace(plan.duties[0].bodies[0], name="市档案馆"),))
    assert list(ledger_faults(replace(plan, duties=(duty,))))
    assert list(repair_faults(read(source("jincheng-2023-15").path), replace(plan, repairs=plan.repairs[1:])))
