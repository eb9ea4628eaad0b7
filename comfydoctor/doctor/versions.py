"""What people ask of the kept versions; works with no server at all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from comfydoctor.doctor.versions_jobs import graph_in_picture
from comfydoctor.errors import NotAWorkflow, StoreError, UsageError
from comfydoctor.model.difference import WorkflowDiff
from comfydoctor.model.version import (
    Dated,
    KeptWorkflow,
    Match,
    Origin,
    Place,
    Rating,
    Removal,
    Run,
    StoreFigures,
    Version,
)
from comfydoctor.store import versions_search as ask
from comfydoctor.store.atomic import write_bytes
from comfydoctor.store.lock import InstanceLock
from comfydoctor.store.paths import Paths
from comfydoctor.store.versions import VersionStore
from comfydoctor.store.versions_codec import hash_of
from comfydoctor.store.versions_retention import Rule, preview, remove, tidy
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.diff import diff_texts
from comfydoctor.workflow.embedded import graphs_in
from comfydoctor.workflow.fingerprint import fingerprint
from comfydoctor.workflow.parse import parse
from comfydoctor.workflow.sighting import sight

JSON_START = b"{"


class Archive:
    """Reads and marks; only a fix writes workflows."""

    def __init__(self, store: VersionStore, server: str | None = None) -> None:
        self.store = store
        self._server = server

    # Lists.

    def workflows(self) -> tuple[KeptWorkflow, ...]:
        """Newest first: of the server and this computer, or of everything."""
        return ask.workflows(self.store, server=self._server)

    def find_workflow(self, text: str) -> KeptWorkflow:
        """By number, path or name. Raises UsageError."""
        found = ask.named(self.store, text)
        if not found:
            raise UsageError(
                f"No workflow {text} is kept.",
                advice="`comfydoctor versions list` names them.",
            )
        if len(found) > 1:
            keys = ", ".join(f"{w.id} ({w.place.key})" for w in found)
            raise UsageError(
                f"{text} may be: {keys}.", advice="Name one by its number."
            )
        return found[0]

    def timeline(
        self, workflow: int, *, limit: int = 500, before: int | None = None
    ) -> tuple[Dated, ...]:
        """Versions newest first, each with its runs."""
        versions = ask.timeline(self.store, workflow, limit=limit, before=before)
        runs = ask.runs_in(self.store, workflow)
        older = (*versions[1:], None)
        return tuple(
            Dated(version, _runs_of(version, runs), _same_graph(version, previous))
            for version, previous in zip(versions, older, strict=True)
        )

    def search(self, text: str) -> tuple[Version, ...]:
        """Versions with all these words in graph, name or note."""
        return ask.search(self.store, text)

    def last_good(self, workflow: int) -> Version | None:
        """The newest version with a run that succeeded and was not rejected."""
        return ask.last_good(self.store, workflow)

    def runs(self, version: Version) -> tuple[Run, ...]:
        """What came of it."""
        return ask.runs_of(self.store, version)

    def figures(self) -> StoreFigures:
        """How much is kept."""
        return self.store.figures()

    # One version.

    def version(self, number: int) -> Version:
        """Raises StoreError when there is none."""
        return self.store.version(number)

    def content(self, number: int) -> bytes:
        """The exact bytes. Raises Damaged."""
        return self.store.content(self.store.version(number).content)

    def export(self, number: int, target: Path) -> None:
        """Write a version to a new file. Raises UsageError when it is there."""
        if target.exists():
            raise UsageError(f"{target} is there already.", advice="Name a new file.")
        write_bytes(target, self.content(number))

    def rate(self, server: str, job: str, rating: Rating) -> None:
        """Say what the person thinks of a run's result."""
        run = ask.run_of_job(self.store, server, job)
        if run is None:
            raise StoreError("Nothing is kept of that job.")
        self.store.note_run(replace(run, rating=rating))

    # Differences.

    def diff(
        self, before: int, after: int, classes: Classes | None = None
    ) -> WorkflowDiff:
        """What leads from one version to another. Raises NotAWorkflow."""
        old, new = self.content(before), self.content(after)
        return diff_texts(old, new, classes=classes)

    def read(self, text: str) -> tuple[str, bytes]:
        """A version by its number, or a file or picture: what it is, and its graph.

        Raises UsageError or NotAWorkflow.
        """
        path = Path(text)
        if text.isdigit() and not path.exists():
            version = self.version(int(text))
            return f"{version.place.name}, version {text}", self.content(version.id)
        return path.name, read_graph(path)

    # Pictures.

    def find(self, path: Path) -> tuple[Match, ...]:
        """Versions that made a picture, the surest first. Raises NotAWorkflow."""
        texts = _contents_of(path)
        exact = ask.with_content(self.store, [hash_of(text) for text in texts])
        shapes = [fingerprint(parse(text)) for text in texts]
        alike = ask.with_fingerprint(self.store, shapes) if shapes else ()
        named = ask.that_made(self.store, path.name)
        found: dict[int, Match] = {}
        for versions, how in (
            (exact, "certain: it carries exactly this graph"),
            (alike, "likely: the same graph, with another seed or layout"),
            (named, "possible: a job of it wrote a file of this name"),
        ):
            for version in versions:
                found.setdefault(version.id, Match(version, how))
        return tuple(found.values())

    def take_in(self, path: Path, now: float) -> Version:
        """Keep the graph of a file or picture. Raises NotAWorkflow."""
        content = read_graph(path)
        whole = str(path.absolute())
        place = Place(whole, path.stem, whole if path.suffix == ".json" else "")
        origin = Origin.FOLDER if path.suffix == ".json" else Origin.OUTPUT
        return self.store.keep(sight(place, content, origin, now, path.name))

    # Tidying.

    def preview(self, rule: Rule) -> Removal:
        """What retention would take away."""
        return preview(self.store, rule)

    def remove(
        self, removal: Removal, on_step: Callable[[int, int], None] | None = None
    ) -> int:
        """Take it away; returns the bytes that became free."""
        remove(self.store, removal)
        return tidy(self.store, on_step)

    def verify(self, on_step: Callable[[int, int], None] | None = None) -> list[str]:
        """Read everything back; a sentence for each damage."""
        return self.store.verify(on_step)


@contextmanager
def open_archive(paths: Paths | None = None) -> Iterator[Archive]:
    """The versions of this person's profile; only to read while the window is open."""
    where = paths or Paths.find()
    lock = InstanceLock(where.lock)
    lock.acquire()
    store = VersionStore(where.versions, writer=not lock.busy)
    try:
        yield Archive(store)
    finally:
        store.close()
        lock.release()


def read_graph(path: Path) -> bytes:
    """The graph in a file or a picture. Raises UsageError or NotAWorkflow."""
    if not path.is_file():
        raise UsageError(f"There is no version and no file {path}.")
    head = path.read_bytes()[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(JSON_START):
        return path.read_bytes()
    return graph_in_picture({graph.form: graph.text for graph in graphs_in(path)})


def _contents_of(path: Path) -> list[bytes]:
    """All graphs of a file, each as a job's graph is kept."""
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    if path.suffix.lower() == ".json":
        return [path.read_bytes()]
    try:
        graphs = graphs_in(path)
    except NotAWorkflow:
        return []
    return [graph_in_picture({graph.form: graph.text}) for graph in graphs]


def _runs_of(version: Version, runs: dict[str, tuple[Run, ...]]) -> tuple[Run, ...]:
    same = runs.get(version.fingerprint, ())
    if version.fingerprint:
        return same
    return tuple(run for run in same if run.version == version.id)


def _same_graph(version: Version, older: Version | None) -> bool:
    alike = older is not None and version.fingerprint == older.fingerprint
    return alike and bool(version.fingerprint)
