"""What a server says becomes facts that signatures can use."""

from comfydoctor.diagnosis.server_facts import device_name, facts_of
from tests.diagnosis.servers import GIB, card, processor, server


def test_a_card_and_its_memory():
    facts = facts_of(server(card(total=12 * GIB)))
    assert (facts.device, facts.gpu) == ("cuda", "NVIDIA GeForce RTX 3060")
    assert (facts.vram_mb, facts.os, facts.python) == (12 * 1024, "linux", "3.11.7")


def test_a_processor_has_no_video_memory():
    facts = facts_of(server(processor()))
    assert (facts.device, facts.gpu, facts.vram_mb) == ("cpu", "", 0)


def test_the_kind_of_installation_where_it_shows():
    assert facts_of(server(embedded_python=True)).install == "portable"
    assert facts_of(server(argv=("main.py",))).install == ""
    assert facts_of(server(deploy_environment="local-desktop")).install == "desktop"


def test_names_of_devices():
    assert device_name("cuda:0 NVIDIA A100 : native") == "NVIDIA A100"
    assert device_name("cpu") == "cpu"
    assert device_name("Radeon RX 7900") == "Radeon RX 7900"
