"""Old office files: converted where the office program is installed, refused in plain words where not."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from ingest.errors import EncryptedFile, UnknownFormat, UnreadableFile
from ingest.readers import legacy, read
from tests.hostile import ole
from tests.renderings import PLAN, render_docx

SOFFICE = shutil.which("soffice")
needs_soffice = pytest.mark.skipif(not SOFFICE, reason="没有安装 LibreOffice")
RTF = rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0 " + b"%s\\par}"


def rtf(folder: Path, text: str, name: str = "通知.rtf") -> Path:
    path = folder / name
    path.write_bytes(RTF % "".join(f"\\'{byte:02x}" for byte in text.encode("gbk")).encode())
    return path


def texts(path: Path) -> list[str]:
    return [line.text for page in read(path) for line in page.lines]


@needs_soffice
@pytest.mark.parametrize("name", ["通知.rtf", "改名.pdf", "-h $(x).rtf"])
def test_rtf_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    path = rtf(tmp_path, "第一条 节约用水。", name)
    assert texts(path) == ["第一条 节约用水。"]
    assert list(tmp_path.iterdir()) == [path]


@needs_soffice
def test_doc_and_wps(tmp_path: Path) -> None:
    source = render_docx(PLAN, tmp_path / "方案.docx")
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "doc", "--outdir", tmp_path]
    subprocess.run([*command, source], check=True, capture_output=True, timeout=120)
    old = (tmp_path / "方案.doc").rename(tmp_path / "方案.wps")
    assert old.read_bytes().startswith(legacy.OLE)
    assert texts(old) == texts(source)


@needs_soffice
def test_nothing_is_fetched(tmp_path: Path) -> None:
    asked = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        link = f'INCLUDEPICTURE "http://127.0.0.1:{server.server_port}/x.png"'.encode()
        path = tmp_path / "外链.rtf"
        field = rb"{\field{\*\fldinst " + link + rb" \\d}{\fldrslt x}}"
        path.write_bytes(RTF % (rb"\'bd\'da " + field))
        assert texts(path)[0].startswith("节")
        server.shutdown()
    assert asked == []


@needs_soffice
def test_damaged(tmp_path: Path) -> None:
    path = tmp_path / "坏.doc"
    path.write_bytes(ole("WordDocument"))
    with pytest.raises(UnreadableFile, match=r"^坏\.doc：.*；请"):
        read(path)


@pytest.mark.parametrize("name", ["通知.rtf", "通知.doc", "通知.wps"])
def test_without_the_office_program(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    path.write_bytes(RTF % b"x" if name.endswith("rtf") else ole("WordDocument"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableFile, match=r"LibreOffice.*apt install.*另存为 docx"):
        read(path)


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nsleep 600 & echo $! > {tmp_path}/pid\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(legacy, "SECONDS", 1)
    with pytest.raises(UnreadableFile, match="超过 1 秒"):
        read(rtf(tmp_path, "第一条"))
    child = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}")
    assert not child.exists() or "Z" in (child / "stat").read_text().split()[2]


@pytest.mark.parametrize(
    ("streams", "error", "says"),
    [
        (("EncryptionInfo", "EncryptedPackage"), EncryptedFile, "密码"),
        (("Workbook",), UnknownFormat, "Excel"),
        (("PowerPoint Document",), UnknownFormat, "演示"),
        (("CONTENTS",), UnknownFormat, "没有文档正文"),
        ((), UnknownFormat, "没有文档正文"),
    ],
)
def test_containers_without_a_document(
    streams: tuple[str, ...], error: type[Exception], says: str, tmp_path: Path
) -> None:
    path = tmp_path / "文件.doc"
    path.write_bytes(ole(*streams))
    with pytest.raises(error, match=rf"^文件\.doc：.*{says}.*；请"):
        read(path)


def test_an_encrypted_document(tmp_path: Path) -> None:
    data = bytearray(ole("WordDocument"))
    entry = data.find("WordDocument".encode("utf-16-le"))
    data[entry + 116 : entry + 120] = (8).to_bytes(4, "little")
    data += bytes(512 * 9 + 12 - len(data))
    data[512 * 9 : 512 * 9 + 2] = b"\xec\xa5"
    data[512 * 9 + 11] = 1
    path = tmp_path / "密.doc"
    path.write_bytes(data)
    with pytest.raises(EncryptedFile, match="密码"):
        read(path)
