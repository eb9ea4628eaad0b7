import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.comfy import parse_files as files
from comfydoctor.errors import Garbled


def test_model_files_carry_their_size():
    (found,) = files.parse_model_files(
        [{"name": "a.safetensors", "size": 135, "modified": 5.5}, {"size": 1}, 3]
    )
    assert (found.name, found.size, found.modified) == ("a.safetensors", 135, 5.5)


def test_stamps_of_all_versions_become_seconds():
    old, new = files.parse_user_files(
        [
            {"path": "a", "size": 1, "modified": 1_795_575_048.5},
            {"path": "b", "size": 1, "modified": 1_795_575_048_500},
        ]
    )
    assert old.modified == new.modified == 1_795_575_048.5


def test_folders_are_no_files():
    listing = [{"path": "w", "type": "directory"}, {"path": "w/a", "type": "file"}]
    assert [found.path for found in files.parse_user_files(listing)] == ["w/a"]


def test_the_suffix_of_newer_versions_is_cut_off():
    names = ["up.png [input]", "a [output]", "b.png", "c [other]"]
    assert files.parse_internal_files(names) == ("up.png", "a", "b.png", "c [other]")


def test_the_log_stays_raw_for_those_who_read_colours():
    entries = [{"t": "2026-01-01T00:00:00", "m": "\r\x1b[32m 50%"}, {"m": 5}, None]
    first, second = files.parse_log({"entries": entries, "size": {}})
    assert first.m == "\r\x1b[32m 50%"
    assert (second.t, second.m) == ("", "5")


@pytest.mark.parametrize("value", [None, [], {}, {"entries": 1}])
def test_what_is_no_log_is_refused(value):
    with pytest.raises(Garbled):
        files.parse_log(value)


def test_an_upload_without_a_name_is_refused():
    assert files.parse_upload({"name": "a (1).png", "type": "input"}).subfolder == ""
    with pytest.raises(Garbled):
        files.parse_upload({})
    with pytest.raises(Garbled):
        files.parse_user_file({"size": 5})


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "path", "size", "modified", "entries", "t", "m"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(ANY)
def test_whatever_comes_is_read_or_refused_with_our_errors(value):
    for parse in (
        files.parse_model_files,
        files.parse_user_files,
        files.parse_user_file,
        files.parse_upload,
        files.parse_names,
        files.parse_internal_files,
        files.parse_folder_paths,
        files.parse_log,
        files.parse_log_text,
    ):
        try:
            parse(value)
        except Garbled as error:
            assert str(error)
