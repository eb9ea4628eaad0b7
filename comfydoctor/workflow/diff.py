"""What changed between two states of a workflow, in the words of its nodes."""

import json
from collections.abc import Iterator

from comfydoctor.model.difference import Difference, DiffKind, WorkflowDiff
from comfydoctor.model.workflow import Link, Mode, Node, Workflow
from comfydoctor.workflow.classes import Classes
from comfydoctor.workflow.diff_layout import Layout, read_layout
from comfydoctor.workflow.diff_match import match_nodes
from comfydoctor.workflow.diff_names import with_names
from comfydoctor.workflow.diff_values import (
    Absent,
    Names,
    is_model,
    no_names,
    values_of,
)
from comfydoctor.workflow.jsontext import read_json
from comfydoctor.workflow.parse import parse
from comfydoctor.workflow.seeds import is_seed

MODES = {
    Mode.ALWAYS: "active",
    Mode.ON_EVENT: "on event",
    Mode.MUTED: "muted",
    Mode.ON_TRIGGER: "on trigger",
    Mode.BYPASSED: "bypassed",
}
_ORDER = {kind: place for place, kind in enumerate(DiffKind)}
_LONGEST = 20_000
"""Characters of a value that are shown; what follows is compared all the same."""


def diff_texts(
    before: bytes | str,
    after: bytes | str,
    names: Names | None = None,
    *,
    classes: Classes | None = None,
) -> WorkflowDiff:
    """`diff` of two files as they are, with groups and places.

    With a server's ``classes`` all values have its names. Raises NotAWorkflow.
    """
    old, new = read_json(before), read_json(after)
    was = parse(old if isinstance(old, dict) else before)
    now = parse(new if isinstance(new, dict) else after)
    if classes is not None:
        was, now = with_names(was, classes), with_names(now, classes)
    return diff(was, now, names, (read_layout(old), read_layout(new)))


def diff(
    before: Workflow,
    after: Workflow,
    names: Names | None = None,
    layouts: tuple[Layout, Layout] | None = None,
) -> WorkflowDiff:
    """What leads from ``before`` to ``after``.

    ``names`` tells the widgets of a class of nodes in their order; without it the
    values of the UI form are numbered, or named by the other side where that one
    has the API form. ``layouts`` bring groups and places.
    """
    view = _View(before, after, names or no_names, layouts or (Layout(), Layout()))
    found = sorted(view.differences(), key=lambda d: _ORDER[d.kind])
    return WorkflowDiff(tuple(found), (len(before.nodes), len(after.nodes)))


class _View:
    """Both states beside each other."""

    def __init__(
        self,
        before: Workflow,
        after: Workflow,
        names: Names,
        layouts: tuple[Layout, Layout],
    ) -> None:
        self._before, self._after = before, after
        self._names = names
        self._old, self._new = layouts
        self._same_form = before.form == after.form
        self._pairs = match_nodes(before, after)
        """Ids in the later state by those in the earlier one."""

    def differences(self) -> Iterator[Difference]:
        found = set(self._pairs.values())
        for node in self._before.nodes:
            if node.id in self._pairs:
                yield from self._changed(node, self._after.by_id[self._pairs[node.id]])
            elif self._comparable(node):
                yield Difference(
                    DiffKind.REMOVED,
                    node.id,
                    label_of(node),
                    before=self._old.group_of(node.id),
                )
        for node in self._after.nodes:
            if node.id not in found and self._comparable(node):
                group = self._new.group_of(node.id)
                yield Difference(DiffKind.ADDED, node.id, label_of(node), after=group)

    def _comparable(self, node: Node) -> bool:
        """The posted form has no notes and no muted nodes: they are not gone."""
        return self._same_form or node.is_sent

    def _changed(self, old: Node, new: Node) -> Iterator[Difference]:
        label = label_of(new)
        yield from self._values(old, new, label)
        if self._same_form:
            yield from self._drawn(old, new, label)

    def _values(self, old: Node, new: Node, label: str) -> Iterator[Difference]:
        olds, news = values_of(old, new, self._names)
        for name in dict.fromkeys([*olds, *news]):
            was, now = olds.get(name, Absent), news.get(name, Absent)
            if now == (self._led(was) if isinstance(was, Link) else was):
                continue
            if Absent in (was, now) and not self._same_form:
                continue  # the browser's own widgets are not posted
            before_text = _linked(was, self._before)
            after_text = _linked(now, self._after)
            kind = _kind(name, was, now)
            yield Difference(kind, new.id, label, name, before_text, after_text)

    def _led(self, link: Link) -> Link:
        """The same link with the ids of the later state."""
        return Link(self._pairs.get(link.node, link.node), link.slot)

    def _drawn(self, old: Node, new: Node, label: str) -> Iterator[Difference]:
        """What only the browser's form knows."""
        if old.mode is not new.mode:
            yield Difference(
                DiffKind.MODE, new.id, label, "", MODES[old.mode], MODES[new.mode]
            )
        if old.title != new.title:
            yield Difference(
                DiffKind.TITLE, new.id, label, "", old.title or old.type, new.title
            )
        was, now = self._old.group_of(old.id), self._new.group_of(new.id)
        if was != now:
            yield Difference(DiffKind.GROUP, new.id, label, "", was, now)
        elif self._old.place_of(old.id) != self._new.place_of(new.id):
            yield Difference(DiffKind.LAYOUT, new.id, label)


def label_of(node: Node) -> str:
    """Title where it says more than the class, and the number."""
    name = " ".join((node.title or node.type).split())[:80]
    return f"{name} #{node.id}"


def _linked(value: object, whole: Workflow) -> str:
    """A value, or for a link where it comes from."""
    if not isinstance(value, Link):
        return said(value)
    source = whole.by_id.get(value.node)
    name = label_of(source) if source else f"#{value.node}"
    return f"{name}, output {value.slot}"


def said(value: object) -> str:
    """A value as a person reads it; empty for none."""
    match value:
        case str():
            return value[:_LONGEST]
        case bool():
            return "on" if value else "off"
        case None:
            return "none"
        case int() | float():
            return f"{value:.10g}" if isinstance(value, float) else str(value)
        case _ if value is Absent:
            return ""
    return json.dumps(value, ensure_ascii=False, default=str)[:_LONGEST]


def _kind(name: str, was: object, now: object) -> DiffKind:
    if isinstance(was, Link) or isinstance(now, Link):
        return DiffKind.LINK
    if is_seed(name, was) and is_seed(name, now):
        return DiffKind.SEED
    return DiffKind.MODEL if is_model(was) or is_model(now) else DiffKind.VALUE
