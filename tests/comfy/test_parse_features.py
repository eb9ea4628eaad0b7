from hypothesis import given
from hypothesis import strategies as st

from comfydoctor.comfy.parse_features import parse_features


def test_flags_become_dotted_names():
    features = parse_features(
        {"max_upload_size": 100, "extension": {"manager": {"supports_v4": True}}}
    )
    assert features.get("extension.manager.supports_v4") == "true"
    assert features.max_upload_size == 100
    assert features.get("nothing") == ""


def test_flags_of_a_hostile_server_are_bounded():
    wide = {str(i): {str(j): "x" * 5000 for j in range(100)} for i in range(1000)}
    features = parse_features(wide)
    assert len(features.flags) <= 500
    assert max(len(text) for _, text in features.flags) <= 1000


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["max_upload_size", "extension", "manager"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(ANY)
def test_whatever_comes_is_read(value):
    assert len(parse_features(value).flags) <= 500
