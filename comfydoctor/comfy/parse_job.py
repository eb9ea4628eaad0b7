"""Jobs from ``/history`` and ``/api/jobs``."""

from comfydoctor.comfy.parse_fields import (
    items,
    line,
    lines,
    mapping,
    name,
    number,
    seconds,
    sequence,
)
from comfydoctor.comfy.parse_queue import workflow_name
from comfydoctor.errors import Garbled
from comfydoctor.model.job import Job, JobError, JobState, Output

OUTPUTS_MAX = 1000
FRAMES_MAX = 200
_TIP = "\n\nTIPS"
_TIP_OOM = "This error means you ran out of memory on your GPU."
_JOB_STATES = {
    "pending": JobState.PENDING,
    "in_progress": JobState.RUNNING,
    "completed": JobState.SUCCEEDED,
    "failed": JobState.FAILED,
    "cancelled": JobState.INTERRUPTED,
}


def parse_history(value: object) -> tuple[Job, ...]:
    """``GET /history``: newest first (ComfyUI sends the oldest first)."""
    if not isinstance(value, dict):
        raise Garbled("The server's answer is not a history.")
    jobs = [
        parse_history_entry(name(job_id), entry)
        for job_id, entry in value.items()
        if isinstance(entry, dict)
    ]
    return tuple(reversed(jobs))


def parse_history_entry(job_id: str, entry: dict[str, object]) -> Job:
    """One entry. Times come from the messages' own stamps, the server's clock."""
    prompt = sequence(entry.get("prompt"))
    extra = mapping(prompt[3]) if len(prompt) > 3 else {}
    status = mapping(entry.get("status"))
    messages = _messages(status)
    return Job(
        id=job_id,
        state=_state(status, messages),
        number=number(prompt[0]) if prompt else None,
        created=seconds(extra.get("create_time")),
        started=_stamp(messages, ("execution_start",)),
        ended=_stamp(messages, _ENDS),
        error=_error_of(messages),
        outputs=parse_outputs(entry.get("outputs")),
        cached_nodes=_cached(messages),
        node_count=len(mapping(prompt[2])) if len(prompt) > 2 else None,
        workflow_name=workflow_name(extra),
        client_id=name(extra.get("client_id")),
    )


def parse_jobs(value: object) -> tuple[Job, ...]:
    """``GET /api/jobs`` (since 0.6.0), in the order asked for."""
    if not isinstance(mapping(value).get("jobs"), list):
        raise Garbled("The server's answer is not a list of jobs.")
    return tuple(parse_job(entry) for entry in items(mapping(value)["jobs"]))


def parse_job(value: object) -> Job:
    """One entry of ``/api/jobs``, or the whole of ``/api/jobs/{id}``.

    0.6 to 0.8 call interrupted jobs ``failed``; the messages of the long form tell.
    """
    entry = mapping(value)
    if not name(entry.get("id")):
        raise Garbled("The server's answer is not a job.")
    state = _JOB_STATES.get(str(entry.get("status")), JobState.LOST)
    messages = _messages(mapping(entry.get("execution_status")))
    if state is JobState.FAILED and _last_end(messages) == "execution_interrupted":
        state = JobState.INTERRUPTED
    workflow = mapping(entry.get("workflow"))
    extra = mapping(workflow.get("extra_data"))
    prompt = workflow.get("prompt")
    error = entry.get("execution_error")
    return Job(
        id=name(entry["id"]),
        state=state,
        number=number(entry.get("priority")),
        created=seconds(entry.get("create_time")),
        started=seconds(entry.get("execution_start_time")),
        ended=seconds(entry.get("execution_end_time")),
        error=parse_error(mapping(error)) if error else _error_of(messages),
        outputs=parse_outputs(entry.get("outputs")),
        cached_nodes=_cached(messages),
        node_count=len(prompt) if isinstance(prompt, dict) else None,
        workflow_name=workflow_name(extra),
        client_id=name(extra.get("client_id")),
    )


def parse_error(data: dict[str, object]) -> JobError:
    """``execution_error``: its texts can be megabytes, and carry a tip of ComfyUI's."""
    frames = sequence(data.get("traceback"))
    return JobError(
        exception_type=line(data.get("exception_type")),
        message=without_tip(lines(data.get("exception_message"))),
        node=name(data.get("node_id"), 200),
        node_type=line(data.get("node_type")),
        traceback=tuple(lines(frame, 4000) for frame in frames[-FRAMES_MAX:]),
    )


def without_tip(message: str) -> str:
    """ComfyUI appends advice to some messages; ours is better informed."""
    return message.split(_TIP, 1)[0].replace(_TIP_OOM, "").rstrip()


def parse_outputs(value: object) -> tuple[Output, ...]:
    """Files only; texts and other results of nodes are left out."""
    found = [
        Output(
            filename=name(item["filename"]),
            subfolder=name(item.get("subfolder")),
            type=name(item.get("type"), 40),
            node=name(node, 200),
            kind=line(kind, 40),
        )
        for node, output in mapping(value).items()
        for kind, files in mapping(output).items()
        for item in items(files)
        if isinstance(item.get("filename"), str)
    ]
    return tuple(found[:OUTPUTS_MAX])


Message = tuple[str, dict[str, object]]
_ENDS = ("execution_success", "execution_error", "execution_interrupted")


def _messages(status: dict[str, object]) -> list[Message]:
    found = (sequence(pair) for pair in sequence(status.get("messages")))
    return [(str(pair[0]), mapping(pair[1])) for pair in found if len(pair) > 1]


def _state(status: dict[str, object], messages: list[Message]) -> JobState:
    """``status_str`` says error for interrupted jobs too; the last message tells.

    A blocked output (``ExecutionBlocked``) leaves an ``execution_error`` in a job
    that succeeded, so the status goes before the messages.
    """
    if status.get("status_str") == "success":
        return JobState.SUCCEEDED
    if _last_end(messages) == "execution_interrupted":
        return JobState.INTERRUPTED
    if status.get("status_str") == "error" or _last_end(messages):
        return JobState.FAILED
    return JobState.LOST


def _last_end(messages: list[Message]) -> str:
    return next((kind for kind, _ in reversed(messages) if kind in _ENDS), "")


def _stamp(messages: list[Message], kinds: tuple[str, ...]) -> float | None:
    stamps = [
        seconds(data.get("timestamp")) for kind, data in messages if kind in kinds
    ]
    return next((stamp for stamp in reversed(stamps) if stamp is not None), None)


def _error_of(messages: list[Message]) -> JobError | None:
    errors = [data for kind, data in messages if kind == "execution_error"]
    return parse_error(errors[-1]) if errors else None


def _cached(messages: list[Message]) -> int | None:
    for kind, data in messages:
        if kind == "execution_cached":
            return len(sequence(data.get("nodes")))
    return None
