"""Our client under attack, in a process of its own so that its memory can be read.

Arguments: the two ports of hostile_server. Prints one JSON object: how each attack
ended, how long it took, how much memory it cost and how long the loop stood still.
"""

import asyncio
import io
import json
import logging
import os
import sys
import time
import traceback
from pathlib import Path

from comfydoctor.comfy.client import Client
from comfydoctor.comfy.http import Http
from comfydoctor.comfy.limits import MIB, Limits
from comfydoctor.errors import DoctorError
from comfydoctor.model.server import AuthKind, ServerProfile
from tests.hostile.hostile_server import CHARSETS

TOKEN = "T0KEN-of-the-person"
TOTAL = 1.0
BODY = 2 * MIB
SMALL = Limits(
    connect=TOTAL, read=TOTAL, write=TOTAL, total=TOTAL, heavy_total=TOTAL, body=BODY
)
LARGE = Limits(total=20.0, read=20.0, body=80 * MIB)

STATS = ("system_stats", SMALL)
QUEUE = ("queue", SMALL)
CASES = {
    **dict.fromkeys(
        ["big", "endless", "endless-chunked", "tiny-chunks", "chunk-extensions",
         "endless-trailers", "drip-body", "drip-headers", "drip-status", "silence",
         "header-flood", "giant-header", "continue-flood", "early-hints-flood", "gzip",
         "gzip-stacked", "br", "zstd", "deflate", "redirect-same", "redirect-loop",
         "redirect-cross", "redirect-file", "redirect-metadata", "redirect-odd",
         "refresh", "asks-login", "nan-stats", "odd-stats", "huge-stats", "secret-json",
         "secret-text", "urls", "negative-length", "two-lengths", "length-and-chunks",
         "bad-chunk", "switching", "old-http", "nul-head", "tls-alert", "http2",
         "status-999", "cut"],
        STATS,
    ),
    **dict.fromkeys(["deep", "deep-900", "nan-queue", "secret-queue"], QUEUE),
    **dict.fromkeys(f"charset-{index}" for index in range(len(CHARSETS))),
    "digits": ("queue", LARGE),
    "amplify": ("queue", LARGE),
    "large-history": ("history", LARGE),
    "large-object-info": ("object_info_bytes", LARGE),
    "amplify-objects": ("queue", LARGE),
}  # fmt: skip


class Pulse:
    """Notices how long the event loop did not come back to us."""

    def __init__(self):
        self.worst = 0.0

    async def beat(self):
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.005)
            now = time.perf_counter()
            self.worst = max(self.worst, now - last - 0.005)
            last = now


def memory(field):
    """``VmRSS``, or ``VmHWM``: the peak since it was last forgotten; in bytes."""
    rows = Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) * 1024 for row in rows if row.startswith(field))


def forget_peak():
    Path("/proc/self/clear_refs").write_text("5")


async def attack(name, port, method, limits):
    profile = ServerProfile(
        "hostile",
        f"http://127.0.0.1:{port}/{name}",
        AuthKind.BEARER,
        headers=(("X-Api-Key", TOKEN), ("comfy-user", TOKEN)),
    )
    client = Client(Http(profile, secret=TOKEN, limits=limits))
    said, kind = "", ""
    try:
        said, kind = repr(await getattr(client, method)()), "answer"
    except DoctorError as error:
        shown = "".join(traceback.format_exception(error))
        said, kind = f"{error!r} {error} {error.advice} {shown}", type(error).__name__
        said += str(getattr(error, "body", "")) + str(getattr(error, "url", ""))
    except Exception as error:  # noqa: BLE001 - it is what the test looks for
        said, kind = repr(error), f"!{type(error).__name__}"
    finally:
        await client.aclose()
    return kind, said


async def measured(name, port, method, limits):
    pulse = Pulse()
    forget_peak()
    before = memory("VmRSS")
    async with asyncio.TaskGroup() as group:
        beating = group.create_task(pulse.beat())
        started = time.perf_counter()
        kind, said = await attack(name, port, method, limits)
        seconds = time.perf_counter() - started
        beating.cancel()
    return {
        "kind": kind,
        "said": said[:20_000],
        "seconds": seconds,
        "total": limits.total,
        "grown": memory("VmHWM") - before,
        "worst": pulse.worst,
    }


def unit():
    """How long this computer takes for a fixed piece of work, at this moment."""
    started = time.perf_counter()
    sum(index * index for index in range(500_000))
    return time.perf_counter() - started


async def main(first, second):
    log = io.StringIO()
    logging.basicConfig(stream=log, level=logging.DEBUG, force=True)
    os.environ.update(
        dict.fromkeys(
            ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"),
            f"http://127.0.0.1:{second}",
        )
    )
    os.environ.pop("NO_PROXY", None)
    os.environ.pop("no_proxy", None)
    await attack("redirect-same", first, "system_stats", SMALL)  # warm the imports
    results = {}
    for name, case in CASES.items():
        method, limits = case or STATS
        results[name] = await measured(name, first, method, limits)
    visits = await Http(ServerProfile("", f"http://127.0.0.1:{second}")).get("/visits")
    print(  # noqa: T201
        json.dumps(
            {
                "results": results,
                "visits": json.loads(visits.body),
                "log": log.getvalue(),
                "unit": max(unit() for _ in range(3)),
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
