"""A table of what is shown, harmless for spreadsheets."""

import numpy as np

from comfydoctor.ui.charts.past import Line
from comfydoctor.ui.charts.saving import table_of


def test_a_table_has_what_is_shown_and_gaps_as_nothing():
    line = Line(np.array([0.0, 1.0, 99.0]), np.array([1.5, np.nan, 3.0]))
    text = table_of({("host.cpu", ""): line, ("host.disk_free", "=x"): line}, 0.0, 50.0)
    assert text.splitlines() == [
        "time,metric,subject,value",
        "1970-01-01T00:00:00+00:00,host.cpu,,1.5",
        "1970-01-01T00:00:01+00:00,host.cpu,,",
        "1970-01-01T00:00:00+00:00,host.disk_free,'=x,1.5",
        "1970-01-01T00:00:01+00:00,host.disk_free,'=x,",
    ]
