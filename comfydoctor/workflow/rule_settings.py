"""Settings that ComfyUI takes, and that cannot give what was meant."""

from collections.abc import Iterator

from comfydoctor.model.finding import Severity
from comfydoctor.model.lint import LintFinding
from comfydoctor.model.workflow import Link, Node
from comfydoctor.workflow.case import Case

_EMPTY = "Empty"


def setting_findings(case: Case) -> Iterator[LintFinding]:
    """Pairs of values on one node, or on two connected ones."""
    for node in case.nodes:
        look = _LOOKS.get(node.type)
        if look is not None:
            for finding in look(case, node):
                yield case.softened(node, finding)


def _number(node: Node, name: str) -> float | None:
    value = node.inputs.get(name)
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain else None  # type: ignore[arg-type]


def _sampler(case: Case, node: Node) -> Iterator[LintFinding]:
    denoise = _number(node, "denoise")
    if denoise == 0:
        yield _warning(
            case,
            node,
            "denoise",
            "denoise is 0, so the sampler changes nothing.",
            "Set it to 1 for a new picture, 0.3 to 0.8 to change one.",
        )
    if denoise is not None and 0 < denoise < 1 and _from_empty(case, node):
        yield _warning(
            case,
            node,
            "denoise",
            f"denoise is {denoise:g} on an empty latent: the picture stays grey noise.",
            "Set it to 1, or feed in an encoded picture.",
        )


def _from_empty(case: Case, node: Node) -> bool:
    link = node.inputs.get("latent_image")
    source = case.by_id.get(link.node) if isinstance(link, Link) else None
    return source is not None and source.type.startswith(_EMPTY)


def _advanced(case: Case, node: Node) -> Iterator[LintFinding]:
    start, end = _number(node, "start_at_step"), _number(node, "end_at_step")
    steps = _number(node, "steps")
    if start is None or end is None or steps is None:
        return
    if start >= end:
        yield _warning(
            case,
            node,
            "end_at_step",
            f"it starts at step {start:g} and ends at step {end:g}: it samples"
            " nothing.",
            "Let it end after it starts.",
        )
    elif start >= steps:
        yield _warning(
            case,
            node,
            "start_at_step",
            f"it starts at step {start:g} of {steps:g}: it samples nothing.",
            "Let it start earlier, or give it more steps.",
        )


def _lora(case: Case, node: Node) -> Iterator[LintFinding]:
    model, clip = _number(node, "strength_model"), _number(node, "strength_clip")
    if model == 0 and clip in {0, None} and "strength_clip" not in _linked(node):
        yield LintFinding(
            rule="idle-setting",
            severity=Severity.INFO,
            title=f"{case.place(node)}: the strength is 0, so the LoRA does nothing.",
            node_id=node.id,
            input="strength_model",
        )


def _linked(node: Node) -> set[str]:
    return {k for k, v in node.inputs.items() if isinstance(v, Link)}


def _warning(
    case: Case, node: Node, name: str, words: str, suggestion: str
) -> LintFinding:
    return LintFinding(
        rule="settings-conflict",
        severity=Severity.WARNING,
        title=f"{case.place(node)}: {words}",
        node_id=node.id,
        input=name,
        detail="ComfyUI takes it, but it cannot give what was meant.",
        suggestion=suggestion,
    )


_LOOKS = {
    "KSampler": _sampler,
    "KSamplerAdvanced": _advanced,
    "LoraLoader": _lora,
    "LoraLoaderModelOnly": _lora,
}
