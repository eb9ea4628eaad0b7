"""``comfydoctor lock``: a server's state in a file, and a server held against it."""

import json


def test_a_lock_is_written_once_and_tells_what_differs(run, simulated, tmp_path):
    url, path = simulated("healthy-studio"), tmp_path / "studio.lock"
    written = run("lock", "write", str(path), "--url", url)
    assert written.code == 0, written.err
    assert "Not in it" in written.out  # a simulated server has no files to read
    assert run("lock", "write", str(path), "--url", url).code == 2
    body = json.loads(path.read_text())
    name = next(iter(body["parts"]["nodes"]))
    body["parts"]["nodes"]["a_pack_that_is_gone"] = body["parts"]["nodes"].pop(name)
    path.write_text(json.dumps(body))
    other = run("lock", "check", str(path), "--url", url, "--json")
    assert (other.code, other.json["same"]) == (1, False)
    said = " ".join(d["says"] for d in other.json["differences"])
    assert "a_pack_that_is_gone" in said
    assert len(other.json["differences"]) <= 2  # and nothing else


def test_what_is_no_lock_file_is_said(run, tmp_path):
    for text in ("", "{}", "[1]", '{"format": 9}'):
        path = tmp_path / "x.lock"
        path.write_text(text)
        ran = run("lock", "check", str(path), "--url", "http://127.0.0.1:9")
        assert (ran.code, "Traceback" in ran.err) == (2, False)
    assert run("lock", "check", str(tmp_path / "absent"), "--url", "http://x").code == 2
