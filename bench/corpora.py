"""What the bench is run on: the bundled corpus and, where ../shared/data is present, policy PDFs and a sample of laws.

Every corpus is a folder of files that both systems read for themselves. The texts kept here are a quick plain reading
(no cleaning, no outline): questions are drawn from them and the amount of text is counted in them, so that neither
system's own parsing decides what is asked. Scans and unreadable files are left out of both.
"""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
# 第三十七条 at the start of a line: an article
ARTICLE = re.compile(r"^第[一二三四五六七八九十百千零〇]+条", re.MULTILINE)
# # 某省节约用水条例
HEADING = re.compile(r"^# +(\S.*?)\s*$", re.MULTILINE)
MAX_MEMBER_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """Files to ingest. ``texts`` maps file names to their plain text, ``titles`` file names to declared titles."""

    name: str
    folder: Path
    texts: dict[str, str]
    titles: dict[str, str]

    @property
    def megabytes(self) -> float:
        """Return the plain text's size in UTF-8, in millions of bytes."""
        return sum(len(text.encode()) for text in self.texts.values()) / 1e6

    def counts(self) -> dict[str, float | int]:
        """Return what the results say about this corpus."""
        articles = sum(len(ARTICLE.findall(text)) for text in self.texts.values())
        characters = sum(map(len, self.texts.values()))
        size = round(self.megabytes, 3)
        return {"files": len(self.texts), "characters": characters, "text_mb": size, "articles": articles}


def plain_text(path: Path) -> str:
    """Return the text of a file as the simplest loader gives it: UTF-8, or the text layer of a PDF page by page."""
    if path.suffix.lower() != ".pdf":
        return path.read_text("utf-8-sig", errors="replace")
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "\n")
    finally:
        pdf.close()


def bundled() -> Corpus:
    """Return the corpus that ships with the project."""
    folder = ROOT / "corpus"
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    files = {Path(row["file"]).name: row["title"] for row in rows}
    texts = {name: plain_text(folder / "documents" / name) for name in files}
    return Corpus("bundled", folder, texts, files)


def policies(work: Path, *, limit: int, seed: int) -> Corpus | None:
    """Return at most ``limit`` of the policy PDFs, or None where the data is not present."""
    source = DATA / "policies"
    if not source.is_dir():
        return None
    with (source / "annotations.csv").open(encoding="utf-8-sig", newline="") as file:
        declared = {int(row["number"]): row["title"] for row in csv.DictReader(file)}
    paths = sorted(source.glob("*.pdf"))
    random.Random(seed).shuffle(paths)
    folder = _emptied(work / "policies")
    texts, titles = {}, {}
    for path in paths[:limit]:
        shutil.copyfile(path, folder / path.name)
        texts[path.name] = plain_text(path)
        titles[path.name] = declared.get(int(path.name.split("-")[0]), "")
    return Corpus("policies", folder, texts, titles)


def laws(work: Path, *, articles: int, seed: int, limit: int = 10**9) -> Corpus | None:
    """Return at most ``limit`` laws drawn at random until they hold ``articles`` articles; None without the archive."""
    archive = DATA / "laws.tar.xz"
    if not archive.is_file():
        return None
    found = dict(_laws_in(archive))
    names = sorted(found)
    random.Random(seed).shuffle(names)
    folder = _emptied(work / "laws")
    texts, titles, total = {}, {}, 0
    for number, name in enumerate(names[:limit]):
        if total >= articles:
            break
        file, text = f"{number:04d}.md", found[name]
        (folder / file).write_text(text, "utf-8")
        heading = HEADING.search(text)
        texts[file], titles[file] = text, heading[1] if heading else ""
        total += len(ARTICLE.findall(text))
    return Corpus("laws", folder, texts, titles)


def _laws_in(archive: Path) -> list[tuple[str, str]]:
    """Read the archive member by member; nothing of it is unpacked under its own name."""
    found = []
    with tarfile.open(archive) as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isfile() and member.size < MAX_MEMBER_BYTES else None
            if stream and member.name.endswith(".md"):
                text = stream.read().decode("utf-8", "replace")
                if ARTICLE.search(text):
                    found.append((member.name, text))
    return found


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
