"""Models and media that the workflow names and the server does not offer."""

from collections.abc import Iterator

from comfydoctor.comfy.text import one_line
from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.modelfile import ModelFile
from comfydoctor.model.workflow import Node
from comfydoctor.workflow.case import Case
from comfydoctor.workflow.filenames import (
    bare,
    base,
    folder_of,
    is_media,
    is_model,
    placed,
    same_file,
)
from comfydoctor.workflow.nodeclass import Field

_LOOKED = 200
"""Choices looked at to see whether they are files."""


def names_file(each: Field, value: object) -> bool:
    """Whether a value that is not offered is a file's name."""
    if not isinstance(value, str):
        return False
    if is_model(value) or is_media(value):
        return True
    return each.upload or any(map(is_model, (each.options or ())[:_LOOKED]))


def file_finding(
    case: Case, node: Node, name: str, each: Field, value: str, own: bool
) -> Iterator[LintFinding]:
    """A file that is not among the choices."""
    options = each.options or ()
    if each.upload or is_media(value):
        yield from _missing_media(case, node, name, value, options, own)
    elif same := same_file(value, options):
        yield _elsewhere(case, node, name, value, same)
    else:
        yield _missing_model(case, node, name, value, options)


def _missing_media(
    case: Case,
    node: Node,
    name: str,
    value: str,
    options: tuple[object, ...],
    own: bool,
) -> Iterator[LintFinding]:
    plain = bare(value)
    if plain in options and placed(value) == "input":
        return
    if own and (placed(value) != "input" or "/" in plain.replace("\\", "/")):
        yield _unseen_media(case, node, name, value)
        return
    near = case.nearest(plain, options)
    yield LintFinding(
        rule="missing-input-file",
        severity=Severity.ERROR,
        title=f"{case.place(node)} wants the file {one_line(value)}, which is not in"
        " ComfyUI's input folder.",
        node_id=node.id,
        input=name,
        detail=f"The most similar name there is {one_line(near)}." if near else "",
        suggestion="Choose or upload a file in the node.",
        subject=value,
        cause="input-image-missing",
        instead=near,
    )


def _unseen_media(case: Case, node: Node, name: str, value: str) -> LintFinding:
    return LintFinding(
        rule="file-not-listed",
        severity=Severity.INFO,
        title=f"{case.place(node)} takes {one_line(value)}, which the server does not"
        " list.",
        node_id=node.id,
        input=name,
        detail="Sub-folders and results are not listed: whether it is there is not"
        " known.",
        subject=value,
    )


def _elsewhere(case: Case, node: Node, name: str, value: str, same: str) -> LintFinding:
    return LintFinding(
        rule="model-path-differs",
        severity=Severity.ERROR,
        title=f"{case.place(node)} wants {one_line(value)}; here it is called"
        f" {one_line(same)}.",
        node_id=node.id,
        input=name,
        detail="The same file name lies in another sub-folder, or is written with the"
        " slashes of another system.",
        suggestion=f"Choose {one_line(same)} in the node.",
        subject=value,
        cause="model-path-differs",
        instead=same,
    )


def _missing_model(
    case: Case, node: Node, name: str, value: str, options: tuple[object, ...]
) -> LintFinding:
    folder = folder_of(node.type, name)
    detail, suggestion, instead = _whereabouts(case, value, options, folder)
    return LintFinding(
        rule="missing-model",
        severity=Severity.ERROR,
        title=f"{case.place(node)} wants {one_line(value)}, which the server does not"
        " have.",
        node_id=node.id,
        input=name,
        detail=detail,
        suggestion=suggestion + _source(node, value),
        subject=value,
        cause="model-renamed-default" if instead else "model-not-in-folder",
        instead=instead,
    )


def _whereabouts(
    case: Case, value: str, options: tuple[object, ...], folder: str
) -> tuple[str, str, str]:
    """Where the file may be instead: detail, suggestion, a value to use."""
    if found := case.classes.models.get(base(value)):
        option, where = found
        words = f"{one_line(where)} offers a file of this name."
        place = f" models/{folder}" if folder else " the folder of this input"
        return words, f"Move {one_line(option)} to{place}.", ""
    if near := case.nearest(value, options):
        words = f"The most similar name is {one_line(near)}."
        return words, f"If it is the same model, choose {one_line(near)}.", near
    place = f"models/{folder}" if folder else "its folder below models"
    words = "" if options else "The server has no model of this kind at all."
    return words, f"Put the file into {place} and refresh the browser (R).", ""


def _source(node: Node, value: str) -> str:
    """Where the workflow's author has it from; a link that nobody has checked."""
    for model in node.models:
        if base(model.name) == base(value) and model.url:
            return f" The workflow names {one_line(model.url, 300)} as its source."
    return ""


def damaged_files(case: Case) -> Iterator[LintFinding]:
    """Models that are there and cannot be what they should be."""
    if not case.files:
        return
    known = {
        (folder, file.name.replace("\\", "/")): file
        for folder, files in case.files.items()
        for file in files
    }
    for node in case.nodes:
        for name, value in node.inputs.items():
            if isinstance(value, str) and is_model(value):
                folder = folder_of(node.type, name)
                file = known.get((folder, value.replace("\\", "/")))
                if file is not None and not file.healthy:
                    yield case.softened(node, _damaged(case, node, name, file))


def _damaged(case: Case, node: Node, name: str, file: ModelFile) -> LintFinding:
    return LintFinding(
        rule="damaged-model",
        severity=Severity.ERROR,
        title=f"{case.place(node)} wants {one_line(file.name)}, which is damaged.",
        node_id=node.id,
        input=name,
        detail=one_line(file.problem, 300),
        suggestion=one_line(file.advice, 300) or "Download it again.",
        subject=file.name,
        cause="model-file-corrupt-or-incomplete",
    )
