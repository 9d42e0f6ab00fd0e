r"""Old office files (DOC, WPS, RTF): an office program turns them into Word documents, which ``docx`` then reads.

Their formats are undocumented or a world of their own, and LibreOffice reads them well; nothing else in this project
needs it, so it may be missing. It is run without macros, links and network, each time with a profile of its own: two
runs that share one lose a file without a word. What a container of old Office holds is told by the names of its
streams (MS-CFB, 2.6.1); workbooks, slides and encrypted documents are refused before anything is run. Where pages end
is what the converter makes of the fonts it has, not what was printed: no page is known.
"""

from __future__ import annotations

import mmap
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from ingest.document import Page
from ingest.errors import EncryptedFile, UnknownFormat, UnreadableFile
from ingest.progress import CONVERTING, tell
from ingest.readers import docx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RTF = b"{\\rtf"
PROGRAMS = ("soffice", "libreoffice")
SECONDS = 120
"""A conversion that takes longer is given up; most take two seconds."""
ENTRY = 128
"""Bytes of an entry in the directory of a container: a name in UTF-16, its length at 64, its first sector at 116."""
INSTALL = "请安装 LibreOffice（Debian、Ubuntu：apt install libreoffice-writer），或用 Word、WPS 另存为 docx 后再导入"
SETTINGS = "".join(
    f'<item oor:path="/org.openoffice.{path}">'
    f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
    for path, name, value in (
        ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
        ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
        ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
        ("Office.Writer/Content/Update", "Link", "0"),
        ("Inet/Settings", "ooInetProxyType", "2"),
        ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
        ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
        ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
        ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    )
)
"""No macros, no updating of links, and for all addresses a proxy that does not exist."""


def recognises(head: bytes) -> bool:
    r"""Tell whether the first bytes belong to an old office file.

    >>> recognises(b"{\\rtf1\\ansi"), recognises(b"PK\x03\x04")
    (True, False)
    """
    return head.startswith((OLE, RTF))


def read(path: Path) -> tuple[Page, ...]:
    """Have a file converted and read the result.

    Raises:
        EncryptedFile: a password is needed.
        UnknownFormat: a workbook, slides, or another thing in the same container.
        UnreadableFile: damaged, or no office program is installed.
    """
    suffix = _kind(path)
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise UnreadableFile(f"{path.name}：读取 DOC、WPS、RTF 文件要用到 LibreOffice，这台机器上没有；{INSTALL}")
    with _converted(path, suffix, program) as result:
        try:
            return tuple(replace(page, paged=False) for page in docx.read(result))
        except UnreadableFile as error:
            reason = str(error).removeprefix(f"{result.name}：")
            raise type(error)(f"{path.name}：转换为 docx 后，{reason}") from error


def _kind(path: Path) -> str:
    """Return the suffix that tells the office program what a file is."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[: len(RTF)] == RTF:
            return ".rtf"
        if _stream(data, "EncryptedPackage") >= 0:
            raise EncryptedFile(f"{path.name}：文件加了密码；请用密码打开后另存为不加密的文件再导入")
        word = _stream(data, "WordDocument")
        if word >= 0:
            if _is_encrypted(data, word):
                raise EncryptedFile(f"{path.name}：文件加了密码；请用密码打开后另存为不加密的文件再导入")
            return ".doc"
        for name, kind in (("Workbook", "Excel 工作簿"), ("Book", "Excel 工作簿"), ("PowerPoint Document", "演示文稿")):
            if _stream(data, name) >= 0:
                raise UnknownFormat(f"{path.name}：内容其实是旧版{kind}，不能导入；请另存为 docx、PDF 或文本后再导入")
    raise UnknownFormat(f"{path.name}：是旧版 Office 格式，但里面没有文档正文；请用 Word、WPS 另存为 docx 后再导入")


def _stream(data: mmap.mmap, name: str) -> int:
    """Return where the directory entry of a stream stands in a container, or -1."""
    text = name.encode("utf-16-le") + b"\0\0"
    at = data.find(text)
    while at >= 0:
        if at % ENTRY == 0 and int.from_bytes(data[at + 64 : at + 66], "little") == len(text):
            return at
        at = data.find(text, at + 2)
    return -1


def _is_encrypted(data: mmap.mmap, entry: int) -> bool:
    """Tell whether the header of a Word document says that it is encrypted (MS-DOC, 2.5.1: fEncrypted)."""
    sector = 1 << min(int.from_bytes(data[30:32], "little"), 12)
    at = (int.from_bytes(data[entry + 116 : entry + 120], "little") + 1) * sector
    return data[at : at + 2] == b"\xec\xa5" and bool(data[at + 11] & 1) if at + 12 <= len(data) else False


@contextmanager
def _converted(path: Path, suffix: str, program: str) -> Iterator[Path]:
    """Give the Word document that an office program makes of a file, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="kb-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, result = folder / f"source{suffix}", folder / "out" / "source.docx"
        shutil.copyfile(path, source)
        profile = folder / "profile" / "user"
        profile.mkdir(parents=True)
        namespace = 'xmlns:oor="http://openoffice.org/2001/registry"'
        (profile / "registrymodifications.xcu").write_text(f"<oor:items {namespace}>{SETTINGS}</oor:items>", "utf-8")
        options = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--convert-to", "docx", "--outdir")
        command = [program, f"-env:UserInstallation={profile.parent.as_uri()}", *options, str(result.parent)]
        tell(CONVERTING, 0, 1)
        _run([*command, str(source)], folder, path.name)
        if not result.is_file():
            raise UnreadableFile(f"{path.name}：LibreOffice 打不开，文件可能已损坏或加了密码；请另存为 docx 后再导入")
        yield result


def _run(command: list[str], folder: Path, name: str) -> None:
    """Run the office program, with nothing of our environment but where programs are, and give up after a while."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LANG": "C.UTF-8"}
    null = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, cwd=folder, stdin=null, stdout=null, stderr=null) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired as error:
            raise UnreadableFile(
                f"{name}：LibreOffice 转换超过 {SECONDS} 秒，没有完成；请用 Word、WPS 另存为 docx 后再导入"
            ) from error
        finally:
            _kill(process.pid, alive=process.poll() is None)


def _kill(pid: int, *, alive: bool) -> None:
    """Kill a process that is alive, and those it started, where the system tells them."""
    if not alive:
        return
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
            _kill(int(child), alive=True)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
