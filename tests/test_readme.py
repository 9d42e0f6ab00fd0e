"""The documents against the program: commands, flags, outputs, JSON keys, names and paths in the README exist."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kb import KnowledgeBase
from kb.cli import main
from kb.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
READMES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")}
DOCUMENTS = [*READMES, "ARCHITECTURE.md", "CHANGELOG.md", "bench/README.md", "eval/README.md", "corpus/README.md"]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OMITTED = "……"
# Commands whose shown output a test may ask for again: they write nothing and print no times or paths.
READING = {"ask", "search", "docs", "show", "duties", "targets", "align"}
# Keys of the README's JSON table, by row, and where the same object is printed.
OBJECTS = {
    "answer": ("ask", "VOC治理由谁负责？"),
    "citation": ("ask", "VOC治理由谁负责？", "citations"),
    "check": ("ask", "VOC治理由谁负责？", "checks"),
    "related clause": ("ask", "2025年全市新能源汽车补贴标准是多少元？", "related"),
    "search hit": ("search", "锅炉"),
    "document": ("docs",),
    "shown document": ("show", "jincheng-2023-15"),
    "outline entry": ("show", "jincheng-2023-15", "outline"),
    "duty": ("duties",),
    "target": ("targets",),
    "aligned indicator": ("align", "jincheng-2023-15", "guofa-2021-33"),
}
LISTS = {"citations", "checks", "related", "outline"}


def blocks(text: str, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(text) if kind == language]


def prose(text: str) -> str:
    return FENCE.sub("", text)


def headings(text: str) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", prose(text), re.MULTILINE)]


def table(text: str, *header: str) -> list[list[str]]:
    """Return the rows of the table whose header holds these cells first."""
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("| ")
    ]
    start = next(i for i, row in enumerate(rows) if row[: len(header)] == list(header))
    width = len(rows[start])
    found = []
    for row in rows[start + 1 :]:
        if len(row) != width:
            break
        found.append(row)
    return found


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def shown_commands(text: str) -> list[str]:
    """Return every kb command line of the prose and the blocks, as written."""
    lines = [
        line.removeprefix("$ ")
        for kind, body in FENCE.findall(text)
        if kind in ("console", "sh")
        for line in body.splitlines()
    ]
    inline = re.findall(r"`([^`\n]+)`", prose(text))
    return [found[0] for line in lines + inline if (found := re.search(r"(?<![\w./-])kb (?!\()[a-z-].*", line))]


def options_of(command: click.Command) -> set[str]:
    """Return the flags of a command, those of its subcommands among them."""
    below = command.commands.values() if isinstance(command, click.Group) and command is not main else ()
    own = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    return own.union({"-h", "--help"}, *map(options_of, below))


def sections(text: str) -> list[tuple[str, str]]:
    """Return (command line, shown output) of the console blocks."""
    found = []
    for block in blocks(text, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output.rstrip("\n")))
    return found


def agrees(shown: str, printed: str) -> bool:
    """Tell whether the printed lines are the shown ones, with something in the place of each line of dots."""
    pattern = "\n".join(".*" if line == OMITTED else re.escape(line) for line in shown.split("\n"))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


SHOWN = dict.fromkeys((command, output) for text in READMES.values() for command, output in sections(text))


@pytest.mark.parametrize(("shown", "printed", "right"), [
    ("a\nb", "a\nb", True),
    ("a\nb", "a\nb\nc", False),
    ("a\n……\nc", "a\nx\ny\nc", True),
    ("a\n……\nc", "a\nx\ny", False),
    ("a\n……", "a\nb", True),
    ("a\n……", "b\na", False),
])  # fmt: skip
def test_the_comparison_of_outputs_can_fail(shown: str, printed: str, right: bool) -> None:
    assert agrees(shown, printed) is right


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=lambda value: value[:40])
def test_the_tour_shows_what_is_printed(home: Path, command: str, shown: str) -> None:
    words = shlex.split(command)
    assert words[0] == "kb"
    assert words[1] in READING
    result = CliRunner().invoke(main, ["--home", str(home), *words[1:]])
    assert result.exit_code == 0, result.output
    assert agrees(shown, result.stdout.rstrip("\n")), f"README 中的输出已过时，现在打印的是：\n{result.stdout}"


def test_both_readmes_show_the_same_outputs() -> None:
    english, chinese = (sections(text) for text in READMES.values())
    assert english == chinese
    assert len(english) >= 10


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_described_with_all_its_flags(name: str) -> None:
    for command, definition in main.commands.items():
        cells = " ".join(re.findall(rf"^\| (`kb {command}\b.*) \|$", READMES[name], re.MULTILINE))
        assert cells, f"{name} 没有说明 kb {command}"
        missing = {
            flag for flag in options_of(definition) if not re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", cells)
        }
        assert missing <= {"--home", "--json", "-h", "--help"}, f"{name}：kb {command} 没有说明 {missing}"


@pytest.mark.parametrize("name", READMES)
def test_common_flags_are_described(name: str) -> None:
    for flag in options_of(main) | {"--json"}:
        assert re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", READMES[name]), flag


@pytest.mark.parametrize("name", [*READMES, "bench/README.md", "eval/README.md", "corpus/README.md", "CHANGELOG.md"])
def test_commands_and_flags_that_are_shown_exist(name: str) -> None:
    for line in shown_commands((ROOT / name).read_text("utf-8")):
        words = [word.strip("[]") for word in line.split()[1:]]
        position = next((i for i, word in enumerate(words) if word in main.commands), None)
        before = words if position is None else words[:position]
        assert all(word in options_of(main) for word in before if word.startswith("-")), line
        if position is None:
            assert before[0].startswith("-"), f"{name}：没有这条命令：{line}"
            continue
        known = options_of(main.commands[words[position]])
        assert all(word in known for word in words[position + 1 :] if re.match(r"--?[a-z]", word)), line


@pytest.mark.parametrize("name", READMES)
def test_make_targets_exist(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for line in re.findall(r"(?:`|^|\" )make ([a-zA-Z][^`\n#]*)", READMES[name], re.MULTILINE):
        target, *variables = line.split()
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
        for variable in (word.partition("=")[0] for word in variables if "=" in word):
            assert re.search(rf"\b{variable}\b", makefile), variable


@pytest.mark.parametrize("name", DOCUMENTS)
def test_linked_and_named_files_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    named = re.findall(r"`((?:[\w-]+/)+[\w.-]+\.(?:py|toml|md|jsonl|json|png))`", text)
    for path in [*links, *named]:
        assert (ROOT / name).parent.joinpath(path).exists() or (ROOT / path).exists(), f"{name}：{path}"


def test_the_architecture_page_names_every_part_of_the_floor() -> None:
    rows = table((ROOT / "ARCHITECTURE.md").read_text("utf-8"), "step", "modules")
    named = {Path(name).stem for row in rows for name in names(row[1])} | {"numerals", "glossary", "pipeline"}
    modules = {path.stem for path in (ROOT / "ingest").rglob("*.py")} - {"__init__", "document", "errors"}
    tables = {path.stem for path in (ROOT / "ingest").glob("*.toml")}
    packages = {path.parent.name for path in (ROOT / "ingest").rglob("__init__.py")}
    assert modules <= named
    assert named <= modules | tables | packages


def test_the_architecture_page_names_every_room() -> None:
    rows = table((ROOT / "ARCHITECTURE.md").read_text("utf-8"), "room", "may import")
    rooms = re.findall(
        r'^    "([\w.]+)": ?\(', (ROOT / "tests" / "test_architecture.py").read_text("utf-8"), re.MULTILINE
    )
    staircase = {room for room in rooms[: rooms.index("kb")] if room != "app"}
    assert {room.removesuffix(".py") for row in rows for room in names(row[0])} - {"app"} == staircase


@pytest.mark.parametrize("name", READMES)
def test_glossary_identifiers_occur_in_the_code(name: str) -> None:
    sources = "\n".join(p.read_text("utf-8") for top in ("ingest", "kb") for p in (ROOT / top).rglob("*.py"))
    rows = table(READMES[name], "中文")
    assert len(rows) >= 20
    for row in rows:
        for identifier in names(row[2]):
            assert re.search(rf"\b{identifier}\b", sources), identifier


@pytest.mark.parametrize("row", OBJECTS)
def test_json_keys_are_those_printed(home: Path, row: str) -> None:
    (listed,) = [names(cells[1]) for cells in table(READMES["README.md"], "object", "keys") if cells[0] == row]
    *arguments, last = OBJECTS[row]
    command = [*arguments, last] if last not in LISTS else arguments
    result = CliRunner().invoke(main, ["--home", str(home), *command, "--json"])
    value = json.loads(result.stdout)
    value = value[0] if isinstance(value, list) else value
    value = value[last][0] if last in LISTS else value
    assert listed == list(value)


def test_keys_of_an_ingest_report(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main,
        ["--home", str(tmp_path / "home"), "ingest", str(ROOT / "corpus" / "documents" / "guofa-2021-33.md"), "--json"],
    )
    (listed,) = [
        names(cells[1]) for cells in table(READMES["README.md"], "object", "keys") if cells[0] == "ingest report"
    ]
    assert listed == list(json.loads(result.stdout))


def test_both_readmes_list_the_same_keys_settings_and_names() -> None:
    english, chinese = READMES.values()
    for first, second, columns in [
        (table(english, "object", "keys"), table(chinese, "对象", "键"), slice(1, 2)),
        (table(english, "`kb.toml`"), table(chinese, "`kb.toml`"), slice(0, 2)),
        (table(english, "中文"), table(chinese, "中文"), slice(0, 3)),
    ]:
        assert [row[columns] for row in first] == [row[columns] for row in second]


def test_both_readmes_have_the_same_structure_and_commands() -> None:
    english, chinese = READMES.values()
    assert headings(english) == headings(chinese)
    bare = [[re.sub(r"\s+#.*", "", block) for block in blocks(text, "sh")] for text in (english, chinese)]
    assert bare[0] == bare[1]
    commands = [re.findall(r"^\| (`(?:kb|make) [^|]+?`) \|", text, re.MULTILINE) for text in (english, chinese)]
    assert commands[0] == commands[1]
    assert len(commands[0]) > len(main.commands)


@pytest.mark.parametrize("name", READMES)
def test_settings_are_all_described_with_their_defaults(name: str) -> None:
    rows = {row[1].strip("`"): row[2].strip("`") for row in table(READMES[name], "`kb.toml`")}
    defaults = Settings()
    expected = {f"KB_{field.upper()}" for field in Settings.__dataclass_fields__}
    assert set(rows) == expected
    shown = [rows[f"KB_{field.upper()}"] for field in ("embedding", "max_chars", "llm_timeout")]
    assert shown == [defaults.embedding, f"{defaults.max_chars}", f"{defaults.llm_timeout:g}"]


@pytest.mark.parametrize("name", READMES)
def test_python_examples_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = blocks(READMES[name], "python")
    monkeypatch.setenv("KB_HOME", str(tmp_path))
    with KnowledgeBase.open() as kb:
        kb.ingest()
    monkeypatch.chdir(ROOT / "corpus")
    first = first.replace('["notice.pdf", "policies"]', '["documents/guofa-2021-33.md"]')
    exec(compile(first, name, "exec"), {})  # noqa: S102
    assert "('市生态环境局',) 三（九）" in capsys.readouterr().out
    exec(compile(second, name, "exec"), {})  # noqa: S102
    assert "晋市政发〔2023〕15号 三（一） 3" in capsys.readouterr().out


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_name_no_private_place(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"(?<![\w.])/(?:work|tmp|home|root|opt)/", text)
    hosts = set(re.findall(r"https?://([^/\s)`'\"，。]+)", text))
    ours = {"localhost:8501", "localhost:8502", "localhost:8000"}
    assert hosts <= ours | {"download.pytorch.org", "keepachangelog.com", "semver.org"}, hosts
