import pytest

from kb.workspace import Workspace
from kb.workspace.preferences import LONGEST, Preferences


@pytest.fixture
def database(tmp_path):
    workspace = Workspace.open(tmp_path)
    yield workspace.database
    workspace.close()


def test_a_choice_is_kept_for_its_owner_alone(database):
    mine, theirs = Preferences(database, "甲"), Preferences(database, "乙")
    assert mine.get("type", "normal") == "normal"
    mine.set("type", "large")
    mine.set("type", "larger")
    assert mine.get("type") == "larger"
    assert theirs.get("type", "normal") == "normal"


def test_a_value_is_never_longer_than_its_limit(database):
    Preferences(database, "").set("type", "大" * 9999)
    assert Preferences(database, "").get("type") == "大" * LONGEST
