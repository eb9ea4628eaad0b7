"""What a server says it can do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Features:
    """``GET /features``: what the server says it can do."""

    flags: tuple[tuple[str, str], ...] = ()
    """Dotted name and JSON text of each flag."""
    max_upload_size: int | None = None

    def get(self, name: str) -> str:
        """JSON text of a flag, empty when the server does not name it."""
        return dict(self.flags).get(name, "")
