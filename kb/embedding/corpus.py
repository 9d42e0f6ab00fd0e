"""Training text for the bundled model: laws and policies as units (an article, a numbered item) with title and heading.

The laws come as Markdown, in a folder or in a tar archive that is read member by member without unpacking anything to
disk; of several versions of one law, told apart by the date in the file name, only the newest counts. Policies come as
whatever ``ingest.readers`` can read; there the numbered items (一、（一）1. 第X条) are the units. This is deliberately
cruder than ``ingest.outline``: a wrong boundary costs one training pair, not a citation. Files that cannot be read as
text are passed over and counted.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.errors import PolicyError

MAX_MEMBER_BYTES = 8_000_000
MAX_MEMBERS = 50_000
MAX_UNIT_CHARACTERS = 1_500
MIN_UNIT_CHARACTERS = 12

# 节约能源法(2018-10-26)
VERSION = re.compile(r"^(?P<name>.+?)[(（](?P<date>\d{4}-\d{2}-\d{2})[)）]$")
# 第二十三条 · 第十条之一
ARTICLE = re.compile(r"^第(?P<number>[一二三四五六七八九十百千零〇]+)条(?:之[一二三四五六七八九十]+)?[\s　]+")
# ## 第一章 总则
MARKDOWN_HEADING = re.compile(r"^#+\s*(?P<text>.+?)\s*$")
# 三、实施节能减排重点工程 · （九）挥发性有机物综合整治工程。 · 2.
ITEM = re.compile(
    r"^(?:(?P<top>[一二三四五六七八九十]{1,3}、)|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、](?!\d))"
)
# a line that ends a paragraph although nothing follows on the same line
PARAGRAPH_END = re.compile(r"[。；：:;！？〕］\]]\s*$")
# — 8 — · - 12 -
PAGE_NUMBER = re.compile(r"^[\s—\-–·第页]*\d{1,3}[\s—\-–·页]*$")
# 一、现状 ........ 1 (a line of a table of contents)
LEADERS = re.compile(r"[.·…]{4,}")
# 产 业 (a gap that a justified line left inside a word)
HAN_GAP = re.compile(r"(?<=[一-鿿])[ \t]+(?=[一-鿿])")
# 关于印发节水方案的通知 · 绿色发展规划
TITLE = re.compile(r"通知|方案|规划|意见|办法|计划|行动|决定|细则|条例|指南")
INFO_END = "<!-- INFO END -->"


@dataclass(frozen=True, slots=True)
class Unit:
    """One article or numbered item; ``number`` is the article's number as printed, ``kind`` is law or policy."""

    kind: str
    title: str
    heading: str
    number: str
    text: str


def read_laws(source: Path) -> list[Unit]:
    """Return the articles of every law under ``source`` (a folder or a tar archive), newest versions only.

    Raises:
        PolicyError: the path does not exist, or holds no law.
    """
    newest: dict[str, tuple[str, str]] = {}
    for name, text in _law_files(source):
        stem = PurePosixPath(name).stem
        match = VERSION.match(stem)
        key, date = (match["name"], match["date"]) if match else (stem, "")
        key = str(PurePosixPath(name).parent / key)
        if date >= newest.get(key, ("", ""))[0]:
            newest[key] = (date, text)
    units = [unit for key in sorted(newest) for unit in law_units(newest[key][1])]
    if not units:
        raise PolicyError(f"没有可用的法律文本：{source}；请给出含 Markdown 文件的文件夹或 tar 包")
    return units


def read_policies(folder: Path) -> list[Unit]:
    """Return the numbered items of every readable file in ``folder``."""
    units: list[Unit] = []
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.suffix.lower() in {".csv", ".json"}:
            continue
        try:
            units.extend(read_policy(path))
        except PolicyError:
            continue
    return units


def read_policy(path: Path) -> list[Unit]:
    """Return the numbered items of one file.

    Raises:
        UnreadableFile: the file has no text that can be read.
    """
    return policy_units(_policy_lines(path))


def law_units(text: str) -> list[Unit]:
    r"""Split one law in Markdown into its articles.

    >>> law_units("# 河道条例\n<!-- INFO END -->\n## 第一章 总则\n第一条 为了保护河道，制定本条例。")
    [Unit(kind='law', title='河道条例', heading='第一章 总则', number='一', text='为了保护河道，制定本条例。')]
    """
    head, _, body = text.partition(INFO_END)
    titles = [m["text"] for line in head.splitlines() if (m := MARKDOWN_HEADING.match(line))]
    title, heading, number = " ".join(titles), "", ""
    units: list[Unit] = []
    lines: list[str] = []
    for line in (raw.strip() for raw in [*body.splitlines(), "# "]):
        new_heading, article = MARKDOWN_HEADING.match(line) or line == "#", ARTICLE.match(line)
        if new_heading or article:
            units.extend(_unit("law", title, heading, number, lines))
            lines = []
        if article:
            number = article["number"]
            lines.append(line[article.end() :])
        elif isinstance(new_heading, re.Match):
            heading, number = new_heading["text"], ""
        elif line and number:
            lines.append(line)
    return units


def policy_units(lines: Iterable[str]) -> list[Unit]:
    """Split the lines of one policy into its numbered items; hard-wrapped lines are joined first.

    >>> [u.text for u in policy_units(["一、总体要求", "（一）节水优先。到2025年全县", "用水总量不再增长。"])]
    ['（一）节水优先。到2025年全县用水总量不再增长。']
    """
    paragraphs = _join(lines)
    title = next((p for p in paragraphs[:20] if 6 <= len(p) <= 90 and TITLE.search(p) and not ITEM.match(p)), "")
    heading, number, collected = "", "", list[str]()
    units: list[Unit] = []
    for paragraph in paragraphs:
        item, article = ITEM.match(paragraph), ARTICLE.match(paragraph)
        if item or article:
            units.extend(_unit("policy", title, heading, number, collected))
            number, collected = (article["number"] if article else ""), []
        if item and item["top"] and len(paragraph) <= 40:
            heading = paragraph
        else:
            collected.append(paragraph)
    units.extend(_unit("policy", title, heading, number, collected))
    return units


def _law_files(source: Path) -> Iterator[tuple[str, str]]:
    if source.is_dir():
        for path in sorted(source.rglob("*.md")):
            yield path.relative_to(source).as_posix(), path.read_text(encoding="utf-8", errors="replace")
    elif source.is_file():
        yield from _tar_files(source)
    else:
        raise PolicyError(f"找不到法律文本：{source}；请检查路径")


def _tar_files(source: Path) -> Iterator[tuple[str, str]]:
    """Yield Markdown members only; nothing is written, so a member's name is a label and never a path."""
    with tarfile.open(source) as archive:
        for count, member in enumerate(archive):
            if count >= MAX_MEMBERS:
                raise PolicyError(f"压缩包成员超过 {MAX_MEMBERS} 个：{source}；请换用正确的文件")
            if not member.isreg() or not member.name.endswith(".md") or member.size > MAX_MEMBER_BYTES:
                continue
            stream = archive.extractfile(member)
            if stream is not None:
                yield PurePosixPath(member.name).as_posix(), stream.read().decode("utf-8", errors="replace")


def _policy_lines(path: Path) -> list[str]:
    if path.suffix.lower() in {".txt", ".md"}:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    from ingest.readers import read

    return [line.text for page in read(path) for line in page.lines]


def _join(lines: Iterable[str]) -> list[str]:
    paragraphs: list[str] = []
    open_end = False
    for line in (HAN_GAP.sub("", raw.strip()) for raw in lines):
        if not line or PAGE_NUMBER.match(line) or LEADERS.search(line):
            continue
        if open_end and not (ITEM.match(line) or ARTICLE.match(line)):
            paragraphs[-1] += line
        else:
            paragraphs.append(line)
        open_end = not PARAGRAPH_END.search(line) and len(line) > 12
    return paragraphs


def _unit(kind: str, title: str, heading: str, number: str, lines: list[str]) -> Iterator[Unit]:
    text = "\n".join(lines)[:MAX_UNIT_CHARACTERS]
    if len(text) >= MIN_UNIT_CHARACTERS:
        yield Unit(kind, title, heading, number, text)
