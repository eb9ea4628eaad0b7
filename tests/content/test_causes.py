"""Every cause file: valid, recognised by its own examples, silent on the others."""

from pathlib import Path

import pytest

from comfydoctor.content.catalogue import Catalogue
from comfydoctor.content.literals import weakness
from comfydoctor.content.loader import cause_files, load_cause
from comfydoctor.content.places import resources_root
from comfydoctor.content.schema import Cause
from comfydoctor.diagnosis.explain import Explainer
from comfydoctor.diagnosis.signatures import Matcher
from tests.content.hostile import slow_line

DATA = Path(__file__).parents[1] / "data" / "diagnosis"
ROOT = resources_root()
FILES = cause_files(ROOT)
NEARBY_SHORTEST = 4


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(ROOT)


@pytest.fixture(scope="module")
def explainer(catalogue: Catalogue) -> Explainer:
    return Explainer(Matcher(catalogue))


def test_the_whole_library_is_valid(catalogue: Catalogue) -> None:
    assert len(catalogue.causes) == len(FILES)


def test_every_known_cause_has_its_file(catalogue: Catalogue) -> None:
    wanted = set((DATA / "cause_ids.txt").read_text().split())
    assert (
        wanted - {cause.id for cause in catalogue.library.causes if cause.rules}
        == set()
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestCause:
    def test_has_words_remedies_and_examples(self, path: Path) -> None:
        cause = load_cause(path)
        assert cause.explanation and cause.fixes
        assert bool(cause.rules) == bool(cause.examples)
        assert all(example.source for example in cause.examples)

    def test_is_first_for_its_examples(self, path: Path, explainer: Explainer) -> None:
        cause = load_cause(path)
        for example in cause.examples:
            findings = explainer.text(example.log).findings
            assert [finding.cause for finding in findings[:1]] == [cause.id]

    def test_is_silent_on_its_look_alikes(
        self, path: Path, explainer: Explainer
    ) -> None:
        cause = load_cause(path)
        for example in cause.counter_examples:
            findings = explainer.text(example.log).findings
            assert cause.id not in {finding.cause for finding in findings}

    def test_patterns_have_fixed_texts_to_look_for(self, path: Path) -> None:
        for rule in load_cause(path).rules:
            if rule.line:
                assert weakness(rule.line) == "", rule.line
            for pattern in (*rule.also, *rule.absent):
                assert weakness(pattern, shortest=NEARBY_SHORTEST) == "", pattern

    def test_patterns_are_quick_on_hostile_lines(self, path: Path) -> None:
        for pattern in patterns_of(load_cause(path)):
            assert slow_line(pattern) == "", pattern


@pytest.mark.parametrize(
    "path", sorted((DATA / "healthy").glob("*.log")), ids=lambda path: path.stem
)
def test_healthy_logs_raise_no_alarm(path: Path, explainer: Explainer) -> None:
    assert explainer.file(path).findings == ()


def test_the_harmless_lines_have_fixed_texts(catalogue: Catalogue) -> None:
    for item in catalogue.common.harmless:
        assert weakness(item.line) == "", item.line


def patterns_of(cause: Cause) -> list[str]:
    found: list[str] = []
    for rule in cause.rules:
        found += [rule.line, *rule.also, *rule.absent, *rule.before, *rule.around]
        found += [rule.exception, rule.node, rule.owner, rule.frame]
        found += [value.lstrip("!") for value in rule.facts.values()]
    return [pattern for pattern in found if pattern]
