from comfydoctor.store.launches import Launches, Started

SEEN = Started(("python", "main.py", "--port", "8188"), "/opt/ComfyUI", "/var/log/c")


def test_what_was_seen_is_known_at_the_next_start(tmp_path):
    path = tmp_path / "launches.json"
    Launches(path).remember("http://a", SEEN)
    assert Launches(path).get("http://a") == SEEN
    assert Launches(path).get("http://b") is None


def test_a_command_line_with_a_key_is_not_kept(tmp_path):
    path = tmp_path / "launches.json"
    secret = Started(("python", "main.py", "--api-key=sk-0123456789abcdefghij"), "/x")
    Launches(path).remember("http://a", secret)
    assert not path.exists()


def test_a_damaged_file_is_no_trouble(tmp_path):
    path = tmp_path / "launches.json"
    path.write_text("{half")
    assert Launches(path).get("http://a") is None
    Launches(path).remember("http://a", SEEN)
    assert Launches(path).get("http://a") == SEEN
    assert Launches(None).get("http://a") is None
