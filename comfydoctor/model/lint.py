"""What is wrong with a workflow before anybody runs it."""

from dataclasses import dataclass

from comfydoctor.model.finding import Severity


@dataclass(frozen=True)
class LintFinding:
    """One thing about one workflow on one server."""

    rule: str
    """``missing-node``, ``missing-model``, ``value-not-in-list``, ..."""
    severity: Severity
    """Error: the server would refuse it. Info: it runs all the same."""
    title: str
    node_id: str = ""
    """The first node concerned; empty where it is the whole workflow."""
    input: str = ""
    detail: str = ""
    suggestion: str = ""
    subject: str = ""
    """What tells it from others of its rule: a class, a file, an input."""
    cause: str = ""
    """Id of the cause in resources/causes, where there is one."""
    nodes: tuple[str, ...] = ()
    """All nodes concerned, `node_id` first."""
    instead: str = ""
    """A value that the server would take for `input`, or empty."""
    facts: tuple[tuple[str, str], ...] = ()
    """For the words of the cause: ``want``, ``got``, ``value``, ``limit``."""
    pack: str = ""
    """Missing nodes: registry id or repository of the pack that has them."""

    @property
    def key(self) -> str:
        """The same while it is the same trouble."""
        place = self.subject or ":".join(filter(None, (self.node_id, self.input)))
        return f"{self.rule}:{place}" if place else self.rule


@dataclass(frozen=True)
class Need:
    """A file or a pack that a workflow needs."""

    kind: str
    """``model``, ``input`` (a picture or film that people upload) or ``pack``."""
    name: str
    """As the workflow has it; a pack by registry id or repository."""
    folder: str = ""
    """Type of the model's folder, ``loras``; empty where it is not known."""
    url: str = ""
    """Where the workflow's author got it. Unchecked."""
    nodes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    """Of a pack: the node classes that are used."""
    here: bool | None = None
    """Whether the server has it; None where that is not known."""
