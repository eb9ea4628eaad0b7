import json
import random

import pytest

from comfydoctor.errors import StoreError
from comfydoctor.store.audit import FIRST, Audit, write_export


@pytest.fixture
def audit(database, tmp_path, clock):
    return Audit(database, tmp_path / "audit.head", clock=clock)


def fill(audit, count):
    for number in range(count):
        audit.append(
            who="me", server="http://x", action="fix", detail=f"d{number}", result="ok"
        )


def test_records_are_chained_and_verify(audit):
    fill(audit, 3)
    newest, middle, oldest = audit.records()
    assert oldest.previous == FIRST
    assert (newest.index, newest.previous) == (2, middle.hash)
    assert audit.verify() is None
    assert [r.index for r in audit.records(1)] == [2]


def test_an_empty_trail_verifies(audit):
    assert audit.verify() is None
    assert list(audit.export()) == []


def test_secrets_do_not_get_into_it(audit):
    secret = "hf_AbCdEfGhIjKlMnOpQrStUvWx"
    record = audit.append(who="me", server="s", action="a", detail=f"with {secret}")
    assert record.detail == "with [removed]"


def test_odd_text_is_kept_readably(audit):
    audit.append(
        who="ü", server="日本", action="\ud800", detail="a\0b", result="x" * 99999
    )
    record = audit.records()[0]
    assert record.action == "?"
    assert record.detail == "ab"
    assert len(record.result) == 16_000
    assert audit.verify() is None


def test_the_export_is_json_lines_with_the_chain(audit, tmp_path):
    fill(audit, 3)
    path = tmp_path / "out.jsonl"
    assert write_export(audit, path) == 3
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["index"] for line in lines] == [0, 1, 2]
    assert lines[2]["previous"] == lines[1]["hash"]
    with pytest.raises(StoreError):
        write_export(audit, tmp_path)


TEXTS = ("who", "server", "action", "detail", "result", "previous", "hash")


def tamper(connection, chance, count):
    """Change something; returns the first index that is not right any more."""
    index, run = chance.randrange(count), connection.execute
    match chance.randrange(6):
        case 0:
            field = chance.choice(TEXTS)
            sql = f"SELECT {field} FROM audit WHERE idx = ?"
            old = run(sql, (index,)).fetchone()[0]
            place = chance.randrange(len(old))
            new = old[:place] + chr(ord(old[place]) ^ 1) + old[place + 1 :]
            run(f"UPDATE audit SET {field} = ? WHERE idx = ?", (new, index))
        case 1:
            run("UPDATE audit SET time = time + 1 WHERE idx = ?", (index,))
        case 2:
            run("DELETE FROM audit WHERE idx = ?", (index,))
        case 3:
            run("DELETE FROM audit WHERE idx >= ?", (index,))
        case 4:
            index = min(index, count - 2)
            run("UPDATE audit SET idx = -1 WHERE idx = ?", (index,))
            run("UPDATE audit SET idx = ? WHERE idx = ?", (index, index + 1))
            run("UPDATE audit SET idx = ? WHERE idx = -1", (index + 1,))
        case 5:
            run("UPDATE audit SET idx = -idx - 2 WHERE idx >= ?", (index,))
            run("UPDATE audit SET idx = -idx - 1 WHERE idx < 0")
            run(
                "INSERT INTO audit SELECT ?, time, who, server, action, detail, result,"
                " previous, hash FROM audit WHERE idx = ?",
                (index, index + 1),
            )
            # A copy of the record that belongs here is right; the next one is not.
            return index + 1
    return index


def test_two_thousand_tamperings_are_all_seen_where_they_are(audit, database):
    count, chance = 12, random.Random(7)
    fill(audit, count)
    good = database.read("SELECT * FROM audit")
    for _ in range(2000):

        def work(connection):
            connection.execute("DELETE FROM audit")
            connection.executemany("INSERT INTO audit VALUES (?,?,?,?,?,?,?,?,?)", good)
            return tamper(connection, chance, count)

        expected = database.write(work, durable=False)
        if database.read("SELECT * FROM audit ORDER BY idx") != good:
            assert audit.verify() == expected


def test_a_shortened_trail_stays_visible_after_going_on(audit, database):
    fill(audit, 5)
    database.write(lambda c: c.execute("DELETE FROM audit WHERE idx >= 3"))
    assert audit.verify() == 3
    fill(audit, 1)
    gap = audit.records()[1]
    assert gap.action == "audit gap"
    assert "record 4" in gap.detail
    assert audit.verify() is None


def test_a_lost_head_file_is_no_fault_and_comes_again(audit, tmp_path):
    fill(audit, 2)
    (tmp_path / "audit.head").unlink()
    assert audit.verify() is None
    fill(audit, 1)
    assert (tmp_path / "audit.head").read_text().startswith("2 ")


def test_a_broken_head_file_is_told(audit, tmp_path):
    fill(audit, 2)
    (tmp_path / "audit.head").write_bytes(b"\xff\xff")
    assert audit.verify() == 0


def test_a_crash_before_the_head_was_written_is_no_fault(audit, tmp_path):
    fill(audit, 2)
    head = (tmp_path / "audit.head").read_text()
    fill(audit, 1)
    (tmp_path / "audit.head").write_text(head)
    assert audit.verify() is None
    fill(audit, 1)
    assert audit.verify() is None
    assert "gap" not in [r.action for r in audit.records()]
