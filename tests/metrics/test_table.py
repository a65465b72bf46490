"""The table of metrics."""

import pytest

from somnometry.metrics import METRICS
from somnometry.metrics.requirements import REQUIREMENTS
from somnometry.report.tables.results import metrics_page


class TestTheTableOfMetrics:
    @pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
    def test_a_metric_is_complete(self, metric):
        assert metric.label
        assert metric.source
        assert metric.unit in {"min", "%", "1/h", "1/min", "1/epoch", "bit", "count", "0/1"}
        assert metric.definition.endswith(".")
        assert set(metric.requires) <= REQUIREMENTS.keys()
        assert metric.censoring is None or metric.censoring.event in metric.requires

    def test_odd_nights_are_told_of(self):
        told = {key for key, metric in METRICS.items() if metric.edge_cases}
        odd = {key for key, metric in METRICS.items() if metric.censoring}
        odd |= {key for key in METRICS if key.endswith("_percent") or key.startswith(("awakenings", "sfi_", "cycle"))}
        assert odd | {"se", "waso", "long_wake_minutes", "rem_efficiency", "rem_fragmentation"} <= told
        assert all(metric.edge_cases.endswith(".") for metric in METRICS.values() if metric.edge_cases)

    def test_what_rests_on_feinberg_states_the_rule(self):
        for key in ("cycles_feinberg", "cycle_minutes_feinberg", "rem_efficiency", "rem_fragmentation"):
            for part in ("15 min pass without R", "first R of the night", "5 min of unbroken R"):
                assert part in METRICS[key].definition
        for key in ("cycles_feinberg", "cycle_minutes_feinberg"):
            assert "more than 120 min of sleep is split" in METRICS[key].definition

    def test_the_page_gives_reasons_and_no_names_of_requirements(self):
        page = metrics_page()
        assert "no sleep was scored" in page
        assert "no EEG in the montage" in page
        assert METRICS["sol"].edge_cases in page
        assert "stage:" not in page
        assert "eeg_rate" not in page

    def test_keys_are_their_metrics_own(self):
        assert all(key == metric.key for key, metric in METRICS.items())

    def test_every_requirement_is_somebodys(self):
        assert {name for metric in METRICS.values() for name in metric.requires} == set(REQUIREMENTS)

    def test_metrics_cannot_be_changed(self):
        with pytest.raises(TypeError, match="does not support item assignment"):
            METRICS["tst"] = METRICS["trt"]
