import pytest

from comfydoctor.simulator.scenario import load_scenario
from tests.simulator.bench import running


def _with(manager: str):
    return load_scenario("test-bench").model_copy(update={"manager": manager})


@pytest.mark.parametrize(
    ("manager", "path", "verb", "other", "refused"),
    [
        ("V3.41", "/snapshot/save", "POST", "GET", 404),
        ("V4.0.4", "/v2/snapshot/save", "GET", "POST", 405),
        ("V4.2.2", "/v2/snapshot/save", "POST", "GET", 404),
    ],
)
async def test_each_generation_changes_by_its_own_verb(
    manager: str, path: str, verb: str, other: str, refused: int
) -> None:
    async with running(_with(manager)) as talk:
        assert (await talk.ask(other, path))[0] == refused
        assert talk.simulator.world.disk.snapshots == []
        assert (await talk.ask(verb, path))[0] == 200
        assert len(talk.simulator.world.disk.snapshots) == 1


@pytest.mark.parametrize(
    ("manager", "path"),
    [
        ("V3.41", "/manager/version"),
        ("V4.0.4", "/v2/manager/version"),
        ("V4.2.2", "/v2/manager/version"),
    ],
)
async def test_the_version_is_text(manager: str, path: str) -> None:
    async with running(_with(manager)) as talk:
        assert await talk.ask("GET", path) == (200, manager)


async def test_without_a_manager_there_is_nothing() -> None:
    async with running(_with("")) as talk:
        for path in ("/manager/version", "/v2/manager/version"):
            assert (await talk.ask("GET", path))[0] == 404


async def test_v3_wants_the_snapshot_in_the_body() -> None:
    async with running(_with("V3.41")) as talk:
        await talk.post("/snapshot/save")
        name = (await talk.get("/snapshot/getlist"))["items"][0]
        query = f"/snapshot/restore?target={name}"
        assert (await talk.ask("POST", query))[0] == 400
        body = {"target": name}
        assert (await talk.ask("POST", "/snapshot/restore", body))[0] == 200
