"""Every family file: loads, says nothing twice, and recognises its own examples."""

import pytest

from comfydoctor.assets.identify import Identifier
from comfydoctor.assets.tensors import Tensor
from comfydoctor.content.families import Families, families_stamp, load_family
from comfydoctor.errors import ContentError

FAMILIES = Families().all
IDENTIFIER = Identifier(Families())
EXAMPLES = [
    pytest.param(family, form, id=f"{family.id}-{number}")
    for family in FAMILIES
    for number, form in enumerate(family.form)
    if form.example
]


@pytest.mark.parametrize(("family", "form"), EXAMPLES)
def test_an_example_is_recognised_as_what_it_is(family, form):
    tensors = {key: Tensor("F16", shape) for key, shape in form.example.items()}
    notes = {key: text.partition("|")[0] for key, text in form.metadata.items()}
    found = IDENTIFIER.identify(tensors, notes)
    wanted = (form.kind, family.id, form.title or family.title)
    assert (found.kind.value, found.family_id, found.title) == wanted


def test_every_form_of_a_lora_has_an_example():
    bare = [
        f.id
        for f in FAMILIES
        for form in f.form
        if form.kind == "lora" and not form.example
    ]
    assert bare == []


def test_every_form_asks_for_something():
    for family in FAMILIES:
        for form in family.form:
            assert form.exactness > 0, family.id


def test_titles_are_told_apart_from_others():
    titles = [family.title for family in FAMILIES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('id = "other"\ntitle = "X"', "not the file's name"),
        ('id = "x"\ntitle = "X"\n[[form]]\nkind = "nonsense"', "kind"),
        ('id = "x"\ntitle = "X"\nsurprise = 1', "surprise"),
        ('id = "x', "x.toml"),
    ],
)
def test_a_mistake_names_file_and_place(tmp_path, text, words):
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(ContentError, match=words) as caught:
        load_family(path)
    assert "x.toml" in str(caught.value)


def test_the_stamp_changes_with_a_file(tmp_path):
    (tmp_path / "families").mkdir()
    path = tmp_path / "families" / "x.toml"
    path.write_text('id = "x"\ntitle = "X"')
    first = families_stamp(tmp_path)
    path.write_text('id = "x"\ntitle = "Y"')
    assert families_stamp(tmp_path) != first
