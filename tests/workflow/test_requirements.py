from comfydoctor.workflow.parse import parse
from comfydoctor.workflow.requirements import requirements
from tests.workflow.drawing import Drawing
from tests.workflow.servers import classes


def _needs(drawing: Drawing, *, known: bool = True):
    found = requirements(parse(drawing.workflow()), classes() if known else None)
    return {(need.kind, need.name): need for need in found}


def test_models_are_named_once_with_folder_source_and_whether_they_are_here() -> None:
    drawing = Drawing()
    hint = {"name": "gone.safetensors", "url": "https://x.org/g", "directory": "vae"}
    properties = {"models": [hint]}
    drawing.node("CheckpointLoaderSimple", values=("sd15.safetensors",))
    drawing.node("CheckpointLoaderSimple", values=("sd15.safetensors",))
    drawing.node("VAELoader", values=("gone.safetensors",), properties=properties)
    found = _needs(drawing)
    here = found["model", "sd15.safetensors"]
    assert (here.folder, here.here, here.nodes) == ("checkpoints", True, ("1", "2"))
    gone = found["model", "gone.safetensors"]
    assert (gone.folder, gone.here, gone.url) == ("vae", False, "https://x.org/g")


def test_uploads_are_named_without_their_place() -> None:
    drawing = Drawing()
    drawing.node("LoadImage", values=("dog.png [input]", "image"))
    assert _needs(drawing)["input", "dog.png"].here is False


def test_texts_that_look_like_files_are_none() -> None:
    drawing = Drawing()
    drawing.node("CLIPTextEncode", values=("a poster saying model.safetensors",))
    drawing.node("SaveImage", values=("out/a.png",))
    assert not _needs(drawing)


def test_packs_come_from_the_file_or_from_the_lists() -> None:
    drawing = Drawing()
    drawing.node("VHS_VideoCombine")
    drawing.node("Odd", properties={"cnr_id": "odd-pack"})
    drawing.node("KSampler", properties={"cnr_id": "comfy-core"})
    found = _needs(drawing)
    assert found["pack", "odd-pack"].classes == ("Odd",)
    assert found["pack", "odd-pack"].here is False
    assert any("VideoHelperSuite" in name for kind, name in found if kind == "pack")
    assert ("pack", "comfy-core") not in found


def test_without_definitions_what_is_here_is_not_known() -> None:
    drawing = Drawing()
    drawing.node("CheckpointLoaderSimple", values=("sd15.safetensors",))
    assert _needs(drawing, known=False)["model", "sd15.safetensors"].here is None
