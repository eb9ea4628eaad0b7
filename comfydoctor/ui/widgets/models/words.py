"""A model file and a match as words for people."""

import math

from comfydoctor.model.modelfile import (
    LoraMatch,
    ModelFile,
    ModelFormat,
    ModelKind,
    ModelShelf,
)
from comfydoctor.ui.theme import Level
from comfydoctor.ui.words import DASH, count, one_line, size

KINDS = {
    ModelKind.LORA: "LoRA",
    ModelKind.VAE: "VAE",
    ModelKind.CONTROLNET: "ControlNet",
    ModelKind.T2I_ADAPTER: "T2I adapter",
    ModelKind.IP_ADAPTER: "IP-Adapter",
    ModelKind.CLIP_VISION: "CLIP vision",
}
FORMATS = {
    ModelFormat.EMPTY: "Empty",
    ModelFormat.HTML: "Web page",
    ModelFormat.LFS_POINTER: "Pointer",
    ModelFormat.JSON: "Error text",
    ModelFormat.TEXT: "Text",
    ModelFormat.ARCHIVE: "Archive",
    ModelFormat.BLANK: "Cut off",
    ModelFormat.UNKNOWN: "Not known",
}
VERDICTS = {
    "fits": (Level.OK, "Fits"),
    "partly": (Level.WARNING, "Partly"),
    "does not fit": (Level.ERROR, "Does not fit"),
}


def level(file: ModelFile) -> Level:
    """How the file stands."""
    if not file.healthy:
        return Level.ERROR
    if file.misplaced or file.can_run_code:
        return Level.WARNING
    return Level.OK if file.examined or file.whole else Level.UNKNOWN


def state(file: ModelFile) -> str:
    """The same in a word or two."""
    if file.calls and file.problem:
        return "Runs code"
    if not file.healthy:
        return _trouble(file)
    if file.misplaced:
        return "Wrong folder"
    if file.can_run_code:
        return "Asks for code"
    if file.whole:
        return "Whole"
    return "Readable" if file.examined else "Only listed"


def _trouble(file: ModelFile) -> str:
    if "not finished" in file.problem:
        return "Downloading"
    if file.size == 0:
        return "Empty"
    if not file.examined and "too few" in file.problem:
        return "Too small"
    if file.format in FORMATS and file.examined:
        return FORMATS[file.format]
    if file.whole is False:
        return "Cut off"
    return "Damaged"


def kind(file: ModelFile) -> str:
    """What it is; where that is not known, the folder it lies in."""
    if not file.examined:
        return one_line(file.folder, 40) or DASH
    if file.kind is ModelKind.UNKNOWN:
        return DASH
    return KINDS.get(file.kind) or str(file.kind.value).capitalize()


def family(file: ModelFile) -> str:
    """For which base; a dash where that is not known."""
    return one_line(file.family, 80) or DASH


def bytes_of(file: ModelFile) -> str:
    """Its size."""
    return size(math.nan if file.size is None else file.size)


def parameters(count: int | None) -> str:
    """``2.6 billion``."""
    if count is None:
        return DASH
    for unit, one in (("billion", 10**9), ("million", 10**6), ("thousand", 1000)):
        if count >= one:
            return f"{count / one:.1f} {unit}"
    return str(count)


def runs_code(file: ModelFile) -> str:
    """Whether opening it may run something."""
    if file.can_run_code is None:
        return "not known"
    if not file.can_run_code:
        return "no"
    return f"yes: {one_line(', '.join(file.calls[:4]), 160)}"


def sentence(shelf: ModelShelf) -> str:
    """How many there are and how many need a look."""
    files, problems = len(shelf.files), len(shelf.problems)
    if not files:
        return "No model was found."
    many = count(files, "model")
    if problems:
        return f"{many}, {problems} {'needs' if problems == 1 else 'need'} a look."
    if not shelf.local:
        return f"{many}. Their sizes show nothing wrong."
    return f"{many}, none with a problem."


def match_words(match: LoraMatch) -> tuple[Level, str, str]:
    """Level, word and the reason of a match."""
    if match.problem or match.share is None:
        reason = match.problem or "All of it is for a text encoder."
        return Level.UNKNOWN, "Not known", reason
    at, word = VERDICTS[match.verdict]
    share = f"{math.floor(match.share * 100)} % applies"
    if at is Level.OK or not match.reasons:
        return at, word, f"{share}."
    told = [one.reason for one in match.reasons]
    shaped = (reason for reason in told if match.misshapen and "Made for" in reason)
    return at, word, f"{share}. {next(shaped, told[0])}"
