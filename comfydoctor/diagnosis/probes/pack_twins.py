"""Do two node packs offer the same nodes?"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from comfydoctor.comfy.install.files import read_text
from comfydoctor.diagnosis.environment.fileprobe import FileProbe
from comfydoctor.diagnosis.probe import Look
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.installation import Installation, NodePack
from comfydoctor.model.probe import ProbeResult

MAPPING = "NODE_CLASS_MAPPINGS"
SOURCE_MAX = 512 * 1024
SHOWN = 6


class PackTwins(FileProbe):
    """The same pack in two folders, and node names written into two packs' files.

    The last one loaded wins silently (ComfyUI nodes.py). Only names that stand in
    the pack's first file are seen; nothing is imported.
    """

    id = "pack-twins"

    def read(self, look: Look, found: Installation) -> ProbeResult:
        packs = [pack for pack in found.packs if pack.enabled]
        copies = dict(_copies(packs))
        shared = _shared(packs, copies)
        findings = [_copied(look, name, where) for name, where in copies.items()]
        findings += [_same_nodes(look, pair, names) for pair, names in shared.items()]
        if not findings:
            return self.result("No pack repeats another's nodes.")
        words = [f"{name}: {' and '.join(where)}" for name, where in copies.items()]
        words += [f"{' and '.join(pair)}: {_some(n)}" for pair, n in shared.items()]
        return self.result(f"{'; '.join(words)}.", findings)


def _copies(packs: Iterable[NodePack]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """One pack in several folders, by its registry id or by where it came from."""
    known: dict[str, list[str]] = {}
    for pack in packs:
        remote = pack.checkout.remote if pack.checkout else ""
        origin = remote.lower().removesuffix("/").removesuffix(".git")
        if name := origin or (pack.publisher and pack.registry_id):
            known.setdefault(name, []).append(Path(pack.folder).name)
    for name, folders in known.items():
        if len(folders) > 1:
            yield name, tuple(folders)


def _shared(
    packs: Iterable[NodePack], copies: dict[str, tuple[str, ...]]
) -> dict[tuple[str, str], list[str]]:
    """Node names of two packs that are not copies of one another."""
    first: dict[str, str] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    twins = {frozenset(pair) for pair in copies.values()}
    for pack in packs:
        folder = Path(pack.folder).name
        for name in node_names(Path(pack.folder)):
            other = first.setdefault(name, folder)
            if other != folder and frozenset((other, folder)) not in twins:
                shared.setdefault((other, folder), []).append(name)
    return shared


def node_names(pack: Path) -> frozenset[str]:
    """Names of nodes in the literal mapping of a pack's first file."""
    file = pack if pack.suffix == ".py" else pack / "__init__.py"
    text = read_text(file, SOURCE_MAX)
    if MAPPING not in text:
        return frozenset()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(name for node in tree.body for name in _keys(node))


def _keys(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys)):
            pass
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict(keys=keys)):
            pass
        case _:
            return
    if name == MAPPING:
        for key in keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value


def _some(names: list[str]) -> str:
    more = ", ..." if len(names) > SHOWN else ""
    return ", ".join(sorted(names)[:SHOWN]) + more


def _copied(look: Look, name: str, folders: tuple[str, ...]) -> Finding:
    words = f"{name} lies in {' and '.join(folders)}."
    return look.finding(
        "node-pack-installed-twice",
        [Evidence("file:custom_nodes", words)],
        confidence=Confidence.LIKELY,
        subject=folders[0],
        values={"folders": " and ".join(folders)},
    )


def _same_nodes(look: Look, pair: tuple[str, str], names: list[str]) -> Finding:
    words = f"Both {pair[0]} and {pair[1]} have: {_some(names)}."
    return look.finding(
        "node-packs-share-nodes",
        [Evidence("file:custom_nodes", words)],
        confidence=Confidence.POSSIBLE,
        severity=Severity.INFO,
        subject="+".join(pair),
        values={"packs": " and ".join(pair)},
    )
