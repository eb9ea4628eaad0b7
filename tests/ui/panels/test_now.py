"""The overview tells the truth in every state."""

from PySide6.QtWidgets import QPushButton

from comfydoctor.model.change import SamplesAdded
from comfydoctor.model.job import JobState
from comfydoctor.model.metric import Sample
from comfydoctor.ui.widgets.finding import FindingCard
from comfydoctor.ui.widgets.job import NOT_VISIBLE
from comfydoctor.ui.words import DASH
from tests.ui import examples


def now(window, batch):
    window.on_batch(batch)
    return window.open_page("now")


def figure(card):
    return card._figure.text()


def test_figures_of_the_last_readings(window):
    cards = now(window, examples.healthy()).cards
    assert figure(cards.load) == "71"
    assert figure(cards.vram) == "17.7"
    assert cards.vram._unit.text().startswith("of 24")
    assert figure(cards.queue) == "4"


def test_before_anything_is_known_there_are_dashes_and_reasons(window):
    cards = now(window, examples.connecting()).cards
    for card in (cards.load, cards.vram, cards.queue, cards.ram):
        assert figure(card) == DASH
        assert card._note.text() == "No reading yet"


def test_a_far_graphics_card_is_not_called_idle(window):
    batch = examples.batch(examples.snapshot())
    cards = now(window, batch).cards
    assert figure(cards.load) == DASH
    assert "another computer" in cards.load._note.text()
    assert figure(cards.vram) == "18.0"  # ComfyUI itself tells this one


def test_old_figures_carry_their_age_when_the_server_is_gone(window):
    panel = now(window, examples.disconnected())
    assert panel.cards.load._note.text() == "as of 2 min ago"
    assert not panel.details.job.isEnabled()
    assert "cannot be reached" in panel.sentence.text()


def test_eight_cards_are_shown_as_one_with_the_busiest(window):
    cards = now(window, examples.many()).cards
    assert cards.load._note.text() == "busiest of 8 cards"
    assert figure(cards.load) == "85"


def test_progress_that_cannot_be_seen_is_said_so(window):
    panel = now(window, examples.unseen())
    assert panel.details.job._where.text() == NOT_VISIBLE
    assert "not known" in panel.details.job._meter.accessibleName()


def test_progress_names_node_and_step(window):
    panel = now(window, examples.healthy())
    assert panel.details.job._where.text() == "KSampler · step 12 of 20"


def test_an_idle_server(window):
    panel = now(window, examples.idle())
    assert panel.details.job._name.text() == "No job is running"
    assert not panel.details.job.stop.isVisible()
    assert panel.details.recent._none.isVisible()


def test_findings_have_evidence_and_buttons(window):
    panel = now(window, examples.troubled())
    first, second = panel.details.findings.cards()
    texts = [b.text() for b in first.findChildren(QPushButton)]
    assert "Free video memory…" in texts
    assert not first.evidence.opened
    first.evidence.head.click()
    assert first.evidence.opened
    assert second.finding.key == "lora-no-effect"


def test_the_worst_finding_is_shown_at_once_and_the_others_soon(window, qtbot):
    panel = window.open_page("now")
    shown = panel.details.findings
    window.on_batch(examples.troubled())
    made = [card.finding.key for card in shown.findChildren(FindingCard)]
    assert made == [examples.OOM.key]
    qtbot.waitUntil(lambda: len(shown.findChildren(FindingCard)) == 2)
    assert shown.layout().itemAt(0).widget().finding.key == examples.OOM.key


def test_a_card_stays_itself_while_its_finding_is_the_same(window):
    panel = now(window, examples.troubled())
    first = panel.details.findings.cards()[0]
    first.evidence.open()
    window.on_batch(examples.troubled())
    assert panel.details.findings.cards()[0] is first
    window.on_batch(examples.healthy())
    assert panel.details.findings.cards() == []


def test_stopping_the_job_asks_for_the_plan(window):
    panel = now(window, examples.healthy())
    asked = []
    panel.fix_wanted.disconnect()
    panel.fix_wanted.connect(asked.append)
    panel.details.job.stop.click()
    assert (asked[0].id, asked[0].target) == ("interrupt-job", "job-9")


def test_unfinished_actions_come_first_and_can_be_settled(window):
    panel = now(window, examples.unfinished())
    assert panel.unfinished.isVisible()
    told = []
    panel.settle_wanted.disconnect()
    panel.settle_wanted.connect(lambda entry, how: told.append((entry, how)))
    for button in panel.unfinished.findChildren(QPushButton):
        button.click()
    assert told == [("e1", "inspect"), ("e1", "finish"), ("e1", "give_up")]


def test_charts_come_when_the_library_is_loaded(window):
    panel = now(window, examples.healthy())
    assert panel.details.waiting.isVisible()
    window.charts_loaded()
    assert not panel.details.waiting.isVisible()
    panel.tick()
    words = panel.details.group.charts["gpu.load"].words.text()
    assert words.startswith("GPU load, last 5\u202fmin: now 71\u202f%")


def test_a_card_opens_its_chart(window):
    panel = now(window, examples.healthy())
    panel.cards.vram.pressed.emit()
    assert window.page == "charts"


def test_a_failed_job_can_be_run_again(window, qtbot):
    window.on_batch(examples.healthy())
    panel = window.pages["now"]
    failed = next(job for job in examples.jobs() if job.state is JobState.FAILED)
    with qtbot.waitSignal(panel.fix_wanted, timeout=1000) as told:
        again = [
            made
            for made in panel.details.recent.findChildren(QPushButton)
            if made.text() == "Run again…"
        ]
        again[0].click()
    assert (told.args[0].id, told.args[0].target) == ("resubmit-job", failed.id)


def test_a_server_without_a_card_shows_the_charts_that_it_has(window, qtbot):
    window.charts_loaded()
    group = window.pages["now"].details.group
    told = ("host.cpu", "queue.remaining")
    samples = tuple(Sample(metric, examples.NOW - 1, 5.0) for metric in told)
    made = examples.snapshot()
    window.on_batch(examples.batch(made, SamplesAdded(samples)))
    window.tick()

    def shown():
        return {m for m, chart in group.charts.items() if chart.isVisible()}

    qtbot.waitUntil(lambda: len(shown()) == 3, timeout=3000)
    assert set(told) <= shown()
