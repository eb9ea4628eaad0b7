"""One model file examined: what it is, whether it is whole, what to do if not."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from comfydoctor.assets import folder as folders
from comfydoctor.assets import picklename, precision
from comfydoctor.assets.contents import read_contents
from comfydoctor.assets.identify import Identifier, Identity
from comfydoctor.assets.imposter import Imposter, unfinished
from comfydoctor.assets.tensors import Contents, Tensor
from comfydoctor.assets.window import Window
from comfydoctor.comfy.text import one_line
from comfydoctor.errors import ModelFileError
from comfydoctor.model.modelfile import ModelFile, ModelFormat, ModelKind

AGAIN = "Delete it and download it again, then compare its size with the site's."
_CODELESS = {
    *(ModelFormat.SAFETENSORS, ModelFormat.GGUF, ModelFormat.ONNX, ModelFormat.EMPTY),
    *(ModelFormat.HTML, ModelFormat.LFS_POINTER, ModelFormat.JSON, ModelFormat.TEXT),
    ModelFormat.BLANK,
}


_STAND_INS = _CODELESS - {ModelFormat.SAFETENSORS, ModelFormat.GGUF, ModelFormat.ONNX}


@cache
def _identifier() -> Identifier:
    return Identifier()


def examine_file(
    path: str | Path,
    folder: str = "",
    *,
    name: str = "",
    identifier: Identifier | None = None,
) -> ModelFile:
    """Look at the header of one file; its tensors are not read, nothing is loaded.

    ``folder`` is ComfyUI's type of the folder it lies in, ``loras``; without one the
    names of the folders tell. ``name`` is what ComfyUI's lists call it. A file that
    cannot be read is told as a problem.
    """
    known = folder or folders.folder_type(path)
    blank = ModelFile(str(path), folder=known, name=name or Path(path).name)
    try:
        with Window(path) as window:
            found = read_contents(window)
            base = replace(blank, size=window.size, modified=window.modified)
    except ModelFileError as error:
        return replace(blank, problem=str(error))
    if isinstance(found, Imposter):
        return _as_imposter(base, found)
    return _as_model(base, found, identifier or _identifier())


def read_tensors(path: str | Path) -> tuple[Mapping[str, Tensor], Mapping[str, str]]:
    """Tensors and notes of a model; raises ModelFileError where there are none."""
    with Window(path) as window:
        found = read_contents(window)
    if isinstance(found, Imposter):
        raise ModelFileError(found.problem, advice=found.advice)
    if not found.tensors:
        words = found.problem or "The file's tensors cannot be listed."
        raise ModelFileError(words)
    return found.tensors, found.metadata


def _as_imposter(base: ModelFile, found: Imposter) -> ModelFile:
    return replace(
        base,
        format=found.format,
        whole=False if found.format in _STAND_INS else None,
        problem=_one(unfinished(base.path) or found.problem),
        advice=_one(found.advice),
        can_run_code=False if found.format in _CODELESS else None,
    )


def _as_model(base: ModelFile, found: Contents, identifier: Identifier) -> ModelFile:
    identity = identifier.identify(found.tensors, found.metadata)
    scheme = precision.scheme_of(found)
    known = replace(
        base,
        format=found.format,
        kind=identity.kind,
        family=identity.title,
        family_id=identity.family_id,
        whole=found.whole,
        dtype=precision.dtype_of(found, scheme) if found.tensors else "",
        parameters=_parameters(found, scheme),
        can_run_code=_can_run(found),
        calls=tuple(_one(name) for name in found.calls),
        misplaced=folders.misplaced(identity.kind, base.folder),
        notes=_notes(identity, base.folder),
    )
    return _with_problem(known, found)


def _parameters(found: Contents, scheme: str) -> int | None:
    if not found.tensors:
        return None
    return precision.count_parameters(found.tensors, scheme)


def _can_run(found: Contents) -> bool | None:
    if found.format in _CODELESS:
        return False
    if found.calls:
        return True
    return False if found.scanned else None


def _notes(identity: Identity, folder: str) -> tuple[str, ...]:
    notes = list(identity.notes)
    if identity.kind is ModelKind.UNKNOWN:
        notes.append("Its tensors are those of no model that is known here.")
    if placed := folders.placed_note(identity.kind, folder):
        notes.append(placed)
    if identity.kind is ModelKind.CHECKPOINT:
        for part, word in (
            (ModelKind.TEXT_ENCODER, "text encoder"),
            (ModelKind.VAE, "VAE"),
        ):
            if part not in identity.parts:
                notes.append(f"It brings no {word} of its own.")
    return tuple(notes)


def _with_problem(known: ModelFile, found: Contents) -> ModelFile:
    """The worst of what is wrong, first."""
    if running := [name for name in found.calls if picklename.runs_things(name)]:
        words = f"Opening it runs code: it calls {', '.join(running[:3])}."
        return replace(
            known,
            problem=_one(words),
            advice="Do not load it. Delete it, or ask its maker what that is for.",
        )
    if late := unfinished(known.path) or _downloading(known.path):
        return replace(known, problem=late, whole=False, advice="Wait, or start anew.")
    if found.problem:
        return replace(known, problem=_one(found.problem), advice=AGAIN)
    if found.format is ModelFormat.ARCHIVE:
        words = "This is a zip archive, not a model."
        return replace(known, problem=words, advice="Unpack it first.")
    if found.calls and found.format is not ModelFormat.TORCHSCRIPT:
        words = f"ComfyUI's safe loading refuses it: it asks for {found.calls[0]}."
        advice = "Look for the same model as .safetensors."
        return replace(known, notes=(*known.notes, _one(words)), advice=advice)
    return known


def _downloading(path: str) -> str:
    """aria2 keeps such a file beside a download until it is whole."""
    if Path(path + ".aria2").exists():
        return "aria2 has not finished this download: its .aria2 file is still there."
    return ""


def _one(text: str) -> str:
    return one_line(text, 300)
