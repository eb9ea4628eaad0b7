"""Do variables of the system lead ComfyUI's downloads astray?"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from comfydoctor.diagnosis.environment.process import environment_of
from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.finding import Confidence, Evidence, Finding, Severity
from comfydoctor.model.probe import ProbeResult

CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
ON = {"1", "true", "yes", "on"}
_LOGIN = re.compile(r"//[^/@\s]*@")


class NetworkEnvironment(Probe):
    """Proxies, certificates and offline switches of the server's process."""

    id = "network-environment"

    def applies(self, look: Look) -> bool:
        return look.home.is_here

    async def run(self, look: Look) -> ProbeResult:
        pid = look.home.pid
        told = await asyncio.to_thread(environment_of, pid) if pid else None
        if told is None:
            return self.unknown("Not known: its environment may not be seen.")
        known = {name.upper(): value.strip() for name, value in told.items()}
        findings = await asyncio.to_thread(list, _findings(look, known))
        proxy = next((known[name] for name in PROXIES if known.get(name)), "")
        words = (
            f"They go through {without_login(proxy)}." if proxy else "No proxy is set."
        )
        more = " ".join(e.text for f in findings for e in f.evidence)
        return self.result(f"{words} {more}".strip(), findings)


def without_login(address: str) -> str:
    """An address fit for a screen: a proxy's password is nobody's business."""
    return _LOGIN.sub("//", address)[:200]


def _findings(look: Look, known: Mapping[str, str]) -> Iterator[Finding]:
    for name in CERTIFICATES:
        place = known.get(name, "")
        if place and not Path(place).exists():
            yield look.finding(
                "certificate-file-missing",
                [Evidence("probe:network-environment", f"{name}={place[:200]}")],
                confidence=Confidence.CERTAIN,
                subject=name,
                values={"name": name, "file": place[:200]},
            )
    for name in OFFLINE:
        if known.get(name, "").lower() in ON:
            yield look.finding(
                "downloads-switched-off",
                [Evidence("probe:network-environment", f"{name}={known[name][:20]}")],
                confidence=Confidence.CERTAIN,
                severity=Severity.INFO,
                subject=name,
                values={"name": name},
            )
