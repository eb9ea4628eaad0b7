"""Files of ``torch.save``: the zip archive, the older form, and bare pickles."""

from comfydoctor.assets.picklerebuild import tensors_in
from comfydoctor.assets.pickles import LONGEST, Story, follow
from comfydoctor.assets.safetensors import cut_off
from comfydoctor.assets.tensors import Contents, Damage
from comfydoctor.assets.window import Window
from comfydoctor.assets.ziplist import Member, content_of, list_members
from comfydoctor.model.modelfile import ModelFormat

LEGACY_MAGIC = bytes.fromhex("8a0a6cfc9c46f9206aa850192e")
"""The number 0x1950a86a20f9469cfc6c, with which torch began before 1.6."""
_LEGACY_HEADS = (b"\x80\x02" + LEGACY_MAGIC, b"\x80\x03" + LEGACY_MAGIC)
MOST_PICKLES = 8
_CODE = ("code/", "constants.pkl")
_SIZES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2}


def read_zip(window: Window) -> Contents:
    """The archive of torch 1.6 and later; raises Damage."""
    members = list_members(window)
    wanted = [member for member in members if _base_name(member) == "data.pkl"]
    if not wanted:
        return Contents(ModelFormat.ARCHIVE, {}, whole=True)
    scripted = any(is_code(member) for member in members)
    # Which of several would be opened depends on the reader: all of them count.
    stories = [_followed(window, member) for member in wanted[:MOST_PICKLES]]
    form = ModelFormat.TORCHSCRIPT if scripted else ModelFormat.TORCH
    imports = [name for story in stories for name in story.imports]
    calls = [*(["TorchScript code"] if scripted else []), *dict.fromkeys(imports)]
    told = _told(form, stories[0], calls)
    every = all(story.complete for story in stories)
    told.scanned = every and len(wanted) <= MOST_PICKLES
    return told


def _followed(window: Window, member: Member) -> Story:
    story = follow(content_of(window, member, LONGEST))
    if member.size > LONGEST:
        story.complete = False
    return story


def _base_name(member: Member) -> str:
    return member.name.replace("\\", "/").rpartition("/")[2]


def is_code(member: Member) -> bool:
    """Whether a member is a part of a TorchScript program."""
    inner = member.name.partition("/")[2]
    return inner.startswith(_CODE[0]) or inner == _CODE[1]


def _told(form: ModelFormat, story: Story, calls: list[str]) -> Contents:
    contents = Contents(form, tensors_in(story.value), calls=tuple(calls))
    contents.scanned = story.complete
    if not story.complete and not calls:
        contents.problem = "Its list of tensors cannot be read: it is damaged."
    return contents


def is_legacy(head: bytes) -> bool:
    """Whether torch before 1.6 wrote it."""
    return head.startswith(_LEGACY_HEADS)


def read_legacy(window: Window) -> Contents:
    """Magic, protocol, system, object, list of storages, storages."""
    raw = window.read(0, LONGEST)
    place = 0
    stories = []
    for _ in range(5):
        story = follow(raw[place:])
        stories.append(story)
        if not story.complete:
            break
        place += story.length
    imports = list(dict.fromkeys(name for story in stories for name in story.imports))
    told = _told(ModelFormat.TORCH_LEGACY, stories[min(3, len(stories) - 1)], imports)
    told.scanned = all(story.complete for story in stories)
    if len(stories) < 5 or not stories[-1].complete:
        _cannot_end(told, raw, window.size)
        return told
    _check_room(told, place, window.size)
    return told


def _cannot_end(told: Contents, raw: bytes, size: int) -> None:
    told.problem = "Its list of tensors is cut off or damaged."
    told.missing = len(raw) == size
    told.whole = False if told.missing else None


def _check_room(told: Contents, place: int, size: int) -> None:
    """At least the tensors must have room behind the list."""
    needed = place + sum(
        tensor.elements * _SIZES.get(tensor.dtype, 1)
        for tensor in told.tensors.values()
        if tensor.dtype in _SIZES
    )
    # Tensors may share one storage; then less is needed than it seems.
    shared = len(set(told.tensors.values())) < len(told.tensors) // 2
    if size < needed and not shared:
        told.suffer(Damage(cut_off(size, needed), missing=True))


def is_old_pickle(window: Window) -> bool:
    """Whether it is a pickle of the oldest protocols, which look like text."""
    story = follow(window.read(0, LONGEST))
    return bool(story.imports) or (story.complete and story.length > 1)


def read_pickle(window: Window) -> Contents:
    """Any other pickle: what it builds and what it would import."""
    raw = window.read(0, LONGEST)
    story = follow(raw)
    told = _told(ModelFormat.PICKLE, story, story.imports)
    told.whole = True if story.complete else None
    return told
