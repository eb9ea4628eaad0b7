"""A checklist on the command line, filled in as far as a look can tell."""


def test_it_is_filled_in_and_tells_what_is_left(run, simulated):
    ran = run("checklist", "five-minutes", "--url", simulated("healthy-studio"))
    assert ran.code == 0, ran.err
    assert "● The disks have room" in ran.out
    assert "for a person to check." in ran.out


def test_trouble_gives_one_and_json_has_every_task(run, simulated):
    url = simulated("memory-leak", speed=8)
    ran = run("checklist", "five-minutes", "--url", url, "--json")
    tasks = {task["id"]: task for task in ran.json["tasks"]}
    assert ran.json["schema"] == 1
    assert set(tasks["disk"]) == {"id", "title", "state", "why", "fix", "chart"}
    assert ran.code == (1 if "bad" in {t["state"] for t in tasks.values()} else 0)


def test_without_an_id_all_are_listed(run):
    ran = run("checklist")
    assert ran.code == 0
    assert "five-minutes" in ran.out and "go-live" in ran.out
    assert run("checklist", "none", "--url", "http://127.0.0.1:9").code == 3
