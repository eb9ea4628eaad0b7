"""Is what the node packs ask for installed?"""

from comfydoctor.diagnosis.environment.fileprobe import FileProbe
from comfydoctor.diagnosis.environment.requirements import Unmet
from comfydoctor.diagnosis.environment.shelves import installed_here
from comfydoctor.diagnosis.probe import Look
from comfydoctor.model.finding import Confidence, Evidence
from comfydoctor.model.installation import Installation
from comfydoctor.model.probe import ProbeResult

SHOWN = 6


class PackRequirements(FileProbe):
    """The requirements of each enabled pack; what did not load is told elsewhere."""

    id = "pack-requirements"

    def read(self, look: Look, found: Installation) -> ProbeResult:
        packs = [pack for pack in found.packs if pack.enabled and pack.requirements]
        if not packs:
            return self.result("None of them asks for packages.")
        if not look.home.packages():
            return self.unknown("Not known: its Python's packages cannot be read.")
        installed = installed_here(look, found)
        absent: dict[str, list[Unmet]] = {}
        for pack in packs:
            for wish in installed.unmet(pack.name, pack.requirements):
                if not wish.have:
                    absent.setdefault(pack.name, []).append(wish)
        if not absent:
            return self.result(f"{len(packs)} ask for packages, all are there.")
        texts = [w.words for wishes in absent.values() for w in wishes]
        finding = look.finding(
            "pack-wants-packages",
            [Evidence("file:requirements.txt", text) for text in texts[:SHOWN]],
            confidence=Confidence.POSSIBLE,
            values={"packs": ", ".join(list(absent)[:SHOWN])},
        )
        return self.result(" ".join(texts[:SHOWN]), [finding])
