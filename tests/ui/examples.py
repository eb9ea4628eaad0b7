"""Snapshots of servers in every state the window must be able to show."""

import math
from dataclasses import fields, is_dataclass, replace

from comfydoctor.model.change import LinesAdded, SamplesAdded
from comfydoctor.model.finding import Confidence, Evidence, Finding, FixRef, Severity
from comfydoctor.model.fix import EntryState, JournalEntry
from comfydoctor.model.job import Job, JobError, JobState, Progress
from comfydoctor.model.logline import LogLine
from comfydoctor.model.metric import Sample
from comfydoctor.model.server import (
    Connection,
    Device,
    Reach,
    ServerInfo,
    ServerProfile,
)
from comfydoctor.model.snapshot import OwnCost, Snapshot
from comfydoctor.ui.feed import Batch

NOW = 1_790_000_000.0
GB = 2**30
PROFILE = ServerProfile("studio-a", "http://studio-a:8188")

DEVICE = Device(
    "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync",
    "cuda",
    0,
    24 * GB,
    6 * GB,
    16 * GB,
    1 * GB,
)
INFO = ServerInfo(
    version="0.33.0",
    os="linux",
    python="3.12.4",
    torch="2.8.0+cu128",
    argv=("main.py", "--listen"),
    embedded_python=False,
    ram_total=64 * GB,
    ram_free=41 * GB,
    devices=(DEVICE,),
)
UP = Connection(Reach.CONNECTED, NOW - 3600, live_events=True, log_stream=True)
TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/opt/ComfyUI/execution.py", line 496, in execute\n'
    "torch.OutOfMemoryError: Allocation on device 0 would exceed allowed memory. "
    "Currently allocated: 21.32 GiB, requested: 4.50 GiB"
)
OOM = Finding(
    key="gpu-out-of-memory",
    cause="gpu-out-of-memory",
    title="A job ran out of video memory",
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    explanation="The graphics card has no room left for this job. Free its memory "
    "now, or lower the picture size or the batch size.",
    technical="KSampler asked for 4.50 GiB while 21.32 of 24 GiB were in use.",
    evidence=(
        Evidence("event", TRACE),
        Evidence("log", "!!! Exception during processing !!! Allocation", 412),
    ),
    fixes=(
        FixRef("free-memory", "Free video memory", kind="one-click"),
        FixRef("unload-models", "Unload all models", kind="one-click"),
        FixRef("", "Start ComfyUI with --lowvram", "Add --lowvram to the command."),
    ),
    subject="job-7",
    since=NOW - 240,
    last_seen=NOW - 30,
    count=3,
)
LORA = Finding(
    key="lora-no-effect",
    cause="lora-no-effect",
    title="A LoRA did nothing: its keys do not fit the model",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    explanation="The LoRA was made for another base model. Choose one for SDXL.",
    evidence=(Evidence("log", "lora key not loaded: lora_unet_down_blocks_0"),),
    fixes=(FixRef("", "Choose a LoRA for this model", "The model is SDXL 1.0."),),
    since=NOW - 4000,
)


def jobs():
    states = (JobState.SUCCEEDED, JobState.FAILED, JobState.INTERRUPTED, JobState.LOST)
    return tuple(
        Job(
            id=f"{i:08x}-aaaa-bbbb-cccc-0123456789ab",
            state=states[i % 4] if i < 5 else JobState.SUCCEEDED,
            started=NOW - 100 * i - 60,
            ended=NOW - 100 * i - 20,
            workflow_name=("Portrait upscale", "Produktfoto Hintergrund", "")[i % 3],
            error=JobError("torch.OutOfMemoryError", "Allocation", "3", "KSampler")
            if i == 1
            else None,
        )
        for i in range(9)
    )


def samples(seconds=300, *, gap=True, start=0.0):
    made = []
    for i in range(seconds):
        if gap and 120 < i < 170:
            continue
        t = NOW - seconds + i + start
        load = 55 + 35 * math.sin(i / 14) + 8 * math.sin(i * 1.7)
        vram = (14 + 4 * math.sin(i / 40)) * GB
        queue = float(max(0, 6 - i // 40))
        made += [
            Sample("gpu.load", t, max(0.0, min(100.0, load)), "gpu0"),
            Sample("gpu.vram_used", t, vram, "gpu0"),
            Sample("gpu.vram_total", t, 24.0 * GB, "gpu0"),
            Sample("gpu.temperature", t, 61 + 5 * math.sin(i / 50), "gpu0"),
            Sample("gpu.power", t, 240 + 60 * math.sin(i / 14), "gpu0"),
            Sample("queue.remaining", t, queue),
            Sample("server.latency", t, 0.004 + 0.002 * math.sin(i)),
            Sample("server.ram_used", t, 23.0 * GB + i * 2**22),
            Sample("server.ram_total", t, 64.0 * GB),
            Sample("host.cpu", t, 12 + 6 * math.sin(i / 9)),
        ]
    return SamplesAdded(tuple(made))


def lines():
    texts = (
        ("INFO", "got prompt"),
        ("INFO", "Requested to load SDXL"),
        ("INFO", "loaded completely 9.5367431640625e+25 4897.05 True"),
        ("WARNING", "lora key not loaded: lora_unet_down_blocks_0_attentions"),
        ("INFO", " 45%|████▌     | 9/20 [00:03<00:04,  2.61it/s]"),
        ("ERROR", "!!! Exception during processing !!! Allocation on device 0"),
        ("", "Prompt executed in 7.83 seconds"),
    )
    return LinesAdded(
        tuple(
            LogLine(text, f"2026-11-25T02:{i // 7:02d}:{i % 60:02d}", level)
            for i in range(30)
            for level, text in (texts[i % 7],)
        )
    )


ENTRY = JournalEntry(
    "e1",
    NOW - 300,
    "clear-queue",
    "Clear the queue, keep the jobs",
    PROFILE.key,
    EntryState.DONE,
    said="Queue cleared, 5 jobs kept",
    loses="Nothing.",
    undo="The 5 jobs are put back in their order.",
    expires=NOW + 80 * 86400,
)


def snapshot(**changes):
    running = Job("job-9", JobState.RUNNING, started=NOW - 14, workflow_name="Portrait")
    pending = tuple(
        Job(f"wait-{i}", JobState.PENDING, number=float(i), workflow_name=f"Batch {i}")
        for i in range(3)
    )
    whole = Snapshot(
        profile=PROFILE,
        connection=UP,
        info=INFO,
        queue_remaining=4,
        running=running,
        pending=pending,
        progress=Progress("job-9", "3", "KSampler", 12, 20, "events"),
        recent=jobs(),
        activity=(ENTRY,),
        cost=OwnCost(0.4, 58 * 2**20, 42),
    )
    return replace(whole, **changes)


def batch(made, *changes):
    return Batch(made.profile.key, made, changes)


def healthy():
    return batch(snapshot(), samples(), lines())


def troubled():
    return batch(snapshot(findings=(OOM, LORA)), samples(), lines())


def simulated():
    info = replace(INFO, simulated="out-of-memory")
    return batch(snapshot(info=info, findings=(OOM,)), samples(), lines())


def connecting():
    return batch(Snapshot(PROFILE, Connection(Reach.CONNECTING, NOW)))


def refused():
    down = Connection(Reach.DOWN, NOW - 30, "Nobody answers at port 8188.")
    return batch(Snapshot(PROFILE, down))


def disconnected():
    down = Connection(
        Reach.DOWN,
        NOW - 125,
        "Nobody answers at port 8188.",
        "Start ComfyUI again; ComfyDoctor reconnects by itself.",
    )
    return batch(snapshot(connection=down), samples(), lines())


def idle():
    made = snapshot(
        running=None, pending=(), progress=None, queue_remaining=0, recent=()
    )
    return batch(replace(made, activity=()), samples(3))


def unseen():
    return batch(snapshot(progress=None), samples())


def unfinished():
    begun = replace(ENTRY, state=EntryState.INTENT, said="")
    return batch(snapshot(unfinished=(begun,)), samples())


def many():
    """8 graphics cards, 10,000 waiting jobs, 40 findings."""
    cards = [
        Sample(metric, NOW - 60 + i, value * (1 + card / 10), f"gpu{card}")
        for i in range(60)
        for card in range(8)
        for metric, value in (
            ("gpu.load", 50.0),
            ("gpu.vram_used", 9.0 * GB),
            ("gpu.vram_total", 24.0 * GB),
        )
    ]
    pending = tuple(
        Job(f"wait-{i:05d}", JobState.PENDING, number=float(i)) for i in range(10_000)
    )
    found = tuple(replace(LORA, key=f"lora:{i}", subject=str(i)) for i in range(40))
    devices = tuple(replace(DEVICE, index=i) for i in range(8))
    made = snapshot(
        info=replace(INFO, devices=devices),
        pending=pending,
        queue_remaining=10_001,
        findings=found,
    )
    return batch(made, SamplesAdded(tuple(cards)))


def long_words():
    german = "Grafikspeicherzuweisungsfehlerbehandlungsroutine " * 3
    path = "/very/long/path/" + "directory-without-end/" * 12 + "model.safetensors"
    japanese = "ビデオメモリが不足しています。画像サイズを小さくしてください。" * 3
    finding = replace(
        OOM,
        title=german,
        explanation=japanese,
        evidence=(Evidence(f"file:{path}", path),),
    )
    profile = ServerProfile("werkstatt-" * 8, "http://" + "a" * 60 + ":8188")
    return batch(snapshot(profile=profile, findings=(finding,)), samples())


def replaced(value, text):
    """``value`` with every string inside, however deep, replaced by ``text``."""
    if isinstance(value, str) and not hasattr(value, "value"):
        return text
    if isinstance(value, tuple):
        return tuple(replaced(part, text) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            field.name: replaced(getattr(value, field.name), text)
            for field in fields(value)
            if field.init
        }
        return replace(value, **changes)
    return value


def critical():
    return batch(snapshot(findings=(replace(OOM, severity=Severity.CRITICAL),)))
