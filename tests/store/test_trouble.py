import sqlite3

import pytest

from comfydoctor.errors import Damaged, DiskFull, ReadOnly, StoreError
from comfydoctor.store.trouble import translated


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_READONLY_DBMOVED, ReadOnly),
        (sqlite3.SQLITE_CORRUPT_INDEX, Damaged),
        (sqlite3.SQLITE_NOTADB, Damaged),
        (sqlite3.SQLITE_BUSY, StoreError),
    ],
)
def test_each_trouble_has_its_name(code, kind):
    error = sqlite3.OperationalError("words")
    error.sqlite_errorcode = code
    with pytest.raises(StoreError) as caught, translated():
        raise error
    assert type(caught.value) is kind
    assert caught.value.__cause__ is error


def test_other_errors_pass():
    with pytest.raises(KeyError), translated():
        raise KeyError("x")
