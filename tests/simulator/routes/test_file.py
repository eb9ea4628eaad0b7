import aiohttp

from tests.simulator.bench import picture, running


async def _image(talk, name: str, query: str = "") -> tuple[int, bytes]:
    url = f"{talk.simulator.url}/view?filename={name}&type=output{query}"
    async with talk.session.get(url) as answer:
        return answer.status, await answer.read()


async def test_a_saved_picture_can_be_viewed_with_its_workflow_inside() -> None:
    async with running() as talk:
        job = await talk.ended(await talk.submit(picture(prefix="look")))
        name = job["outputs"]["3"]["images"][0]["filename"]
        assert name == "look_00001_.png"
        status, content = await _image(talk, name)
        assert status == 200
        assert content.startswith(b"\x89PNG")
        assert b"EmptyImage" in content


async def test_a_preview_is_smaller() -> None:
    graph = picture()
    graph["1"]["inputs"] |= {"width": 1024, "height": 1024}
    async with running() as talk:
        await talk.ended(await talk.submit(graph))
        _, whole = await _image(talk, "doctor_00001_.png")
        _, small = await _image(talk, "doctor_00001_.png", "&preview=webp;90")
        assert len(small) < len(whole)


async def test_an_uploaded_picture_can_be_loaded() -> None:
    graph = picture()
    graph["1"] = {"class_type": "LoadImage", "inputs": {"image": "mine.png"}}
    async with running() as talk:
        assert (await talk.ask("POST", "/prompt", {"prompt": graph}))[0] == 400
        form = aiohttp.FormData()
        form.add_field("image", b"bytes", filename="mine.png")
        url = talk.simulator.url + "/upload/image"
        async with talk.session.post(url, data=form) as answer:
            assert (await answer.json())["name"] == "mine.png"
        entry = await talk.ended(await talk.submit(graph))
        assert entry["status"]["completed"]
