"""The page of models: read, narrowed, one looked at, LoRAs matched."""

import asyncio
from dataclasses import replace

import pytest

from comfydoctor.errors import DoctorError
from comfydoctor.model.modelfile import (
    LoraMatch,
    Mismatch,
    ModelFile,
    ModelFormat,
    ModelKind,
    ModelShelf,
)
from comfydoctor.ui.widgets.models import words
from tests.ui.examples import PROFILE, batch, snapshot

BASE = ModelFile(
    "/m/checkpoints/base.safetensors",
    ModelFormat.SAFETENSORS,
    ModelKind.CHECKPOINT,
    "SDXL",
    "sdxl",
    whole=True,
    dtype="fp16",
    parameters=3_468_837_945,
    can_run_code=False,
    size=6_938_061_978,
    folder="checkpoints",
    name="base.safetensors",
)
LORA = replace(
    BASE,
    path="/m/loras/style.safetensors",
    kind=ModelKind.LORA,
    folder="loras",
    name="style.safetensors",
)
CUT = replace(
    LORA,
    path="/m/loras/cut.safetensors",
    name="cut.safetensors",
    whole=False,
    problem="The file is cut off.",
    advice="Delete it and download it again.",
)
FILES = (BASE, LORA, CUT)
SHELF = ModelShelf(FILES, True, "Read here.", 3, 3, complete=True)


class Models:
    """Answers like a doctor's shelf, from values a test sets."""

    def __init__(self):
        self.shelf, self.error, self.wait = SHELF, None, False
        self.asked = []

    async def read(self, on_shelf=None):
        on_shelf(
            replace(self.shelf, files=self.shelf.files[:1], complete=False, done=1)
        )
        while self.wait:
            await asyncio.sleep(0.01)
        if self.error:
            raise self.error
        return self.shelf

    async def notes(self, file):
        return ("Its notes say it is for: sdxl.",)

    async def match(self, bases, loras, on_pair=None):
        self.asked.append((bases, loras))
        reason = Mismatch("Made for layers 768 wide; the base's is 2048.", 60, "x")
        return [
            LoraMatch(
                bases[0], lora, keys=100, applied=40, misshapen=60, reasons=(reason,)
            )
            for lora in loras
        ]


@pytest.fixture
def models():
    return Models()


@pytest.fixture
def panel(qtbot, bridge, window, office, models):
    with qtbot.waitSignal(bridge.opened, timeout=3000):
        bridge.open(PROFILE)
    office.doctors[PROFILE.key].models = models
    window.on_batch(batch(snapshot()))
    return window.open_page("models")


def at_rest(panel, qtbot):
    qtbot.waitUntil(lambda: panel._call is None, timeout=5000)
    return panel


def names(panel):
    return [file.name for file in panel.list.files.rows]


def texts(widget):
    return "\n".join(
        child.text() for child in widget.findChildren(object) if hasattr(child, "text")
    )


def test_problems_come_first_and_are_counted(panel, qtbot):
    at_rest(panel, qtbot)
    assert names(panel) == ["cut.safetensors", "base.safetensors", "style.safetensors"]
    assert panel.sentence.text() == "3 models, 1 needs a look."
    assert panel.about.text() == "Read here."


def test_the_list_is_narrowed_by_words_folder_and_trouble(panel, qtbot):
    at_rest(panel, qtbot)
    panel.search.setText("lora sdxl")
    assert names(panel) == ["cut.safetensors", "style.safetensors"]
    panel.only.setChecked(True)
    assert names(panel) == ["cut.safetensors"]
    panel.search.clear()
    panel.only.setChecked(False)
    panel.folder.setCurrentText("checkpoints")
    assert names(panel) == ["base.safetensors"]


def test_columns_sort(panel, qtbot):
    at_rest(panel, qtbot)
    panel.list.sortByColumn(0, panel.list.horizontalHeader().sortIndicatorOrder())
    assert names(panel)[0] == "base.safetensors"


def test_a_chosen_file_is_told_in_full_and_stays_chosen(panel, qtbot):
    at_rest(panel, qtbot)
    panel.list.choose(CUT.path)
    told = texts(panel.detail)
    assert "The file is cut off." in told and "download it again" in told
    panel.list.files.narrow("cut", "", only_problems=False)
    assert panel.list.current() == CUT


def test_a_base_is_matched_with_all_loras(panel, qtbot, models):
    at_rest(panel, qtbot)
    panel.list.choose(BASE.path)
    panel.detail._on_match_all()
    qtbot.waitUntil(lambda: "Made for layers" in texts(panel.detail), timeout=5000)
    assert models.asked == [([BASE.path], [CUT.path, LORA.path])]
    assert "40\u202f%" in texts(panel.detail) or "40 %" in texts(panel.detail)


def test_a_lora_is_matched_with_the_base_one_picks(panel, qtbot, models):
    at_rest(panel, qtbot)
    panel.list.choose(LORA.path)
    assert panel.detail.bases.count() == 1
    panel.detail._on_match_one()
    qtbot.waitUntil(lambda: "Made for layers" in texts(panel.detail), timeout=5000)
    assert models.asked == [([BASE.path], [LORA.path])]


def test_reading_shows_how_far_it_is_and_can_be_stopped(qtbot, panel, models):
    at_rest(panel, qtbot)
    models.wait = True
    panel.look()
    qtbot.waitUntil(lambda: "1 of 3" in panel.sentence.text(), timeout=5000)
    assert panel.cancel.isVisible() and panel.meter.isVisible()
    panel.cancel.click()
    at_rest(panel, qtbot)
    assert not panel.meter.isVisible() and panel.again.isVisible()


def test_a_failure_is_told_in_place_of_the_list(qtbot, panel, models):
    at_rest(panel, qtbot)
    panel._forget()
    models.error = DoctorError("The server tells no models.")
    models.shelf = ModelShelf()
    panel.look()
    at_rest(panel, qtbot)
    panel.shelf = None
    panel.look()
    at_rest(panel, qtbot)
    assert panel.none.more.text() == "The server tells no models."


def test_no_models_are_said_to_be_none(qtbot, panel, models):
    at_rest(panel, qtbot)
    models.shelf = ModelShelf(complete=True)
    panel.look()
    at_rest(panel, qtbot)
    assert panel.sentence.text() == "No model was found."
    assert panel.sides.currentWidget() is panel.none


def test_listed_files_tell_what_the_server_knows_of_them(qtbot, panel, models):
    at_rest(panel, qtbot)
    listed = replace(
        LORA, examined=False, whole=None, family="", kind=ModelKind.UNKNOWN
    )
    models.shelf = ModelShelf((listed,), False, "Listed.", 1, 1, complete=True)
    panel.look()
    at_rest(panel, qtbot)
    assert panel.sentence.text() == "1 model. Their sizes show nothing wrong."
    panel.list.choose(listed.path)
    qtbot.waitUntil(lambda: "Its notes say" in texts(panel.detail), timeout=5000)
    assert panel.detail.bases is None


def test_a_narrow_page_puts_the_details_below(qtbot, panel):
    at_rest(panel, qtbot)
    panel.resize(700, 500)
    assert panel.split.direction() == panel.split.Direction.TopToBottom
    assert not panel.detail.isVisibleTo(panel)
    panel.list.choose(CUT.path)
    assert panel.detail.isVisibleTo(panel)
    panel.resize(1200, 700)
    assert panel.split.direction() == panel.split.Direction.LeftToRight


def test_ten_thousand_rows_are_narrowed_at_once(panel, qtbot):
    at_rest(panel, qtbot)
    many = tuple(
        replace(LORA, path=str(n), name=f"{n}.safetensors") for n in range(10_000)
    )
    panel.list.files.show_files(many)
    panel.search.setText("9999")
    assert names(panel) == ["9999.safetensors"]


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "Whole"),
        ({"problem": "x", "whole": False}, "Cut off"),
        ({"problem": "x"}, "Damaged"),
        ({"problem": "x", "format": ModelFormat.HTML}, "Web page"),
        ({"problem": "This is a download that is not finished."}, "Downloading"),
        ({"problem": "x", "calls": ("os.system",)}, "Runs code"),
        ({"can_run_code": True}, "Asks for code"),
        ({"misplaced": "x"}, "Wrong folder"),
        ({"examined": False}, "Whole"),
        ({"examined": False, "whole": None}, "Only listed"),
        ({"whole": None}, "Readable"),
    ],
)
def test_each_state_has_its_word(change, state):
    assert words.state(replace(BASE, **change)) == state
