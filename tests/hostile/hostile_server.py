"""A server that attacks whoever asks it; the first part of the path names how.

Run as a program it prints its two ports: the attacker's, and that of a second
origin which only counts who comes by.
"""

import asyncio
import contextlib
import gzip
import json
import zlib

ZEROS = b"\0" * 65536
OK = b"HTTP/1.1 200 OK\r\n"
JSON = OK + b"Content-Type: application/json\r\n"
SECRET = "S3CRET-of-the-server"


async def flood(writer, piece):
    """Send the same piece until the other side hangs up."""
    while True:
        writer.write(piece)
        await writer.drain()


async def drip(writer, data, pause=0.02):
    for index in range(len(data)):
        writer.write(data[index : index + 1])
        await writer.drain()
        await asyncio.sleep(pause)


def whole(body, head=JSON):
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def big(writer):
    writer.write(OK + b"Content-Length: 10737418240\r\n\r\n")
    await flood(writer, ZEROS)


async def endless(writer):
    writer.write(OK + b"\r\n")
    await flood(writer, ZEROS)


async def endless_chunked(writer):
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    await flood(writer, b"10000\r\n" + ZEROS + b"\r\n")


async def tiny_chunks(writer):
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    await flood(writer, b"1\r\nx\r\n" * 2000)


async def chunk_extensions(writer):
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n1;a=")
    await flood(writer, b"x" * 65536)


async def endless_trailers(writer):
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n")
    await flood(writer, b"X-T: " + b"y" * 500 + b"\r\n")


async def drip_body(writer):
    writer.write(OK + b"Content-Length: 100000\r\n\r\n")
    await drip(writer, b" " * 100_000)


async def drip_headers(writer):
    await drip(writer, OK + b"X-Slow: " + b"y" * 100_000)


async def drip_status(writer):
    await drip(writer, b"HTTP/1.1 200 " + b"O" * 100_000)


async def silence(writer):
    await asyncio.sleep(60)


async def header_flood(writer):
    writer.write(OK)
    await flood(writer, b"X-Flood: " + b"y" * 1000 + b"\r\n")


async def one_giant_header(writer):
    writer.write(OK + b"X-Giant: ")
    await flood(writer, b"y" * 65536)


async def continue_flood(writer):
    await flood(writer, b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


async def early_hints_flood(writer):
    await flood(writer, b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100)


def zipped(encoding, body):
    async def send(writer):
        head = OK + b"Content-Type: application/json\r\nContent-Encoding: "
        writer.write(whole(body, head + encoding + b"\r\n"))

    return send


def gzip_bomb():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    megabyte = b"[" * (1 << 20)
    pieces = [packer.compress(megabyte) for _ in range(256)]
    return b"".join([*pieces, packer.flush()])


def redirect(location):
    async def send(writer):
        head = b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n"
        writer.write(whole(b"", head))

    return send


def says(body, head=JSON):
    async def send(writer):
        writer.write(whole(body, head))

    return send


def raw(data):
    async def send(writer):
        writer.write(data)

    return send


CHARSETS = [
    "utf-7", "utf-16", "utf-32", "zlib_codec", "base64_codec", "bz2_codec", "hex",
    "rot13", "uu", "quopri", "idna", "punycode", "unicode_escape", "undefined", "mbcs",
    "oem", "raw_unicode_escape", "cp500", "ebcdic", "iso2022_jp", "hz", "gb18030",
    "utf_8_sig", "latin-1", "ascii", "none", "../../etc/passwd", "'", '"', "\xff",
]  # fmt: skip

STATS = (
    b'{"system":{"os":"linux","ram_total":%b,"ram_free":-7,"comfyui_version":true},'
    b'"devices":[{"type":"cuda","index":true,"vram_total":%b,"vram_free":false}]}'
)
QUEUE = b'{"queue_running":[],"queue_pending":[[%b,"a",{"1":{"k":%b}},{},[]]]}'
GRAPH_OF_URLS = json.dumps(
    {
        "system": {"os": "linux", "comfyui_version": "http://127.0.0.1:%d/x"},
        "devices": [],
        "update": "http://127.0.0.1:%d/update",
    }
).encode()


def large_history():
    """What 150 jobs with workflows of 99 kB look like; measured on real servers."""
    node = {"class_type": "KSampler", "inputs": {"seed": 2**63, "model": ["4", 0]}}
    graph = {str(index): node for index in range(1200)}
    stamp = ["execution_success", {"prompt_id": "a", "timestamp": 1_795_444_015_000}]
    status = {"status_str": "success", "messages": [stamp]}
    entry = {"prompt": [1, "a", graph, {}, ["9"]], "outputs": {}, "status": status}
    return json.dumps({str(index): entry for index in range(150)}).encode()


def attacks(second):
    other = b"http://127.0.0.1:%d/stolen" % second
    table = {
        "big": big,
        "endless": endless,
        "endless-chunked": endless_chunked,
        "tiny-chunks": tiny_chunks,
        "chunk-extensions": chunk_extensions,
        "endless-trailers": endless_trailers,
        "drip-body": drip_body,
        "drip-headers": drip_headers,
        "drip-status": drip_status,
        "silence": silence,
        "header-flood": header_flood,
        "giant-header": one_giant_header,
        "continue-flood": continue_flood,
        "early-hints-flood": early_hints_flood,
        "gzip": zipped(b"gzip", gzip_bomb()),
        "gzip-stacked": zipped(b"gzip, gzip", gzip.compress(gzip_bomb())),
        "br": zipped(b"br", b"\x8b" * 1000),
        "zstd": zipped(b"zstd", b"\x28\xb5\x2f\xfd" * 1000),
        "deflate": zipped(b"deflate", zlib.compress(b"x" * (1 << 24))),
        "redirect-same": redirect(b"/redirect-same"),
        "redirect-loop": redirect(b"/redirect-loop/system_stats"),
        "redirect-cross": redirect(other),
        "redirect-file": redirect(b"file:///etc/passwd"),
        "redirect-metadata": redirect(b"http://169.254.169.254/latest/meta-data"),
        "redirect-odd": redirect(b"\x1b[31m//[::1:bad\xff"),
        "refresh": says(b"{}", JSON + b"Refresh: 0; url=" + other + b"\r\n"),
        "asks-login": says(
            b"", b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="S3CRET-of"\r\n'
        ),
        "deep": says(b"[" * 1_000_000),
        "deep-900": says(b'{"a":' * 900 + b"1" + b"}" * 900),
        "amplify": says(b"[" + b"[]," * (64 * 1024 * 1024 // 3) + b"[]]"),
        "amplify-objects": says(b"[" + b'{"a":1},' * (48 * 1024 * 1024 // 8) + b"1]"),
        "large-history": says(large_history()),
        "large-object-info": says(b"{" + b" " * (60 * 1024 * 1024) + b"}"),
        "nan-stats": says(STATS % (b"NaN", b"1")),
        "odd-stats": says(STATS % (b"1e400", b"-5")),
        "huge-stats": says(STATS % (b"9" * 4000, b"1e300")),
        "digits": says(STATS % (b"1" * 10_000_000, b"1")),
        "nan-queue": says(QUEUE % (b"NaN", b"-Infinity")),
        "secret-json": says(b'{"api_key": "%b", oops' % SECRET.encode()),
        "secret-queue": says(
            b'{"queue_running": "%b", "queue_pending": {"%b": NaN}}'
            % (SECRET.encode(), SECRET.encode())
        ),
        "secret-text": says(SECRET.encode() + b"\xff"),
        "urls": says(GRAPH_OF_URLS.replace(b"%d", b"%d" % second)),
        "negative-length": raw(OK + b"Content-Length: -5\r\n\r\nhello"),
        "two-lengths": raw(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        "length-and-chunks": raw(
            OK + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
        ),
        "bad-chunk": raw(
            OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n"
        ),
        "switching": raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n" + ZEROS),
        "old-http": raw(b"<html>no head at all</html>"),
        "nul-head": raw(b"HTTP/1.1 200 OK\r\nX\0Y: 1\r\n\r\n"),
        "tls-alert": raw(b"\x15\x03\x01\x00\x02\x02\x46"),
        "http2": raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\0" * 18),
        "status-999": raw(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"),
        "cut": raw(b""),
    }
    for charset in CHARSETS:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset="
        head += charset.encode("latin-1") + b"\r\n"
        table[f"charset-{CHARSETS.index(charset)}"] = says(b'{"a": "+ADw-"}', head)
    return table


async def main():
    visits = []
    second = await asyncio.start_server(
        lambda reader, writer: visit(visits, reader, writer), "127.0.0.1", 0
    )
    second_port = second.sockets[0].getsockname()[1]
    table = attacks(second_port)

    async def attack(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            name = head.decode("latin-1").split(" ")[1].split("/")[1]
            await table[name](writer)
            await writer.drain()
        writer.close()

    first = await asyncio.start_server(attack, "127.0.0.1", 0)
    print(first.sockets[0].getsockname()[1], second_port, flush=True)  # noqa: T201
    await asyncio.Event().wait()


async def visit(visits, reader, writer):
    """Remember what came; ``/visits`` tells it and is not counted."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    if head.startswith("GET /visits "):
        writer.write(whole(json.dumps(visits).encode()))
    else:
        visits.append(head)
        writer.write(whole(b"{}"))
    await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(main())
