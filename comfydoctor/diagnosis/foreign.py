"""System messages in the language of the system -> the English words rules know.

Python prints the system's own words behind a number: ``[WinError 5] Zugriff
verweigert``. The number is the same everywhere.
"""

import re

_WINDOWS = {
    2: "The system cannot find the file specified",
    3: "The system cannot find the path specified",
    5: "Access is denied",
    8: "Not enough memory resources are available to process this command",
    23: "Data error (cyclic redundancy check)",
    32: "The process cannot access the file because it is being used by another "
    "process",
    112: "There is not enough space on the disk",
    126: "The specified module could not be found",
    127: "The specified procedure could not be found",
    193: "%1 is not a valid Win32 application",
    206: "The filename or extension is too long",
    1114: "A dynamic link library (DLL) initialization routine failed",
    1117: "The request could not be performed because of an I/O device error",
    1450: "Insufficient system resources exist to complete the requested service",
    1455: "The paging file is too small for this operation to complete",
    10013: "An attempt was made to access a socket in a way forbidden by its access "
    "permissions",
    10048: "Only one usage of each socket address (protocol/network address/port) is "
    "normally permitted",
    10049: "The requested address is not valid in its context",
    10054: "An existing connection was forcibly closed by the remote host",
    10055: "An operation on a socket could not be performed because the system lacked "
    "sufficient buffer space",
    10060: "A connection attempt failed because the connected party did not properly "
    "respond",
    10061: "No connection could be made because the target machine actively refused it",
}
_POSIX = {
    2: "No such file or directory",
    5: "Input/output error",
    12: "Cannot allocate memory",
    13: "Permission denied",
    17: "File exists",
    20: "Not a directory",
    21: "Is a directory",
    22: "Invalid argument",
    24: "Too many open files",
    28: "No space left on device",
    30: "Read-only file system",
    32: "Broken pipe",
    36: "File name too long",
    98: "Address already in use",
    99: "Cannot assign requested address",
    101: "Network is unreachable",
    104: "Connection reset by peer",
    110: "Connection timed out",
    111: "Connection refused",
    113: "No route to host",
}
_NUMBERED = re.compile(
    r"\[(?P<kind>Errno|WinError) (?P<number>\d{1,5})\] (?P<words>[^:'\"\].。]{2,160})"
)
_RUST = re.compile(r"(?P<words>[^:'\"(]{3,160}?) ?\(os error (?P<number>\d{1,5})\)")
# What has no number: the command prompt's own words.
_PLAIN = (
    (
        "Press any key to continue",
        re.compile(
            "Drücken Sie eine beliebige Taste|Appuyez sur une touche pour continuer"
            "|Presione una tecla para continuar|Pressione qualquer tecla"
            "|Premere un tasto per continuare|请按任意键继续|請按任意鍵繼續"
            "|続行するには何かキーを押してください|계속하려면 아무 키나 누르십시오"
            "|Для продолжения нажмите любую клавишу|Aby kontynuować, naciśnij"
        ),
    ),
    (
        "is not recognized as an internal or external command",
        re.compile(
            "ist entweder falsch geschrieben oder|n’est pas reconnu en tant que"
            "|n'est pas reconnu en tant que|no se reconoce como un comando"
            "|não é reconhecido como um comando|不是内部或外部命令"
            "|不是內部或外部命令|は、内部コマンドまたは外部コマンド"
            "|내부 또는 외부 명령|не является внутренней или внешней"
        ),
    ),
)


def in_english(text: str) -> str:
    """The line with the system's words in English; others stay as they are."""
    if "[Errno " in text or "[WinError " in text:
        text = _NUMBERED.sub(_by_number, text)
    if "(os error " in text:
        text = _RUST.sub(_by_rust, text)
    if not text.isascii():
        for words, signs in _PLAIN:
            text = signs.sub(words, text)
    return text


def _by_number(found: re.Match[str]) -> str:
    known = _WINDOWS if found["kind"] == "WinError" else _POSIX
    number = int(found["number"])
    words = known.get(number) or _WINDOWS.get(number)
    if words is None or _is_english(found["words"], words):
        return found[0]
    return f"[{found['kind']} {number}] {words}"


def _by_rust(found: re.Match[str]) -> str:
    number = int(found["number"])
    words = _WINDOWS.get(number) if number > 111 else None
    if words is None or _is_english(found["words"], words):
        return found[0]
    return f" {words} (os error {number})"


def _is_english(told: str, words: str) -> bool:
    """Whether they begin alike, so that nothing that was printed is replaced."""
    said = told.strip().lower()
    return said[:12] == words[:12].lower() or said.startswith("error while")
