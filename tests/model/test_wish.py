from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.model.wish import Wish


def test_a_bare_subject_stays_readable():
    assert Wish("8f2c-11").write() == "8f2c-11"
    assert Wish.read("/models/a b.safetensors") == Wish("/models/a b.safetensors")


def test_options_travel_along():
    wish = Wish("job", {"to": "front"})
    assert Wish.read(wish.write()) == wish
    assert Wish.read(wish.write()).get("to") == "front"
    assert wish.get("other", "x") == "x"


def test_numbers_typed_as_json_are_texts():
    assert Wish.read('{"subject": "j", "batch": 1}').get("batch") == "1"


def test_what_only_looks_like_options_is_a_subject():
    assert Wish.read("{no json") == Wish("{no json")


@given(
    st.text(), st.dictionaries(st.text(min_size=1).filter("subject".__ne__), st.text())
)
def test_every_wish_survives_its_text(subject, options):
    wish = Wish(subject, options)
    back = Wish.read(wish.write())
    assert (back.subject, dict(back.options)) == (subject, options)
