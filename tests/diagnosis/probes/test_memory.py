"""Main memory and page file."""

import math

from comfydoctor.diagnosis.probes.memory import Memory
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, look_at, offline, simulated
from tests.diagnosis.servers import GIB, server


async def run(free, swap=math.nan):
    info = server(ram_total=32 * GIB, ram_free=free)
    look = offline(info=info, latest=lambda metric, subject: swap)
    return await Memory().run(look)


async def test_enough_memory_passes_with_the_figures():
    result = await run(20 * GIB)
    assert (result.outcome, result.detail) == (
        Outcome.PASS,
        "20.0 of 32.0 GB are free.",
    )


async def test_little_memory_is_a_warning():
    assert causes(await run(GIB)) == ["ram-nearly-full"]


async def test_little_memory_and_much_in_the_page_file_is_thrashing():
    result = await run(GIB, 12 * GIB)
    assert causes(result) == ["ram-thrash"]
    assert "12.0 GB lie in the page file" in result.detail


async def test_a_page_file_alone_is_no_alarm():
    assert (await run(20 * GIB, 12 * GIB)).outcome is Outcome.PASS


async def test_what_is_not_told_is_not_known():
    assert (await Memory().run(offline())).outcome is Outcome.UNKNOWN
    nothing = server(ram_total=0, ram_free=0)
    assert (await Memory().run(offline(info=nothing))).outcome is Outcome.UNKNOWN


async def test_a_simulated_computer_that_swaps():
    async with simulated("ten-times-slower-swap") as (_, client):
        result = await Memory().run(await look_at(client))
    assert causes(result) == ["ram-thrash"], result.detail
