"""Simulated servers in their own processes, and the command line as people run it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def run(home):
    """``run("check", "--url", url)`` as a process; returns code, out and err."""

    def go(*arguments, stdin="", timeout=90):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "comfydoctor", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=os.environ | {"COMFYDOCTOR_HOME": str(home)},
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return go


@pytest.fixture
def simulated():
    """``simulated("out-of-memory", speed=4)`` -> url; ends with the test."""
    running = []

    def start(scenario, speed=4):
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "comfydoctor", "simulate"),
                *("--scenario", scenario, "--speed", str(speed)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        line = process.stdout.readline()
        assert line.startswith("simulator ready "), line
        return line.split()[-1]

    yield start
    for process in running:
        process.terminate()
        process.wait(10)
        process.stdout.close()
