"""Accounts, sessions, tokens and failed attempts; the names and passwords that people and programs try."""

import sqlite3

import pytest

from kb.errors import BadInput, NotAllowed, NotSignedIn, SettingsError
from kb.settings import Settings
from kb.workspace import Workspace
from kb.workspace.accounts import LONGEST, SHORTEST
from kb.workspace.conversations import Conversations
from kb.workspace.door import Door
from kb.workspace.preferences import Preferences
from kb.workspace.roles import LOCAL, Account

GOOD = "河道绿道九百里-x7"


class Clock:
    def __init__(self):
        self.now = 1_780_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def door(tmp_path, clock):
    workspace = Workspace.open(tmp_path)
    yield Door(workspace, Settings(home=tmp_path), "page", clock)
    workspace.close()


@pytest.fixture
def admin(door):
    return door.accounts.add("管理员甲", "admin", GOOD)


def actions(door):
    return [(entry["action"], entry["outcome"]) for entry in reversed(door.audit.entries())]


def test_nobody_signs_in_before_there_is_an_account(door):
    assert not door.guarded and not door.audited
    door.note(LOCAL, "ask", "问")
    assert door.audit.entries() == []
    door.accounts.add("甲", "reader", GOOD)
    assert door.guarded and door.audited


def test_a_password_opens_its_account_and_no_other(door, admin):
    account, secret = door.sign_in("管理员甲", GOOD)
    assert account == admin and door.sessions.account(secret) == admin
    for name, password in [
        ("管理员甲", GOOD + "x"),
        ("别人", GOOD),
        ("管理员甲", ""),
        ("", ""),
        ("管理员甲", "\ud800"),
    ]:
        with pytest.raises(NotSignedIn, match="不对"):
            door.sign_in(name, password, address=name)
    assert actions(door) == [("login", "ok"), *[("login", "failed")] * 5]


def test_what_was_typed_for_an_unknown_name_is_not_logged(door, admin):
    with pytest.raises(NotSignedIn):
        door.sign_in(GOOD, "")
    assert GOOD not in str(door.audit.entries())


def test_neither_passwords_nor_secrets_lie_in_the_file(door, admin, tmp_path):
    _, secret = door.sign_in("管理员甲", GOOD)
    token = door.tokens.issue(admin)
    door.sessions.account(secret)
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"$argon2id$" in files
    assert not [s for s in (GOOD, secret, token) if s.encode() in files]


@pytest.mark.parametrize("name", ["管理员甲", "ＡＢＣ", "abc ", "Abc"])
def test_names_are_compared_without_width_and_case(door, name):
    door.accounts.add("管理员甲", "admin", GOOD)
    door.accounts.add("abc", "reader", GOOD)
    assert door.accounts.check(name, GOOD)
    with pytest.raises(BadInput):
        door.accounts.add(name, "reader", GOOD)


@pytest.mark.parametrize("name", ["", " ", " 甲", "甲\n", "\u202e甲", "甲\u200b", "x" * 65, "a\x00b", "\ud800"])
def test_names_that_hide_something_are_refused(door, name):
    with pytest.raises(BadInput, match="名称"):
        door.accounts.add(name, "reader", GOOD)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "'; DROP TABLE accounts; --", ":red[x]", "../../x", "张 三"]
)
def test_other_names_are_data(door, name):
    door.accounts.add(name, "admin", GOOD)
    assert door.accounts.find(name).account.name == name
    assert door.sign_in(name, GOOD)[0].name == name


@pytest.mark.parametrize(
    "password", ["", "x" * (SHORTEST - 1), "a" * 20, "abababababab", "x" * (LONGEST + 1), "我是管理员甲的密码"]
)
def test_weak_passwords_are_refused(door, password):
    with pytest.raises(BadInput, match="密码"):
        door.accounts.add("管理员甲", "admin", password or "短")


def test_a_wrong_role_is_refused(door):
    with pytest.raises(BadInput, match="reader"):
        door.accounts.add("甲", "root", GOOD)


def test_the_last_admin_stays_while_others_have_accounts(door, admin):
    other = door.accounts.add("乙", "reader", GOOD)
    for change in (
        lambda: door.accounts.remove("管理员甲"),
        lambda: door.accounts.set_role("管理员甲", "editor"),
        lambda: door.accounts.set_disabled("管理员甲", disabled=True),
    ):
        with pytest.raises(BadInput, match="最后一个"):
            change()
    assert door.accounts.active(admin.id) == admin
    assert door.accounts.remove("乙") == other
    door.accounts.remove("管理员甲")
    assert not door.guarded


@pytest.mark.parametrize("setting", [{}, {"accounts": 1}])
def test_without_an_admin_no_other_machine_is_let_in(tmp_path, setting):
    workspace = Workspace.open(tmp_path)
    door = Door(workspace, Settings(home=tmp_path, **setting), "page")
    with pytest.raises(SettingsError, match="kb account add"):
        door.demand_admin()
    assert door.guarded == bool(setting)
    workspace.close()


def test_a_session_ends_when_unused_and_after_a_day(door, admin, clock):
    _, secret = door.sign_in("管理员甲", GOOD)
    for _ in range(30):
        clock.now += 25 * 60
        if door.sessions.account(secret) is None:
            break
    assert 11.5 * 3600 < clock.now - 1_780_000_000 <= 12.5 * 3600
    _, secret = door.sign_in("管理员甲", GOOD)
    clock.now += 31 * 60
    assert door.sessions.account(secret) is None


@pytest.mark.parametrize("end", ["disabled", "removed", "password", "logout"])
def test_a_session_ends_at_once(door, admin, end):
    door.accounts.add("乙", "editor", GOOD)
    account, secret = door.sign_in("乙", GOOD)
    token = door.tokens.issue(account)
    if end == "disabled":
        door.accounts.set_disabled("乙", disabled=True)
    elif end == "removed":
        door.accounts.remove("乙")
    elif end == "password":
        door.accounts.set_password("乙", GOOD + "新")
    else:
        door.sessions.end(secret)
    assert door.sessions.account(secret) is None
    assert (door.tokens.account(token) is None) == (end in ("disabled", "removed"))


def test_a_changed_role_holds_at_once(door, admin):
    door.accounts.add("乙", "editor", GOOD)
    _, secret = door.sign_in("乙", GOOD)
    door.accounts.set_role("乙", "reader")
    assert door.sessions.account(secret).role == "reader"


@pytest.mark.parametrize("secret", ["", "x", "\ud800", "' OR 1=1 --", "a" * 100_000])
def test_made_up_secrets_open_nothing(door, admin, secret):
    assert door.sessions.account(secret) is None
    assert door.tokens.account(secret) is None


def test_guessing_locks_out_the_one_who_guesses_first(door, admin, clock):
    for _ in range(5):
        with pytest.raises(NotSignedIn, match="不对"):
            door.sign_in("管理员甲", "错的", "10.0.0.9")
    with pytest.raises(NotSignedIn, match="次数过多"):
        door.sign_in("管理员甲", GOOD, "10.0.0.9")
    assert door.sign_in("管理员甲", GOOD, "10.0.0.7")[0] == admin
    clock.now += 16 * 60
    assert door.sign_in("管理员甲", GOOD, "10.0.0.9")[0] == admin


def test_guessing_from_many_addresses_and_many_names_is_slowed_too(door, admin):
    for n in range(20):
        with pytest.raises(NotSignedIn):
            door.sign_in("管理员甲", "错的", f"10.0.1.{n}")
    with pytest.raises(NotSignedIn, match="次数过多"):
        door.sign_in("管理员甲", GOOD, "10.0.2.1")
    for n in range(50):
        door._attempts.failed(f"名{n}", "10.0.0.3")
    with pytest.raises(NotSignedIn, match="次数过多"):
        door.sign_in("别的", GOOD, "10.0.0.3")


def test_a_token_lasts_as_long_as_said(door, admin, clock):
    token = door.tokens.issue(admin, 2)
    assert door.tokens.account(token) == admin
    clock.now += 2 * 86400
    assert door.tokens.account(token) is None
    assert door.tokens.revoke(admin) == 1
    for days in (0, -1, 9999):
        with pytest.raises(BadInput):
            door.tokens.issue(admin, days)


def test_changing_ones_own_password(door, admin):
    _, secret = door.sign_in("管理员甲", GOOD)
    with pytest.raises(NotSignedIn, match="现在的密码"):
        door.change_password(admin, "错的", GOOD + "新")
    with pytest.raises(BadInput):
        door.change_password(admin, GOOD, "短")
    new = door.change_password(admin, GOOD, GOOD + "新")
    assert door.sessions.account(secret) is None and door.sessions.account(new) == admin
    assert door.sign_in("管理员甲", GOOD + "新")


# what a role may do, and what is written down


def test_a_reader_is_refused_and_that_is_logged(door, admin):
    reader = door.accounts.add("乙", "reader", GOOD)
    with pytest.raises(NotAllowed, match="查阅"), door.changing(reader, "remove", "a"):
        raise AssertionError("done all the same")
    assert actions(door) == [("remove", "refused")]


def test_a_change_is_logged_before_it_is_done(door, admin):
    with door.changing(admin, "remove", "a"):
        assert actions(door) == [("remove", "ok")]
    with pytest.raises(ZeroDivisionError), door.changing(admin, "remove", "b"):
        _ = 1 / 0
    assert actions(door) == [("remove", "ok"), ("remove", "ok"), ("remove", "failed")]


def test_a_question_is_logged_with_what_became_of_it(door, admin):
    with door.asking(admin, "ask", "由谁负责？") as notes:
        notes["answered"] = True
    with pytest.raises(BadInput), door.asking(admin, "ask", ""):
        raise BadInput("空")
    assert actions(door) == [("ask", "ok"), ("ask", "failed")]
    assert door.audit.entries()[1]["details"] == {"answered": True}


# signed in elsewhere


def claims(**others):
    return {"email": "Li@City.gov.cn", "email_verified": True, "iat": 1_780_000_000, "iss": "i", "sub": "s", **others}


def test_somebody_who_signed_in_elsewhere_is_the_account_of_that_name(door, admin):
    li = door.accounts.add("li@city.gov.cn", "editor")
    account, secret = door.admit(claims())
    assert account == li and door.sessions.account(secret) == li
    with pytest.raises(NotSignedIn):
        door.sign_in("li@city.gov.cn", "")


@pytest.mark.parametrize("wrong", [{"email": ""}, {"email_verified": None}, {"email_verified": "true"}, {"iat": None}])
def test_claims_that_prove_nothing_are_refused(door, admin, wrong):
    door.accounts.add("li@city.gov.cn", "editor")
    with pytest.raises(NotSignedIn):
        door.admit(claims(**wrong))


def test_a_sign_in_elsewhere_that_is_over_needs_a_new_one(door, admin, clock):
    door.accounts.add("li@city.gov.cn", "editor")
    _, secret = door.admit(claims())
    door.sessions.end(secret)
    with pytest.raises(NotSignedIn, match="过期"):
        door.admit(claims())
    assert door.admit(claims(iat=1_780_000_900))
    clock.now += 3600
    with pytest.raises(NotSignedIn, match="过期"):
        door.admit(claims(iat=1_780_000_900))


def test_the_unknown_are_refused_or_become_readers(tmp_path, door, admin):
    with pytest.raises(NotSignedIn, match="没有可用的账号"):
        door.admit(claims())
    workspace = Workspace.open(tmp_path)
    open_door = Door(workspace, Settings(home=tmp_path, oidc="reader"), "page", lambda: 1_780_000_000)
    account, _ = open_door.admit(claims())
    assert account.role == "reader"
    open_door.accounts.set_disabled(account.name, disabled=True)
    with pytest.raises(NotSignedIn):
        open_door.admit(claims(iat=1_780_000_001))
    workspace.close()


def test_a_removed_account_takes_along_what_it_made_for_itself(tmp_path):
    workspace = Workspace.open(tmp_path)
    door = Door(workspace, Settings(home=tmp_path), "page")
    owners = [door.accounts.add(name, "admin", GOOD).id for name in ("管理员甲", "管理员乙")]
    for owner in (*owners, "", "removed-long-ago"):
        Conversations(workspace.database, owner).start("河道由谁巡查？")
        Preferences(workspace.database, owner).set("type", "large")
    door.accounts.set_disabled("管理员乙", disabled=True)
    assert Conversations(workspace.database, owners[1]).listed(9)
    door.accounts.remove("管理员乙")
    for table in ("conversations", "preferences"):
        rows = workspace.database.rows(f"SELECT owner FROM {table}")
        assert {row["owner"] for row in rows} == {owners[0], ""}
    workspace.close()


def test_a_removed_account_takes_its_sessions_along(door, admin, tmp_path):
    door.accounts.add("乙", "reader", GOOD)
    door.sign_in("乙", GOOD)
    door.accounts.remove("乙")
    assert sqlite3.connect(tmp_path / "workspace.sqlite3").execute("SELECT count(*) FROM sessions").fetchone() == (0,)


def test_roles_contain_one_another():
    may = {role: Account("", "", role) for role in ("reader", "editor", "admin")}
    assert [may[role].may("remove") for role in may] == [False, True, True]
    assert [may[role].may("audit") for role in may] == [False, False, True]
    assert all(account.may("ask") for account in may.values())
