"""Words and exact commands out of a cause."""

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.render import exact, explanation, fill, fix_refs


def test_placeholders_are_filled_or_the_sentence_is_left_out() -> None:
    assert (
        fill("{pack} needs {module}.", {"pack": "A", "module": "cv2"}) == "A needs cv2."
    )
    assert fill("{pack} needs {module}.", {"pack": "A"}) == ""


def test_the_exact_sentence_comes_first_when_all_is_known() -> None:
    cause = Catalogue().causes["node-deps-not-installed"]
    said = explanation(cause, {"pack": "ComfyUI-X", "module": "cv2"})
    assert said.startswith("ComfyUI-X needs the Python package cv2")
    assert not explanation(cause, {}).startswith("{")


def test_a_command_is_exact_for_the_installation_at_hand() -> None:
    catalogue = Catalogue()
    cause = catalogue.causes["diffusers-hub-version-conflict"]
    (portable, *_) = fix_refs(cause, catalogue.common, {"install": "portable"})
    assert r".\python_embeded\python.exe -m pip install -U diffusers" in portable.detail
    (unknown, *_) = fix_refs(cause, catalogue.common, {})
    assert "Windows portable:" in unknown.detail and "Docker:" in unknown.detail


def test_one_click_fixes_keep_their_id() -> None:
    catalogue = Catalogue()
    fixes = fix_refs(catalogue.causes["oom-workload-too-big"], catalogue.common, {})
    assert [fix.id for fix in fixes if fix.kind == "one-click"] == ["free-memory"]


def test_a_recipe_is_exact_for_the_installation_or_names_every_way() -> None:
    catalogue = Catalogue()
    here = exact({"flag": "--lowvram"}, catalogue.common, {"install": "portable"})
    assert here == [
        "add --lowvram in run_nvidia_gpu.bat after --windows-standalone-build"
    ]
    [everywhere] = exact({"flag": "--lowvram"}, catalogue.common, {})
    assert len(everywhere.splitlines()) == len(catalogue.common.recipes["flag"])
    assert exact({}, catalogue.common, {}) == []


def test_an_update_and_a_place_are_told_for_each_kind_of_installation() -> None:
    catalogue = Catalogue()
    common = catalogue.common
    for kind in ("update", "place"):
        assert set(common.recipes[kind]) == set(common.installations)  # type: ignore[index]
    cause = catalogue.causes["model-not-in-folder"]
    values = {"install": "portable", "folder": "loras"}
    (download, *_) = fix_refs(cause, common, values)
    assert "ComfyUI\\models\\loras" in download.detail
