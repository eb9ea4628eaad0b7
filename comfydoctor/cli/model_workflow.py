"""``comfydoctor model --workflow``: would a workflow's LoRAs work with its bases."""

import argparse
import asyncio
from pathlib import Path

from comfydoctor.cli.exits import Exit
from comfydoctor.cli.model import listed, match_json, print_match
from comfydoctor.cli.output import Printer
from comfydoctor.doctor.modelgraph import Meeting, file_of, meetings
from comfydoctor.doctor.models import Found, LoraMatcher, find_models
from comfydoctor.doctor.shelf import Shelf, folders_here
from comfydoctor.errors import UsageError
from comfydoctor.model.modelfile import LoraMatch
from comfydoctor.workflow.embedded import graphs_in, is_media
from comfydoctor.workflow.parse import parse

_WHERE = "Name the model folders, or the ComfyUI on this computer with --url."


def match_workflow(options: argparse.Namespace, printer: Printer) -> int:
    """Match what meets in a workflow; exit 0 when everything fits."""
    wanted = read_meetings(Path(options.workflow))
    found = list(listed(options.files)) if options.files else of_server(options.url)
    matcher = LoraMatcher()
    matches = [one_match(one, found, matcher) for one in wanted]
    if options.json:
        told = [match_json(match) for match in matches]
        printer.json({"schema": 1, "workflow": options.workflow, "matches": told})
    elif not matches:
        printer.line("The workflow uses no LoRA.")
    for match in () if options.json else matches:
        print_match(match, printer)
    return Exit.OK if all(one.verdict == "fits" for one in matches) else Exit.FOUND


def read_meetings(path: Path) -> tuple[Meeting, ...]:
    """LoRAs and bases of a workflow, or of a picture that carries one."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    if is_media(raw[:64]):
        graphs = [graph.text for graph in graphs_in(raw)]
        raw = graphs[0].encode() if graphs else b""
    return meetings(parse(raw))


def of_server(url: str | None) -> list[Found]:
    """Models below the folders of a server on this computer."""
    if not url:
        raise UsageError("Where are the models?", advice=_WHERE)
    folders = asyncio.run(_folders(url))
    if not folders:
        raise UsageError(
            "That server's models are not on this computer.", advice=_WHERE
        )
    return list(find_models(folders))


async def _folders(url: str) -> list[tuple[str, str]]:
    from comfydoctor.doctor.office import open_office

    async with open_office(write=False) as office:
        doctor = await office.doctor(await office.profile_for(url))
        shelf: Shelf = doctor.models
        return folders_here(await shelf.folders())


def one_match(one: Meeting, found: list[Found], matcher: LoraMatcher) -> LoraMatch:
    """A pair by the names in the workflow; a file that is not there is a problem."""
    base, lora = file_of(one.base, found), file_of(one.lora, found)
    for name, path in ((one.base, base), (one.lora, lora)):
        if not path:
            return LoraMatch(
                one.base, one.lora, problem=f"There is no file {name} in the folders."
            )
    return matcher.match(base, lora)
