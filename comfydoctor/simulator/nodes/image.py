"""Nodes on pictures: make, change, save, show."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from comfydoctor.simulator.disk import Disk, StoredFile
from comfydoctor.simulator.failure import NodeFailed, frame
from comfydoctor.simulator.nodes.nodeclass import (
    Files,
    Input,
    NodeClass,
    choice,
    integer,
    link,
    number,
    text,
)
from comfydoctor.simulator.nodes.work import Outcome, Work
from comfydoctor.simulator.values import Picture

METHODS = ("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
PNG_INFO = {"prompt": "PROMPT", "extra_pnginfo": "EXTRA_PNGINFO"}


async def empty(work: Work) -> Outcome:
    """EmptyImage."""
    size = work.inputs["width"], work.inputs["height"], work.inputs["batch_size"]
    return Outcome((Picture(*size, seed=work.inputs["color"], look="plain"),))


async def scale(work: Work) -> Outcome:
    """ImageScale."""
    picture = picture_of(work, "image")
    await work.compute(picture.width * picture.height * picture.count / 4e8, 0.3)
    size = work.inputs["width"], work.inputs["height"]
    return Outcome((replace(picture, width=size[0], height=size[1]),))


async def pass_on(work: Work) -> Outcome:
    """Any small filter."""
    picture = picture_of(work, "image")
    await work.compute(picture.width * picture.height * picture.count / 3e8, 0.3)
    return Outcome((picture,))


async def load(work: Work) -> Outcome:
    """LoadImage."""
    stored = work.machine.disk.files["input"].get(work.inputs["image"])
    picture = stored.picture if stored and stored.picture else Picture(512, 512)
    return Outcome((picture, picture))


async def save(work: Work) -> Outcome:
    """SaveImage."""
    prefix = str(work.inputs["filename_prefix"])
    return await _store(work, "output", prefix)


async def show(work: Work) -> Outcome:
    """PreviewImage: the same, in temp."""
    return await _store(work, "temp", "ComfyUI_temp_xcrqx")


async def _store(work: Work, place: str, prefix: str) -> Outcome:
    picture = picture_of(work, "images")
    machine = work.machine
    if picture.look == "nan" and not machine.mood.cast_warned:
        machine.mood.cast_warned = True
        _warn_of_cast(work)
    await work.sleep(picture.width * picture.height * picture.count / 1.2e7)
    subfolder, _, name = prefix.rpartition("/")
    records = []
    for _ in range(picture.count):
        filename = machine.disk.next_name(place, name) + ".png"
        path = f"{subfolder}/{filename}" if subfolder else filename
        machine.disk.files[place][path] = StoredFile(
            machine.pace.now(), picture=picture, metadata=dict(work.hidden)
        )
        record = {"filename": filename, "subfolder": subfolder, "type": place}
        records.append(record)
    values = (picture,) if machine.version.since(0, 33) else ()
    return Outcome(values, {"images": records})


def _warn_of_cast(work: Work) -> None:
    line = work.machine.version.cast_line
    work.machine.console.write(
        f"/opt/ComfyUI/nodes.py:{line}: RuntimeWarning: invalid value encountered in"
        " cast\n  img = Image.fromarray(np.clip(i, 0, 255).astype(np.uint8))\n"
    )
    work.machine.console.flush()


def picture_of(work: Work, name: str) -> Picture:
    """The picture given to an input; anything else fails as a tensor would."""
    given = work.inputs[name]
    if isinstance(given, Picture):
        return given
    kind = type(given).__name__
    raise NodeFailed(
        "AttributeError",
        f"'{kind}' object has no attribute 'shape'",
        (frame("nodes.py", 1665, "save_images", "images[0].shape[1]"),),
    )


def _known_image(inputs: Mapping[str, Any], disk: Disk) -> bool | str:
    name = str(inputs.get("image", ""))
    return name in disk.files["input"] or f"Invalid image file: {name}"


IMAGE_NODES = (
    NodeClass(
        "EmptyImage",
        empty,
        {
            "width": integer(512, 1, 16384, step=1),
            "height": integer(512, 1, 16384, step=1),
            "batch_size": integer(1, 1, 4096),
            "color": integer(0, 0, 0xFFFFFF, step=1, display="color"),
        },
        outputs=("IMAGE",),
        category="image",
    ),
    NodeClass(
        "ImageScale",
        scale,
        {
            "image": link("IMAGE"),
            "upscale_method": choice(*METHODS),
            "width": integer(512, 0, 16384, step=1),
            "height": integer(512, 0, 16384, step=1),
            "crop": choice("disabled", "center"),
        },
        outputs=("IMAGE",),
        display="Upscale Image",
        category="image/upscaling",
    ),
    NodeClass(
        "ImageBlur",
        pass_on,
        {
            "image": link("IMAGE"),
            "blur_radius": integer(1, 1, 31, step=1),
            "sigma": number(1.0, 0.1, 10.0, step=0.1),
        },
        outputs=("IMAGE",),
        module="comfy_extras.nodes_post_processing",
        category="image/filters",
        v3=True,
    ),
    NodeClass(
        "ImageInvert",
        pass_on,
        {"image": link("IMAGE")},
        outputs=("IMAGE",),
        display="Invert Image Colors",
        category="image",
    ),
    NodeClass(
        "LoadImage",
        load,
        {"image": Input("COMBO", {"image_upload": True}, Files("input"))},
        outputs=("IMAGE", "MASK"),
        display="Load Image",
        category="image",
        checked=("image",),
        check=_known_image,
    ),
    NodeClass(
        "SaveImage",
        save,
        {
            "images": link("IMAGE", tooltip="What is saved."),
            "filename_prefix": text("ComfyUI", tooltip="How the names begin."),
        },
        hidden=PNG_INFO,
        outputs=("IMAGE",),
        outputs_since=(0, 33),
        display="Save Image",
        description="Saves pictures in the output folder.",
        category="image",
        output_node=True,
    ),
    NodeClass(
        "PreviewImage",
        show,
        {"images": link("IMAGE")},
        hidden=PNG_INFO,
        outputs=("IMAGE",),
        outputs_since=(0, 33),
        display="Preview Image",
        description="Saves pictures in the temporary folder.",
        category="image",
        output_node=True,
    ),
)
