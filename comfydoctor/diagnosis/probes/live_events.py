"""Does the server's live event channel open and speak?"""

import asyncio
import contextlib

from comfydoctor.comfy import tls
from comfydoctor.comfy.stream import ChannelState, Stream
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.event import Event, StatusEvent
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.probe import ProbeResult

PATIENCE = 8.0
"""Seconds; ComfyUI greets every socket with a status at once."""


class LiveEvents(Probe):
    """Opens a socket of its own, waits for the greeting and closes it."""

    id = "live-events"

    async def run(self, look: Look) -> ProbeResult:
        began = look.steady()
        ear = _Ear()
        await ear.listen(look)
        if ear.greeted.is_set():
            ms = (look.steady() - began) * 1000
            return self.result(f"It opened and spoke within {ms:.0f} ms.")
        why = ear.detail or "it opened, but no status came"
        detail = f"Not within {PATIENCE:.0f} s: {why}."
        finding = look.finding(
            "event-channel-blocked",
            [Evidence("probe:live-events", detail)],
            confidence=Confidence.LIKELY,
        )
        return self.result(detail, [finding])


class _Ear:
    """Hears one greeting."""

    def __init__(self) -> None:
        self.greeted = asyncio.Event()
        self.detail = ""

    async def listen(self, look: Look) -> None:
        http = look.client.http
        login = http.login
        stream = Stream(
            http.profile,
            on_events=self._take,
            on_state=self._state,
            ssl_context=await tls.context(http.profile),
            headers=(("Authorization", login),) if login else (),
        )
        async with asyncio.TaskGroup() as group:
            running = group.create_task(stream.run())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self.greeted.wait()
            await stream.aclose()
            running.cancel()

    def _take(self, events: tuple[Event, ...]) -> None:
        if any(isinstance(event, StatusEvent) for event in events):
            self.greeted.set()

    def _state(self, state: ChannelState) -> None:
        self.detail = state.detail or self.detail
