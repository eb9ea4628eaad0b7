"""From "something's wrong" to a cause, a fix and the proof."""

from dataclasses import replace

import pytest

from comfydoctor.model.fix import FixOutcome, FixResult
from comfydoctor.model.job import Job, JobState
from comfydoctor.model.probe import Outcome, ProbeResult
from comfydoctor.ui.panels.explain import cut
from tests.ui.examples import OOM, PROFILE, batch, jobs, snapshot


@pytest.fixture
def doctor(qtbot, bridge, window, office):
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)
    doctor = office.doctors[PROFILE.key]
    doctor.known = snapshot()
    window.on_batch(batch(doctor.known))
    return doctor


def checked(panel, qtbot):
    qtbot.waitUntil(lambda: panel._call is None, timeout=3000)


def test_the_walk_shows_the_cause_that_the_checks_find(window, qtbot, doctor):
    doctor.found = (OOM,)
    doctor.known = snapshot(findings=(OOM,))
    window.pages["now"].wrong.click()
    panel = window.pages["diagnose"]
    assert window.page == "diagnose"
    checked(panel, qtbot)
    assert panel.sentence.text() == "A job ran out of video memory."
    assert panel.advice.text().startswith("Certain: ")
    assert [c.finding.key for c in panel.findings.cards()] == [OOM.key]


def test_after_a_fix_the_walk_checks_again_and_says_verified(window, qtbot, doctor):
    doctor.found = (OOM,)
    window.guide.walk()
    panel = window.pages["diagnose"]
    checked(panel, qtbot)
    doctor.found = ()
    doctor.known = snapshot()
    window.on_batch(batch(doctor.known))
    panel.on_fixed(FixResult("p", "f", FixOutcome.DONE, "VRAM 22.9 → 6.1 GB"))
    checked(panel, qtbot)
    assert panel.sentence.text() == "Fixed, and verified by checking again."
    assert panel.advice.text() == "VRAM 22.9 → 6.1 GB"


def test_a_fix_that_did_not_help_is_not_called_fixed(window, qtbot, doctor):
    doctor.found = (OOM,)
    doctor.known = snapshot(findings=(OOM,))
    window.guide.walk()
    panel = window.pages["diagnose"]
    checked(panel, qtbot)
    panel.on_fixed(FixResult("p", "f", FixOutcome.DONE, "freed"))
    checked(panel, qtbot)
    assert "Fixed" not in panel.sentence.text()


def test_when_nothing_is_found_the_symptoms_come_next(window, qtbot, doctor):
    window.guide.walk()
    panel = window.pages["diagnose"]
    qtbot.waitUntil(lambda: panel.symptoms.first() is not None, timeout=5000)
    checked(panel, qtbot)
    assert panel.sentence.text() == "Nothing wrong was found."
    assert panel.symptoms.isVisible()


def test_a_plain_check_lists_what_was_checked(window, qtbot, doctor):
    window.guide.check()
    panel = window.pages["diagnose"]
    checked(panel, qtbot)
    assert [r.outcome for r in panel.probes.results] == [Outcome.WARN, Outcome.PASS]
    assert panel.probes.summary() == "2 checks: 1 in order, 1 with a warning"


def test_a_check_can_be_stopped(window, qtbot, doctor):
    import asyncio

    async def check(*, on_result=None):
        on_result(ProbeResult("a", "Question?", Outcome.PASS, "fine"))
        await asyncio.sleep(60)

    doctor.check = check
    window.guide.check()
    panel = window.pages["diagnose"]
    qtbot.waitUntil(lambda: len(panel.probes.results) == 1, timeout=3000)
    panel.stop.click()
    checked(panel, qtbot)
    assert panel.sentence.text() == "The check was stopped."


def test_a_failed_check_says_why(window, qtbot, doctor):
    async def check(*, on_result=None):
        raise OSError("nobody answers")

    doctor.check = check
    window.guide.check()
    panel = window.pages["diagnose"]
    checked(panel, qtbot)
    assert "nobody answers" in panel.advice.text()


def test_a_pasted_message_is_explained(window, qtbot, doctor):
    doctor.found = (OOM,)
    panel = window.open_page("diagnose")
    panel.explain.show_text("torch.OutOfMemoryError: Allocation on device 0")
    panel.explain.go.click()
    qtbot.waitUntil(lambda: "1 cause found" in panel.sentence.text(), timeout=3000)
    assert panel.findings.cards()[0].finding.key == OOM.key


def test_a_message_nobody_knows_is_said_so(window, qtbot, doctor):
    panel = window.open_page("diagnose")
    panel.explain.text_given.emit("gibberish")
    qtbot.waitUntil(lambda: panel.sentence.text().startswith("Not known"), timeout=3000)


def test_a_dropped_log_is_explained_and_named(window, qtbot, doctor, tmp_path):
    path = tmp_path / "comfyui.log"
    path.write_text("got prompt\ntorch.OutOfMemoryError: Allocation on device 0\n")
    panel = window.open_page("diagnose")
    panel.explain.file_given.emit(str(path))
    qtbot.waitUntil(lambda: panel.sentence.text().startswith("Log: "), timeout=20_000)
    assert panel.sentence.text() == "Log: comfyui.log"
    assert any("oom" in c.finding.cause for c in panel.findings.cards())


def test_a_dropped_model_is_looked_into(window, qtbot, doctor, tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_text("<!DOCTYPE html><html>Not found</html>")
    panel = window.open_page("diagnose")
    panel.explain.file_given.emit(str(path))
    qtbot.waitUntil(lambda: panel.sentence.text().startswith("Model: "), timeout=20_000)
    [card] = panel.findings.cards()
    assert card.finding.cause == "model-file-corrupt-or-incomplete"


def test_a_file_that_cannot_be_read_is_said_so(window, qtbot, doctor):
    panel = window.open_page("diagnose")
    panel.explain.file_given.emit("/nowhere/at/all.log")
    qtbot.waitUntil(lambda: "could not be read" in panel.sentence.text(), timeout=3000)


def test_a_failed_job_is_explained_from_its_error(window, qtbot, doctor):
    window.guide.explain_job(jobs()[1])
    qtbot.waitUntil(lambda: any(a[0] == "explain" for a in doctor.asked), timeout=3000)
    assert "torch.OutOfMemoryError: Allocation" in doctor.asked[-1][1]
    silent = replace(Job("x", JobState.FAILED), error=None)
    window.guide.explain_job(silent)
    assert "does not say why" in window.pages["diagnose"].sentence.text()


def test_a_huge_paste_is_cut_before_it_is_laid_out():
    said = cut("x" * 1_000_000)
    assert max(map(len, said.splitlines())) <= 2000
    assert len(said) <= 20_000
