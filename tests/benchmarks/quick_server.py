"""The smallest server that a glance understands, in a process of its own.

Run as ``python -m tests.benchmarks.quick_server MANNER``; the first line it prints
is its port; it ends when its standard input closes. Manners: ``healthy`` answers at
once, ``silent`` accepts and never answers, ``dripping`` sends one byte a second.
"""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

GIB = 1 << 30
STATS = {
    "system": {
        "os": "posix", "comfyui_version": "0.33.0", "python_version": "3.12.9",
        "pytorch_version": "2.9.1+cu128", "embedded_python": False,
        "argv": ["main.py"], "ram_total": 64 * GIB, "ram_free": 32 * GIB,
    },
    "devices": [{
        "name": "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync", "type": "cuda",
        "index": 0, "vram_total": 24 * GIB, "vram_free": 6 * GIB,
        "torch_vram_total": 8 * GIB, "torch_vram_free": GIB,
    }],
}  # fmt: skip
ANSWERS = {
    "/system_stats": STATS,
    "/prompt": {"exec_info": {"queue_remaining": 7}},
}


def answer_to(path: str) -> bytes:
    """The whole answer, head and body."""
    known = ANSWERS.get(path)
    body = json.dumps(known or {}).encode()
    status = b"200 OK" if known else b"404 Not Found"
    return (
        b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    ) + body


def serve(client: socket.socket, manner: str) -> None:
    """Answer one request in the given manner."""
    with contextlib.suppress(OSError, IndexError), client:
        request = client.recv(65536)
        if manner == "silent":
            time.sleep(3600)
        answer = answer_to(request.split(b" ")[1].decode())
        if manner == "healthy":
            client.sendall(answer)
            return
        for byte in answer:
            client.sendall(bytes([byte]))
            time.sleep(1.0)


def accept(server: socket.socket, manner: str) -> None:
    """Serve everybody, each in a thread."""
    while True:
        client, _ = server.accept()
        threading.Thread(target=serve, args=(client, manner), daemon=True).start()


@contextlib.contextmanager
def quick_server(manner: str) -> Iterator[str]:
    """Start one; gives its address."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.quick_server", manner],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        try:
            yield f"http://127.0.0.1:{int(child.stdout.readline())}"
        finally:
            child.stdin.close()


def refusing_address() -> str:
    """An address of this computer where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def main() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        sys.stdout.write(f"{server.getsockname()[1]}\n")
        sys.stdout.flush()
        work = threading.Thread(target=accept, args=(server, sys.argv[1]), daemon=True)
        work.start()
        sys.stdin.read()


if __name__ == "__main__":
    main()
