"""``comfydoctor explain`` reads files and standard input."""

LOG = """\
got prompt
!!! Exception during processing !!! CUDA out of memory. Tried to allocate 20.00 MiB.
Traceback (most recent call last):
  File "/opt/ComfyUI/execution.py", line 510, in execute
    output_data = await get_output_data(prompt_id, unique_id, obj, input_data_all)
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB.

Got an OOM, unloading all loaded models.
Prompt executed in 1.10 seconds
"""


def test_a_cause_gives_zero_and_its_evidence(run):
    ran = run("explain", "--json", stdin=LOG)
    assert ran.code == 0, ran.err
    first = ran.json["findings"][0]
    assert first["cause"].startswith("oom")
    assert first["evidence"] and first["root_line"]


def test_nothing_known_gives_one_and_says_so(run, tmp_path):
    path = tmp_path / "log.txt"
    path.write_text("got prompt\nPrompt executed in 0.50 seconds\n")
    ran = run("explain", str(path))
    assert ran.code == 1
    assert "Not known" in ran.out


def test_a_file_that_is_not_there_is_usage(run):
    ran = run("explain", "/nowhere/at/all.log")
    assert ran.code == 2
    assert "cannot be read" in ran.err
