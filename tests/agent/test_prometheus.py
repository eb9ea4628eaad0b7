"""A real Prometheus scrapes the agent, and its own tool finds the format right."""

import asyncio
import json
import shutil
import subprocess

import aiohttp
import pytest

from comfydoctor.agent.exposition import Readings, exposition
from comfydoctor.model.metric import METRICS, Sample
from tests.agent.test_server import TOKEN, served

PROMETHEUS, PROMTOOL = shutil.which("prometheus"), shutil.which("promtool")
here = pytest.mark.skipif(
    not (PROMETHEUS and PROMTOOL), reason="Debian's package prometheus is not installed"
)
CONFIG = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: comfydoctor
    authorization: {{credentials: "{token}"}}
    static_configs: [{{targets: ["{target}"]}}]
"""


@here
def test_promtool_finds_nothing_wrong_with_the_format():
    samples = [Sample(metric.id, 1.0, 1.5, "gpu0") for metric in METRICS]
    text = exposition(Readings(lambda: samples, lambda: [("cards", "")]))
    done = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=text, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@here
async def test_a_real_prometheus_scrapes_and_answers(tmp_path, unused_tcp_port):
    async with served(list) as agent:
        target = agent.base.removeprefix("http://")
        config = tmp_path / "prometheus.yml"
        config.write_text(CONFIG.format(token=TOKEN, target=target))
        process = await asyncio.create_subprocess_exec(
            PROMETHEUS,
            f"--config.file={config}",
            f"--storage.tsdb.path={tmp_path / 'data'}",
            f"--web.listen-address=127.0.0.1:{unused_tcp_port}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            value = await asked(unused_tcp_port, "comfydoctor_host_ram_total_bytes")
        finally:
            process.terminate()
            await process.wait()
        told = (await agent.told("/api/1/samples"))["samples"]
        [here_] = [s["value"] for s in told if s["metric"] == "host.ram_total"]
        assert float(value) == here_


async def asked(port: int, query: str) -> str:
    """The newest value that Prometheus has, once it has one."""
    url = f"http://127.0.0.1:{port}/api/v1/query"
    async with aiohttp.ClientSession(trust_env=False) as session:
        for _ in range(120):
            await asyncio.sleep(0.25)
            try:
                async with session.get(url, params={"query": query}) as answer:
                    got = json.loads(await answer.text())["data"]["result"]
            except (aiohttp.ClientError, ValueError, KeyError):
                continue
            if got:
                return got[0]["value"][1]
    raise AssertionError("Prometheus has no value after 30 s")
