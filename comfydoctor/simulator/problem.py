"""The single errors of a refused graph, in ComfyUI's shape and words."""

from typing import Any

from comfydoctor.simulator.failure import frame
from comfydoctor.simulator.version import Version

Problem = dict[str, Any]
LONG_LIST = 20


def problem(
    kind: str, message: str, details: str = "", extra: Problem | None = None
) -> Problem:
    """One error in ComfyUI's shape."""
    return {
        "type": kind,
        "message": message,
        "details": details,
        "extra_info": extra or {},
    }


def missing_input(name: str) -> Problem:
    """A required input was not given."""
    text = "Required input is missing"
    return problem("required_input_missing", text, name, {"input_name": name})


def is_link(value: Any) -> bool:
    """Whether an input's value names another node's output."""
    return isinstance(value, list) and len(value) == 2


def words(each: Problem) -> str:
    """As the console shows it."""
    return (
        f"{each['message']}: {each['details']}" if each["details"] else each["message"]
    )


def not_converted(
    kind: str, name: str, value: Any, about: Problem, why: str
) -> Problem:
    """A number given as text that is none."""
    text = f"Failed to convert an input value to a {kind} value"
    extra = {**about, "exception_message": why}
    return problem("invalid_input_type", text, f"{name}, {value}, {why}", extra)


def check_choice(
    name: str, value: Any, allowed: list[str], about: Problem
) -> list[Problem]:
    """The signal of a missing model; long lists are not shown."""
    if value in allowed:
        return []
    shown = str(allowed)
    if len(allowed) > LONG_LIST:
        shown = f"(list of length {len(allowed)})"
        about = {**about, "input_config": None}
    details = f"{name}: '{value}' not in {shown}"
    return [problem("value_not_in_list", "Value not in list", details, about)]


def raised(error: Exception, kind: str, extra: Problem) -> Problem:
    """The check itself raised; ``extra`` names the link that led there."""
    text = str(error)
    where = "validate_inputs"
    trace = [frame("execution.py", 955, where, "r = await validate_inputs(...)")]
    message = (
        "Exception when validating inner node"
        if "inner" in kind
        else "Exception when validating node"
    )
    more = {
        "exception_message": text,
        "exception_type": type(error).__name__,
        "traceback": trace,
    }
    linked = {"linked_node": extra["linked_node"]} if extra else {}
    about = {key: extra[key] for key in ("input_name", "input_config") if extra}
    return problem(kind, message, text, {**about, **more, **linked})


def no_such_class(version: Version, node: str, kind: Any, title: str | None) -> Problem:
    """Only the first missing class is named; its name changed in 0.12.0."""
    details = f"Node ID '#{node}'"
    if not version.since(0, 12):
        message = (
            f"Cannot execute because node {kind} does not exist."
            if kind
            else "Cannot execute because a node is missing the class_type property."
        )
        return problem("invalid_prompt", message, details)
    name = title or kind or f"Node ID #{node}"
    message = (
        f"Node '{name}' not found. The custom node may not be installed."
        if kind
        else f"Node '{name}' has no class_type. The workflow may be corrupted or a"
        " custom node is missing."
    )
    extra = {"node_id": node, "class_type": kind, "node_title": title or kind}
    return problem("missing_node_type", message, details, extra)
