"""How well the server is heard, in the words of the connection."""

from collections.abc import Callable

from comfydoctor.comfy import liveness
from comfydoctor.comfy.stream import ChannelState
from comfydoctor.doctor.state import State
from comfydoctor.errors import DoctorError, ServerError
from comfydoctor.model.change import Change
from comfydoctor.model.server import Connection, Reach

SILENT = "No answer for {seconds:.0f} s, though the server is there."
NOT_YET = "No answer yet, for {seconds:.0f} s."
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
        self._began = steady()
        self._pulse = liveness.Pulse(since=self._began)
        self._channel = ChannelState()
        self._last_words: DoctorError | None = None

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

    def gave_up(self, error: DoctorError) -> None:
        """Note that it is not looked at any more, and why."""
        self._last_words = error
        self._tell()

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
            reach=Reach.PROBLEM if self._last_words else self._pulse.reach,
            since=self._state.clock(),
            detail=detail,
            advice=advice,
            live_events=self._channel.live,
            log_stream=self._channel.log_stream,
        )
        for change in self._state.take_connection(connection):
            self._announce(change)

    def _words(self) -> tuple[str, str]:
        if self._last_words:
            return str(self._last_words), self._last_words.advice
        reach, error = self._pulse.reach, self._pulse.error
        if reach is Reach.CONNECTED:
            return self._channel.detail, ""
        if reach is Reach.SLOW and self._pulse.answered is not None:
            return SILENT.format(seconds=self._tens(self._pulse.answered)), PATIENCE
        if error is not None:
            return str(error), error.advice
        if reach is Reach.SLOW:
            return NOT_YET.format(seconds=self._tens(self._began)), ""
        return "", ""

    def _tens(self, since: float) -> float:
        """Seconds that passed, in steps of ten: each would be another change."""
        return 10 * ((self._steady() - since) // 10)
