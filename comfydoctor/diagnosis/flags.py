"""The command line a server was started with."""

from collections.abc import Sequence


class Flags:
    """Options and their values; ``--name=value`` and ``--name value`` alike."""

    def __init__(self, argv: Sequence[str]) -> None:
        self._values: dict[str, list[str]] = {}
        name = ""
        for word in argv:
            if word.startswith("--"):
                name, has_value, value = word.partition("=")
                self._values[name] = [value] if has_value else []
            elif name:
                self._values[name].append(word)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def value(self, name: str, bare: str = "") -> str:
        """The first value of an option; ``bare`` when it stands alone or not at all."""
        values = self._values.get(name) or [bare]
        return values[0]
