"""Floods one WebSocket client, from a process of its own; prints what it sent.

Run as ``python flooder.py RATE SECONDS``; the first line it prints is its port.
The last message is a ``status`` with 424242 jobs.
"""

import base64
import hashlib
import socket
import struct
import sys
import time

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455
PER_BLOCK = 500


def frame(text: str) -> bytes:
    payload = text.encode()
    if len(payload) < 126:
        return b"\x81" + bytes([len(payload)]) + payload
    return b"\x81\x7e" + struct.pack(">H", len(payload)) + payload


def shake_hands(client: socket.socket) -> None:
    request = b""
    while b"\r\n\r\n" not in request:
        request += client.recv(4096)
    head = request.lower().split(b"sec-websocket-key:", 1)[1]
    at = len(request) - len(head)
    key = request[at:].split(b"\r\n", 1)[0].strip()
    accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
    client.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


def flood(client: socket.socket, rate: int, seconds: float) -> int:
    mixed = [
        '{"type":"progress","data":{"value":%d,"max":500,"prompt_id":"p","node":"3"}}',
        '{"type":"status","data":{"status":{"exec_info":{"queue_remaining":%d}}}}',
        '{"type":"crystools.monitor","data":{"cpu_utilization":%d,"gpus":[]}}',
    ]
    block = b"".join(frame(mixed[i % 3] % i) for i in range(PER_BLOCK))
    began, sent = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        if sent < rate * passed:
            client.sendall(block)
            sent += PER_BLOCK
        else:
            time.sleep(0.002)
    client.sendall(frame(mixed[1] % 424242))
    return sent


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main() -> None:
    rate, seconds = int(sys.argv[1]), float(sys.argv[2])
    with socket.create_server(("127.0.0.1", 0)) as server:
        say(server.getsockname()[1])
        client, _ = server.accept()
        with client:
            shake_hands(client)
            say(flood(client, rate, seconds))
            sys.stdin.read()


if __name__ == "__main__":
    main()
