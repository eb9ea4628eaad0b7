"""The live cards: graphics load, video memory, queue, memory."""

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from comfydoctor.model.server import Reach
from comfydoctor.model.snapshot import Snapshot
from comfydoctor.ui.readings import Readings, Series
from comfydoctor.ui.theme import Style
from comfydoctor.ui.widgets.flow import Flow
from comfydoctor.ui.widgets.icon import Icons
from comfydoctor.ui.widgets.reading import ReadingCard
from comfydoctor.ui.words import DASH, THIN, ago, count, device_name, number, of_size

FAR = "Not visible: that graphics card is in another computer"
NO_CARD = "This server computes on the processor"
NOT_YET = "No reading yet"

REDRAW = 0.9
"""Seconds between two drawings of the curves; figures follow at once."""


class NowCards(QWidget):
    """Four cards in as many columns as fit.

    Signals:
        chart_wanted: metric of the pressed card.
    """

    chart_wanted = Signal(str)

    def __init__(self, style: Style, icons: Icons) -> None:
        super().__init__()

        def card(title: str, icon: str, metric: str) -> ReadingCard:
            made = ReadingCard(style, icons, title, icon, style.series(metric))
            made.pressed.connect(lambda: self.chart_wanted.emit(metric))
            return made

        self.load = card("GPU load", "expansion-card", "gpu.load")
        self.vram = card("Video memory", "memory", "gpu.vram_used")
        self.queue = card("Queue", "playlist-play", "queue.remaining")
        self.ram = card("Memory", "server", "server.ram_used")
        self._at, self._redraw = 0.0, True
        self._drawn: Readings | None = None
        self._all = (self.load, self.vram, self.queue, self.ram)
        flow = Flow(style, 152, most=4)
        flow.set_items(list(self._all))
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(flow)

    def refresh_icons(self) -> None:
        """The icon font has come."""
        for card in self._all:
            card.refresh_icon()

    def show_readings(self, snapshot: Snapshot, readings: Readings, now: float) -> None:
        """Figures of the last reading and the curves up to now."""
        self._redraw = readings is not self._drawn or abs(now - self._at) >= REDRAW
        if self._redraw:
            self._at, self._drawn = now, readings
        stale = snapshot.connection.reach not in {Reach.CONNECTED, Reach.CONNECTING}
        age = f"as of {ago(snapshot.connection.since, now)}" if stale else ""
        self._show_load(snapshot, readings, now, age)
        self._show_vram(snapshot, readings, now, age)
        self._show_queue(snapshot, readings, now, age)
        self._show_ram(snapshot, readings, now, age)

    def _show_load(
        self, snapshot: Snapshot, readings: Readings, now: float, age: str
    ) -> None:
        subject, value = busiest(readings, "gpu.load")
        self._curve(self.load, readings.series("gpu.load", subject), now, 100.0)
        if math.isnan(value):
            self.load.show_reading(DASH, "", _no_load(snapshot))
            return
        note = age or _load_note(readings, subject)
        self.load.show_reading(number(value), "%", note, stale=bool(age))

    def _show_vram(
        self, snapshot: Snapshot, readings: Readings, now: float, age: str
    ) -> None:
        subject, used = busiest(readings, "gpu.vram_used")
        total = readings.last("gpu.vram_total", subject)
        name = ""
        devices = snapshot.info.devices if snapshot.info else ()
        cards = [device for device in devices if device.has_vram]
        if math.isnan(used) and cards:
            used, total = float(cards[0].vram_used), float(cards[0].vram_total)
        if cards:
            name = device_name(cards[0].name)
            name = name if len(cards) == 1 else f"fullest of {len(cards)} cards"
        self._curve(self.vram, readings.series("gpu.vram_used", subject), now, total)
        if math.isnan(used):
            reason = NO_CARD if devices and not cards else NOT_YET
            self.vram.show_reading(DASH, "", reason)
            return
        self.vram.show_reading(
            *split(of_size(used, total)), age or name, stale=bool(age)
        )

    def _show_queue(
        self, snapshot: Snapshot, readings: Readings, now: float, age: str
    ) -> None:
        series = readings.series("queue.remaining")
        top = max([4.0, *(v for v in series.values if not math.isnan(v))])
        self._curve(self.queue, series, now, top)
        amount = snapshot.queue_remaining
        if amount is None:
            self.queue.show_reading(DASH, "", NOT_YET)
            return
        unit = "job" if amount == 1 else "jobs"
        note = age or _queue_note(snapshot)
        self.queue.show_reading(number(amount), unit, note, stale=bool(age))

    def _show_ram(
        self, snapshot: Snapshot, readings: Readings, now: float, age: str
    ) -> None:
        used = readings.last("server.ram_used")
        total = readings.last("server.ram_total")
        if math.isnan(used) and snapshot.info and snapshot.info.ram_total:
            total = float(snapshot.info.ram_total)
            used = total - snapshot.info.ram_free
        self._curve(self.ram, readings.series("server.ram_used"), now, total)
        if math.isnan(used):
            self.ram.show_reading(DASH, "", NOT_YET)
            return
        note = age or "of the computer ComfyUI runs on"
        self.ram.show_reading(*split(of_size(used, total)), note, stale=bool(age))

    def _curve(self, card: ReadingCard, series: Series, now: float, top: float) -> None:
        if not self._redraw:
            return
        card.show_curve(series.times, series.values, now, 0.0 if top != top else top)


def busiest(readings: Readings, metric: str) -> tuple[str, float]:
    """The subject with the highest last value, and that value."""
    best, value = "", math.nan
    for subject in readings.subjects(metric):
        last = readings.last(metric, subject)
        if not math.isnan(last) and not last <= value:
            best, value = subject, last
    return best, value


def split(figure: str) -> tuple[str, str]:
    """``18.2`` and ``of 24 GB``, so that the figure can be large."""
    first, _, rest = figure.partition(" ")
    if not rest and THIN in first:
        first, _, rest = first.partition(THIN)
    return first, rest


def _no_load(snapshot: Snapshot) -> str:
    devices = snapshot.info.devices if snapshot.info else ()
    if not devices:
        return NOT_YET
    return FAR if any(device.has_vram for device in devices) else NO_CARD


def _load_note(readings: Readings, subject: str) -> str:
    cards = len(readings.subjects("gpu.load"))
    parts = [f"busiest of {cards} cards"] if cards > 1 else []
    heat = readings.last("gpu.temperature", subject)
    power = readings.last("gpu.power", subject)
    if not math.isnan(heat):
        parts.append(f"{number(heat)}{THIN}°C")
    if not math.isnan(power):
        parts.append(f"{number(power)}{THIN}W")
    return " · ".join(parts)


def _queue_note(snapshot: Snapshot) -> str:
    if snapshot.running is not None:
        waiting = len(snapshot.pending)
        return f"1 running, {count(waiting, 'waiting', 'waiting')}"
    if snapshot.queue_remaining:
        return "none of them is seen running"
    return "nothing waits"
