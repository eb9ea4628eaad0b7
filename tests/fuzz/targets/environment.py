"""Requirements, settings, control groups and sources around an installation."""

import tempfile
from pathlib import Path

from comfydoctor.content.fits import load_fits
from comfydoctor.content.places import resources_root
from comfydoctor.diagnosis.environment.builds import build_of
from comfydoctor.diagnosis.environment.limits import group_of, linux_commit, wslconfigs
from comfydoctor.diagnosis.environment.requirements import Installed
from comfydoctor.diagnosis.probes.manager_settings import read_settings
from comfydoctor.diagnosis.probes.pack_twins import node_names
from comfydoctor.model.installation import Package

FITS = load_fits(resources_root())
SEEDS = [
    b"torch==2.9.1 ; sys_platform != 'win32'\nnumpy<2,>=1.2 # x\n-r a\ngit+https://x\n",
    b"opencv-python~=4.8\na @ https://x/y.whl\nb[extra]>=1; extra == 'z'\n",
    b"[default]\nsecurity_level = normal-\nnetwork_mode = public\n%(x)s = 1\n",
    b"0::/a/b\n5:cpu:/x\n4:memory:/docker/y\n",
    b"CommitLimit:   123 kB\nCommitted_AS:  99999999999999999999 kB\n",
    b"[wsl2]\nmemory=8GB\n[other]\nswap=0\n",
    b'NODE_CLASS_MAPPINGS = {"A": A, "B": B, 1: C, **x}\nclass A: pass\n',
    b'{"version": {"cuda": 1208, "torch": "2.8.0+cu128"}}',
]
PLACES = (
    "config.ini",
    "__init__.py",
    "xformers/cpp_lib.json",
    "proc/1/cgroup",
    "proc/meminfo",
    "proc/sys/vm/overcommit_memory",
    "sys/fs/cgroup/a/b/memory.max",
    "sys/fs/cgroup/a/b/memory.current",
    "sys/fs/cgroup/memory/docker/y/memory.limit_in_bytes",
    "mnt/c/Users/x/.wslconfig",
)


def run(data: bytes) -> None:
    """Feed the same bytes to every reader; none of them may fail."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place in PLACES:
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(data)
        group_of(1, folder)
        linux_commit(folder)
        wslconfigs(folder)
        read_settings(folder / "config.ini")
        node_names(folder)
        build_of(Package("xformers", "0.0.33", str(folder / "x.dist-info")))
    text = data.decode("utf-8", "replace")
    build_of(Package("sageattention", f"1+{text[:200]}", ""))
    versions = {"torch": "2.9.1+cu128", "numpy": text[:40]}
    installed = Installed(versions, FITS, python=text[:20], system=text[:10])
    tuple(installed.unmet("x", text.splitlines()))
