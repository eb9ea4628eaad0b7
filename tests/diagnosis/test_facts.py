"""Facts that a run prints about itself."""

from comfydoctor.diagnosis.reading import read_text

BANNER = """\
E:\\ComfyUI_windows_portable>.\\python_embeded\\python.exe -s ComfyUI\\main.py --cpu
Total VRAM 8192 MB, total RAM 32682 MB
pytorch version: 2.8.0+cu129
Set vram state to: NORMAL_VRAM
Device: cuda:0 NVIDIA GeForce RTX 3070 Ti : cudaMallocAsync
Python version: 3.13.6 (tags/v3.13.6:4e66535, Aug  6 2025)
ComfyUI version: 0.3.60
"""


def test_the_banner_tells_everything() -> None:
    facts = read_text(BANNER).facts
    assert facts.version == "0.3.60"
    assert facts.torch == "2.8.0+cu129"
    assert facts.python == "3.13.6"
    assert (facts.device, facts.gpu) == ("cuda", "NVIDIA GeForce RTX 3070 Ti")
    assert (facts.os, facts.install) == ("windows", "portable")
    assert (facts.vram_mb, facts.ram_mb) == (8192, 32682)
    assert facts.argv == "--cpu"


def test_each_start_of_the_server_is_a_run_of_its_own() -> None:
    second = BANNER.replace("0.3.60", "0.3.61").replace("cuda:0 NVIDIA", "cpu")
    reading = read_text(BANNER + "got prompt\n" + second)
    assert [run.facts.version for run in reading.runs] == ["0.3.60", "0.3.61"]
    assert reading.run_of(3).facts.version == "0.3.60"


def test_an_error_report_tells_them_too() -> None:
    report = (
        "- **ComfyUI Version:** 0.5.1\n- **OS:** nt\n- **Name:** cuda:0 RTX : native"
    )
    facts = read_text(report).facts
    assert (facts.version, facts.os, facts.device) == ("0.5.1", "windows", "cuda")


def test_paths_hint_at_the_system() -> None:
    assert read_text('File "/Users/me/ComfyUI/nodes.py", line 3').facts.os == "macos"
    assert read_text("/home/me/ComfyUI").facts.os == "linux"
