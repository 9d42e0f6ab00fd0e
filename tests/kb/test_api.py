"""The HTTP interface: the JSON of the command line, tokens, limits, malformed and hostile requests."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

import pytest
from click.testing import CliRunner

from kb.api import limits
from kb.api.app import Interface
from kb.api.endpoints import ENDPOINTS
from kb.api.limits import TooBusy, TooSlow, Workers
from kb.cli import main
from kb.settings import PROJECT, Settings
from kb.workspace import Workspace
from kb.workspace.door import Door

PLAN = "jincheng-2023-15"
QUESTION = "VOC治理由谁负责？"
GOOD = "河道绿道九百里-x7"
HOSTS = ("localhost", "127.0.0.1", "[::1]")


class Caller:
    """Calls an application without a network: one request, its status, headers and body."""

    def __init__(self, application):
        self.application = application

    def __call__(self, path, method="GET", body=b"", host="localhost:8502", chunks=None, **headers):
        sent, parts = [], chunks if chunks is not None else [body]
        pieces = [
            {"type": "http.request", "body": part, "more_body": n < len(parts)} for n, part in enumerate(parts, 1)
        ]
        path, _, query = path.partition("?")
        named = [
            (name.replace("_", "-").encode(), value.encode("latin-1", "replace")) for name, value in headers.items()
        ]
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
            "query_string": query.encode(), "headers": [(b"host", host.encode()), *named], "client": ("127.0.0.1", 9),
            "server": ("127.0.0.1", 8502), "scheme": "http", "http_version": "1.1",
        }  # fmt: skip

        async def receive():
            if not pieces:
                await asyncio.sleep(600)  # stays connected
            return pieces.pop(0)

        async def send(message):
            sent.append(message)

        asyncio.run(self.application(scope, receive, send))
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, body

    def json(self, path, method="GET", **rest):
        status, _, body = self(path, method, **rest)
        return status, json.loads(body)


@pytest.fixture
def door(tmp_path):
    workspace = Workspace.open(tmp_path)
    yield Door(workspace, Settings(home=tmp_path), "api")
    workspace.close()


@pytest.fixture
def call(kb, door):
    return Caller(Interface(kb, door, HOSTS).application())


def quoted(**values):
    return urllib.parse.urlencode(values, doseq=True)


def printed(home, *args):
    result = CliRunner().invoke(main, ["--home", str(home), *args, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def timeless(value):
    return {k: v for k, v in value.items() if k not in ("elapsed_ms", "id")} if isinstance(value, dict) else value


@pytest.mark.parametrize(
    ("path", "given", "args"),
    [
        ("/ask", {"question": QUESTION}, ("ask", QUESTION)),
        ("/ask", {"question": "它的目标呢？", "history": [QUESTION]}, ("ask", "它的目标呢？", "--history", QUESTION)),
        ("/ask", {"question": QUESTION, "level": "国"}, ("ask", QUESTION, "--level", "国")),
        ("/search", {"query": "锅炉", "k": 3}, ("search", "锅炉", "-k", "3")),
        ("/search", {"query": "锅炉", "doc": [PLAN]}, ("search", "锅炉", "--doc", PLAN)),
        ("/search", {"query": "锅炉", "prefer": ["省"]}, ("search", "锅炉", "--prefer", "省")),
        ("/docs", {}, ("docs",)),
        ("/show", {"doc": "晋市政发〔2023〕15号"}, ("show", PLAN)),
        ("/show", {"doc": PLAN, "clause": "三（九）"}, ("show", PLAN, "三（九）")),
        ("/duties", {"doc": PLAN, "organ": "市水务局"}, ("duties", "--doc", PLAN, "--organ", "市水务局")),
        ("/targets", {}, ("targets",)),
        ("/align", {"doc": ["guofa-2021-33", PLAN]}, ("align", "guofa-2021-33", PLAN)),
        ("/findings", {"doc": PLAN}, ("findings", PLAN)),
    ],
)
def test_the_json_is_that_of_the_command_line(call, home, path, given, args):
    expected = timeless(printed(home, *args))
    status, answered = call.json(f"{path}?{quoted(**given)}")
    assert (status, timeless(answered)) == (200, expected)
    status, answered = call.json(path, "POST", body=json.dumps(given).encode())
    assert (status, timeless(answered)) == (200, expected)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ask", 400),
        ("/ask?question=", 400),
        ("/ask?question=%3F%3F", 400),
        ("/ask?question=a&question=b", 400),
        ("/ask?question=a&frage=b", 400),
        ("/ask?question=" + "a" * 2001, 400),
        ("/ask?question=x&level=%E6%9D%91", 400),
        ("/ask?question=x&doc=none", 404),
        ("/search?query=x&k=0", 400),
        ("/search?query=x&k=1001", 400),
        ("/search?query=x&k=1e3", 400),
        ("/search?query=x&k=%D9%A3", 400),
        ("/search?query=x&k=99999999999999999999", 400),
        ("/show?doc=../../kb.sqlite3", 404),
        (f"/show?doc={PLAN}&clause=%3Cscript%3E", 404),
        ("/duties?doc=none", 404),
        ("/align?doc=none", 404),
        ("/none", 404),
        ("/../etc/passwd", 404),
        ("/search?query=%00%ff", 400),
    ],
)
def test_a_wrong_request_gets_one_chinese_line(call, path, status):
    got, answered = call.json(path)
    assert got == status
    assert list(answered) == ["error"] and re.search("[一-鿿]{3}", answered["error"])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"question": 1}', b'{"question": null}',
        b'{"question": ["x"]}', b'{"question": "x", "history": {}}', b'{"question": "x", "history": [1]}',
        b'{"question": "\\ud800"}', b'{"question": "x", "doc": {"a": 1}}', b"[" * 60_000, b'{"question": "x", "k": 3}',
        json.dumps({"question": "x", "history": ["y"] * 51}).encode(), b'{"question": "x", "level": "\\u0000"}',
    ],
    ids=range(17),
)  # fmt: skip
def test_a_malformed_body_is_refused(call, body):
    status, answered = call.json("/ask", "POST", body=body)
    assert status in (400, 413)
    assert list(answered) == ["error"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_other_methods_are_refused(call, method):
    status, answered = call.json("/ask?question=x", method)
    assert status == 405 and "GET" in answered["error"]


def test_a_large_body_is_refused_before_it_is_read_whole(call):
    chunks = [b"x" * 10_000] * 100
    assert call.json("/ask", "POST", chunks=chunks)[0] == 413


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8502", "", "localhost.evil.example", "127.0.0.1.nip.io"]
)
def test_a_foreign_host_is_refused(call, host):
    assert call.json("/docs", host=host)[0] == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8502", "[::1]:8502"])
def test_our_own_names_are_known(call, host):
    assert call.json("/docs", host=host)[0] == 200


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec_fetch_site": "cross-site"}]
)
def test_pages_of_other_sites_may_not_call(call, headers):
    assert call.json("/docs", **headers)[0] == 403


def test_answers_are_not_kept_by_anybody_between(call):
    _, headers, _ = call("/docs")
    assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


# batches


def test_a_batch_keeps_order_and_ids_and_goes_on_past_bad_lines(call):
    rows = [
        b'{"id": 1, "question": "' + QUESTION.encode() + b'"}', b"{", b"", b'{"id": [2], "frage": "x"}',
        b'{"id": 3, "question": ""}', b'{"id": 4, "question": "' + QUESTION.encode() + b'", "level": "\xe5\x9b\xbd"}',
    ]  # fmt: skip
    status, headers, body = call("/ask/batch", "POST", body=b"\n".join(rows))
    answers = [json.loads(line) for line in body.splitlines()]
    assert status == 200 and headers["content-type"] == "application/x-ndjson"
    assert [answer["id"] for answer in answers] == [1, None, [2], 3, 4]
    assert ["error" in answer for answer in answers] == [False, True, True, True, False]


def test_a_batch_of_searches(call, kb):
    _, _, body = call("/search/batch", "POST", body='{"id": "a", "query": "锅炉", "k": 2}'.encode())
    assert json.loads(body)["hits"] == [hit.to_dict() for hit in kb.search("锅炉", 2)]


def test_a_batch_of_too_many_lines_is_refused(call):
    assert call.json("/search/batch", "POST", body=b"{}\n" * (limits.BATCH_LINES + 1))[0] == 413


# limits


def test_more_than_can_wait_are_refused_and_places_come_back():
    workers, gate = Workers(at_once=1, waiting=2), threading.Event()

    async def crowd():
        waiting = [asyncio.ensure_future(workers.run(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            await workers.run(gate.wait)
        gate.set()
        await asyncio.gather(*waiting)
        return await workers.run(lambda: "again")

    assert asyncio.run(crowd()) == "again"
    workers.close()


def test_what_takes_too_long_is_given_up_and_keeps_its_place():
    workers, gate = Workers(at_once=1, waiting=1, seconds=0.05), threading.Event()

    async def slow():
        with pytest.raises(TooSlow):
            await workers.run(gate.wait)
        with pytest.raises(TooBusy):
            await workers.run(gate.wait)
        gate.set()

    asyncio.run(slow())
    workers.close()


# accounts


@pytest.fixture
def token(door):
    door.accounts.add("管甲", "admin", GOOD)
    return door.tokens.issue(door.accounts.add("程序", "reader", GOOD))


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer " + "a" * 5000, "bearer '; DROP--"])
def test_with_accounts_a_token_is_needed(call, token, given):
    status, headers, body = call("/docs", authorization=given)
    assert status == 401 and headers["www-authenticate"] == "Bearer"
    assert "令牌" in json.loads(body)["error"]


def test_a_call_is_logged_under_the_name_of_its_token(call, token, door):
    assert call.json(f"/ask?{quoted(question=QUESTION)}", authorization=f"Bearer {token}")[0] == 200
    call.json(f"/duties?doc={PLAN}", authorization=f"Bearer {token}")
    call.json("/show?doc=none", authorization=f"Bearer {token}")
    shown = [(e["action"], e["name"], e["subject"], e["outcome"], e["door"]) for e in door.audit.entries()]
    assert shown == [
        ("call", "程序", "/show none", "failed", "api"), ("call", "程序", f"/duties {PLAN}", "ok", "api"),
        ("ask", "程序", QUESTION, "ok", "api"),
    ]  # fmt: skip
    assert token not in str(door.audit.entries())


def test_a_disabled_account_and_a_revoked_token_are_out_at_once(call, token, door):
    door.accounts.set_disabled("程序", disabled=True)
    assert call("/docs", authorization=f"Bearer {token}")[0] == 401
    door.accounts.set_disabled("程序", disabled=False)
    assert call("/docs", authorization=f"Bearer {token}")[0] == 200
    door.tokens.revoke(door.accounts.find("程序").account)
    assert call("/docs", authorization=f"Bearer {token}")[0] == 401


def test_guessed_tokens_are_counted_and_do_not_fill_the_log(call, token, door):
    for _ in range(60):
        call("/docs", authorization="Bearer kb_guess")
    assert len(door.audit.entries()) <= 50
    assert call("/docs", authorization=f"Bearer {token}")[0] == 200, "the right one is let in all the same"


def test_health_needs_no_token(call, token):
    assert call.json("/health") == (200, {"status": "ok"})


# the description


def test_the_description_names_every_path_and_parameter(call):
    _, described = call.json("/openapi.json")
    assert described["openapi"].startswith("3.1")
    for endpoint in ENDPOINTS:
        named = {parameter["name"] for parameter in described["paths"][endpoint.path]["get"]["parameters"]}
        body = described["paths"][endpoint.path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert named == {p.name for p in endpoint.parameters} == set(body["properties"])
    references = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described))
    assert set(references) <= set(described["components"]["schemas"])


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_path(name):
    text = (PROJECT / name).read_text("utf-8")
    assert [e.path for e in ENDPOINTS if f"`{e.path}`" not in text] == []


# a server of its own


def test_a_server_answers_the_examples_of_the_readme_and_stops_gracefully(home, tmp_path):
    examples = re.findall(r"^curl .*$", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert len(examples) >= 3
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from kb.cli import main; main()", "--home", str(home), "api", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while not reachable(port):
            assert server.poll() is None and time.monotonic() < until, (tmp_path / "log").read_text("utf-8")
            time.sleep(0.1)
        for example in examples:
            status, answer = curled(example, port)
            assert status == 200 and answer, example
    finally:
        server.terminate()
        assert server.wait(40) in (0, -15)
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


def reachable(port):
    try:
        return curled("curl http://localhost:8502/health", port)[0] == 200
    except OSError:
        return False


def curled(line, port):
    """Do what a line with curl does: -G with --data-urlencode, --json, --data-binary, -H."""
    words = shlex.split(line)[1:]
    url = next(word for word in words if word.startswith("http")).replace(":8502", f":{port}")
    value = {flag: words[i + 1] for i, flag in enumerate(words[:-1]) if flag.startswith("-")}
    pairs = [tuple(words[i + 1].split("=", 1)) for i, flag in enumerate(words) if flag == "--data-urlencode"]
    body = value.get("--json") or value.get("--data-binary")
    url += "?" + urllib.parse.urlencode(pairs) if pairs else ""
    request = urllib.request.Request(url, body.encode() if body else None)
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.status, json.loads(response.read().splitlines()[0])


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("serve", "--address", "0.0.0.0"), "--allowed-host"),
        (("serve", "--address", "0.0.0.0", "--allowed-host", "kb.example.org"), "kb account add"),
        (("api", "--host", "0.0.0.0", "--allowed-host", "kb.example.org"), "kb account add"),
        (("api", "--host", "example.org"), "IP 地址"),
        (("serve", "--address", "192.0.2.1"), "不能使用"),
    ],
)
def test_other_machines_are_let_in_only_once_there_is_an_admin(tmp_path, args, said):
    result = CliRunner().invoke(main, ["--home", str(tmp_path), *args])
    assert result.exit_code == 1
    assert said in result.stderr and len(result.stderr.splitlines()) == 1
