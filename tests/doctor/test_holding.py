import asyncio
import contextlib

from comfydoctor.doctor.holding import Holding
from comfydoctor.errors import ServerError
from comfydoctor.model.change import QueueChanged


class Treatment:
    """Counts how often it was asked, and may refuse."""

    def __init__(self):
        self.asked = 0
        self.refuses = False
        self.came = asyncio.Event()

    async def hold_new(self):
        self.asked += 1
        self.came.set()
        if self.refuses:
            raise ServerError("The server is away.")
        return 0


@contextlib.asynccontextmanager
async def holding(treatment, every=60.0):
    made = Holding(treatment, every)
    task = asyncio.get_running_loop().create_task(made.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.wait({task})


async def asked_again(treatment):
    treatment.came.clear()
    async with asyncio.timeout(5):
        await treatment.came.wait()


async def test_a_change_of_the_queue_is_looked_at_at_once():
    treatment = Treatment()
    async with holding(treatment) as held:
        await asked_again(treatment)
        held.on_change(QueueChanged(3))
        await asked_again(treatment)
    assert treatment.asked == 2


async def test_a_server_that_refuses_is_asked_again_and_logged_once(caplog):
    treatment = Treatment()
    treatment.refuses = True
    async with holding(treatment, every=0.001):
        for _ in range(3):
            await asked_again(treatment)
    assert caplog.text.count("could not be parked") == 1
