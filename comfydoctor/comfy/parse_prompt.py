"""The answer to ``POST /prompt``, accepted or refused."""

from comfydoctor.comfy.parse_fields import items, line, lines, mapping, name, number
from comfydoctor.comfy.parse_json import canonical
from comfydoctor.errors import Garbled, Rejected
from comfydoctor.model.job import NodeProblem, Submitted

PROBLEMS_MAX = 1000


class PromptRefused(Rejected):
    """ComfyUI refused a job before it ran.

    ``error_type`` is ComfyUI's own word (``missing_node_type``,
    ``prompt_outputs_failed_validation``, ...); ``details`` belongs to it.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        error_type: str,
        details: str = "",
        problems: tuple[NodeProblem, ...] = (),
        extra: tuple[tuple[str, str], ...] = (),
        body: str = "",
        url: str = "",
    ) -> None:
        super().__init__(message, status=status, body=body, url=url)
        self.error_type = error_type
        self.details = details
        self.problems = problems
        self.extra = extra
        """``extra_info``: node_id, class_type, node_title of a missing node."""


def parse_submitted(value: object) -> Submitted:
    """A 200 may still name outputs that were silently dropped."""
    answer = mapping(value)
    place = number(answer.get("number"))
    if not name(answer.get("prompt_id")) or place is None:
        raise Garbled("The server took the job but does not say under which id.")
    problems = parse_problems(answer.get("node_errors"))
    return Submitted(name(answer["prompt_id"]), place, problems)


def parse_refusal(value: object, *, status: int, url: str) -> PromptRefused:
    """The body of a 400; very old servers send the error as bare text."""
    error = mapping(value).get("error")
    told = mapping(error) if isinstance(error, dict) else {"message": error}
    message = line(told.get("message"), 500) or "The server refused the job."
    extra = mapping(told.get("extra_info"))
    return PromptRefused(
        message,
        status=status,
        error_type=line(told.get("type"), 80),
        details=lines(told.get("details")),
        problems=parse_problems(mapping(value).get("node_errors")),
        extra=tuple((line(k, 80), line(v)) for k, v in list(extra.items())[:20]),
        url=url,
    )


def parse_problems(value: object) -> tuple[NodeProblem, ...]:
    """``node_errors``: node id -> errors. Their keys come in no order."""
    found = [
        _problem(name(node, 200), mapping(entry), error)
        for node, entry in mapping(value).items()
        for error in items(mapping(entry).get("errors"))
    ]
    return tuple(found[:PROBLEMS_MAX])


def _problem(
    node: str, entry: dict[str, object], error: dict[str, object]
) -> NodeProblem:
    extra = mapping(error.get("extra_info"))
    received = extra.get("received_value", "")
    shown = received if isinstance(received, str) else canonical(received)
    return NodeProblem(
        node=node,
        node_type=line(entry.get("class_type")),
        type=line(error.get("type"), 80),
        message=line(error.get("message"), 500),
        details=lines(error.get("details"), 8000),
        input_name=line(extra.get("input_name")),
        received=line(shown, 500),
    )
