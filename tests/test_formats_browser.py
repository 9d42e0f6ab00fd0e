"""A file of every format through the library page in a real browser: all are read and wait to be filed."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec

import pytest

from tests.renderings import PLAN, render_docx, render_drawn, render_html, render_ofd, render_scan, render_text

WAIT = 120_000  # milliseconds; one page is recognised, and an office program starts
OFFICE = ("doc", "rtf")
SCANNED = 6  # blocks of the plan on the picture


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The plan in every format that can be made here, a picture of its beginning, and notes in Markdown."""
    folder = tmp_path_factory.mktemp("formats")
    made = [
        render_docx(PLAN, folder / "文档.docx"), render_drawn(PLAN, folder / "文字层.pdf"),
        render_ofd(PLAN, folder / "版式.ofd"), render_html(PLAN, folder / "网页.html"),
        render_text(PLAN, folder / "文本.txt"), folder / "笔记.md",
    ]  # fmt: skip
    made[-1].write_text("# 云河市绿道笔记\n\n## 一、目标\n\n- 绿道总长度达到362公里。\n", "utf-8")
    if find_spec("rapidocr"):
        made.append(_picture(folder))
    if shutil.which("soffice"):
        made += _converted(made[0])
    return made


def _picture(folder):
    import pypdfium2

    scan = render_scan(PLAN[:SCANNED], folder / "扫描.pdf")
    document = pypdfium2.PdfDocument(scan)
    document[0].render(scale=150 / 72).to_pil().save(folder / "扫描.png")
    document.close()
    return folder / "扫描.png"


def _converted(source):
    """Return the Word document as an office program writes older kinds; WPS writes the same container as DOC."""
    profile = (source.parent / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to"]
    for kind in OFFICE:
        out = ["--outdir", str(source.parent), str(source)]
        subprocess.run([*command, kind, *out], check=True, capture_output=True, timeout=120)
    old, rich = (source.with_suffix(f".{kind}") for kind in OFFICE)
    return [old.rename(source.parent / "金山.wps"), rich]


@pytest.fixture(scope="module")
def address(tmp_path_factory, serve):
    """The address of a page on an empty library."""
    return serve(tmp_path_factory.mktemp("empty") / "home")


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_files_of_every_format_are_read(window, files, tmp_path):
    window.goto("/library")
    window.locator("input[type=file]").set_input_files(files)
    window.get_by_text(f"{len(files)}份待入库").wait_for(timeout=WAIT)
    window.screenshot(path=tmp_path / "review.png", full_page=True)
    assert window.locator("[class*=st-key-review_]").count() == len(files)
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
