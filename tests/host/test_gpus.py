"""Cards of several makers stand in one row."""

from comfydoctor.host.gpu import GpuReading, GpuReport, GpuTrouble
from comfydoctor.host.gpus import AllGpus, default_readers


class Fixed:
    def __init__(self, report):
        self.report = report
        self.closed = False

    def follow(self, pids):
        self.pids = pids

    async def read(self):
        return self.report

    async def aclose(self):
        self.closed = True


def card(vendor, index, **more):
    return GpuReading(f"{vendor}{index}", index, vendor, vendor, **more)


NONE = GpuTrouble("No NVIDIA driver is installed.", code=12, neutral=True)
LOST = GpuTrouble("off", incident=True)


async def test_cards_are_numbered_through():
    slices = card("nvidia", 1, parent="nvidia1")
    nvidia = GpuReport((card("nvidia", 0), card("nvidia", 1), slices), "580")
    both = AllGpus([Fixed(nvidia), Fixed(GpuReport((card("amd", 0),)))])
    report = await both.read()
    assert [(r.vendor, r.index) for r in report.readings] == [
        ("nvidia", 0),
        ("nvidia", 1),
        ("nvidia", 1),
        ("amd", 2),
    ]
    assert report.driver == "580"
    assert report.trouble is None


async def test_a_missing_vendor_is_no_trouble_where_another_has_cards():
    some = Fixed(GpuReport((card("amd", 0),)))
    report = await AllGpus([Fixed(GpuReport(trouble=NONE)), some]).read()
    assert report.trouble is None
    assert report.readings[0].index == 0
    alone = await AllGpus([Fixed(GpuReport(trouble=NONE))]).read()
    assert alone.trouble is NONE


async def test_real_trouble_is_told():
    some = Fixed(GpuReport((card("amd", 0),)))
    assert (
        await AllGpus([Fixed(GpuReport(trouble=LOST)), some]).read()
    ).trouble is LOST


def test_all_readers_follow_the_process():
    parts = [Fixed(GpuReport()), Fixed(GpuReport())]
    AllGpus(parts).follow((7,))
    assert [part.pids for part in parts] == [(7,), (7,)]


async def test_all_readers_are_closed():
    parts = [Fixed(GpuReport()), Fixed(GpuReport())]
    await AllGpus(parts).aclose()
    assert all(part.closed for part in parts)


async def test_the_readers_of_this_computer_read_without_raising():
    gpus = AllGpus(default_readers())
    report = await gpus.read()
    assert report.readings or report.trouble is None or report.trouble.text
    await gpus.aclose()
