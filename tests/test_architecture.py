"""The house rules, read from the source with ast: who imports whom, one foreign library in one room, sizes, answers."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(p for top in ("ingest", "kb", "eval") for p in (ROOT / top).rglob("*.py")) + [ROOT / "app.py"]
OURS = ("ingest", "kb", "eval")

# The staircase: each room may use the rooms named, itself, and (where "ingest" is named) all of the floor.
STAIRCASE = {
    "ingest": (),
    "kb.errors": ("ingest",),
    "kb.card": (),
    "kb.results": ("ingest", "kb.card"),
    "kb.settings": ("kb.errors",),
    "kb.embedding": ("ingest", "kb.errors"),
    "kb.store": ("ingest", "kb.errors", "kb.results"),
    "kb.workspace": ("ingest", "kb.errors", "kb.results", "kb.settings", "kb.store"),
    "kb.search": ("ingest", "kb.errors", "kb.results", "kb.store", "kb.embedding"),
    "kb.answer": ("ingest", "kb.errors", "kb.results", "kb.settings", "kb.ledger", "kb.study"),
    "kb.ledger": ("ingest", "kb.errors"),
    "kb.fetch": ("ingest", "kb.errors", "kb.results", "kb.store", "kb.intake"),
    "kb.study": ("ingest", "kb.errors", "kb.results", "kb.ledger", "kb.store", "kb.workspace"),
    "kb.originals": ("ingest", "kb.errors"),
    "kb.cluster": ("ingest", "kb.errors", "kb.embedding"),
    "kb.intake": ("ingest", "kb.errors", "kb.originals", "kb.results", "kb.store", "kb.embedding"),
    "kb.inquiry": (
        "ingest", "kb.errors", "kb.results", "kb.settings", "kb.store", "kb.embedding", "kb.search", "kb.answer",
        "kb.study",
    ),
    "kb.knowledge_base": (
        "ingest", "kb.library", "kb.inquiry", "kb.errors", "kb.results", "kb.settings", "kb.store", "kb.search",
        "kb.langchain", "kb.study", "kb.ledger",
    ),
    "kb.library": (
        "ingest", "kb.intake", "kb.fetch", "kb.originals", "kb.errors", "kb.results", "kb.settings", "kb.store",
        "kb.embedding", "kb.search", "kb.cluster",
    ),
    "kb.watch": ("ingest", "kb.errors", "kb.library", "kb.results"),
    "kb.langchain": ("ingest", "kb.errors", "kb.knowledge_base", "kb.results"),
    "eval": ("ingest", "kb.knowledge_base", "kb.inquiry", "kb.search", "kb.answer", "kb.errors", "kb.results"),
    "kb.render": ("kb.results", "kb.study"),
    "kb.export": ("ingest", "kb.errors", "kb.card"),
    "kb.batch": ("ingest", "kb.errors"),
    "kb.server": ("kb.errors", "kb.settings"),
    "kb.api": (
        "ingest", "kb.batch", "kb.errors", "kb.knowledge_base", "kb.ledger", "kb.server", "kb.settings", "kb.study",
        "kb.workspace",
    ),
    "kb.cli": (
        "ingest", "eval", "kb.api", "kb.batch", "kb.errors", "kb.knowledge_base", "kb.render", "kb.export", "kb.ledger",
        "kb.results", "kb.server", "kb.settings", "kb.study", "kb.watch", "kb.workspace",
    ),
    "kb.views": (
        "ingest", "eval", "kb", "kb.errors", "kb.knowledge_base", "kb.render", "kb.export", "kb.ledger",
        "kb.results", "kb.server", "kb.settings", "kb.search", "kb.study", "kb.workspace",
    ),
    "app": ("ingest", "kb", "kb.errors", "kb.knowledge_base", "kb.views", "kb.results", "kb.settings"),
    "kb": ("kb.knowledge_base",),
}  # fmt: skip
# One foreign library, one room.
ROOMS = {
    "pypdfium2": ("ingest.readers.pdf", "ingest.readers.strokes"),
    "rapidocr": ("ingest.readers.ocr",),
    "PIL": ("ingest.readers.images",),
    "cv2": ("ingest.readers.ocr", "ingest.readers.grid"),
    "lxml": ("ingest.readers.archive",),
    "zipfile": ("ingest.readers.archive",),
    "selectolax": ("ingest.readers.markup",),
    "jieba": ("ingest.words",),
    "rjieba": ("ingest.words",),
    "opencc": ("kb.search.reading.spelling",),
    "pypinyin": ("kb.search.reading.spelling",),
    "chromadb": ("kb.store.chroma",),
    "pymilvus": ("kb.store.milvus",),
    "distributed": ("kb.cluster",),
    "sqlite3": ("kb.store",),
    "filelock": ("kb.store.lock",),
    "sentence_transformers": ("kb.embedding",),
    "torch": ("kb.embedding",),
    "sklearn": ("kb.embedding",),
    "scipy": ("kb.embedding",),
    "threadpoolctl": ("kb.embedding",),
    "tokenizers": ("kb.embedding",),
    "safetensors": ("kb.embedding",),
    "langchain": ("kb.answer.chain", "kb.langchain"),
    "langchain_core": ("kb.answer.chain", "kb.langchain"),
    "langchain_text_splitters": ("kb.langchain",),
    "pydantic": ("kb.langchain",),
    "langsmith": ("kb.answer.chain",),
    "streamlit": ("app", "kb.views"),
    "jinja2": ("eval.report",),
    "httpx": ("kb.fetch", "kb.store.chroma"),
    "httpcore": ("kb.fetch",),
    "openpyxl": ("kb.export.workbook", "kb.export.handed"),
    "docx": ("kb.export.paper", "kb.export.letter"),
    "click": ("kb.cli",),
    "argon2": ("kb.workspace.accounts",),
    "starlette": ("kb.api", "kb.views.site"),
    "uvicorn": ("kb.api",),
    "watchdog": ("kb.watch",),
}
FORBIDDEN = ("pickle", "marshal", "shelve", "requests", "urllib3")
MAX_LINES = 300
MAX_FUNCTION = 60


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            known = {module_of(p) for p in SOURCES}
            found += [name if name in known else node.module for name in submodules]
    return list(dict.fromkeys(found))


def room_of(module: str) -> str:
    return max((room for room in STAIRCASE if module == room or module.startswith(f"{room}.")), key=len)


def inside(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_imports_go_down_the_staircase(path):
    module = module_of(path)
    room = room_of(module)
    allowed = (room, *STAIRCASE[room])
    ours = [name for name in imports_of(path) if name.split(".")[0] in OURS]
    wrong = [name for name in ours if not any(inside(name, a) if a not in ("kb",) else name == "kb" for a in allowed)]
    assert not wrong, f"{module} 不应导入 {wrong}"


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_one_foreign_library_in_one_room(path):
    module = module_of(path)
    for name in imports_of(path):
        rooms = ROOMS.get(name.split(".")[0])
        assert rooms is None or any(inside(module, room) for room in rooms), f"{name} 只应出现在 {rooms}"
        assert name.split(".")[0] not in FORBIDDEN, f"{module} 不应使用 {name}"


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_modules_and_functions_stay_small(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION, f"{node.name} 有 {length} 行"


def test_only_verification_builds_an_answer():
    builders = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Answer":
                builders.append(module_of(path))
    assert set(builders) == {"kb.answer.verify"}


def test_importing_kb_loads_nothing_heavy():
    import subprocess
    import sys

    heavy = ("streamlit", "langchain", "langchain_core", "torch", "chromadb", "sentence_transformers", "rjieba")
    code = f"import sys, kb, kb.cli; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_no_dynamic_code():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), module_of(path)
