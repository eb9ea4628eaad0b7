"""How busy a server's machine is, from wherever it can be told."""

import asyncio
import math
import os

from comfydoctor.diagnosis.machine import Machine
from comfydoctor.host.local import Place, Whereabouts
from tests.diagnosis.looking import look_at, offline, simulated
from tests.diagnosis.servers import card, processor, server

ELSEWHERE = Whereabouts(Place.ELSEWHERE, "Another computer.")


async def load(look):
    machine = Machine(look)
    await machine.begin()
    await asyncio.sleep(0.05)
    return await machine.load()


async def test_a_process_here_is_measured():
    here = Whereabouts(Place.HERE, "It listens here.", os.getpid())
    gpu, cpu = await load(offline(info=server(processor()), where=here))
    assert gpu == 0.0 and cpu >= 0.0


async def test_a_server_elsewhere_is_known_by_its_readings_only():
    readings = {("gpu.load", "gpu0"): 55.0, ("process.cpu", ""): 7.0}
    look = offline(
        info=server(card()),
        where=ELSEWHERE,
        latest=lambda metric, subject: readings.get((metric, subject), math.nan),
    )
    assert await load(look) == (55.0, 7.0)
    gpu, cpu = await load(offline(info=server(card()), where=ELSEWHERE))
    assert math.isnan(gpu) and math.isnan(cpu)


async def test_a_simulated_computer_tells_its_own_load():
    async with simulated("test-bench") as (_, client):
        gpu, cpu = await load(await look_at(client))
    assert gpu == 0.0 and 0.0 <= cpu < 20.0
