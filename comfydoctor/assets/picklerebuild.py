"""Understands the calls with which torch puts tensors together."""

from dataclasses import dataclass, field
from typing import Any

from comfydoctor.assets import picklename
from comfydoctor.assets.tensors import Tensor, shape_of


@dataclass(frozen=True, slots=True)
class Name:
    """An imported name."""

    full: str


@dataclass(slots=True)
class Made:
    """An object that some call would have made."""

    by: str
    arguments: object = None
    state: object = None
    items: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes that tensors lie in."""

    dtype: str
    key: str
    elements: int


def rebuilt(function: object, arguments: object) -> object:
    """What a call gives: a Tensor where it builds one, else a stand-in."""
    name = function.full if isinstance(function, Name) else ""
    given = arguments if isinstance(arguments, tuple) else ()
    if name in (picklename.PARAMETER, picklename.PARAMETER_STATE) and given:
        return given[0]
    if name == picklename.FROM_TYPE and len(given) >= 3:
        return rebuilt_once(given[0], given[2])
    return rebuilt_once(function, arguments)


def rebuilt_once(function: object, arguments: object) -> object:
    """The same for calls that hold no other call."""
    name = function.full if isinstance(function, Name) else ""
    given = arguments if isinstance(arguments, tuple) else ()
    if name in (picklename.REBUILD, picklename.REBUILD_V2, picklename.REBUILD_V3):
        return _tensor(name, given) or Made(name, arguments)
    if name == picklename.META_TENSOR and len(given) >= 2:
        shape = _sides(given[1])
        dtype = _dtype(given[0])
        return Tensor(dtype, shape) if shape is not None else Made(name, arguments)
    if name == "torch.Size" and given:
        return given[0]
    if name.startswith("collections."):
        return Made(name, None, items=_pairs(given))
    return Made(name, arguments)


def _pairs(given: tuple[Any, ...]) -> dict[Any, Any]:
    """Entries given at once, as Python 2 wrote them."""
    if not given or not isinstance(given[0], list):
        return {}
    pairs = (p for p in given[0] if isinstance(p, list | tuple) and len(p) == 2)
    return {key: value for key, value in pairs if isinstance(key, str)}


def storage_of(value: object) -> Storage | None:
    """The storage that a persistent id stands for."""
    if not isinstance(value, Made) or value.by != "persistent":
        return None
    given = value.arguments
    if not isinstance(given, tuple) or len(given) < 5 or given[0] != "storage":
        return None
    kind, key, elements = given[1], given[2], given[4]
    if not isinstance(kind, Name) or type(elements) is not int:
        return None
    return Storage(picklename.dtype_of(kind.full), str(key)[:100], elements)


def _tensor(name: str, given: tuple[Any, ...]) -> Tensor | None:
    if len(given) < 4:
        return None
    storage, shape = storage_of(given[0]), _sides(given[2])
    if storage is None or shape is None:
        return None
    dtype = storage.dtype
    if name == picklename.REBUILD_V3 and len(given) > 6:
        dtype = _dtype(given[6]) or dtype
    return Tensor(dtype, shape)


def _sides(value: object) -> tuple[int, ...] | None:
    return shape_of(value)


def _dtype(value: object) -> str:
    return picklename.dtype_of(value.full) if isinstance(value, Name) else ""


def tensors_in(value: object) -> dict[str, Tensor]:
    """Tensors by their place, as ComfyUI 0.33 ``utils.load_torch_file`` looks.

    ``state_dict`` is entered, and so is the only entry of a dict; what lies deeper
    than that gets the names on the way, joined by dots.
    """
    store = _store(value)
    if store is None:
        return {"": value} if isinstance(value, Tensor) else {}
    if _store(store.get("state_dict")) is not None:
        store = _store(store["state_dict"]) or {}
    elif len(store) == 1:
        store = _store(next(iter(store.values()))) or store
    found: dict[str, Tensor] = {}
    _gather(store, "", found, 4, set())
    return found


def _gather(
    store: dict[Any, Any],
    path: str,
    found: dict[str, Tensor],
    depth: int,
    seen: set[int],
) -> None:
    if id(store) in seen or len(found) > 200_000:
        return
    seen.add(id(store))
    for key, value in store.items():
        place = f"{path}{str(key)[:300]}"
        if isinstance(value, Tensor):
            found[place] = value
        elif depth > 0 and (inner := _store(value)) is not None:
            _gather(inner, place + ".", found, depth - 1, seen)


def _store(value: object) -> dict[Any, Any] | None:
    if isinstance(value, dict):
        return value
    if isinstance(value, Made) and value.by.startswith("collections."):
        return value.items
    return None
