"""What tests of the pages read off a page that ran without a browser."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import parse_qsl

HOSTILE = """某政发〔2024〕9号

一、总体*要求*_和_~~目标~~与:red[标]

坚持 <script>document.title="坏"</script> 和 <img src=x onerror=alert(1)>，$a$ 与 [点我](javascript:alert(1)) 照原样。

二、巡查

每月巡查河道。（市水务局、市财政局负责）
"""
HOSTILE_TITLE = "某市<b>粗</b>:red[标]$a$[x](javascript:alert(1))行动方案"
MARKUP = ["<b>", "<script", "<img", ":red[", "$a$", "](javascript:", "~~", "*要求*"]


def checked(app):
    """Return the app after a run that raised nothing."""
    assert not app.exception, app.exception
    return app


def click(app, key):
    """Press the button with this key."""
    return checked(app.button(key=key).click().run())


def unfold(app, key):
    """Open the menu with this key, whose contents are made only then."""
    app.session_state[key] = True
    return checked(app.run())


def nth(app, name, number=0):
    """Return the key of the n-th reply, source or button of this name; the ids of turns in it are not known."""
    keys = [getattr(element, "key", None) or "" for element in (*app.get("bidi_component"), *app.button)]
    return [key for key in dict.fromkeys(keys) if key.startswith(f"{name}_")][number]


def marked(app, key):
    """Pieces of the text shown under this key, each with its kind."""
    element = next(e for e in app.get("bidi_component") if e.key == key)
    pieces = [piece for line in json.loads(element.proto.json)["lines"] for piece in line if "table" not in piece]
    kinds = ("marker", "quote", "text")
    return [(p.get("text", p.get("marker")), next(kind for kind in kinds if kind in p)) for p in pieces]


def copied(app, name, number=0):
    """Return what the n-th button of the first row of this name copies."""
    return _first(app, name)["copies"][number]["text"]


def sources(app, name="cite"):
    """Return the first list of sources of this name: label, link, words and what is copied of each."""
    return _first(app, name)["sources"]


def follow(app, name="cite", number=0):
    """Open the n-th source of the first list of this name, by its link."""
    app.query_params.update(dict(parse_qsl(sources(app, name)[number]["link"].removeprefix("?"))))
    return checked(app.run())


def _first(app, name):
    element = next(e for e in app.get("bidi_component") if (e.key or "").startswith(name))
    return json.loads(element.proto.json)


def shown(app, key):
    """Return the text shown under this key, markers in their brackets."""
    return "".join(f"〔{what}〕" if kind == "marker" else what for what, kind in marked(app, key))


def quoted(app):
    """Return what is highlighted in the clause shown."""
    return "".join(what for what, kind in marked(app, "clause_text") if kind == "quote")


def texts(elements):
    """Return the values of elements."""
    return [element.value for element in elements]


def opened(page, home, view, **address):
    """Open the page of this script of a home folder, at an address."""
    app = page(home)
    app.query_params.update(address)
    return checked(app.switch_page(f"kb/views/{view}.py").run())


def choose(app, key, value):
    """Choose what the buttons with this key offer."""
    next(group for group in app.get("button_group") if group.key == key).set_value(value)
    return checked(app.run())


def library(page, home, **address):
    """Open the library page of a home folder, at an address."""
    return opened(page, home, "library", **address)


def hostile_folder(folder):
    """Fill a folder with a manifest and one document that tries every kind of markup, in title, heading and clause."""
    folder.mkdir()
    file = folder / "a.txt"
    file.write_text(HOSTILE, "utf-8")
    entry = {
        "doc_id": "a", "file": "a.txt", "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "title": HOSTILE_TITLE, "number": "某政发〔2024〕9号", "issuers": ["某市人民政府"], "dated": "2024-01-02",
        "level": "市", "region": "某市", "form": "digest", "status": "amended", "url": "javascript:alert(1)",
    }  # fmt: skip
    (folder / "manifest.jsonl").write_text(json.dumps(entry, ensure_ascii=False) + "\n", "utf-8")
    return folder
