"""Can strangers on the network use this server?"""

from comfydoctor.diagnosis.flags import Flags
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.host.local import is_loopback
from comfydoctor.model.finding import Confidence, Evidence, Finding
from comfydoctor.model.probe import ProbeResult
from comfydoctor.model.server import AuthKind

EVERYWHERE = "0.0.0.0,::"
"""What a bare --listen means."""


class Exposure(Probe):
    """Where it listens, by its own start options, and whether a login stands before."""

    id = "exposure"

    async def run(self, look: Look) -> ProbeResult:
        info = look.info
        if info is None or not info.argv:
            return self.unknown("The server does not tell its start options.")
        flags = Flags(info.argv)
        findings = list(_any_origin(look, flags))
        listens = flags.value("--listen", EVERYWHERE) if "--listen" in flags else ""
        open_to = [
            a for a in listens.split(",") if a and not is_loopback(a.strip("[]"))
        ]
        if not open_to:
            return self.result("It listens on its own computer only.", findings)
        if look.client.http.profile.auth is not AuthKind.NONE:
            return self.result(
                f"It listens on {listens}; a login stands before it at our address.",
                findings,
            )
        words = f"--listen {listens}: every computer that reaches it may use it."
        findings.append(
            look.finding(
                "exposed-without-login",
                [Evidence("system_stats", words)],
                confidence=Confidence.LIKELY,
                values={"address": listens},
            )
        )
        return self.result(words, findings)


def _any_origin(look: Look, flags: Flags) -> list[Finding]:
    """--enable-cors-header also switches ComfyUI's own origin check off."""
    if "--enable-cors-header" not in flags:
        return []
    origin = flags.value("--enable-cors-header", "*")
    if origin != "*":
        return []
    words = "--enable-cors-header *: any web page may send commands to it."
    return [
        look.finding(
            "any-origin-allowed",
            [Evidence("system_stats", words)],
            confidence=Confidence.CERTAIN,
        )
    ]
