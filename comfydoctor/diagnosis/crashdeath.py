"""What is known of the end of a server, and the lines that show it."""

import re
from dataclasses import dataclass
from pathlib import PurePath

from comfydoctor.diagnosis.crashkernel import KernelNote
from comfydoctor.diagnosis.crashlog import LastLife
from comfydoctor.diagnosis.crashnewest import RecentChange
from comfydoctor.diagnosis.crashport import PortHolder
from comfydoctor.diagnosis.events import ErrorBlock
from comfydoctor.diagnosis.exitcode import ExitMeaning
from comfydoctor.model.finding import Evidence
from comfydoctor.model.installation import LogFile

_PYTHONS_OWN = re.compile(
    r"[\\/]lib[\\/]python3\.\d+[\\/](?!site-packages|dist-pack)", re.I
)
_FRAME = '", line '


@dataclass(frozen=True)
class Death:
    """Everything that is known of the end of a server, or of a failed start."""

    life: LastLife
    log: LogFile
    lives: bool | None = None
    exit: ExitMeaning | None = None
    kernel: tuple[KernelNote, ...] = ()
    holder: PortHolder | None = None
    newest: tuple[RecentChange, ...] = ()

    @property
    def source(self) -> str:
        """How evidence names the log."""
        return f"file:{PurePath(self.log.path).name}"


def noted(note: KernelNote) -> Evidence:
    """A line of the kernel."""
    return Evidence("kernel", note.text)


def last_lines(death: Death) -> tuple[Evidence, ...]:
    """The end of the log."""
    lines = death.life.last_lines[-3:]
    return tuple(Evidence(death.source, x.text, x.number) for x in lines)


def error_lines(death: Death) -> tuple[Evidence, ...]:
    """The first and the last line of the error."""
    block = death.life.error
    if block is None:
        return last_lines(death)
    inside = [
        x for x in death.life.reading.lines if block.start <= x.number <= block.end
    ]
    told = [x for x in inside if x.text.strip()]
    frames = [x for x in told if _FRAME in x.text]
    first = told[:1] if block.kind == "fatal" else frames[-1:]
    outside = [x for x in frames if not _PYTHONS_OWN.search(x.text)]
    second = (outside or frames)[:1] if block.kind == "fatal" else told[-1:]
    chosen = dict.fromkeys((*first, *second))
    return tuple(Evidence(death.source, x.text, x.number) for x in chosen)


def error_values(block: ErrorBlock) -> dict[str, str]:
    """What the words of a cause may name of an error."""
    trace = block.traces[0] if block.traces else None
    frame = trace.frames[-1] if trace and trace.frames else None
    message = (trace.message if trace else block.message).partition("\n")[0]
    values = {"message": message or "no message"}
    values["exception"] = (trace.exception if trace else "") or block.exception
    if frame is not None:
        name = frame.file.replace("\\", "/").rpartition("/")[2]
        values["place"] = f"{name}, line {frame.line}"
    return values
