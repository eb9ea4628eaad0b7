"""A dossier holds what is known; redacted, it says what was taken out."""

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.doctor.dossier import gather, redacted, walked
from comfydoctor.incidents.privacy import Redactor
from comfydoctor.model.flowchart import Step
from comfydoctor.model.guidance import WalkRecord

CATALOGUE = Catalogue()


async def test_what_is_known_of_a_server_is_gathered(office, simulated, until):
    async with simulated("out-of-memory") as url:
        doctor = await office.open(await office.profile_for(url))
        await until(lambda: doctor.snapshot().findings, what=doctor.snapshot)
        report = await doctor.check()
        dossier = gather(doctor, report, CATALOGUE, clock=lambda: 5.0, note="help")
        assert dossier.made == 5.0 and dossier.note == "help"
        assert dossier.simulated == "out-of-memory"
        assert dossier.findings == report.findings
        assert dossier.jobs and dossier.log and dossier.probes
        assert {curve.metric for curve in dossier.curves} >= {"gpu.vram_used"}


async def test_redacted_it_says_what_is_gone(office, simulated):
    async with simulated("healthy-studio") as url:
        doctor = await office.open(await office.profile_for(url))
        report = await doctor.check()
        dossier = gather(
            doctor, report, CATALOGUE, clock=lambda: 5.0, note="mail me@example.org"
        )
        clean = redacted(dossier, Redactor([]))
        assert "me@example.org" not in clean.note
        assert "mail addresses: 1" in clean.removed


def test_a_walk_is_told_in_the_words_of_its_chart_or_in_its_own():
    first = CATALOGUE.charts["stuck"].at("answers")
    steps = (
        Step("stuck", "answers", "yes", "person", "", 1.0),
        Step("gone", "node", "answer", "person", "", 2.0),
    )
    told = walked(WalkRecord("a", "stuck", "s", 1.0, steps), CATALOGUE)
    assert told.title == CATALOGUE.charts["stuck"].title
    assert told.steps[0][1] == first.title
    assert told.steps[1][1:] == ("node", "answer")
