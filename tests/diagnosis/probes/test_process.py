"""What the environment of a real process says."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from comfydoctor.diagnosis.probes.network_environment import NetworkEnvironment
from comfydoctor.diagnosis.probes.python_environment import PythonEnvironment
from comfydoctor.host.local import Place, Whereabouts
from comfydoctor.model.probe import Outcome
from tests.diagnosis.looking import causes, offline
from tests.diagnosis.servers import processor, server


@contextmanager
def process(**variables):
    """A process with these variables and little else."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "SYSTEMROOT"}}
    command = [sys.executable, "-c", "input()"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, env=kept | variables)
    try:
        yield Whereabouts(Place.HERE, "Here.", child.pid)
    finally:
        child.communicate(b"\n")


async def run(probe, info=None, **variables):
    with process(**variables) as where:
        return await probe.run(offline(info=info or server(), where=where))


async def test_an_ordinary_environment_passes():
    for probe in (PythonEnvironment(), NetworkEnvironment()):
        result = await run(probe, LANG="de_DE.UTF-8", NO_PROXY="localhost")
        assert (result.outcome, causes(result)) == (Outcome.PASS, [])


async def test_variables_that_disturb_python(tmp_path):
    result = await run(PythonEnvironment(), PYTHONPATH=str(tmp_path))
    assert causes(result) == ["python-variable-set"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has code pages")
async def test_a_language_without_utf_8():
    result = await run(PythonEnvironment(), LANG="de_DE.ISO-8859-1")
    assert causes(result) == ["console-or-file-encoding"]
    result = await run(PythonEnvironment(), LANG="de_DE.ISO-8859-1", PYTHONUTF8="1")
    assert causes(result) == []


async def test_hidden_cards_are_told_only_where_none_is_used():
    hidden = {"CUDA_VISIBLE_DEVICES": "-1"}
    result = await run(PythonEnvironment(), server(processor()), **hidden)
    assert causes(result) == ["cards-hidden-by-variable"]
    wanted = server(processor(), argv=("main.py", "--cpu"))
    assert causes(await run(PythonEnvironment(), wanted, **hidden)) == []
    assert causes(await run(PythonEnvironment(), **hidden)) == []


async def test_a_proxy_is_named_without_its_login():
    proxy = "http://me:secret@proxy.example:3128"
    result = await run(NetworkEnvironment(), https_proxy=proxy)
    assert "http://proxy.example:3128" in result.detail
    assert "secret" not in repr(result)


async def test_certificates_that_are_gone(tmp_path):
    gone = str(tmp_path / "gone.pem")
    result = await run(NetworkEnvironment(), SSL_CERT_FILE=gone, HF_HUB_OFFLINE="1")
    assert causes(result) == ["certificate-file-missing", "downloads-switched-off"]
    there = await run(NetworkEnvironment(), SSL_CERT_FILE=sys.executable)
    assert causes(there) == []


async def test_a_process_that_is_gone_is_not_known():
    where = Whereabouts(Place.HERE, "Here.", 2**30)
    result = await PythonEnvironment().run(offline(info=server(), where=where))
    assert result.outcome is Outcome.UNKNOWN
