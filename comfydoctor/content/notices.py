"""Notices: texts for each language, audience and stage, filled from facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import TypeAdapter

from comfydoctor.content.toml import read_checked
from comfydoctor.errors import ContentError
from comfydoctor.model.incident import Audience, Notice, Stage

_HOLE = re.compile(r"\{(\w+)\}")
FACTS = {"what", "since", "impact", "cause", "done", "next", "estimate", "took", "who"}
"""What a text may ask for."""


@dataclass(frozen=True)
class Text:
    """Subject and body, with ``{facts}`` in them."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    subject: str
    body: str


@dataclass(frozen=True)
class NoticeTexts:
    """All texts of one language."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    language: str
    """Name of the language in itself."""
    gap: str
    """Stands where a fact is not known."""
    text: dict[Audience, dict[Stage, Text]]

    def fill(
        self, audience: Audience, stage: Stage, facts: Mapping[str, str]
    ) -> Notice:
        """The notice; what is not known stands as a gap and is named."""
        text = self.text[audience][stage]
        missing: dict[str, None] = {}

        def put(hole: re.Match[str]) -> str:
            known = facts.get(hole[1], "")
            if not known:
                missing[hole[1]] = None
            return known or self.gap

        subject, body = _HOLE.sub(put, text.subject), _HOLE.sub(put, text.body)
        return Notice(subject, body.strip(), self.language, tuple(missing))


_TEXTS = TypeAdapter(NoticeTexts)


def load_notices(root: Path) -> dict[str, NoticeTexts]:
    """Texts by language code. Raises ContentError, which names file and place."""
    files = sorted((root / "notices").glob("*.toml"))
    return {path.stem: load_texts(path) for path in files}


def load_texts(path: Path) -> NoticeTexts:
    """One language, whole: every audience and stage, no hole that nobody fills."""
    texts = read_checked(path, _TEXTS)
    for audience in Audience:
        for stage in Stage:
            text = texts.text.get(audience, {}).get(stage)
            if text is None:
                raise ContentError(
                    f"{path}: no text for {audience.value} {stage.value}"
                )
            if unknown := set(_HOLE.findall(text.subject + text.body)) - FACTS:
                raise ContentError(f"{path}: {sorted(unknown)} is no fact")
    return texts
