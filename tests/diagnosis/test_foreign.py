"""The system's words in any language, read as the English ones."""

import re
import tomllib
from pathlib import Path

import pytest

from comfydoctor.diagnosis.foreign import in_english

TABLE = Path(__file__).parents[1] / "data" / "diagnosis" / "system_words.toml"
WORDS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["words"]
NUMBERS = {
    "WinError 5": "Access is denied",
    "WinError 32": "The process cannot access the file",
    "WinError 126": "The specified module could not be found",
    "WinError 1455": "The paging file is too small",
    "Errno 2": "No such file or directory",
    "Errno 13": "Permission denied",
    "Errno 28": "No space left on device",
}
CASES = [
    (code, english, said)
    for code, english in NUMBERS.items()
    for row in WORDS
    if row["english"].startswith(english[:20])
    for said in row.values()
]


@pytest.mark.parametrize(("code", "english", "said"), CASES)
def test_a_number_tells_the_words_in_any_language(
    code: str, english: str, said: str
) -> None:
    line = in_english(f"OSError: [{code}] {said}: 'C:\\\\a\\\\b.dll'")
    assert line.startswith(f"OSError: [{code}] {english}")
    assert line.endswith("'C:\\\\a\\\\b.dll'")


@pytest.mark.parametrize(
    "line",
    [
        "OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 1)",
        "PermissionError: [Errno 13] Permission denied: 'C:\\\\ä'",
        "[WinError 99999] etwas Unbekanntes",
        "got prompt",
        "日本語だけの行",
        "[Errno 2]",
        "(os error 5) ü",
    ],
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert in_english(line) == line


@pytest.mark.parametrize("row", WORDS, ids=lambda row: row["english"][:20])
def test_the_table_has_each_language(row: dict[str, str]) -> None:
    assert re.compile(row["english"])
    assert len(row) == 8


def test_what_the_command_prompt_says_has_no_number() -> None:
    assert in_english("请按任意键继续. . .") == "Press any key to continue. . ."
    said = in_english("'git' n’est pas reconnu en tant que commande interne")
    assert "is not recognized as an internal or external command" in said


def test_a_rust_error_is_told_by_its_number() -> None:
    said = in_english("Die Auslagerungsdatei ist zu klein. (os error 1455)")
    assert "The paging file is too small" in said
