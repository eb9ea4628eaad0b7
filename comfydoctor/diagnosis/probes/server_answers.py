"""Does the server answer, and which ComfyUI is it?"""

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.probe import ProbeResult


class ServerAnswers(Probe):
    """One quick exchange, and what the server said of itself."""

    id = "server-answers"

    async def run(self, look: Look) -> ProbeResult:
        tick = await look.answers.tick()
        info = look.info
        if info is None:
            return self.unknown("It answers, but does not say what it is.")
        kind = "A simulated ComfyUI" if info.simulated else "ComfyUI"
        version = info.version or "of a version that it does not tell"
        return self.result(f"{kind} {version} answers in {tick.seconds * 1000:.0f} ms.")
