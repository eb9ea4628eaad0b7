"""Every text is readable on what it stands on, in both themes."""

import pytest

from comfydoctor.ui.stylesheet import palette, stylesheet
from comfydoctor.ui.theme import DARK, LIGHT, METRIC_SERIES, Level, Style

THEMES = {"light": LIGHT, "dark": DARK}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_reaches_four_and_a_half_to_one(theme):
    grounds = (theme.background, theme.surface, theme.raised, theme.hover)
    for text in (theme.text, theme.muted, theme.error):
        for ground in grounds:
            assert contrast(text, ground) >= 4.5, (text, ground)
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.on_accent, theme.accent_hover) >= 4.5
    assert contrast(theme.accent, theme.accent_tint) >= 4.5
    assert contrast(theme.text, theme.selection) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("level", list(Level))
def test_a_level_is_readable_on_its_tint_and_on_a_card(theme, level):
    assert contrast(theme.level(level), theme.tint(level)) >= 4.5
    assert contrast(theme.level(level), theme.surface) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_controls_and_curves_stand_out_three_to_one(theme):
    assert contrast(theme.control, theme.surface) >= 3.0
    assert contrast(theme.accent, theme.surface) >= 3.0
    for curve in theme.series[:3]:
        assert contrast(curve, theme.surface) >= 3.0


def test_the_same_metric_has_the_same_colour_and_a_second_card_another():
    style = Style()
    assert style.series("gpu.load") == style.series("gpu.load", 0)
    assert style.series("gpu.load") != style.series("gpu.load", 1)
    assert METRIC_SERIES["gpu.load"] != METRIC_SERIES["gpu.vram_used"]


def test_sizes_follow_the_scale_and_never_vanish():
    assert Style(scale=2.0).px(8) == 16
    assert Style(scale=1.0).px(0.2) == 1
    assert Style(scale=3.0).font(13).pixelSize() == 39


def test_the_sheet_has_every_token_filled_in():
    for dark in (False, True):
        sheet = stylesheet(Style(dark=dark))
        assert "$" not in sheet
        assert (DARK if dark else LIGHT).accent in sheet
    assert palette(Style(dark=True)).window().color().name().upper() == DARK.background
