from comfydoctor.comfy.pin import fingerprint, normal_fingerprint


def test_compares_fingerprints_in_whatever_form_they_are_shown():
    plain = fingerprint(b"x")
    pairs = ":".join(plain[i : i + 2] for i in range(0, 64, 2))
    assert normal_fingerprint(pairs.upper()) == plain
    assert normal_fingerprint(f"SHA256={pairs}") == plain
    assert normal_fingerprint(f" {plain}\n") == plain
