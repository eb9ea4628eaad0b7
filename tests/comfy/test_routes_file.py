import pytest

from comfydoctor.errors import Rejected, SettingsError
from tests.comfy.web_server import asking

RECORD = {"path": "workflows/ü a.json", "size": 2, "modified": 5}
NAME = "/userdata/workflows%2F%C3%BC%20a.json"


async def test_a_path_is_one_segment():
    routes = {
        f"GET {NAME}": b"{}",
        f"POST {NAME}": RECORD,
        f"DELETE {NAME}": (204, b""),
    }
    async with asking(routes) as (served, client):
        name = "workflows/ü a.json"
        assert await client.read_user_file(name) == b"{}"
        assert (await client.write_user_file(name, b"\x00")).size == 2
        assert await client.delete_user_file(name)
    assert served.heard[1].body == b"\x00"
    assert served.heard[1].query == {"overwrite": "false", "full_info": "true"}


async def test_what_is_not_there_is_none():
    routes = {"DELETE /userdata/a": (404, b""), "GET /userdata/a": (404, b"")}
    async with asking(routes) as (_, client):
        assert await client.read_user_file("a") is None
        assert not await client.delete_user_file("a")
        assert await client.user_files("nosuch") == ()


async def test_nothing_is_overwritten_unasked():
    routes = {
        "POST /userdata/a": (409, b"File already exists"),
        "POST /userdata/a/move/b%2Fc": (409, b""),
    }
    async with asking(routes) as (_, client):
        assert await client.write_user_file("a", b"") is None
        assert await client.move_user_file("a", "b/c") is None


async def test_overwriting_and_moving_when_asked():
    routes = {"POST /userdata/a": RECORD, "POST /userdata/a/move/b": RECORD}
    async with asking(routes) as (served, client):
        await client.write_user_file("a", b"", overwrite=True)
        await client.move_user_file("a", "b", overwrite=True)
    assert [one.query["overwrite"] for one in served.heard] == ["true", "true"]


async def test_a_full_disk_is_an_error():
    said = b'Invalid filename. Please avoid special characters like :\\/*?"<>|'
    async with asking({"POST /userdata/a": (400, said)}) as (_, client):
        with pytest.raises(Rejected) as failed:
            await client.write_user_file("a", b"")
    assert "Invalid filename" in failed.value.body


async def test_lists_files_by_both_routes():
    routes = {"GET /userdata": [RECORD], "GET /v2/userdata": [RECORD]}
    async with asking(routes) as (served, client):
        assert (await client.user_files())[0].path == RECORD["path"]
        assert (await client.user_files_v2("workflows"))[0].size == 2
        await client.user_files(recurse=False)
    assert served.heard[0].query["recurse"] == "true"
    assert served.heard[1].query == {"path": "workflows"}
    assert "recurse" not in served.heard[2].query


async def test_a_picture_is_asked_for_by_its_parts():
    async with asking({"GET /view": b"PNG"}) as (served, client):
        assert (
            await client.view("a b.png", subfolder="s/t", preview="webp;90") == b"PNG"
        )
    assert served.heard[0].query == {
        "filename": "a b.png",
        "subfolder": "s/t",
        "type": "output",
        "preview": "webp;90",
    }


async def test_a_picture_that_is_gone_is_none():
    async with asking({}) as (_, client):
        assert await client.view("a.png") is None


async def test_an_upload_is_a_form_with_one_file():
    stored = {"name": "ü (1).png", "subfolder": "", "type": "input"}
    async with asking({"POST /upload/image": stored}) as (served, client):
        upload = await client.upload_image("ü.png", b"\x89PNG\r\n--x", overwrite=True)
    assert upload.name == "ü (1).png"
    sent = served.heard[0]
    assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="overwrite"\r\n\r\ntrue' in sent.body
    assert 'name="image"; filename="ü.png"'.encode() in sent.body
    assert b"\r\n\r\n\x89PNG\r\n--x\r\n--" in sent.body


@pytest.mark.parametrize("name", ['a".png', "a\r\nX: 1", "a\\b", "\x00"])
async def test_no_file_name_breaks_out_of_the_form(name):
    async with asking({}) as (served, client):
        with pytest.raises(SettingsError):
            await client.upload_image(name, b"")
    assert not served.heard


async def test_internal_files_lose_their_suffix():
    routes = {"GET /internal/files/input": ["a.png [input]"]}
    async with asking(routes) as (_, client):
        assert await client.internal_files("input") == ("a.png",)
