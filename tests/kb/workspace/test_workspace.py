import pytest

from kb.errors import StoreDamaged, StoreUnusable
from kb.store.database import Database, set_aside
from kb.workspace import Workspace
from kb.workspace.schema import WORKSPACE


def test_a_workspace_is_made_once_and_opened_again(tmp_path):
    for _ in range(2):
        workspace = Workspace.open(tmp_path / "home")
        assert workspace.database.faults() == []
        done = [row["number"] for row in workspace.database.rows("SELECT number FROM migrations ORDER BY number")]
        assert done == list(range(1, len(WORKSPACE.migrations) + 1))
        workspace.close()


def test_setting_the_library_aside_leaves_the_workspace(tmp_path):
    Database.open(tmp_path).close()
    Workspace.open(tmp_path).close()
    assert set_aside(tmp_path)
    assert (tmp_path / WORKSPACE.file).exists()


def test_a_damaged_workspace_says_that_the_library_is_untouched(tmp_path):
    (tmp_path / WORKSPACE.file).write_bytes(b"no database" * 500)
    with pytest.raises(StoreDamaged, match="文件库不受影响"):
        Workspace.open(tmp_path)


def test_a_workspace_of_a_newer_program_is_refused(tmp_path):
    workspace = Workspace.open(tmp_path)
    with workspace.database.writing() as connection:
        connection.execute("PRAGMA user_version = 999")
    workspace.close()
    with pytest.raises(StoreUnusable, match="更新版本"):
        Workspace.open(tmp_path)
