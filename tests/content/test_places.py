"""Where the content files are."""

from comfydoctor.content.places import resources_root


def test_the_resources_of_this_tree_are_found() -> None:
    assert (resources_root() / "common.toml").is_file()
