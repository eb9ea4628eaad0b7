"""Runs a stream beside a test and collects what it delivers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from comfydoctor.comfy.channel import Timing
from comfydoctor.comfy.stream import ChannelState, Stream
from comfydoctor.model.event import Event
from comfydoctor.model.server import ServerProfile

QUICK = Timing(
    retry_base=0.02, retry_cap=0.05, watch=0.02, tick=0.01, logs_retry=0.05, closing=0.3
)


class Heard:
    """What a stream delivered, and how to wait for it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.states: list[ChannelState] = []
        self.news = asyncio.Event()

    def take(self, events: tuple[Event, ...]) -> None:
        self.events.extend(events)
        self.news.set()

    def take_state(self, state: ChannelState) -> None:
        self.states.append(state)
        self.news.set()

    async def until(self, true: Callable[[], object], seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not true():
                self.news.clear()
                await self.news.wait()

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def said(self, words: str) -> bool:
        return any(words in state.detail for state in self.states)


@asynccontextmanager
async def listening(
    url: str, heard: Heard, *, timing: Timing = QUICK, **options: Any
) -> AsyncIterator[Stream]:
    profile = options.pop("profile", ServerProfile("test", url))
    stream = Stream(
        profile,
        on_events=options.pop("on_events", heard.take),
        on_state=heard.take_state,
        timing=timing,
        **options,
    )
    running = asyncio.get_running_loop().create_task(stream.run())
    try:
        yield stream
    finally:
        await stream.aclose()
        async with asyncio.timeout(5):
            await running
