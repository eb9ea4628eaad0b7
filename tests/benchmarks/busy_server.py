"""A server that overwhelms: a flood of events, and node definitions of 30 MB.

Run as ``python -m tests.benchmarks.busy_server RATE MEGABYTES``; the first line it
prints is its port; each ``/ws`` gets RATE messages a second for as long as it is
open. At its end, when its standard input closes, it prints how many it sent.
"""

import contextlib
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from tests.benchmarks.quick_server import ANSWERS, answer_to
from tests.hostile.flooder import frame, shake_hands

PER_BLOCK = 500
ROOM = 1 << 20
"""The kernel's buffers; a reader that keeps up never lets them fill."""
EVENTS = (
    '{"type":"progress","data":{"value":%d,"max":500,"prompt_id":"p","node":"3"}}',
    '{"type":"progress_state","data":{"prompt_id":"p","nodes":{"3":{"value":%d}}}}',
    '{"type":"status","data":{"status":{"exec_info":{"queue_remaining":%d}}}}',
    '{"type":"logs","data":{"entries":[{"t":"2026-01-01T00:00:00","m":"line %d\\n"}]}}',
    '{"type":"crystools.monitor","data":{"cpu_utilization":%d,"gpus":[]}}',
)


class Flood:
    """Blocks of ready-made frames, sent on time."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self.sent = 0
        texts = (EVENTS[i % len(EVENTS)] % i for i in range(20 * PER_BLOCK))
        frames = [frame(text) for text in texts]
        size = PER_BLOCK
        parts = [frames[i : i + size] for i in range(0, len(frames), size)]
        self._blocks = itertools.cycle([b"".join(part) for part in parts])

    def send(self, client: socket.socket) -> None:
        """Send until the client leaves; waits when the client does not read."""
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ROOM)
        began, sent = time.monotonic(), 0
        while True:
            if sent < self.rate * (time.monotonic() - began):
                client.sendall(next(self._blocks))
                sent += PER_BLOCK
                self.sent += PER_BLOCK
            else:
                time.sleep(0.002)


def node_definitions(megabytes: float) -> bytes:
    """The body of ``/object_info``: many nodes such as real packs have."""
    choices = [f"folder_{n % 7}/some_model_name_{n:04d}.safetensors" for n in range(12)]
    node = {
        "input": {
            "required": {
                "model": ["MODEL", {"tooltip": "The model used for denoising."}],
                "seed": ["INT", {"default": 0, "min": 0, "max": 2**64 - 1}],
                "cfg": ["FLOAT", {"default": 8.0, "min": 0.0, "max": 100.0}],
                "name": [choices, {"tooltip": "The file that is loaded."}],
            },
            "optional": {"mask": ["MASK", {}]},
        },
        "input_order": {"required": ["model", "seed", "cfg", "name"]},
        "output": ["LATENT", "IMAGE"],
        "output_is_list": [False, False],
        "output_name": ["LATENT", "IMAGE"],
        "display_name": "A node with a name",
        "description": "Says at some length what the node is good for. " * 2,
        "python_module": "custom_nodes.some_pack",
        "category": "some/category",
        "output_node": True,
    }
    one = json.dumps(node)
    count = int(megabytes * 1e6 / (len(one) + 12))
    return ("{" + ", ".join(f'"Node{n}": {one}' for n in range(count)) + "}").encode()


def head(size: int) -> bytes:
    """Of a good answer."""
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size
    )


def serve(client: socket.socket, flood: Flood, definitions: bytes) -> None:
    """Answer one request, or flood."""
    with contextlib.suppress(OSError, IndexError), client:
        if b" /ws" in client.recv(65536, socket.MSG_PEEK).split(b"\r\n")[0]:
            shake_hands(client)
            flood.send(client)
        path = client.recv(65536).split(b" ")[1].decode().partition("?")[0]
        path = path.removeprefix("/api")
        empty = {"/queue": {"queue_running": [], "queue_pending": []}, "/history": {}}
        if path == "/object_info":
            client.sendall(head(len(definitions)) + definitions)
        elif path in empty:
            body = json.dumps(empty[path]).encode()
            client.sendall(head(len(body)) + body)
        else:
            client.sendall(answer_to(path if path in ANSWERS else ""))


def accept(server: socket.socket, flood: Flood, definitions: bytes) -> None:
    """Serve everybody, each in a thread."""
    while True:
        client, _ = server.accept()
        work = threading.Thread(
            target=serve, args=(client, flood, definitions), daemon=True
        )
        work.start()


@contextlib.contextmanager
def busy_server(rate: int, megabytes: float) -> Iterator[tuple[str, list[int]]]:
    """Start one; gives its address, and a list that holds at the end what it sent."""
    child = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.benchmarks.busy_server",
            str(rate),
            str(megabytes),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    sent: list[int] = []
    with child:
        try:
            yield f"http://127.0.0.1:{int(child.stdout.readline())}", sent
        finally:
            child.stdin.close()
            sent.append(int(child.stdout.readline()))


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    flood = Flood(int(sys.argv[1]))
    definitions = node_definitions(float(sys.argv[2]))
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        say(server.getsockname()[1])
        work = threading.Thread(
            target=accept, args=(server, flood, definitions), daemon=True
        )
        work.start()
        sys.stdin.read()
        say(flood.sent)


if __name__ == "__main__":
    main()
