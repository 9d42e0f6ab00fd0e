"""Signing in, roles and the admin's page, without a browser: wrong, ended and disabled sign-ins, hostile names."""

import pytest

from kb import KnowledgeBase
from kb.settings import Settings
from kb.views import tickets
from kb.workspace import Workspace
from kb.workspace.audit import HEAD
from kb.workspace.door import Door
from tests.pages import MARKUP, checked, click, texts

GOOD = "河道绿道九百里-x7"
TEXT = "云河政发〔2024〕9号\n\n一、巡查\n\n每月巡查。（市水务局负责）\n"


@pytest.fixture
def library(tmp_path):
    """A home with one document and three accounts."""
    file = tmp_path / "a.txt"
    file.write_text(TEXT, "utf-8")
    with KnowledgeBase.open(tmp_path / "home") as kb:
        kb.ingest([file])
    return tmp_path / "home"


@pytest.fixture
def door(library):
    workspace = Workspace.open(library)
    opened = Door(workspace, Settings(home=library), "cli")
    for name, role in (("管甲", "admin"), ("编乙", "editor"), ("读丙", "reader")):
        opened.accounts.add(name, role, GOOD)
    yield opened
    workspace.close()


def sign_in(app, name, password=GOOD):
    name_field, password_field = app.main.text_input
    name_field.set_value(name)
    password_field.set_value(password)
    return click(app, "login_enter")


def document_of(app):
    """Open the only document on the library page."""
    app.switch_page("kb/views/library.py")
    checked(app.run())
    (row,) = [button for button in app.main.button if (button.key or "").startswith("open_")]
    return click(app, row.key)


def keys(app):
    return {button.key for button in app.button}


def test_without_accounts_nobody_signs_in_and_nothing_is_logged(page, library):
    app = page(library)
    checked(app.chat_input[0].set_value("巡查由谁负责？").run())
    assert "leave" not in keys(app)
    assert Door(Workspace.open(library), Settings(home=library), "page").audit.entries() == []


def test_the_form_comes_before_everything_and_shows_nothing_else(page, library, door):
    app = page(library, doc="x", clause="一")
    assert [field.label for field in app.main.text_input] == ["账号", "密码"]
    assert not app.chat_input and not app.main.warning
    app.switch_page("kb/views/library.py")
    checked(app.run())
    assert len(app.main.text_input) == 2 and "巡查" not in str(texts(app.markdown))


@pytest.mark.parametrize(("name", "password"), [("读丙", "错的密码"), ("没有", GOOD), ("", ""), ("' OR 1=1 --", "x")])
def test_what_does_not_fit_is_refused_in_one_sentence(page, library, door, name, password):
    app = sign_in(page(library), name, password)
    assert app.main.warning[0].value.startswith("账号或密码不对")
    assert not app.chat_input


def test_too_many_failures(page, library, door):
    app = page(library)
    for _ in range(5):
        sign_in(app, "读丙", "错的")
    assert "次数过多" in sign_in(app, "读丙").main.warning[0].value


def test_a_question_is_logged_under_the_name(page, library, door):
    app = sign_in(page(library), "读丙")
    checked(app.chat_input[0].set_value("巡查由谁负责？").run())
    entries = door.audit.entries()
    assert [(e["action"], e["name"], e["subject"]) for e in entries] == [
        ("ask", "读丙", "巡查由谁负责？"), ("login", "读丙", ""),
    ]  # fmt: skip
    assert entries[0]["details"] == {"answered": True, "kind": "duty"}
    assert door.audit.verify().faults == ()


def test_a_reader_sees_no_way_to_change_anything(page, library, door):
    app = document_of(sign_in(page(library), "读丙"))
    assert not keys(app) & {"amend", "replace", "remove"}
    click(app, "back")
    assert "导入" not in next(g for g in app.main.get("button_group") if g.key == "library_view").options


@pytest.mark.parametrize("name", ["编乙", "管甲"])
def test_an_editor_removes_and_that_is_logged_before(page, library, door, name):
    app = document_of(sign_in(page(library), name))
    click(app, "remove")
    click(app, "remove_confirm")
    assert [(e["action"], e["name"]) for e in door.audit.entries()][:1] == [("remove", name)]


def test_whoever_loses_the_role_meanwhile_is_refused(page, library, door):
    app = click(document_of(sign_in(page(library), "编乙")), "remove")
    door.accounts.set_role("编乙", "reader")
    click(app, "remove_confirm")
    with KnowledgeBase.open(library) as kb:
        assert len(kb.documents()) == 1
    assert not keys(app) & {"remove_confirm"}


def test_a_disabled_account_is_out_at_the_next_touch(page, library, door):
    app = sign_in(page(library), "读丙")
    door.accounts.set_disabled("读丙", disabled=True)
    checked(app.chat_input[0].set_value("巡查由谁负责？").run())
    assert [field.label for field in app.main.text_input] == ["账号", "密码"]
    assert "重新登录" in app.main.info[0].value
    assert "不对，或账号已停用" in sign_in(app, "读丙").main.warning[0].value


def test_whoever_signs_in_again_after_a_session_has_ended_goes_on_where_they_were(page, library, door):
    app = sign_in(page(library), "读丙")
    checked(app.chat_input[0].set_value("巡查由谁负责？").run())
    door.sessions.end(app.session_state["secret"])
    checked(app.chat_input[0].set_value("多久巡查一次？").run())
    ended, kept = texts(app.main.info)
    assert "重新登录" in ended and "多久巡查一次？" in kept
    assert not app.chat_input
    sign_in(app, "读丙", "错的密码")
    sign_in(app, "读丙")
    assert texts(app.text)[0] == "巡查由谁负责？"
    assert texts(app.text).count("多久巡查一次？") == 1  # what was asked too late is answered now, once
    assert texts(checked(app.run()).text).count("多久巡查一次？") == 1


def test_a_question_that_came_too_late_is_not_asked_for_somebody_else(page, library, door):
    app = sign_in(page(library), "读丙")
    door.sessions.end(app.session_state["secret"])
    checked(app.chat_input[0].set_value("多久巡查一次？").run())
    sign_in(app, "编乙")
    assert app.chat_input and "多久巡查一次" not in str(texts(app.text))
    assert [e["action"] for e in door.audit.entries()] == ["login", "login"]


def test_the_next_one_in_the_same_window_finds_nothing_of_the_one_before(page, library, door):
    app = sign_in(page(library), "读丙")
    checked(app.chat_input[0].set_value("巡查由谁负责？").run())
    click(app, "leave")
    assert not app.chat_input
    sign_in(app, "编乙")
    assert "巡查由谁负责" not in str(texts(app.text))
    assert [e["action"] for e in door.audit.entries()][:2] == ["login", "logout"]


def test_changing_ones_password(page, library, door):
    app = click(sign_in(page(library), "读丙"), "change_password")
    old, new, again = [field for field in app.text_input if "密码" in field.label]
    old.set_value(GOOD), new.set_value(GOOD + "新"), again.set_value(GOOD + "别")
    click(app, "password_save")
    assert "不同" in app.warning[0].value
    [field for field in app.text_input if "再输" in field.label][0].set_value(GOOD + "新")
    click(app, "password_save")
    assert door.accounts.check("读丙", GOOD + "新")
    assert app.chat_input, "still signed in"


def test_a_damaged_workspace_is_a_message_not_a_traceback(page, library):
    (library / "workspace.sqlite3").write_bytes(b"no database" * 500)
    (library / HEAD).write_text("1:" + "0" * 64)  # accounts were in use: none may be lost with them
    app = page(library)
    assert "workspace.sqlite3" in app.warning[0].value.replace("\\", "")
    assert not app.chat_input


# the admin's page


def admin_page(app):
    app.switch_page("kb/views/admin.py")
    return checked(app.run())


def test_only_admins_see_accounts_and_log(page, library, door):
    app = admin_page(sign_in(page(library), "编乙"))
    assert [warning.value for warning in app.main.warning] == ["只有管理账号可以看这一页。"]
    assert not app.main.button


def test_an_admin_makes_changes_and_removes_accounts(page, library, door):
    app = admin_page(sign_in(page(library), "管甲"))
    app.text_input(key=None) if False else None
    name, password = [field for field in app.main.text_input][:2]
    name.set_value("<b>丁</b>:red[x]")
    password.set_value(GOOD)
    click(app, "create_account")
    made = door.accounts.find("<b>丁</b>:red[x]")
    assert made.account.role == "reader"
    assert not [m for m in MARKUP for line in texts(app.markdown) if m in line]
    app.selectbox(key=f"role_{made.account.id}_reader").set_value("editor")
    checked(app.run())
    assert door.accounts.find(made.account.name).account.role == "editor"
    click(app, f"disable_{made.account.id}")
    assert door.accounts.find(made.account.name).disabled
    click(app, f"remove_{made.account.id}")
    click(app, "remove_account")
    assert made.account.name not in [entry.account.name for entry in door.accounts.list()]
    assert [e["details"]["change"] for e in door.audit.entries(action="account")] == [
        "remove",
        "disable",
        "role",
        "add",
    ]


def test_the_last_admin_cannot_be_lost_on_the_page(page, library, door):
    app = admin_page(sign_in(page(library), "管甲"))
    admin = door.accounts.find("管甲").account
    click(app, f"disable_{admin.id}")
    assert "最后一个" in app.main.warning[0].value


def test_the_log_is_shown_and_checked(page, library, door):
    door.audit.write(door.accounts.find("读丙").account, "api", "ask", "<b>粗</b>=1+1", details={"answered": False})
    app = admin_page(sign_in(page(library), "管甲"))
    next(g for g in app.main.get("button_group") if g.key == "admin_part").set_value("audit")
    checked(app.run())
    assert list(app.dataframe[0].value["subject"])[:2] == ["", "<b>粗</b>=1+1"]
    assert list(app.dataframe[0].value["details"])[:2] == ["", "没有答案"]
    click(app, "audit_verify")
    assert app.success and app.code[-1].value.startswith("2:")


# tickets for the cookie


def test_a_ticket_is_good_once():
    ticket = tickets.issue("geheim")
    assert tickets.waiting(ticket)
    assert tickets.redeem(ticket) == "geheim"
    assert tickets.redeem(ticket) == "" and not tickets.waiting(ticket)


@pytest.mark.parametrize("ticket", ["", "x", "\ud800"])
def test_a_made_up_ticket_is_good_for_nothing(ticket):
    assert tickets.redeem(ticket) == ""
