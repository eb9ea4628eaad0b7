import pytest

from tests.contract.bench import BENCHES, open_bench


@pytest.fixture(params=BENCHES)
async def bench(request):
    async with open_bench(request.param) as found:
        yield found
