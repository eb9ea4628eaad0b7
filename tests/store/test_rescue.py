from comfydoctor.store import rescue
from comfydoctor.store.database import Database
from comfydoctor.store.schema import RECORDS


def test_a_missing_file_has_no_damage(tmp_path):
    assert rescue.find_damage(tmp_path / "none.db", RECORDS) == ""


def test_a_table_that_is_gone_is_damage(tmp_path):
    path = tmp_path / "records.db"
    database = Database(path)
    database.write(lambda c: c.execute("DROP TABLE audit"))
    database.close()
    assert "audit" in rescue.find_damage(path, RECORDS)


def test_set_aside_takes_the_companions_along(tmp_path):
    path = tmp_path / "records.db"
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).write_text("x")
    aside = rescue.set_aside(path, 0.0)
    assert aside.name == "records.db.corrupt-19700101-000000"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        aside.name + ending for ending in ("", "-wal", "-shm")
    )


def test_setting_aside_twice_in_a_second_keeps_both(tmp_path):
    path = tmp_path / "records.db"
    for _ in range(3):
        path.write_text("x")
        rescue.set_aside(path, 0.0)
    assert len(list(tmp_path.iterdir())) == 3


def test_without_a_good_copy_nothing_is_restored(tmp_path):
    backups = tmp_path / "b"
    backups.mkdir()
    (backups / "records-1.db").write_bytes(b"bad")
    (backups / "records-2.db").write_bytes(b"")
    assert rescue.restore(tmp_path / "records.db", backups, RECORDS) is None
