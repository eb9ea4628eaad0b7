"""Limits of memory beside the RAM, read from trees as the kernel makes them."""

import math

import pytest

from comfydoctor.diagnosis.probes.container_limits import ContainerLimits
from comfydoctor.diagnosis.probes.page_file import PageFile
from comfydoctor.diagnosis.probes.wsl_limits import WslLimits
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.finding import Severity
from comfydoctor.model.probe import Outcome
from tests.comfy.install.trees import write
from tests.diagnosis.looking import causes, offline
from tests.diagnosis.servers import GIB, server

HERE = Whereabouts(Place.HERE, "It listens here.", 42)


def look(**said):
    return offline(info=server(**said), where=HERE)


def unified(root, *, limit="max", used=GIB, cache=0, killed=0):
    write(root / "proc/42/cgroup", "0::/system.slice/comfy.service\n")
    folder = root / "sys/fs/cgroup/system.slice/comfy.service"
    write(folder / "memory.max", f"{limit}\n")
    write(folder / "memory.current", f"{used}\n")
    write(folder / "memory.stat", f"anon 1\nfile {cache}\n")
    write(folder / "memory.events", f"max 0\noom 0\noom_kill {killed}\n")
    write(root / "sys/fs/cgroup/system.slice/memory.max", "max\n")


def version1(root, limit, used):
    write(root / "proc/42/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n")
    folder = root / "sys/fs/cgroup/memory/docker/abc"
    write(folder / "memory.limit_in_bytes", f"{limit}\n")
    write(folder / "memory.usage_in_bytes", f"{used}\n")
    write(folder / "memory.stat", "total_cache 0\n")
    write(folder / "memory.oom_control", "oom_kill_disable 0\noom_kill 0\n")


async def limits(root):
    return await ContainerLimits(root).run(look())


async def test_no_limit_passes(tmp_path):
    unified(tmp_path)
    assert (await limits(tmp_path)).outcome is Outcome.PASS


async def test_a_limit_beyond_the_memory_is_none(tmp_path):
    version1(tmp_path, 9223372036854771712, GIB)
    assert (await limits(tmp_path)).outcome is Outcome.PASS
    version1(tmp_path, 64 * GIB, GIB)
    assert (await limits(tmp_path)).outcome is Outcome.PASS


async def test_a_narrow_limit_is_a_remark(tmp_path):
    unified(tmp_path, limit=8 * GIB)
    result = await limits(tmp_path)
    assert (causes(result), result.outcome) == (
        ["container-memory-cap"],
        Outcome.PASS,
    )
    assert "8.0 of the computer's 32 GB" in result.detail


async def test_the_cache_of_files_is_not_in_use(tmp_path):
    unified(tmp_path, limit=8 * GIB, used=8 * GIB, cache=6 * GIB)
    [finding] = (await limits(tmp_path)).findings
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize("how", [{"used": 8 * GIB}, {"killed": 1}])
async def test_a_limit_that_was_reached_is_a_warning(tmp_path, how):
    unified(tmp_path, limit=8 * GIB, **how)
    assert (await limits(tmp_path)).outcome is Outcome.WARN


async def test_version_1_is_read_too(tmp_path):
    version1(tmp_path, 8 * GIB, 8 * GIB)
    assert (await limits(tmp_path)).outcome is Outcome.WARN


async def test_groups_that_cannot_be_read_are_not_known(tmp_path):
    assert (await limits(tmp_path)).outcome is Outcome.UNKNOWN


KERNEL = "proc/sys/kernel/osrelease"


async def wsl(root, **said):
    return await WslLimits(root).run(look(**said))


async def test_plain_linux_is_not_wsl(tmp_path):
    write(tmp_path / KERNEL, "6.8.0-generic\n")
    assert causes(await wsl(tmp_path, ram_total=8 * GIB)) == []


async def test_little_memory_in_wsl_is_a_remark_unless_it_was_chosen(tmp_path):
    write(tmp_path / KERNEL, "6.6.87.2-microsoft-standard-WSL2\n")
    assert causes(await wsl(tmp_path, ram_total=64 * GIB)) == []
    assert causes(await wsl(tmp_path, ram_total=8 * GIB)) == ["wsl-memory-cap"]
    write(tmp_path / "mnt/c/Users/x/.wslconfig", "[wsl2]\nmemory=8GB # mine\n")
    result = await wsl(tmp_path, ram_total=8 * GIB)
    assert causes(result) == []
    assert "memory=8GB" in result.detail


def meminfo(root, mode, limit, promised):
    rows = {"CommitLimit": limit, "Committed_AS": promised}
    text = "".join(f"{n}:   {v * GIB // 1024} kB\n" for n, v in rows.items())
    write(root / "proc/meminfo", text)
    write(root / "proc/sys/vm/overcommit_memory", f"{mode}\n")


@pytest.mark.parametrize(
    ("mode", "promised", "found"),
    [(0, 90, []), (2, 40, []), (2, 63, ["commit-limit-reached"])],
)
async def test_linux_counts_promises_only_when_told_to(tmp_path, mode, promised, found):
    meminfo(tmp_path, mode, 64, promised)
    assert causes(await PageFile(tmp_path, "linux").run(look())) == found


async def test_windows_own_counter(monkeypatch):
    from comfydoctor.diagnosis.environment.limits import Commit
    from comfydoctor.diagnosis.probes import page_file

    async def told(limit, left):
        commit = Commit(limit * GIB, left * GIB, enforced=True)
        monkeypatch.setattr(page_file, "windows_commit", lambda: commit)
        return await PageFile(platform="win32").run(look(os="win32"))

    assert (await told(48, 30)).outcome is Outcome.PASS
    assert (await told(48, 2)).outcome is Outcome.WARN
    assert causes(await told(32, 20)) == ["windows-pagefile-too-small"]
    assert (await told(math.nan, math.nan)).outcome is Outcome.UNKNOWN
