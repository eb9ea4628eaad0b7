"""Sentences for differences."""

from collections.abc import Sequence

_MOST_NAMES = 4
_COMMIT = 40
_SERVER = {
    "version": "ComfyUI",
    "python": "Python",
    "torch": "torch",
    "os": "operating system",
    "devices": "devices",
    "frontend_required": "required frontend",
}


def sentence(
    part: str,
    subject: str,
    was: str | None,
    now: str | None,
    names: Sequence[str] = (),
) -> str:
    """One difference in words; None stands for "not there"."""
    if part == "flags":
        return _flag(subject, was, now)
    if part == "nodes":
        return _nodes(subject, was, now, names)
    if part == "models":
        return _model(subject, was, now)
    return _moved(_name(part, subject), was, now)


def _name(part: str, subject: str) -> str:
    if part == "server":
        return _SERVER.get(subject, subject)
    if part == "packs":
        return f"node pack {subject}"
    if part == "driver":
        return "graphics driver"
    if part == "core":
        return f"ComfyUI's {subject}"
    return subject


def _moved(name: str, was: str | None, now: str | None) -> str:
    if was is None:
        return f"{name} is new ({short(now) or 'no version'})"
    if now is None:
        return f"{name} is gone ({short(was) or 'no version'})"
    return f"{name} {short(was) or 'not known'} → {short(now) or 'not known'}"


def short(state: str | None) -> str:
    """A state for people: a commit by its first digits."""
    if state is None:
        return ""
    is_commit = len(state) == _COMMIT and not state.strip("0123456789abcdef")
    return state[:8] if is_commit else state


def _flag(flag: str, was: str | None, now: str | None) -> str:
    if was is None:
        return f"start flag {flag} {now or ''}".rstrip() + " was added"
    if now is None:
        return f"start flag {flag} {was}".rstrip() + " was removed"
    return f"start flag {flag}: {was or 'without value'} → {now or 'without value'}"


def _nodes(module: str, was: str | None, now: str | None, names: Sequence[str]) -> str:
    listed = ", ".join(sorted(names)[:_MOST_NAMES])
    more = ", …" if len(names) > _MOST_NAMES else ""
    where = module or "a pack that does not say its name"
    if was and now:
        return f"{where}: {was} gone, {now} new ({listed}{more})"
    said = "are gone" if was else "are new"
    return f"{was or now} of {where} {said} ({listed}{more})"


def _model(name: str, was: str | None, now: str | None) -> str:
    if was is None:
        return f"model {name} is new"
    if now is None:
        return f"model {name} is gone"
    return f"model {name} is another file than before"
