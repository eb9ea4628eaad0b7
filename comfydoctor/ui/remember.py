"""What the window knows of itself: looks, size, page and the last server."""

from typing import TYPE_CHECKING, NamedTuple

from comfydoctor.model.server import ServerProfile

if TYPE_CHECKING:
    from comfydoctor.ui.needs import EarlySettings

WIDTH, HEIGHT, PAGE = 1200, 800, "now"


class Remembered(NamedTuple):
    """Looks and place; what changes is kept in the settings."""

    theme: str = "system"
    scale: float = 1.0
    reduce_motion: bool = False
    width: int = WIDTH
    height: int = HEIGHT
    maximized: bool = False
    page: str = PAGE
    last_server: str = ""
    """Key (address) of the profile that was looked at last."""

    @property
    def profile(self) -> ServerProfile | None:
        """The last server as far as a first look needs it: its address."""
        if not self.last_server:
            return None
        name = self.last_server.partition("://")[2] or self.last_server
        return ServerProfile(name, self.last_server)

    @classmethod
    def of(cls, early: "EarlySettings") -> "Remembered":
        """What the settings say, sizes within reason."""
        return cls(
            theme=early.theme,
            scale=min(3.0, max(1.0, early.scale)),
            reduce_motion=early.reduce_motion,
            width=min(8000, max(640, early.width or WIDTH)),
            height=min(8000, max(480, early.height or HEIGHT)),
            maximized=early.maximized,
            page=early.page or PAGE,
            last_server=early.last_server,
        )
