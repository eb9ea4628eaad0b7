"""A server that hangs, is cut off or starts anew at any request of a fix."""

import pytest

from comfydoctor.comfy.limits import Limits
from comfydoctor.errors import DoctorError
from comfydoctor.fixes import FIXES, awaiting
from comfydoctor.model.fix import FixOutcome
from tests.fixes.faults import LEVEL, sample
from tests.fixes.stages import STAGES
from tests.hostile.chaos_proxy import chaos_proxy

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]
USUAL = Limits()
SWIFT = Limits(connect=0.3, read=0.3, write=0.3, total=0.4, heavy_total=0.6)
NEVER = 1 << 30


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(awaiting, "PATIENCE", 25.0)


class Trouble:
    """Befalls the connection at the given request and, at once, at all later ones."""

    def __init__(self, bench, proxy, kind, at):
        self.bench, self.proxy, self.kind, self.at = bench, proxy, kind, at
        self.seen = 0

    async def __call__(self, method, path):
        self.seen += 1
        if self.seen == self.at:
            self.bench.http.limits = SWIFT  # nobody waits long for a dead server
            await getattr(self, self.kind)()

    async def hangs(self):
        self.proxy.mode = "blackhole"

    async def is_cut(self):
        self.proxy.mode = "refuse"
        self.proxy.cut()

    async def starts_anew(self):
        """As after a kill by the system: queue and history are gone."""
        life = self.bench.simulator.life
        life.crash(2.0)
        await self.bench.until_restarted(life)

    def ends(self):
        self.bench.http.before = lambda method, path: None
        self.bench.http.limits = USUAL
        self.proxy.mode = "pass"


async def disturbed(bench, fix, target, trouble):
    """Plan in peace, apply in trouble; the result, or None when it said so."""
    plan = await bench.runner.plan(fix.id, target)
    bench.http.before = trouble
    try:
        return plan, await bench.runner.apply(plan)
    except DoctorError:
        return plan, None
    finally:
        trouble.ends()


REMOTE = [fix for fix in FIXES if STAGES[fix.id].remote]
KINDS = ("hangs", "is_cut", "starts_anew")
EVERY = [(fix, kind) for fix in REMOTE for kind in KINDS]
TURNS = [(fix, KINDS[place % 3]) for place, fix in enumerate(REMOTE)]
"""Each fix with one trouble, for a quick run."""


@pytest.mark.parametrize(
    ("fix", "kind"),
    TURNS if LEVEL == "quick" else EVERY,
    ids=lambda part: part if isinstance(part, str) else part.id,
)
async def test_trouble_never_looks_like_success(make_bench, fix, kind):
    calm = await attempt(make_bench, fix, kind, NEVER)
    assert calm > 1
    for at in sample(range(1, calm + 1), quick=1, ci=4):
        await attempt(make_bench, fix, kind, at)


async def attempt(make_bench, fix, kind, at):
    """Apply once with trouble at that request; returns how many there were."""
    stage = STAGES[fix.id]
    bench = await make_bench(**stage.scenario)
    async with chaos_proxy(bench.simulator_port) as proxy:
        await bench.go_through(proxy.port, USUAL)
        target = await stage.set_up(bench)
        ids = {item[1] for group in await bench.raw_queue() for item in group}
        trouble = Trouble(bench, proxy, kind, at)
        plan, result = await disturbed(bench, fix, target, trouble)
        if result is not None and result.outcome is FixOutcome.DONE:
            seen = await fix().verify(bench.care, plan)
            assert seen.outcome is FixOutcome.DONE, (kind, at, result, seen)
        if kind != "starts_anew" or at == NEVER:
            await nothing_is_lost(bench, plan, ids)
        await bench.client.aclose()
    await bench.aclose()
    return trouble.seen


async def nothing_is_lost(bench, plan, ids):
    """Every job is on the server, or lies in the file of this action."""
    here = {item[1] for group in await bench.raw_queue() for item in group}
    parked = set()
    if bench.care.parking.has(plan.id):
        parked = {p.item.id for p in bench.care.parking.load(plan.id).items}
    ended = {job.id for job in await bench.client.history(50)}
    assert ids <= here | parked | ended
