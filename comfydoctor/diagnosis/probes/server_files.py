"""Can the files of the server be looked at?"""

from comfydoctor.diagnosis.probe import Look, Probe
from comfydoctor.model.probe import ProbeResult


class ServerFiles(Probe):
    """Says once, for all checks of files, what is not looked at and who could."""

    id = "server-files"

    def applies(self, look: Look) -> bool:
        return not (look.info and look.info.simulated)

    async def run(self, look: Look) -> ProbeResult:
        found = await look.home.installation()
        if found is not None:
            python = found.python.executable if found.python else "not known"
            return self.result(f"Yes, in {found.root}; its Python is {python}.")
        if look.home.is_here:
            return self.unknown(
                "Not known: its process may not be looked at. Start ComfyDoctor as the"
                " same user."
            )
        return self.unknown(
            "No: it runs on another computer. Python packages, rights, limits of memory"
            " and node packs' files are not checked. On that computer, `comfydoctor"
            " check` would."
        )
