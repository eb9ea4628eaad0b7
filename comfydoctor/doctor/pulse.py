"""How well the server is heard, in the words of the connection."""

from collections.abc import Callable

from comfydoctor.comfy import liveness
from comfydoctor.comfy.stream import ChannelState
from comfydoctor.doctor.state import State
from comfydoctor.errors import ServerError
from comfydoctor.model.change import Change
from comfydoctor.model.server import Connection, Reach

SILENT = "No answer for {seconds:.0f} s, though the server is there."
PATIENCE = (
    "ComfyUI answers nothing while a node holds its only thread. It mostly comes "
    "back by itself."
)


class PulseKeeper:
    """Turns answers, errors and silence into what the person reads."""

    def __init__(
        self,
        state: State,
        *,
        announce: Callable[[Change], None],
        steady: Callable[[], float],
    ) -> None:
        self._state = state
        self._announce = announce
        self._steady = steady
        self._pulse = liveness.Pulse(since=steady())
        self._channel = ChannelState()

    @property
    def reach(self) -> Reach:
        """How well it is heard now."""
        return self._pulse.reach

    def answered(self) -> bool:
        """Note an answer; true when the server was not heard before."""
        anew = self._pulse.reach is not Reach.CONNECTED
        self._set(liveness.after_answer(self._pulse, self._steady()))
        return anew

    def failed(self, error: ServerError) -> None:
        """Note an exchange that failed."""
        self._set(liveness.after_error(self._pulse, self._steady(), error))

    def waited(self) -> None:
        """Note that time passed."""
        self._set(liveness.after_silence(self._pulse, self._steady()))

    def channel(self, state: ChannelState) -> None:
        """Note what the event channel gives."""
        self._channel = state
        self._tell()

    def _set(self, pulse: liveness.Pulse) -> None:
        self._pulse = pulse
        self._tell()

    def _tell(self) -> None:
        detail, advice = self._words()
        connection = Connection(
            reach=self._pulse.reach,
            since=self._state.clock(),
            detail=detail,
            advice=advice,
            live_events=self._channel.live,
            log_stream=self._channel.log_stream,
        )
        for change in self._state.take_connection(connection):
            self._announce(change)

    def _words(self) -> tuple[str, str]:
        reach, error = self._pulse.reach, self._pulse.error
        if reach is Reach.CONNECTED:
            return self._channel.detail, ""
        if reach is Reach.SLOW and self._pulse.answered is not None:
            seconds = self._steady() - self._pulse.answered
            return SILENT.format(seconds=10 * (seconds // 10)), PATIENCE
        return (str(error), error.advice) if error else ("", "")
