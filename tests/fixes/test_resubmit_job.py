import json
import struct
import zlib

import pytest

from comfydoctor.comfy.parse_prompt import PromptRefused
from comfydoctor.errors import NotApplicable, TimedOut
from comfydoctor.model.fix import FixOutcome
from tests.fixes.jobs import faulty, picture


async def failed(bench):
    job = await bench.post(
        faulty("FaultRaise", kind="ValueError", message="no"),
        extra_data={"extra_pnginfo": {"workflow": {"name": "portrait"}}},
    )
    await bench.until_idle()
    return job


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
async def test_a_failed_job_is_queued_again_as_it_was(make_bench, version):
    bench = await make_bench(version)
    job = await failed(bench)
    await bench.fill(0)
    plan = await bench.runner.plan("resubmit-job")
    assert plan.target == job
    assert plan.loses == "Nothing."
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.DONE, result
    assert "is waiting." in result.said
    (new,) = (await bench.raw_queue())[1]
    assert new[1] != job
    assert new[2] == faulty("FaultRaise", kind="ValueError", message="no")
    assert new[3]["client_id"] == "browser"
    assert new[3]["extra_pnginfo"] == {"workflow": {"name": "portrait"}}


async def test_undo_takes_it_out_while_it_waits(bench):
    await failed(bench)
    await bench.fill(0)
    result = await bench.apply("resubmit-job")
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.DONE
    assert (await bench.raw_queue())[1] == []


async def test_undo_says_when_it_is_too_late(bench):
    job = await failed(bench)
    result = await bench.apply("resubmit-job", job)
    assert result.outcome is FixOutcome.DONE
    await bench.until_idle()
    undone = await bench.runner.undo(result.entry)
    assert undone.outcome is FixOutcome.NOT_DONE
    assert "finished" in undone.said


async def test_a_lost_answer_does_not_queue_it_twice(bench):
    await failed(bench)
    await bench.fill(0)

    def lose(method, path):
        if (method, path) == ("POST", "/prompt"):
            raise TimedOut("No answer within 15 s.")

    bench.http.after = lose
    result = await bench.apply("resubmit-job")
    assert result.outcome is FixOutcome.DONE
    assert "answer was lost" in result.detail
    assert len((await bench.raw_queue())[1]) == 1


async def test_a_refused_job_is_not_done_with_the_reason(bench):
    job = await failed(bench)

    async def refuse(*args, **options):
        raise PromptRefused("A node is missing.", status=400, error_type="x")

    bench.client.submit = refuse
    result = await bench.apply("resubmit-job", job)
    assert result.outcome is FixOutcome.NOT_DONE
    assert "A node is missing." in result.detail
    assert not result.undoable


async def test_nothing_to_queue_again(bench):
    with pytest.raises(NotApplicable, match="lately"):
        await bench.runner.plan("resubmit-job")
    with pytest.raises(NotApplicable, match="any more"):
        await bench.runner.plan("resubmit-job", "no-such-job")
    poisoned = picture(1)
    poisoned["1"]["_meta"] = {"x": float("nan")}
    job = await bench.post(poisoned)
    await bench.until_idle()
    with pytest.raises(NotApplicable, match="NaN"):
        await bench.runner.plan("resubmit-job", job)


def png(**texts):
    """A whole picture of one pixel with texts in its metadata."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    told = [
        chunk(b"tEXt", name.encode() + b"\0" + text.encode())
        for name, text in texts.items()
    ]
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    parts = [b"\x89PNG\r\n\x1a\n", head, *told, pixels, chunk(b"IEND", b"")]
    return b"".join(parts)


async def test_a_picture_brings_back_the_job_that_made_it(bench, tmp_path):
    path = tmp_path / "out_00001_.png"
    path.write_bytes(png(prompt=json.dumps(picture(7)), workflow='{"nodes": []}'))
    await bench.fill(0)
    result = await bench.apply("resubmit-job", str(path))
    assert result.outcome is FixOutcome.DONE, result
    (new,) = (await bench.raw_queue())[1]
    assert new[2] == picture(7)


async def test_a_picture_without_a_graph_is_told(bench, tmp_path):
    path = tmp_path / "plain.png"
    path.write_bytes(png())
    with pytest.raises(NotApplicable, match="holds no graph"):
        await bench.runner.plan("resubmit-job", str(path))
    text = tmp_path / "a.txt"
    text.write_text("hello")
    with pytest.raises(NotApplicable, match="neither a workflow"):
        await bench.runner.plan("resubmit-job", str(text))
