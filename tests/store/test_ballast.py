from comfydoctor.store.ballast import Ballast


def test_it_lies_there_until_it_is_given_up(tmp_path):
    ballast = Ballast(tmp_path / "b", size=1000)
    assert ballast.keep()
    assert ballast.keep()
    assert (tmp_path / "b").stat().st_size == 1000
    assert ballast.release()
    assert not ballast.release()


def test_a_half_written_one_is_made_whole(tmp_path):
    (tmp_path / "b").write_bytes(b"x")
    assert Ballast(tmp_path / "b", size=1000).keep()
    assert (tmp_path / "b").stat().st_size == 1000
