"""Nodes of custom packs and partner services as scenarios describe them."""

from collections.abc import Awaitable, Callable

from comfydoctor.simulator.failure import (
    NodeFailed,
    ServerDied,
    WorkerDied,
    frame,
)
from comfydoctor.simulator.nodes.nodeclass import NodeClass, Run, integer, link, text
from comfydoctor.simulator.nodes.work import Outcome, Work
from comfydoctor.simulator.scenario import PackNode
from comfydoctor.simulator.values import Picture

RATE = "Rate Limit Exceeded: Please try again later."
PARTNER_TEXTS = {
    "401": "Unauthorized: Please login first to use this node.",
    "402": "Payment Required: Please add credits to your account to use this node.",
    "429": RATE,
    "500": "API Error: {'error': {'message': 'Internal server error'}}",
}


def pack_class(folder: str, node: PackNode) -> NodeClass:
    """The node class for one entry of a scenario's pack."""
    return NodeClass(
        node.name,
        _runner(folder, node),
        {"image": link("IMAGE"), "strength": integer(1, 0, 100)},
        outputs=("IMAGE",),
        display=node.title or node.name,
        category=folder,
        module=f"custom_nodes.{folder}",
        changed=_always_new if node.does == "leak" else None,
    )


def _always_new() -> object:
    return float("nan")


def _runner(folder: str, node: PackNode) -> Run:
    deeds: dict[str, Callable[[Work], Awaitable[None]]] = {
        "exit": _exit,
        "segfault": _segfault,
    }

    async def run(work: Work) -> Outcome:
        await _take_time(work, node)
        if node.does in deeds:
            await deeds[node.does](work)
        elif node.does == "keep":
            _keep(work, folder, node)
        elif node.does == "leak":
            _leak(work, folder, node)
        return Outcome((work.inputs["image"],))

    return run


async def _take_time(work: Work, node: PackNode) -> None:
    if node.stubborn:
        await work.compute(node.seconds, node.load)
        return
    steps = max(1, int(node.seconds / 0.25))
    for step in range(1, steps + 1):
        await work.compute(node.seconds / steps, node.load)
        work.progress(step, steps)


async def _exit(work: Work) -> None:
    """sys.exit() in a node: no Exception, so the worker thread ends silently."""
    raise WorkerDied


async def _segfault(work: Work) -> None:
    raise ServerDied(
        "Fatal Python error: Segmentation fault\n\nCurrent thread 0x00007f2b"
        " (most recent call first):\n" + SEGFAULT_FRAMES
    )


SEGFAULT_FRAMES = (
    '  File "/opt/ComfyUI/custom_nodes/ComfyUI-NativeFilters/filters.py", line 41 in'
    " process\n"
    '  File "/opt/ComfyUI/execution.py", line 306 in process_inputs\n'
)


def _claim(work: Work, folder: str, node: PackNode) -> None:
    try:
        work.machine.vram.claim(node.mb)
    except NodeFailed as failure:
        where = f"custom_nodes/{folder}/nodes.py"
        code = "torch.empty(shape, device=self.device)"
        failure.frames = (frame(where, 88, "process", code),)
        raise
    work.machine.vram.release()


def _keep(work: Work, folder: str, node: PackNode) -> None:
    """Leave the result on the card for as long as its output is cached."""
    _claim(work, folder, node)
    work.machine.vram.kept[work.cache_key] = node.mb


def _leak(work: Work, folder: str, node: PackNode) -> None:
    """Lose memory for good, but leave room for small jobs."""
    _claim(work, folder, node)
    vram = work.machine.vram
    if vram.leaked + node.mb < node.most_mb:
        vram.leaked += node.mb
        work.machine.card.ram_held += node.mb * (1 << 20) * 0.5


def partner_class(node: PackNode) -> NodeClass:
    """A node that asks a paid service outside."""
    return NodeClass(
        node.name,
        _ask_partner(node),
        {"prompt": text(multiline=True), "seed": integer(0, 0, 2**31 - 1)},
        hidden={
            "auth_token_comfy_org": "AUTH_TOKEN_COMFY_ORG",
            "api_key_comfy_org": "API_KEY_COMFY_ORG",
        },
        outputs=("IMAGE",),
        display=node.title or node.name,
        category="api node/image",
        module="comfy_api_nodes.nodes_bfl",
        v3=True,
        api_node=True,
        is_async=True,
    )


def _ask_partner(node: PackNode) -> Run:
    async def run(work: Work) -> Outcome:
        answer = work.machine.mood.partner
        await work.sleep(node.seconds)
        if not answer:
            return Outcome((Picture(1024, 1024, seed=work.inputs["seed"]),))
        if answer == "429":
            await _retry(work)
        raise NodeFailed("Exception", PARTNER_TEXTS[answer], _frames(), from_async=True)

    return run


async def _retry(work: Work) -> None:
    for index, wait in enumerate((1.0, 2.0, 4.0), 1):
        work.machine.console.warning(
            f"Request failed with status 429. Retrying in {wait:.2f}s ({index}/3)"
        )
        await work.sleep(wait)


def _frames() -> tuple[str, ...]:
    return (
        frame(
            "comfy_api/internal/__init__.py",
            145,
            "wrapped_async_func",
            "return await method(locked_class, **inputs)",
        ),
        frame(
            "comfy_api/latest/_io.py",
            1590,
            "EXECUTE_NORMALIZED_ASYNC",
            "to_return = await cls.execute(*args, **kwargs)",
        ),
        frame(
            "comfy_api_nodes/nodes_bfl.py", 155, "execute", "response = await sync_op("
        ),
        frame("comfy_api_nodes/util/client.py", 107, "sync_op", "raw = await sync_op("),
        frame(
            "comfy_api_nodes/util/client.py", 737, "_request_base", "raise Exception"
        ),
    )
