"""Official texts fetched from a server on this machine, which behaves well and badly; and the digest that gives way."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kb import KnowledgeBase
from kb.cli import main
from kb.errors import FetchFailed
from kb.fetch.download import Downloader, Limits
from kb.fetch.guard import allowed, registered_domain
from kb.settings import load_settings

BODY = (
    "云河市绿道建设实施方案\n\n云政发〔2024〕9号\n\n一、建设目标\n"
    "到2026年，全市绿道总长度达到360公里以上。〔市林业局牵头，市财政局配合〕\n"
).encode()
DIGEST = "# 云河市绿道建设实施方案\n\n## 一、建设目标\n\n到2026年，绿道总长度达到360公里左右。\n"
Answer = Callable[["Site"], None]


class Site(BaseHTTPRequestHandler):
    """Answers as the test wants; ``asked`` holds the requests."""

    protocol_version = "HTTP/1.1"
    answers: dict[str, Answer]
    asked: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        self.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        self.answers.get(self.path, missing)(self)

    def log_message(self, *args: object) -> None:
        pass

    def reply(self, status: int, body: bytes = b"", kind: str = "text/plain", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


def missing(site: Site) -> None:
    site.reply(404)


def good(site: Site) -> None:
    site.reply(200, BODY, "text/plain; charset=utf-8")


def to(place: str) -> Answer:
    return lambda site: site.reply(302, b"", Location=place)


def endless(site: Site) -> None:
    site.send_response(200)
    site.send_header("Content-Type", "text/plain")
    site.send_header("Connection", "close")
    site.end_headers()
    try:
        for _ in range(200):
            site.wfile.write(b"x" * 10_000)
    except OSError:
        pass


def dripping(site: Site) -> None:
    site.send_response(200)
    site.send_header("Content-Type", "text/plain")
    site.send_header("Content-Length", "1000")
    site.end_headers()
    try:
        for _ in range(100):
            site.wfile.write(b"x")
            site.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def stalled(site: Site) -> None:
    site.send_response(200)
    site.send_header("Content-Type", "text/plain")
    site.send_header("Content-Length", "1000")
    site.end_headers()
    site.wfile.write(b"x")
    site.wfile.flush()
    time.sleep(1.2)


def broken(tag: str = '"v1"') -> Answer:
    """Break off in the middle, then go on where asked, as long as the validator fits."""

    def answer(site: Site) -> None:
        asked = site.headers.get("Range", "")
        if asked and site.headers.get("If-Range") == '"v1"':
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            rest = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
            site.reply(206, BODY[start:], ETag='"v1"', Content_Range=rest)
        elif len(site.asked) > 1:
            site.reply(200, BODY)
        else:
            site.reply(200, BODY[:40], length=str(len(BODY)), ETag=tag)
            site.close_connection = True

    return answer


@pytest.fixture
def site() -> Iterator[type[Site]]:
    handler = type("Handler", (Site,), {"answers": {}, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    handler.port = server.server_port  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


LIMITS = Limits(size=100_000, connect=2.0, read=0.6, total=2.0)


def url(site: Any, path: str = "/a") -> str:
    return f"http://127.0.0.1:{site.port}{path}"


def got(site: Any, folder: Path, answer: Answer, **more: Any) -> bytes:
    site.answers["/a"] = answer
    return Downloader(folder, private=True, limits=LIMITS, **more).get(url(site), "doc").path.read_bytes()


# ---- downloads


def test_a_file_comes_whole_and_asks_plainly(site: Any, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    site.answers["/a"] = good
    path = Downloader(tmp_path, private=True).get(url(site), "doc", lambda done, total: told.append((done, total))).path
    assert (path.name, path.read_bytes(), told[-1]) == ("doc.txt", BODY, (len(BODY), len(BODY)))
    assert [p.name for p in tmp_path.iterdir()] == ["doc.txt"]
    headers = site.asked[0][1]
    assert "policy-kb" in headers["user-agent"] and headers["accept-encoding"] == "identity"
    assert not {"cookie", "range", "referer", "authorization"} & set(headers)


def test_a_redirect_on_the_same_host_is_followed_without_cookies(site: Any, tmp_path: Path) -> None:
    site.answers["/b"] = good
    assert got(site, tmp_path, lambda s: s.reply(301, b"", Location="/b", Set_Cookie="id=1")) == BODY
    assert [path for path, _ in site.asked] == ["/a", "/b"] and "cookie" not in site.asked[1][1]


BAD: dict[str, tuple[Answer, str]] = {
    "not found": (missing, "网站回答 404；请核对网址"),
    "server error": (lambda s: s.reply(500), "网站回答 500；请稍后再试"),
    "wrong type": (lambda s: s.reply(200, b"\x00" * 9, "video/mp4"), "内容是 video/mp4"),
    "compressed": (lambda s: s.reply(200, b"x", Content_Encoding="gzip"), "压缩"),
    "empty": (lambda s: s.reply(200), "空的"),
    "too large, said": (lambda s: s.reply(200, b"x", length="999999999"), "MB 的上限"),
    "too large, unsaid": (endless, "MB 的上限"),
    "loop": (to("/a"), "来回跳转"),
    "another site": (to("http://example.com/a"), "跳转到别的网站（example.com）"),
    "a private address": (to("http://10.0.0.1/a"), "跳转到别的网站"),
    "metadata": (to("http://169.254.169.254/latest"), "跳转到别的网站"),
    "another scheme": (to("file:///etc/passwd"), "不是可以下载的网址"),
    "stalled": (stalled, "久不回应"),
    "dripping": (dripping, "久不回应"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_site_that_misbehaves_is_one_line(site: Any, tmp_path: Path, name: str) -> None:
    answer, said = BAD[name]
    started = time.monotonic()
    with pytest.raises(FetchFailed, match=said) as failed:
        got(site, tmp_path, answer)
    assert "\n" not in str(failed.value) and time.monotonic() - started < 5
    assert not [p for p in tmp_path.iterdir() if p.suffix not in (".part", ".json")]


def test_many_redirects_end(site: Any, tmp_path: Path) -> None:
    for n in range(9):
        site.answers[f"/{n}"] = to(f"/{n + 1}")
    with pytest.raises(FetchFailed, match="跳转超过"):
        got(site, tmp_path, to("/0"))


def test_what_broke_off_is_gone_on_with(site: Any, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="断了；已下的留着，再运行会续传"):
        got(site, tmp_path, broken())
    assert got(site, tmp_path, broken()) == BODY
    assert site.asked[1][1]["range"] == "bytes=40-" and site.asked[1][1]["if-range"] == '"v1"'


def test_what_changed_meanwhile_is_begun_anew(site: Any, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed):
        got(site, tmp_path, broken('"v0"'))
    assert got(site, tmp_path, broken()) == BODY


def test_a_weak_validator_is_no_reason_to_go_on(site: Any, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed):
        got(site, tmp_path, broken('W/"v1"'))
    assert got(site, tmp_path, broken()) == BODY and "range" not in site.asked[1][1]


# ---- where it may go


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.9.8.7", "169.254.169.254", "100.64.1.1", "::1", "fe80::1", "0.0.0.0"]
)
def test_no_inside_address_is_connected_to(site: Any, tmp_path: Path, address: str) -> None:
    site.answers["/a"] = good
    downloader = Downloader(tmp_path, limits=LIMITS, resolve=lambda host, port: [address])
    with pytest.raises(FetchFailed, match="内部网络地址.*KB_FETCH_PRIVATE"):
        downloader.get(f"http://www.yunhe.gov.cn:{site.port}/a", "doc")
    assert site.asked == []


def test_the_address_judged_is_the_address_connected_to(site: Any, tmp_path: Path) -> None:
    """A name that turns to another address after it was judged gains nothing: it is resolved once a connection."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    site.answers["/a"] = good
    downloader = Downloader(tmp_path, private=True, limits=LIMITS, resolve=resolve)
    assert downloader.get(f"http://files.yunhe.gov.cn:{site.port}/a", "doc").path.read_bytes() == BODY
    assert asked == ["files.yunhe.gov.cn"]
    with pytest.raises(FetchFailed, match="内部网络地址"):
        downloader.get(f"http://files.yunhe.gov.cn:{site.port}/a", "doc")


@pytest.mark.parametrize(
    "address", ["ftp://a.gov.cn/a", "http://u:p@a.gov.cn/a", "javascript:1", "", "http:///a", "a.pdf"]
)
def test_only_plain_web_addresses(tmp_path: Path, address: str) -> None:
    with pytest.raises(FetchFailed):
        Downloader(tmp_path).get(address, "doc")


@pytest.mark.parametrize(("host", "domain"), [
    ("xxgk.jcgov.gov.cn", "jcgov.gov.cn"), ("WWW.Example.COM.", "example.com"), ("a.b.ac.cn", "b.ac.cn"),
    ("sub.town.sx.cn", "town.sx.cn"), ("gov.cn", "gov.cn"), ("localhost", "localhost"), ("[::1]", "::1"),
])  # fmt: skip
def test_registered_domains(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


def test_addresses_inside_addresses_are_judged() -> None:
    assert not any(allowed(a, private=False) for a in ("64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:192.168.1.1"))
    assert allowed("2606:4700::1111", private=False) and allowed("::ffff:8.8.8.8", private=False)


# ---- into the library


def library(tmp_path: Path, address: str, digest: str = DIGEST, **entry: Any) -> KnowledgeBase:
    import hashlib

    folder = tmp_path / "清单"
    folder.mkdir()
    (folder / "d.md").write_text(digest, "utf-8")
    sha = hashlib.sha256(digest.encode()).hexdigest()
    row = {"doc_id": "greenway-plan", "file": "d.md", "sha256": sha, "title": "云河市绿道建设实施方案",
           "form": "digest", "number": "云政发〔2024〕9号", "level": "市", "region": "云河市", "url": address,
           **entry}  # fmt: skip
    (folder / "manifest.jsonl").write_text(json.dumps(row), "utf-8")
    settings = load_settings(tmp_path / "home", {"KB_FETCH_PRIVATE": "1"})
    opened = KnowledgeBase.open(settings=settings)
    assert opened.ingest([folder]).failed == ()
    return opened


def test_the_digest_gives_way_and_stays_to_be_shown(site: Any, tmp_path: Path) -> None:
    site.answers["/a"] = good
    with library(tmp_path, url(site)) as kb:
        before = kb.ask("绿道总长度要达到多少公里", docs=["greenway-plan"]).citations[0]
        assert before.form == "digest" and "左右" in before.quote
        report = kb.fetch()
        assert report.fetched == ("greenway-plan",) and report.failed == ()
        after = kb.ask("绿道总长度要达到多少公里", docs=["greenway-plan"]).citations[0]
        assert (after.doc_id, after.form) == (before.doc_id, "fulltext") and "左右" not in after.quote
        (former,) = kb.former("云政发〔2024〕9号")
        assert former.text[before.start : before.end] == before.quote and former.form == "digest"
        card = kb.documents()[0]
        assert card.fetched.startswith("20") and (card.level, card.form) == ("市", "fulltext")
        kept = tmp_path / "home" / "originals" / "greenway-plan"
        assert [p.read_bytes() for p in kept.iterdir()] == [BODY]
        assert kb.fetch(["greenway-plan"]).unchanged == ("greenway-plan",) and len(kb.former("greenway-plan")) == 1
        again = kb.ingest([tmp_path / "清单"])
        assert again.unchanged == ("greenway-plan",) and kb.documents()[0].form == "fulltext"
        assert kb.duties()[0][1].named(role="lead") == ("市林业局",)
        kb.remove("greenway-plan")
        assert kb.registry.former("greenway-plan") == []


def test_what_a_user_sees(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_FETCH_PRIVATE", "1")
    site.answers["/a"] = good
    library(tmp_path, url(site)).close()

    def kb(*args: str) -> Any:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *args])

    assert "没有旧版本" in kb("show", "greenway-plan", "--version", "1").stderr
    assert "取得原文1，未变0" in kb("fetch").stdout
    shown = kb("show", "greenway-plan", "一", "--version", "1").stdout
    assert "旧版本1（要点摘编，非原文）" in shown and "已于20" in shown and "360公里左右" in shown
    assert json.loads(kb("show", "greenway-plan", "--version", "1", "--json").stdout)["form"] == "digest"
    assert "没有条款“九”" in kb("show", "greenway-plan", "九", "--version", "1").stderr
    report = json.loads(kb("fetch", "greenway-plan", "--json").stdout)
    assert report["unchanged"] == ["greenway-plan"] and report["failed"] == []
    assert kb("fetch", "没有的文件").exit_code == 1


@pytest.mark.parametrize(("body", "kind", "said"), [
    ("页面不存在".encode(), "text/plain", "没有《云河市绿道建设实施方案》的标题或文号"),
    (b"<html><body><p>\xe8\xaf\xb7\xe7\x99\xbb\xe5\xbd\x95</p></body></html>", "text/html", "标题或文号|读不了"),
    (b"%PDF-1.7 broken", "application/pdf", "读不了"),
    (b"PK\x03\x04 no archive", "application/octet-stream", "读不了"),
])  # fmt: skip
def test_what_is_not_the_document_changes_nothing(site: Any, tmp_path: Path, body: bytes, kind: str, said: str) -> None:
    site.answers["/a"] = lambda s: s.reply(200, body, kind)
    with library(tmp_path, url(site)) as kb:
        (failure,) = kb.fetch().failed
        import re

        assert re.search(said, failure.reason) and "\n" not in failure.reason
        assert kb.documents()[0].form == "digest" and kb.former("greenway-plan") == []
        assert kb.ask("绿道总长度要达到多少公里", docs=["greenway-plan"]).citations[0].form == "digest"


def test_a_document_without_an_address_is_told(tmp_path: Path) -> None:
    with library(tmp_path, "") as kb:
        assert kb.fetch().without_url == ("greenway-plan",)


def test_the_national_parent_in_full_takes_the_digests_place(site: Any, tmp_path: Path, data: Path) -> None:
    (file,) = (data / "policies").glob("005-*.pdf")
    site.answers["/a"] = lambda s: s.reply(200, file.read_bytes(), "application/pdf")
    digest = (
        "# “十四五”节能减排综合工作方案\n\n## 二、主要目标\n\n到2025年，单位国内生产总值能源消耗比2020年下降13.5%。\n"
    )
    names = {"title": "“十四五”节能减排综合工作方案", "number": "国发〔2021〕33号", "level": "国", "region": ""}
    with library(tmp_path, url(site), digest, **names) as kb:
        question = "单位国内生产总值能源消耗要下降多少"
        before = kb.ask(question)
        assert [c.form for c in before.citations] == ["digest"] and "13.5%" in before.text
        assert kb.fetch().fetched == ("greenway-plan",)
        after = kb.ask(question)
        assert after.answered and "13.5%" in after.text and {c.form for c in after.citations} == {"fulltext"}
        text = kb.document("greenway-plan").text
        assert all(text[c.start : c.end] == c.quote for c in after.citations)
        assert kb.former("greenway-plan")[0].text[before.citations[0].start :].startswith(before.citations[0].quote)
