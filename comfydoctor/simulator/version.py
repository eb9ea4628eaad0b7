"""What differs between the ComfyUI versions that the simulator can play."""

from dataclasses import dataclass

PYTHON = "3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]"
TORCH = "2.9.1+cu128"


@dataclass(frozen=True)
class Version:
    """One ComfyUI version; `since` answers most questions about its behaviour."""

    text: str
    frontend: str
    templates: str
    execute_lines: tuple[int, int, int, int]
    """Line numbers of the four frames of execution.py in every traceback."""
    async_lines: tuple[int, int, int]
    """The same for the frames of an async node."""
    cast_line: int
    """Line of nodes.py that a NaN picture makes complain."""
    packages: tuple[tuple[str, str], ...] = ()
    """What ``comfy_package_versions`` lists."""

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.text.split("."))

    def since(self, *numbers: int) -> bool:
        """Whether this version has what came with ``numbers``."""
        return self.numbers >= numbers

    @property
    def os_name(self) -> str:
        """``posix`` became ``sys.platform`` in 0.4.0."""
        return "linux" if self.since(0, 4) else "posix"


VERSIONS = {
    version.text: version
    for version in (
        Version(
            "0.3.64", "1.27.10", "0.1.95", (496, 315, 289, 277), (416, 412, 266), 1594
        ),
        Version(
            "0.8.0", "1.35.9", "0.7.67", (518, 329, 303, 291), (438, 434, 280), 1594
        ),
        Version(
            "0.33.0",
            "1.49.6",
            "0.11.44",
            (545, 344, 318, 306),
            (464, 460, 295),
            1698,
            (
                ("comfyui-frontend-package", "1.49.6"),
                ("comfyui-workflow-templates", "0.11.44"),
                ("comfyui-embedded-docs", "0.5.10"),
                ("comfy-kitchen", "0.2.31"),
                ("comfy-aimdo", "0.4.13"),
            ),
        ),
    )
}
