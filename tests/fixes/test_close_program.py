import os
import subprocess
import sys
import time
from math import nan

import psutil
import pytest

from comfydoctor.errors import NotApplicable
from comfydoctor.fixes import close_program
from comfydoctor.fixes.close_program import Holder, _named
from comfydoctor.model.fix import FixOutcome

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
GIB = 1 << 30
CODE = "import time; print('begun', flush=True); time.sleep(60)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + CODE


@pytest.fixture
def program(monkeypatch):
    """A real process that is told to hold video memory; there is no card here."""
    made = []

    def begin(code=CODE):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        child.stdout.readline()
        made.append(child)
        started = psutil.Process(child.pid).create_time()

        async def holders():
            return (Holder(child.pid, "painter", 6.0 * GIB, started),)

        monkeypatch.setattr(close_program, "holders_of_memory", holders)
        return child

    yield begin
    for child in made:
        child.kill()
        child.wait()
        child.stdout.close()


async def test_the_chosen_program_is_asked_to_end(bench, program):
    child = program()
    plan = await bench.runner.plan("close-program", str(child.pid))
    assert "for good" in plan.loses
    assert plan.undo == ""
    assert plan.facts == (("Holds video memory", f"painter ({child.pid}), 6.0 GB"),)
    result = await bench.runner.apply(plan)
    assert result.outcome is FixOutcome.DONE, result
    assert child.wait() == -15
    assert bench.http.changes == []


async def test_one_that_goes_on_is_not_forced(bench, program):
    child = program(DEAF)
    result = await bench.apply("close-program", str(child.pid))
    assert result.outcome is FixOutcome.NOT_DONE
    assert "whether to save" in result.detail
    assert child.poll() is None


async def test_none_is_chosen_for_the_person(bench, program):
    child = program()
    with pytest.raises(NotApplicable, match="Choose one") as caught:
        await bench.runner.plan("close-program")
    assert f"painter ({child.pid})" in caught.value.advice
    assert child.poll() is None


async def test_a_computer_without_cards_has_no_holders(bench):
    with pytest.raises(NotApplicable, match="No program is known"):
        await bench.runner.plan("close-program", "1")


def test_the_desktop_and_we_ourselves_are_never_closed():
    for holder in (
        Holder(os.getpid(), "python", GIB, 0.0),
        Holder(999_999, "Xorg", GIB, 0.0),
        Holder(999_999, "dwm.exe", GIB, 0.0),
    ):
        with pytest.raises(NotApplicable, match="session"):
            close_program._refuse_ours(holder)
    with pytest.raises(NotApplicable, match="ComfyUI itself"):
        close_program._refuse_ours(Holder(999_999, "ComfyUI.exe", GIB, 0.0))


def test_holders_are_named_greediest_first_and_ghosts_left_out():
    begun = time.time()
    found = _named({os.getpid(): nan, os.getppid(): 2.0 * GIB, 2**22 - 5: 1.0})
    assert [one.pid for one in found] == [os.getppid(), os.getpid()]
    assert found[0].started < begun
    assert found[1].words.endswith("not known")
