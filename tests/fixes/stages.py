"""For each fix a state in which it has something to do, and a change of that state."""

import asyncio
import json
from typing import ClassVar

import psutil

from comfydoctor.comfy.limits import Limits
from comfydoctor.errors import Unreachable
from comfydoctor.fixes import close_program
from comfydoctor.fixes.close_program import Holder
from comfydoctor.fixes.startline import free_port
from comfydoctor.model.wish import Wish
from comfydoctor.simulator.scenario import CardTable
from tests.fixes import saved, small_comfy
from tests.fixes.jobs import faulty, painting, picture, sleeping

USUAL = Limits()
CHECKPOINT = "dreamshaper_8.safetensors"
OTHER = "sd_xl_base_1.0.safetensors"


def comparable(queue):
    running, pending = queue
    return [
        (float(number), id_, prompt, extra | {"create_time": 0}, sorted(outputs))
        for number, id_, prompt, extra, outputs in running + pending
    ]


class Stage:
    """A busy server: one job runs, three wait."""

    scenario: ClassVar[dict[str, object]] = {}
    undo_restores = True
    """Whether after undo the queue is as before, to the letter."""
    remote = True
    """Whether it changes the server by requests; else files of this computer."""
    killable = True
    """Whether it can be done by a process that knows nothing but the address."""

    async def set_up(self, bench):
        """Bring the server there; returns the plan's target."""
        await bench.fill(3)
        return ""

    async def disturb(self, bench):
        """Change what the plan rests on."""
        await bench.post(picture(77))

    async def state(self, bench):
        """All that undo must bring back."""
        return comparable(await bench.raw_queue())


class OneWaiting(Stage):
    async def set_up(self, bench):
        _, waiting = await bench.fill(3)
        return waiting[1]

    async def disturb(self, bench):
        _, waiting = await bench.raw_queue()
        await bench.client.delete_queued([item[1] for item in waiting])


class Running(Stage):
    undo_restores = False

    async def set_up(self, bench):
        await bench.fill(1)
        return ""

    async def disturb(self, bench):
        await bench.client.interrupt()
        await bench.until_idle()


class ModelLoaded(Stage):
    scenario: ClassVar = {"card": CardTable(), "stock": True}
    undo_restores = False

    async def set_up(self, bench):
        await bench.post(painting(CHECKPOINT))
        await bench.until_idle()
        return ""

    disturb = None  # it is as good a minute later, whatever the queue does


class Elsewhere(Stage):
    """Three wait here; the other server is busy, so that they wait there too."""

    async def set_up(self, bench):
        url = await bench.make_other()
        async with bench.care.elsewhere(url) as there:
            for nonce in (1, 2, 3):
                await there.submit(sleeping(600.0, "block", nonce))
        _, self.waiting = await bench.fill(3)
        return Wish("", {"to": url}).write()

    async def disturb(self, bench):
        await bench.client.delete_queued(self.waiting)


class Failed(Stage):
    async def set_up(self, bench):
        job = await bench.post(faulty("FaultRaise", kind="ValueError", message="no"))
        await bench.until_idle()
        await bench.fill(1)
        return job

    async def disturb(self, bench):
        await bench.client.clear_history()


class TooHeavy(Failed):
    scenario: ClassVar = {"card": CardTable(), "stock": True}

    async def set_up(self, bench):
        graph = painting(CHECKPOINT)
        graph["4"]["inputs"]["batch_size"] = 4
        job = await bench.post(graph)
        await bench.until_idle()
        await bench.fill(1)
        return Wish(job, {"batch": "1"}).write()


class WithManager(Running):
    scenario: ClassVar = {"manager": "V4.2.2", "restart_seconds": 1.0}


class ToFront(Stage):
    """One job runs, three wait; the last is to run next."""

    async def set_up(self, bench):
        _, self.waiting = await bench.fill(3)
        return Wish(self.waiting[-1], {"to": "front"}).write()

    async def disturb(self, bench):
        await bench.client.delete_queued(self.waiting[-1:])


class Reversed(ToFront):
    async def set_up(self, bench):
        _, self.waiting = await bench.fill(3)
        return ",".join(reversed(self.waiting))

    async def disturb(self, bench):
        await bench.client.delete_queued(self.waiting)


class Mixed(ToFront):
    """Waiting jobs alternate between two checkpoints."""

    scenario: ClassVar = {"card": CardTable(), "stock": True}

    async def set_up(self, bench):
        await bench.fill(0)
        names = (CHECKPOINT, OTHER) * 2
        self.waiting = [await bench.post(painting(name)) for name in names]
        return ""

    async def disturb(self, bench):
        await bench.client.delete_queued(self.waiting)


class Held(Stage):
    disturb = None  # whatever waits is held


class LocalFiles(Stage):
    """A folder of packs and models on this computer."""

    remote = False

    async def set_up(self, bench):
        self.root = bench.folder / "ComfyUI"
        write(self.root / "custom_nodes" / "pack" / "__init__.py", "NODES = 1")
        write(self.root / "custom_nodes" / "off.disabled" / "__init__.py", "")
        write(self.root / "models" / "loras" / "torn.safetensors", "<html>")
        (self.root / "models" / "vae").mkdir()
        bench.client.folder_paths = self.folder_paths
        return str(self.subject())

    async def folder_paths(self):
        models = self.root / "models"
        return {
            "custom_nodes": (str(self.root / "custom_nodes"),),
            **{name: (str(models / name),) for name in ("loras", "vae")},
        }

    async def state(self, bench):
        return sorted(
            (str(path), path.read_bytes() if path.is_file() else b"")
            for path in self.root.rglob("*")
            if "quarantine" not in str(path)
        )

    async def disturb(self, bench):
        path = self.subject()
        path.rename(path.with_name("elsewhere"))


class PackOn(LocalFiles):
    def subject(self):
        return self.root / "custom_nodes" / "pack"


class PackOff(LocalFiles):
    def subject(self):
        return self.root / "custom_nodes" / "off.disabled"


class TornModel(LocalFiles):
    def subject(self):
        return self.root / "models" / "loras" / "torn.safetensors"


class StrayModel(TornModel):
    killable = False  # it asks the server for its folders

    async def set_up(self, bench):
        return Wish(await super().set_up(bench), {"to": "vae"}).write()


class Launcher(LocalFiles):
    """A start script of an installation here."""

    async def set_up(self, bench):
        self.root = small_comfy.make(bench.folder / "ComfyUI", {})
        write(self.subject(), "python main.py --port 8188\n")
        return Wish(str(self.subject()), {"add": "--disable-auto-launch"}).write()

    def subject(self):
        return self.root / "start.sh"


class OldWorkflow(LocalFiles):
    """A workflow whose model has another name here."""

    scenario: ClassVar = {"card": CardTable(), "stock": True}

    async def set_up(self, bench):
        self.root = bench.folder / "flows"
        graph = painting("dreamshaper-8.safetensors")
        write(self.subject(), json.dumps(graph, indent=2))
        return str(self.subject())

    def subject(self):
        return self.root / "portrait.json"


class Down(Stage):
    """An installation whose server has ended."""

    remote = False
    killable = False
    disturb = None

    async def set_up(self, bench):
        root = small_comfy.make(bench.folder / "ComfyUI", {})
        self.port = free_port()
        bench.ports.append(self.port)
        write(root / "start.sh", f"python main.py --port {self.port}\n")
        await bench.go_through(self.port, USUAL)
        return small_comfy.wish(root, "start")

    async def state(self, bench):
        try:
            await bench.client.system_stats()
        except Unreachable:
            return "down"
        return "up"


class OtherProgram(Stage):
    """A real process that is said to hold video memory; there is no card here."""

    remote = False
    undo_restores = False
    killable = False

    async def set_up(self, bench):
        self.child = bench.start_program()
        started = psutil.Process(self.child.pid).create_time()
        holder = Holder(self.child.pid, "painter", 6e9, started)

        async def holders():
            return (holder,) if self.child.poll() is None else ()

        close_program.holders_of_memory = holders
        return str(self.child.pid)

    async def state(self, bench):
        return self.child.poll()

    async def disturb(self, bench):
        self.child.kill()
        self.child.wait()


class BadPack(LocalFiles):
    """A pack that ends the start."""

    undo_restores = False
    disturb = None

    async def set_up(self, bench):
        self.root = small_comfy.make(
            bench.folder / "ComfyUI", {"bad": small_comfy.EXITS}
        )
        return small_comfy.wish(self.root, "start")


class SavedOver(Stage):
    """A workflow was saved twice, and the first state is wanted back."""

    killable = False  # its versions lie in the profile
    disturb = None  # whatever is saved meanwhile is kept first

    async def set_up(self, bench):
        version = saved.keep(bench, saved.drawn(20))
        await asyncio.to_thread(saved.save, bench.simulator.url, saved.drawn(30))
        return str(version.id)

    async def state(self, bench):
        return await asyncio.to_thread(saved.files, bench.simulator.url)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


STAGES = {
    "start-server": Down(),
    "mend-workflow": OldWorkflow(),
    "change-flags": Launcher(),
    "close-program": OtherProgram(),
    "find-bad-pack": BadPack(),
    "disable-pack": PackOn(),
    "enable-pack": PackOff(),
    "quarantine-model": TornModel(),
    "move-model": StrayModel(),
    "clear-queue": Stage(),
    "stop-everything": Running(),
    "interrupt-job": Running(),
    "free-memory": ModelLoaded(),
    "unload-models": ModelLoaded(),
    "cancel-job": OneWaiting(),
    "move-job": ToFront(),
    "reorder-queue": Reversed(),
    "group-queue": Mixed(),
    "hold-queue": Held(),
    "send-jobs": Elsewhere(),
    "resubmit-job": Failed(),
    "resubmit-lighter": TooHeavy(),
    "restart-server": WithManager(),
    "revert-workflow": SavedOver(),
}
