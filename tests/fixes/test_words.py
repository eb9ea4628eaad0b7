import math

import pytest

from comfydoctor.fixes.words import counted, job_name, listed, size
from comfydoctor.model.job import QueueItem


def test_one_and_many():
    assert counted(1, "job") == "1 job"
    assert counted(0, "job") == "0 jobs"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (24 * 2**30, "24.0 GB"),
        (300 * 2**20, "300 MB"),
        (0, "0 MB"),
        (math.nan, "not known"),
    ],
)
def test_sizes_are_read_at_a_glance(value, text):
    assert size(value) == text


def test_a_job_has_its_workflows_name_or_its_id():
    item = QueueItem(1.0, "12345678-90", "{}", "{}")
    assert job_name(item) == "job 12345678"
    named = QueueItem(1.0, "1", "{}", "{}", workflow_name="portrait")
    assert job_name(named) == "“portrait”"


def test_long_lists_are_cut():
    assert listed(["a", "b"]) == "a, b"
    assert listed("abcdef") == "a, b, c and 3 more"
    assert listed([]) == ""
