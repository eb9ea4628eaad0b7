"""A tree of files as amdgpu lays it out."""

import math

import pytest

from comfydoctor.host import drm
from comfydoctor.host.amd import AmdReader
from comfydoctor.host.intel import IntelReader

FIGURES = {
    "vendor": "0x1002",
    "device": "0x744c",
    "unique_id": "a1b2c3d4e5f60708",
    "gpu_busy_percent": "87",
    "mem_busy_percent": "41",
    "mem_info_vram_used": str(18 << 30),
    "mem_info_vram_total": str(24 << 30),
    "current_link_speed": "16.0 GT/s PCIe",
    "current_link_width": "16",
    "power/runtime_status": "active",
    "hwmon/hwmon3/temp1_input": "63000",
    "hwmon/hwmon3/power1_average": "287000000",
    "hwmon/hwmon3/power1_cap": "327000000",
    "hwmon/hwmon3/freq1_input": "2304000000",
    "hwmon/hwmon3/freq2_input": "1249000000",
    "hwmon/hwmon3/fan1_input": "1100",
    "hwmon/hwmon3/fan1_max": "3300",
}


def build(sysfs, number, figures, pci="0000:03:00.0"):
    """One card: /sys/class/drm/cardN/device is a link to its PCI folder."""
    device = sysfs / "devices" / pci
    for name, value in figures.items():
        file = device / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value + "\n")
    card = sysfs / "class/drm" / f"card{number}"
    card.mkdir(parents=True)
    (card / "device").symlink_to(device)
    return device


async def read(reader):
    report = await reader.read()
    await reader.aclose()
    return report.readings


async def test_an_amd_card_tells_what_the_kernel_shows(tmp_path):
    build(tmp_path, 0, FIGURES)
    (card,) = await read(AmdReader(tmp_path))
    assert (card.uuid, card.name) == ("a1b2c3d4e5f60708", "AMD card 0x744c")
    assert (card.vendor, card.pci) == ("amd", "0000:03:00.0")
    assert (card.load_percent, card.memory_load_percent) == (87, 41)
    assert card.memory_used_bytes == 18 << 30
    assert card.memory_total_bytes == 24 << 30
    assert card.temperature_c == 63
    assert card.power_w == pytest.approx(287)
    assert card.power_limit_w == pytest.approx(327)
    assert (card.clock_mhz, card.memory_clock_mhz) == (2304, 1249)
    assert card.fan_percent == pytest.approx(33.3, abs=0.1)
    assert (card.pcie_generation, card.pcie_width) == (4, 16)
    assert card.throttled is None
    assert card.trouble is None


async def test_newer_cards_tell_their_power_of_now(tmp_path):
    figures = dict(FIGURES)
    del figures["hwmon/hwmon3/power1_average"]
    build(tmp_path, 0, {**figures, "hwmon/hwmon3/power1_input": "91000000"})
    (card,) = await read(AmdReader(tmp_path))
    assert card.power_w == pytest.approx(91)


async def test_files_that_are_missing_or_odd_are_not_numbers(tmp_path):
    build(tmp_path, 0, {"vendor": "0x1002", "gpu_busy_percent": "<unknown>"})
    (card,) = await read(AmdReader(tmp_path))
    assert math.isnan(card.load_percent)
    assert math.isnan(card.memory_used_bytes)
    assert math.isnan(card.fan_percent)
    assert math.isnan(card.pcie_generation)
    assert card.uuid == "0000:03:00.0"


async def test_a_sleeping_card_is_left_asleep(tmp_path):
    build(tmp_path, 0, {**FIGURES, "power/runtime_status": "suspended"})
    (card,) = await read(AmdReader(tmp_path))
    assert math.isnan(card.load_percent)
    assert card.trouble.neutral


async def test_only_cards_of_the_vendor_count_in_the_kernels_order(tmp_path):
    build(tmp_path, 10, {**FIGURES, "unique_id": "tenth"}, "0000:0a:00.0")
    build(tmp_path, 2, {**FIGURES, "unique_id": "second"}, "0000:02:00.0")
    build(tmp_path, 1, {"vendor": "0x10de"}, "0000:01:00.0")
    (tmp_path / "class/drm/card2-DP-1").mkdir()
    cards = await read(AmdReader(tmp_path))
    assert [(c.uuid, c.index) for c in cards] == [("second", 0), ("tenth", 1)]


async def test_without_sysfs_there_are_no_cards(tmp_path):
    assert await read(AmdReader(tmp_path / "none")) == ()
    assert await read(IntelReader(tmp_path / "none")) == ()


async def test_power_of_an_intel_card_comes_from_its_energy_counter(tmp_path, hands):
    device = build(
        tmp_path,
        0,
        {
            "vendor": "0x8086",
            "device": "0x56a0",
            "hwmon/hwmon1/energy1_input": "5000000",
            "tile0/gt0/freq0/act_freq": "2400",
        },
    )
    reader = IntelReader(tmp_path, clock=hands)
    (first,) = await read(reader)
    assert math.isnan(first.power_w)
    assert first.clock_mhz == 2400
    assert math.isnan(first.load_percent)
    hands.now += 2
    (device / "hwmon/hwmon1/energy1_input").write_text("305000000")
    (second,) = await read(reader)
    assert second.power_w == pytest.approx(150)
    hands.now += 2
    (device / "hwmon/hwmon1/energy1_input").write_text("1000")
    (third,) = await read(reader)
    assert math.isnan(third.power_w), "the counter began anew"


async def test_the_share_of_a_process_is_read_when_asked_for(tmp_path):
    build(tmp_path, 0, FIGURES)
    folder = tmp_path / "proc/77/fdinfo"
    folder.mkdir(parents=True)
    (folder / "4").write_text(
        "drm-pdev:\t0000:03:00.0\ndrm-client-id:\t1\ndrm-memory-vram:\t2 MiB\n"
    )
    reader = AmdReader(tmp_path, tmp_path / "proc")
    assert (await read(reader))[0].processes is None
    reader.follow((77,))
    (card,) = await read(reader)
    assert card.memory_of(77) == 2 << 20


def test_memory_of_a_process_counts_each_client_once(tmp_path):
    folder = tmp_path / "77/fdinfo"
    folder.mkdir(parents=True)
    client = "drm-driver:\tamdgpu\ndrm-pdev:\t0000:03:00.0\ndrm-client-id:\t{}\n{}\n"
    (folder / "4").write_text(client.format(1, "drm-memory-vram:\t2048 KiB"))
    (folder / "5").write_text(client.format(1, "drm-memory-vram:\t2048 KiB"))
    (folder / "6").write_text(client.format(2, "drm-total-vram0:\t3 MiB"))
    (folder / "7").write_text("pos:\t0\nflags:\t02\n")
    assert drm.memory_of(tmp_path, 77, "0000:03:00.0") == 5 << 20
    assert math.isnan(drm.memory_of(tmp_path, 77, "0000:04:00.0"))
    assert math.isnan(drm.memory_of(tmp_path, 78, "0000:03:00.0"))
