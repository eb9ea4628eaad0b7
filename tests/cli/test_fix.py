"""``comfydoctor fix``, ``undo`` and ``audit`` on a simulated server."""

import json
import time
import urllib.request


def queue(url):
    with urllib.request.urlopen(f"{url}/queue", timeout=10) as answer:
        return json.load(answer)


def wait_for_pending(url, wanted=2):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        pending = queue(url)["queue_pending"]
        if len(pending) >= wanted:
            return pending
        time.sleep(0.2)
    raise AssertionError("no jobs came")


def test_the_fixes_are_listed(run):
    ran = run("fix", "--json")
    assert ran.code == 0
    ids = {fix["id"] for fix in ran.json["fixes"]}
    assert {"clear-queue", "free-memory", "interrupt-job"} <= ids


def test_a_plan_changes_nothing(run, simulated):
    url = simulated("stuck-queue-in-node", speed=8)
    before = {item[1] for item in wait_for_pending(url)}
    ran = run("fix", "clear-queue", "--url", url, "--plan", "--json")
    assert ran.code == 0, ran.err
    plan = ran.json["plan"]
    assert plan["loses"] and plan["steps"] and plan["undo"]
    assert before <= {item[1] for item in queue(url)["queue_pending"]}


def test_nothing_is_applied_without_a_yes(run, simulated):
    url = simulated("stuck-queue-in-node", speed=8)
    wait_for_pending(url)
    ran = run("fix", "clear-queue", "--url", url)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert queue(url)["queue_pending"]


def test_a_cleared_queue_comes_back_exactly_and_the_trail_is_whole(run, simulated):
    url = simulated("stuck-queue-in-node", speed=8)
    wait_for_pending(url)
    ran = run("fix", "clear-queue", "--url", url, "--yes", "--json")
    assert ran.code == 0, ran.out + ran.err
    result = ran.json["result"]
    assert result["outcome"] == "done" and result["undoable"]
    undone = run("undo", result["entry"], "--json")
    assert undone.code == 0, undone.out + undone.err
    assert undone.json["result"]["outcome"] == "done"
    trail = run("audit", "--json")
    assert trail.code == 0
    assert trail.json["first_bad"] is None
    assert len(trail.json["records"]) == 2


def test_memory_is_freed_and_measured(run, simulated):
    url = simulated("out-of-memory")
    time.sleep(6)
    ran = run("fix", "free-memory", "--url", url, "--yes")
    assert ran.code == 0, ran.out + ran.err
    # A job that begins meanwhile fills it again; then the log is the proof.
    assert "→" in ran.out or "confirms it" in ran.out


def test_an_unknown_fix_is_an_error_that_names_the_known(run, simulated):
    url = simulated("healthy-studio")
    ran = run("fix", "no-such-fix", "--url", url, "--plan")
    assert ran.code == 1
    assert "clear-queue" in ran.err


def test_an_unknown_entry_cannot_be_undone(run):
    ran = run("undo", "nothing")
    assert ran.code == 1
    assert "Traceback" not in ran.err
