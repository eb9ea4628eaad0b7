"""Installations on a real disk, and looks at servers that run from them."""

from comfydoctor.comfy.install.find import read_folder
from comfydoctor.host.local import Place, Whereabouts
from tests.comfy.install.trees import comfyui, venv, write
from tests.diagnosis.looking import offline
from tests.diagnosis.servers import server

HERE = Whereabouts(Place.HERE, "It listens here.")
ELSEWHERE = Whereabouts(Place.ELSEWHERE, "Another computer.")


class Home:
    """A ComfyUI with its own Python below a folder."""

    def __init__(self, folder):
        self.root = comfyui(folder / "ComfyUI")
        venv(self.root / ".venv")
        self.packages = self.root / ".venv/lib/python3.12/site-packages"
        for name in ("custom_nodes", "models", "output", "input", "user", "temp"):
            (self.root / name).mkdir(exist_ok=True)

    def has(self, name, version, *needs):
        """Install a package by its metadata."""
        lines = [f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {need}" for need in needs]
        folder = f"{name.replace('-', '_')}-{version}.dist-info"
        write(self.packages / folder / "METADATA", "\n".join(lines) + "\n\nWords.")
        return self

    def has_pack(self, name, text="NODE_CLASS_MAPPINGS = {}", **files):
        """Install a node pack; files by their name without dots' trouble."""
        folder = self.root / "custom_nodes" / name
        write(folder / "__init__.py", text)
        for file, content in files.items():
            write(folder / file.replace("__", "."), content)
        return folder

    def read(self):
        found = read_folder(self.root, running=tuple)
        assert found is not None
        return found

    def look(self, **known):
        """A look at a server that runs from here."""
        given = {"info": server(), "where": HERE, "installation": self.read()}
        return offline(**(given | known))


async def run(probe, home, **known):
    """What a probe finds at such a server."""
    return await probe.run(home.look(**known))
