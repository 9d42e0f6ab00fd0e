"""One official page or file to disk: resumable, bounded in size and time, of a kind that can be read.

Portals stall, answer 200 with an error page, send a login instead of a file, break off in the middle. What has come
stays in a ``.part`` file with the validator it came under, and the next run asks for the rest (RFC 9110, Range and
If-Range); a file that changed meanwhile is begun anew. Redirects stay within the registered domain. No cookies, no
proxies, no compression (a page of one megabyte must not become a gigabyte).
"""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpcore
import httpx

from kb.errors import FetchFailed
from kb.fetch.guard import Guard, Resolve, registered_domain, resolved

AGENT = "policy-kb (kb fetch; downloads official documents named by its user)"
REDIRECTS = 5
# What a server may say it sends, and the suffix under which it is read; the content itself is judged by the readers.
KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/msword": ".doc",
    "application/ofd": ".ofd",
    "application/octet-stream": "",
    "application/x-download": "",
    "binary/octet-stream": "",
    "": "",
}
# First bytes of what servers send without saying what it is; ZIPs are told apart by the readers.
SIGNATURES = ((b"%PDF-", ".pdf"), (b"PK\x03\x04", ".docx"), (b"<!DOCTYPE", ".html"), (b"<html", ".html"))
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one download: bytes, seconds to connect, between two pieces, and in all."""

    size: int = 200 << 20
    connect: float = 10.0
    read: float = 20.0
    total: float = 300.0


@dataclass(frozen=True, slots=True)
class Got:
    """What was downloaded: the file, where it came from in the end."""

    path: Path
    url: str


Told = Callable[[int, int], None]


class Downloader:
    """Downloads into one folder; ``private`` and ``resolve`` as in ``Guard``."""

    def __init__(
        self, folder: Path, *, private: bool = False, limits: Limits | None = None, resolve: Resolve = resolved
    ) -> None:
        """Stand ready; nothing is opened before ``get``."""
        self._folder, self._limits = folder, limits or Limits()
        self._private, self._resolve = private, resolve

    def get(self, url: str, name: str, told: Told = lambda done, total: None) -> Got:
        """Download ``url`` as ``name`` plus the suffix of its kind; ``told`` hears of bytes done and expected.

        Raises:
            FetchFailed: anything went wrong; what has come is kept for the next run.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{name}.part"
        until = time.monotonic() + self._limits.total
        try:
            with self._client(until) as client:
                return self._preferring_https(client, _checked(url), part, told)
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, OSError) as error:
            raise FetchFailed(f"{url}：{_reason(error, part)}") from error

    def _preferring_https(self, client: httpx.Client, url: str, part: Path, told: Told) -> Got:
        """Ask over https first where the address says http, unless it is a mirror inside."""
        if url.startswith("http:") and not self._private:
            try:
                return self._get(client, f"https{url[4:]}", part, told)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                pass  # the site has no https, or a certificate that does not hold
        return self._get(client, url, part, told)

    def _client(self, until: float) -> httpx.Client:
        limits = self._limits
        guard = Guard(private=self._private, resolve=self._resolve, until=until)
        transport = httpx.HTTPTransport(trust_env=False)
        transport._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=guard, max_connections=2
        )
        return httpx.Client(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            headers={"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
        )

    def _get(self, client: httpx.Client, url: str, part: Path, told: Told) -> Got:
        home, seen = registered_domain(httpx.URL(url).host), {url}
        for _ in range(REDIRECTS + 1):
            with _opened(client, url, part) as response:
                client.cookies.clear()
                if response.is_redirect:
                    url = _next(url, response.headers.get("location", ""), home)
                    if url in seen:
                        raise FetchFailed(f"{url}：网址来回跳转，不能下载")
                    seen.add(url)
                    continue
                if response.status_code == 416:
                    _forget(part)
                    raise FetchFailed(f"{url}：续传的位置不对，已作废；请再运行一次，从头下载")
                suffix = self._kind(url, response)
                self._take(url, response, part, told)
                return Got(_finished(part, suffix), url)
        raise FetchFailed(f"{url}：跳转超过 {REDIRECTS} 次，不能下载")

    def _kind(self, url: str, response: httpx.Response) -> str:
        """Return the suffix of the kind that the server says it sends."""
        if response.status_code not in (200, 206):
            hint = "请核对网址" if response.status_code in (403, 404, 410) else "请稍后再试"
            raise FetchFailed(f"{url}：网站回答 {response.status_code}；{hint}")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise FetchFailed(f"{url}：网站只发压缩内容，不接收；请用浏览器下载后 kb ingest")
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in KINDS:
            raise FetchFailed(f"{url}：内容是 {kind[:60]}，不是能读的文件；请核对网址")
        return KINDS[kind]

    def _take(self, url: str, response: httpx.Response, part: Path, told: Told) -> None:
        """Write the body to the part file, from where it was broken off where the server agrees."""
        start = _start(response, part)
        declared = response.headers.get("content-length", "")
        expected = start + int(declared) if declared.isdigit() else 0
        self._bound(url, expected)
        _note(part, response, url)
        done = start
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            file.truncate()
            for piece in response.iter_raw():
                done += len(piece)
                self._bound(url, done, part)
                file.write(piece)
                told(done, expected)
        if not done:
            _forget(part)
            raise FetchFailed(f"{url}：网站发来的内容是空的；请稍后再试")

    def _bound(self, url: str, size: int, part: Path | None = None) -> None:
        if size > self._limits.size:
            if part:
                _forget(part)
            raise FetchFailed(f"{url}：超过 {self._limits.size >> 20} MB 的上限，不下载；请核对网址")


def _opened(client: httpx.Client, url: str, part: Path) -> AbstractContextManager[httpx.Response]:
    """Ask for a page or file: for the rest of it, where a part of the same one is there."""
    headers = {}
    note = _noted(part)
    if note.get("url") == url and note.get("validator") and part.stat().st_size:
        headers = {"Range": f"bytes={part.stat().st_size}-", "If-Range": note["validator"]}
    return client.stream("GET", url, headers=headers)


def _checked(url: str) -> str:
    """Return an address that may be asked: http or https, a host, no name and password in it."""
    parsed = httpx.URL(url)
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise FetchFailed(f"{url}：不是可以下载的网址；请写成 https://… 的样子")
    return str(parsed.copy_with(fragment=None))


def _next(url: str, location: str, home: str) -> str:
    """Return where a redirect leads, if that is within the registered domain; plain http after https is refused."""
    target = _checked(urljoin(url, location))
    if not location or registered_domain(httpx.URL(target).host) != home:
        raise FetchFailed(f"{url}：跳转到别的网站（{httpx.URL(target).host}），不跟随；请核对网址")
    if url.startswith("https:") and target.startswith("http:"):
        raise FetchFailed(f"{url}：从加密连接跳转到不加密的连接，不跟随；请核对网址")
    return target


def _start(response: httpx.Response, part: Path) -> int:
    """Return the offset at which the body begins: where the part file ends, if the server goes on there."""
    if response.status_code != 206:
        return 0
    found = RANGE.match(response.headers.get("content-range", ""))
    if not found or int(found[1]) != (part.stat().st_size if part.exists() else 0):
        raise FetchFailed(f"{response.url}：网站续传的位置不对；请再运行一次")
    return int(found[1])


def _note(part: Path, response: httpx.Response, url: str) -> None:
    """Keep with the part file what tells, next time, that the rest belongs to it: a strong ETag or a date."""
    tag = response.headers.get("etag", "")
    validator = tag if tag and not tag.startswith("W/") else response.headers.get("last-modified", "")
    part.with_suffix(".json").write_text(json.dumps({"url": url, "validator": validator}), "utf-8")


def _noted(part: Path) -> dict[str, str]:
    try:
        note = json.loads(part.with_suffix(".json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) and part.exists() else {}


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_suffix(".json").unlink(missing_ok=True)


def _finished(part: Path, suffix: str) -> Path:
    """Give the whole file the suffix of its kind: as the server said, else by its first bytes."""
    with part.open("rb") as file:
        head = file.read(64).lstrip()
    told = next((kind for mark, kind in SIGNATURES if head[: len(mark)].lower() == mark.lower()), "")
    path = part.with_suffix(told or suffix or ".bin")
    part.replace(path)
    part.with_suffix(".json").unlink(missing_ok=True)
    return path


def _reason(error: Exception, part: Path) -> str:
    """Return in a phrase what went wrong, and that the part is kept."""
    kept = "；已下的留着，再运行会续传" if part.exists() and part.stat().st_size else "；请稍后再试"
    if isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException)):
        return f"网站久不回应，或太慢{kept}"
    if isinstance(error, (httpx.ConnectError, httpcore.ConnectError)):
        return "连接不上；请检查网络和网址"
    if isinstance(error, (httpx.RemoteProtocolError, httpx.ReadError)):
        return f"传到一半断了{kept}"
    if isinstance(error, OSError):
        return f"写不了盘（{error.strerror}）；请检查磁盘空间和权限"
    return f"下载失败（{type(error).__name__}）{kept}"
