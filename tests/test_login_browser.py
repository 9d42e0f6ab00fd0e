"""Signing in in a real browser: the form, the cookie that outlives a reload, the admin's page, and out again."""

from __future__ import annotations

from contextlib import closing, contextmanager

import pytest

from tests.browsing import box, free_port, holds, settled
from tests.oidc_provider import Provider

GOOD = "河道绿道九百里-x7"
NASTY = "<img src=x onerror=alert(1)>:red[丙]"


@pytest.fixture(scope="module")
def address(own_home, serve):
    """The address of a page on a library with the bundled corpus and an admin."""
    with opened_door(own_home) as door:
        door.accounts.add("管甲", "admin", GOOD)
        door.accounts.add(NASTY, "reader", GOOD)
    return serve(own_home)


def sign_in(window, name, password):
    window.get_by_label("账号", exact=True).fill(name)
    window.get_by_label("密码", exact=True).fill(password)
    window.get_by_role("button", name="登录", exact=True).click()


def test_in_looked_after_and_out(window, tmp_path):
    window.goto("/library?doc=jincheng-2023-15")
    sign_in(window, "管甲", "错的密码")
    window.get_by_text("账号或密码不对").wait_for()
    assert window.get_by_text("晋政发").count() == 0
    window.screenshot(path=tmp_path / "login.png")
    sign_in(window, "管甲", GOOD)
    window.get_by_role("heading", name="晋城市").wait_for()
    assert "doc=jincheng-2023-15" in window.url
    cookie = signed_in(window)
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    assert cookie["value"] not in window.evaluate("document.cookie")
    window.reload()
    window.get_by_role("heading", name="晋城市").wait_for()
    window.goto("/admin")
    window.get_by_text(NASTY).first.wait_for()
    assert window.locator(".stApp img[src=x]").count() == 0
    window.screenshot(path=tmp_path / "accounts.png")
    window.get_by_text("审计日志").first.click()
    window.get_by_role("button", name="检查是否完整").click()
    window.get_by_text("日志完整").wait_for()
    window.screenshot(path=tmp_path / "audit.png")
    leave(window)
    settled(window)  # the cookie is deleted by a request of its own
    window.reload()
    window.get_by_label("账号", exact=True).wait_for()
    window.context.add_cookies([cookie])  # what was taken along opens nothing any more
    window.reload()
    window.get_by_label("账号", exact=True).wait_for()


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_the_address_of_the_accounts_opens_after_signing_in_and_turns_others_away(window):
    window.goto("/admin")
    settled(window)
    assert window.get_by_role("dialog").count() == 0
    sign_in(window, NASTY, GOOD)
    window.get_by_text("只有管理账号").wait_for()
    assert window.get_by_text("管甲").count() == 0
    leave(window)
    window.goto("/admin")
    sign_in(window, "管甲", GOOD)
    window.get_by_text(NASTY).first.wait_for()


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_what_was_being_written_when_a_sign_in_ends_is_kept_for_its_writer_alone(window, own_home):
    window.goto("/")
    sign_in(window, "管甲", GOOD)
    box(window).fill("巡查由谁")
    with opened_door(own_home) as door:
        door.sessions.end(signed_in(window)["value"])
    window.get_by_text("English", exact=True).click()  # any touch of the page
    window.get_by_text("中文", exact=True).click()
    window.get_by_text("重新登录").wait_for()
    sign_in(window, "管甲", GOOD)
    holds(window, "巡查由谁")
    leave(window)
    sign_in(window, NASTY, GOOD)
    box(window).wait_for()
    settled(window)
    assert box(window).input_value() == ""


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_without_a_sign_in_nothing_is_handed_in_or_out(window):
    window.goto("/")
    window.get_by_label("账号", exact=True).wait_for()
    request = window.context.request
    assert request.put("/_stcore/upload_file/x/y", data="x").status == 403
    assert request.get("/media/x.txt").status == 403
    assert request.post("/sign-in", headers={"X-Ticket": "made-up"}).status == 403
    answer = request.get("/", headers={"Host": "evil.example"})
    assert answer.status == 400
    for mistyped in ("/nonsense", "/library/x", "/chat"):
        answer = request.get(mistyped)
        assert answer.status == 404 and "没有这个页面" in answer.text(), mistyped
    assert request.get("/library/?doc=x").url.endswith("/library?doc=x")
    assert "frame-ancestors 'none'" in request.get("/").headers["content-security-policy"]


@pytest.fixture
def provided(own_home, serve, tmp_path):
    """A provider of identities, and the address of a page that signs in through it."""
    pytest.importorskip("authlib", reason="没有安装 Authlib：统一身份认证的测试略过")
    port = free_port()
    site = f"http://localhost:{port}"
    with Provider(email="wang@city.example", email_verified=True) as provider:
        secrets = tmp_path / ".streamlit" / "secrets.toml"
        secrets.parent.mkdir()
        secrets.write_text(provider.secrets(site), "utf-8")
        yield provider, serve(own_home, port, HOME=str(tmp_path))


@pytest.mark.parametrize("window", ["desktop"], indirect=True)
def test_through_a_provider_of_identities(provided, window, own_home, tmp_path):
    provider, site = provided
    window.goto(f"{site}/matrix")
    elsewhere = window.get_by_role("button", name="用统一身份认证登录")
    elsewhere.click()
    window.get_by_text("没有可用的账号").wait_for()  # known there, unknown here
    window.screenshot(path=tmp_path / "unknown.png")
    with opened_door(own_home) as door:
        door.accounts.add("wang@city.example", "reader")
    window.get_by_role("button", name="换一个身份登录").click()
    elsewhere.click()
    window.get_by_text("wang@city.example").wait_for()
    box(window).wait_for()
    assert window.get_by_role("button", name="修改密码").count() == 0
    window.screenshot(path=tmp_path / "provided.png")
    assert signed_in(window)["httpOnly"]
    window.reload()
    box(window).wait_for()
    leave(window)
    elsewhere.wait_for()  # signed out there too, as far as this page knows
    assert provider.tokens == 2
    with opened_door(own_home) as door:
        logged = [(e["action"], e["outcome"]) for e in door.audit.entries(user="wang@city.example")]
        assert logged == [("logout", "ok"), ("login", "ok")]


@contextmanager
def opened_door(home):
    from kb.settings import Settings
    from kb.workspace import Workspace
    from kb.workspace.door import Door

    with closing(Workspace.open(home)) as workspace:
        yield Door(workspace, Settings(home=home), "cli")


def signed_in(window):
    """Wait for the cookie, which the page's script fetches, and return it."""
    for _ in range(300):
        found = [cookie for cookie in window.context.cookies() if cookie["name"] == "kb_session"]
        if found:
            return found[0]
        window.wait_for_timeout(100)
    raise AssertionError("no cookie came")


def leave(window):
    button = window.get_by_role("button", name="退出登录")
    if window.viewport_size["width"] < 600:  # on a telephone the sidebar is folded
        window.get_by_test_id("stExpandSidebarButton").click()
    button.click()
    window.get_by_label("账号", exact=True).wait_for()  # until then the server may still take the session for open
    window.get_by_test_id("stSidebar").wait_for(state="hidden")  # nothing lies over the form
