"""What the exit code of a process tells, and what it does not."""

from dataclasses import dataclass

_DLL = ("vc-redist-missing", "torch-dll-dependency-missing")
_SIGNAL_BASE = 128
_UNSIGNED = 2**32


@dataclass(frozen=True)
class ExitMeaning:
    """One exit code in words."""

    code: int
    """As a shell or Windows shows it: 137, 0xC0000005."""
    name: str
    """``SIGKILL``, ``STATUS_ACCESS_VIOLATION``, ..., empty when it has none."""
    says: str
    """For anybody: what it means, and what it leaves open."""
    causes: tuple[str, ...] = ()
    """Causes it may come from, likeliest first; none is proven by the code alone."""

    @property
    def shown(self) -> str:
        """The code as people search for it."""
        return f"0x{self.code:08X}" if self.code > 0xFFFF else str(self.code)


_PLAIN: dict[int, tuple[str, str, tuple[str, ...]]] = {
    0: ("", "It ended in an orderly way: it was asked to, or had nothing to do.", ()),
    1: (
        "",
        "Python ended with an error or sys.exit; the log has the reason.",
        (),
    ),
    2: (
        "",
        "A start flag is wrong: ComfyUI stops before it does anything.",
        ("bad-start-flag",),
    ),
    3: ("", "The C library gave up (abort); native code failed on purpose.", ()),
    126: ("", "The program could not be run: no permission, or the wrong kind.", ()),
    127: ("", "The shell did not find the program, mostly Python itself.", ()),
    255: (
        "",
        "ComfyUI ended itself after a message, mostly a missing attention package.",
        ("attention-package-not-installed",),
    ),
    9009: ("", "Windows did not find the program, mostly Python itself.", ()),
}
_SIGNALS: dict[int, tuple[str, str, tuple[str, ...]]] = {
    1: ("SIGHUP", "Its terminal or connection was closed.", ()),
    2: ("SIGINT", "It was stopped by Ctrl-C.", ()),
    4: (
        "SIGILL",
        "Native code used an instruction that this processor does not have.",
        ("silent-crash-on-model-load",),
    ),
    6: (
        "SIGABRT",
        "Native code gave up (abort): a failed check in a library or driver.",
        ("silent-crash-on-model-load",),
    ),
    7: (
        "SIGBUS",
        (
            "A file that was mapped into memory could not be read on: a full or "
            "failing disk, or a file that was cut short meanwhile."
        ),
        ("silent-crash-on-model-load",),
    ),
    8: ("SIGFPE", "Native code divided by zero.", ("silent-crash-on-model-load",)),
    9: (
        "SIGKILL",
        (
            "Somebody or something ended it by force. On Linux that is mostly the "
            "kernel because memory was full, but a person, a service manager or a "
            "container can do the same; the code does not tell which."
        ),
        ("ram-exhausted-oom-killer",),
    ),
    11: (
        "SIGSEGV",
        (
            "Native code touched memory that is not its own: a driver, torch, or a "
            "node pack's compiled part."
        ),
        ("silent-crash-on-model-load",),
    ),
    15: ("SIGTERM", "It was asked to end, by a person or a service manager.", ()),
}
_WINDOWS: dict[int, tuple[str, str, tuple[str, ...]]] = {
    0xC0000005: (
        "STATUS_ACCESS_VIOLATION",
        (
            "Native code touched memory that is not its own: mostly while a large "
            "model was loaded with too small a page file, else a driver or a "
            "compiled pack."
        ),
        ("silent-crash-on-model-load", "windows-pagefile-too-small"),
    ),
    0xC0000006: (
        "STATUS_IN_PAGE_ERROR",
        (
            "A file that was mapped into memory could not be read: a failing disk, "
            "or a network drive that went away."
        ),
        (),
    ),
    0xC0000017: (
        "STATUS_NO_MEMORY",
        "Memory ran out.",
        ("windows-pagefile-too-small",),
    ),
    0xC000001D: (
        "STATUS_ILLEGAL_INSTRUCTION",
        "Native code used an instruction that this processor does not have.",
        (),
    ),
    0xC000007B: (
        "STATUS_INVALID_IMAGE_FORMAT",
        "A library is damaged, or of the wrong kind (32 and 64 bit mixed).",
        _DLL,
    ),
    0xC00000FD: ("STATUS_STACK_OVERFLOW", "Endless recursion in native code.", ()),
    0xC000012D: (
        "STATUS_COMMITMENT_LIMIT",
        "Memory and page file together were full.",
        ("windows-pagefile-too-small",),
    ),
    0xC0000135: (
        "STATUS_DLL_NOT_FOUND",
        "A library that the program needs is missing, mostly the Visual C++ runtime.",
        _DLL,
    ),
    0xC000013A: ("STATUS_CONTROL_C_EXIT", "Its window was closed, or Ctrl-C.", ()),
    0xC0000142: (
        "STATUS_DLL_INIT_FAILED",
        "A library refused to start, mostly a damaged driver or runtime.",
        _DLL,
    ),
    0xC0000374: (
        "STATUS_HEAP_CORRUPTION",
        (
            "Native code damaged its own memory, mostly a compiled part of a node pack "
            "made for another torch."
        ),
        ("silent-crash-on-model-load",),
    ),
    0xC0000409: (
        "STATUS_STACK_BUFFER_OVERRUN",
        "Native code gave up (abort or a failed check), mostly in torch or a driver.",
        ("silent-crash-on-model-load",),
    ),
    0xC06D007E: (
        "",
        "A library that is loaded late is missing.",
        _DLL,
    ),
    0xC06D007F: (
        "",
        "A library that is loaded late is of another version.",
        _DLL,
    ),
    0xE06D7363: ("", "A C++ error nobody caught, mostly in torch or a driver.", ()),
    0xCFFFFFFF: ("", "Windows ended it because it did not answer.", ()),
}


def meaning_of(code: int) -> ExitMeaning:
    """The meaning of an exit code in any of its spellings.

    Python's ``-9``, a shell's ``137`` and systemd's signal are one; Windows' negative
    numbers are taken as the unsigned ones that people search for.
    """
    plain = _normal(code)
    if plain in _PLAIN:
        return ExitMeaning(plain, *_PLAIN[plain])
    if plain in _WINDOWS:
        return ExitMeaning(plain, *_WINDOWS[plain])
    if plain - _SIGNAL_BASE in _SIGNALS:
        return ExitMeaning(plain, *_SIGNALS[plain - _SIGNAL_BASE])
    return ExitMeaning(plain, "", "What this code means is not known.")


def _normal(code: int) -> int:
    if -64 <= code < 0 and -code in _SIGNALS:
        return _SIGNAL_BASE - code
    if code < 0:
        return code % _UNSIGNED
    return code


def from_signal(number: int) -> ExitMeaning:
    """The meaning of a signal that ended a process."""
    return meaning_of(_SIGNAL_BASE + number)
