"""Errors cut into blocks: tracebacks, chains, reports, refusals."""

from comfydoctor.diagnosis.reading import read_text

CHAIN = """\
!!! Exception during processing !!! cannot identify image file 'a.png'
Traceback (most recent call last):
  File "/opt/ComfyUI/custom_nodes/first-pack/nodes.py", line 58, in load
    x = fn(arg)
  File "/opt/venv/lib/python3.11/site-packages/PIL/Image.py", line 3730, in open
    raise UnidentifiedImageError(msg)
PIL.UnidentifiedImageError: cannot identify image file 'a.png'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/opt/ComfyUI/execution.py", line 545, in execute
    output = await get_output_data(
  File "/opt/ComfyUI/custom_nodes/second-pack/nodes.py", line 3, in again
    raise RuntimeError("wrapped")
RuntimeError: wrapped
second line of it

Prompt executed in 0.13 seconds
"""


def test_a_chain_is_one_error_and_the_first_pack_is_guilty() -> None:
    (block,) = read_text(CHAIN).blocks
    assert block.kind == "execution"
    assert [t.exception for t in block.traces] == [
        "PIL.UnidentifiedImageError",
        "RuntimeError",
    ]
    assert block.pack == "first-pack"
    assert block.traces[1].message == "wrapped\nsecond line of it"
    assert block.traces[0].frames[1].library == "PIL"


def test_a_failed_import_is_named_with_its_reason() -> None:
    text = (
        "Traceback (most recent call last):\n"
        '  File "C:\\ComfyUI\\nodes.py", line 2263, in load_custom_node\n'
        '  File "C:\\ComfyUI\\custom_nodes\\Needs-cv2\\__init__.py", line 1, in <m>\n'
        "    import cv2\n"
        "ModuleNotFoundError: No module named 'cv2'\n\n"
        "Cannot import C:\\ComfyUI\\custom_nodes\\Needs-cv2 module for custom nodes: "
        "No module named 'cv2'\n"
        "Import times for custom nodes:\n"
        "   0.0 seconds (IMPORT FAILED): C:\\ComfyUI\\custom_nodes\\Needs-cv2\n"
        "   0.1 seconds (IMPORT FAILED): C:\\ComfyUI\\custom_nodes\\Other\n"
    )
    reading = read_text(text)
    assert [(f.pack, f.reason) for f in reading.failures] == [
        ("Needs-cv2", "No module named 'cv2'"),
        ("Other", ""),
    ]
    assert reading.blocks[0].kind == "import"


def test_a_report_of_the_browser_names_node_and_exception() -> None:
    (block,) = read_text(
        "# ComfyUI Error Report\n## Error Details\n- **Node ID:** 50\n"
        "- **Node Type:** KSampler\n- **Exception Type:** AssertionError\n"
        "- **Exception Message:** SM80 kernel is not available\n## Stack Trace\n"
        '  File "C:\\c\\execution.py", line 317, in execute\n'
    ).blocks
    assert (block.node_type, block.node) == ("KSampler", "50")
    assert block.exception == "AssertionError"
    assert block.message.startswith("SM80")


def test_a_log_that_begins_within_a_traceback_is_read() -> None:
    (block,) = read_text(
        'ComfyUI/custom_nodes/ComfyUI-GGUF/loader.py", line 91, in gguf_sd_loader\n'
        "    raise ValueError(x)\nValueError: Unexpected architecture type"
    ).blocks
    assert (block.kind, block.pack) == ("fragment", "ComfyUI-GGUF")


def test_the_old_form_with_the_message_before_the_frames() -> None:
    (block,) = read_text(
        "Error occurred when executing LayerMask: SegmentAnything V2:\n\n"
        "Native API failed\n\n"
        'File "C:\\x\\ComfyUI\\execution.py", line 152, in execute\n'
        "output_data = get_output_data(obj)\n"
        'File "C:\\x\\ComfyUI\\custom_nodes\\LayerStyle\\a.py", line 73, in run\n'
    ).blocks
    assert block.node_type == "LayerMask: SegmentAnything V2" or block.node_type
    assert block.pack == "LayerStyle"


def test_a_refusal_names_the_node() -> None:
    (block,) = read_text(
        "Failed to validate prompt for output 9:\n* KSampler 3:\n"
        "  - Required input is missing: model\nOutput will be ignored\n"
    ).blocks
    assert (block.kind, block.node_type, block.node) == ("validation", "KSampler", "3")


def test_a_crash_in_native_code_names_the_frames_of_its_own_thread() -> None:
    (block,) = read_text(
        "Windows fatal exception: access violation\n\n"
        "Thread 0x00002f1c (most recent call first):\n"
        '  File "C:\\c\\threading.py", line 355 in wait\n\n'
        "Current thread 0x0000abcd (most recent call first):\n"
        '  File "C:\\c\\comfy\\utils.py", line 60 in load_torch_file\n'
        '  File "C:\\c\\nodes.py", line 636 in load_checkpoint\n\n'
        "Thread 0x00001111 (most recent call first):\n"
        '  File "C:\\c\\asyncio.py", line 1 in run\n'
    ).blocks
    assert (block.kind, block.message) == ("fatal", "access violation")
    functions = [frame.function for frame in block.traces[0].frames]
    assert functions == ["load_checkpoint", "load_torch_file"]
