"""What a probe is, and what it may look at."""

import asyncio
import sys
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.text import one_line
from comfydoctor.content.fits import Fits, load_fits
from comfydoctor.diagnosis.answers import Answers
from comfydoctor.diagnosis.environment.home import Home
from comfydoctor.diagnosis.events import Facts, Line, Reading
from comfydoctor.diagnosis.findings import finding_of
from comfydoctor.diagnosis.reading import read_lines
from comfydoctor.diagnosis.server_facts import facts_of
from comfydoctor.diagnosis.signatures import Matcher
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.installation import Installation
from comfydoctor.model.logline import LogLine
from comfydoctor.model.manager import Manager
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.model.server import ServerInfo


@dataclass
class Look:
    """One look at a server: what is known already, and ways to learn more.

    Made anew for each check-up, since it keeps what was asked meanwhile.
    """

    client: Client
    info: ServerInfo | None
    manager: Manager | None
    folders: Mapping[str, tuple[str, ...]]
    """Type of model -> folders on the server's disk; empty when not told."""
    where: Whereabouts | None
    log_lines: tuple[LogLine, ...]
    """The console as far as it is known, oldest first."""
    matcher: Matcher
    latest: Callable[[str, str], float]
    """Newest reading of a metric and subject, NaN when there is none."""
    workflow: dict[str, object] | None
    """A workflow to check against the server, in the API or the UI form."""
    clock: Callable[[], float]
    steady: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    installation: Installation | None = None
    """The server's files on this computer, when they were read already."""
    may_write: bool = False
    """Whether a probe may write a small file into a folder and take it away again."""
    answers: Answers = field(init=False, repr=False)
    """The server's answers, each asked for at most once in this look."""
    home: Home = field(init=False, repr=False)
    """Its files on this computer, each read at most once in this look."""
    _reading: Reading | None = field(default=None, init=False, repr=False)
    _log_findings: tuple[Finding, ...] | None = field(
        default=None, init=False, repr=False
    )
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self.answers = Answers(self.client, self.clock)
        self.home = Home(
            self.where, self.folders, here=self.is_here, known=self.installation
        )

    @property
    def facts(self) -> Facts:
        """What the server says of itself, and its files of their kind."""
        told = facts_of(self.info) if self.info else Facts()
        return told.filled_from(Facts(install=self.home.kind))

    @cached_property
    def fits(self) -> Fits:
        """Which versions fit which. Reads a file."""
        return load_fits(self.matcher.catalogue.root)

    async def prepare(self) -> None:
        """Load the causes and find the server's files, aside: it takes long.

        Remedies are exact only when it is known how ComfyUI was installed.
        """
        await asyncio.to_thread(lambda: self.matcher.catalogue.causes)
        await self.home.installation()

    async def reading(self) -> Reading:
        """The console, read."""
        async with self._turn:
            if self._reading is None:
                self._reading = await asyncio.to_thread(self._read)
            return self._reading

    async def log_findings(self) -> tuple[Finding, ...]:
        """All known causes in the console."""
        reading = await self.reading()
        async with self._turn:
            if self._log_findings is None:
                find = self.matcher.findings
                self._log_findings = await asyncio.to_thread(find, reading)
            return self._log_findings

    def _read(self) -> Reading:
        lines = tuple(
            Line(number, line.text, line.level, line.time)
            for number, line in enumerate(self.log_lines, 1)
            if not line.transient
        )
        return read_lines(lines, self.facts)

    @property
    def is_here(self) -> bool:
        """Whether the server runs on this computer, and is a real one."""
        here = self.where is not None and self.where.place is Place.HERE
        return here and not (self.info and self.info.simulated)

    def finding(
        self,
        cause: str,
        evidence: Iterable[Evidence],
        *,
        confidence: Confidence,
        severity: Severity | None = None,
        subject: str = "",
        values: Mapping[str, str] | None = None,
    ) -> Finding:
        """A finding in the words of the catalogue, exact for this server."""
        return finding_of(
            cause,
            self.matcher.catalogue,
            evidence,
            confidence=confidence,
            severity=severity,
            subject=subject,
            values=values,
            facts=self.facts,
        )


class Probe(ABC):
    """Answers one question: the first line of its module's docstring.

    ``run`` may raise ServerError, which means "cannot be told"; everything else
    that can be foreseen is an outcome.
    """

    id: ClassVar[str]
    timeout: ClassVar[float] = 20.0
    """Seconds after which it cannot be told."""
    every: ClassVar[float] = 600.0
    """Seconds between two looks while a server is watched: less for what changes by
    itself and costs next to nothing to look at."""
    wavers: ClassVar[bool] = False
    """Whether it judges figures that go up and down by themselves."""

    @property
    def question(self) -> str:
        """What the probe answers."""
        words = sys.modules[type(self).__module__].__doc__ or self.id
        return words.partition("\n")[0]

    def applies(self, look: Look) -> bool:
        """Whether there is anything to ask here."""
        return True

    @abstractmethod
    async def run(self, look: Look) -> ProbeResult:
        """Look, without changing anything."""

    def result(
        self,
        detail: str,
        findings: Iterable[Finding] = (),
        outcome: Outcome | None = None,
    ) -> ProbeResult:
        """The result; its outcome follows from the worst finding."""
        found = tuple(findings)
        return ProbeResult(
            id=self.id,
            question=self.question,
            outcome=outcome or _outcome(found),
            detail=one_line(detail, 1000),
            findings=found,
        )

    def unknown(self, why: str, findings: Iterable[Finding] = ()) -> ProbeResult:
        """It cannot be told from here, and why."""
        return self.result(why, findings, Outcome.UNKNOWN)


def _outcome(findings: tuple[Finding, ...]) -> Outcome:
    worst = max((f.severity for f in findings if not f.harmless), default=Severity.INFO)
    if worst >= Severity.ERROR:
        return Outcome.FAIL
    return Outcome.WARN if worst >= Severity.WARNING else Outcome.PASS
