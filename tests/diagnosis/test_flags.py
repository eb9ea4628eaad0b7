"""The command line of a server."""

from comfydoctor.diagnosis.flags import Flags


def test_values_stand_behind_or_after_an_equals_sign():
    flags = Flags(("main.py", "--port", "8188", "--listen=0.0.0.0", "--cpu"))
    assert (flags.value("--port"), flags.value("--listen")) == ("8188", "0.0.0.0")
    assert "--cpu" in flags and "--gpu-only" not in flags


def test_an_option_may_stand_alone():
    flags = Flags(("main.py", "--listen", "--cpu"))
    assert flags.value("--listen", "everywhere") == "everywhere"
    assert flags.value("--port", "8188") == "8188"
