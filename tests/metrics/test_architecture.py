"""What `architecture` and `architecture_table` say besides numbers: reasons, warnings, refusals."""

import math

import numpy as np
import pytest

from somnometry.core.errors import HypnogramError
from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics import METRICS, architecture, architecture_table

from .strategies import WORKED_NIGHT

NAN = math.nan


class TestLights:
    def test_without_markers_what_needs_lights_is_nan_and_says_so(self):
        night = architecture(Hypnogram(WORKED_NIGHT, lights_off=NAN, lights_on=NAN))
        unknown = {key for key, reason in night.reasons.items() if "is unknown" in reason}
        assert unknown & METRICS.keys() == {
            *("trt", "twt", "se", "se_scored", "sol", "sol_5min", "lps", "starts_asleep", "waso", "fwt"),
            *(f"{stage}_latency_lights_off" for stage in ("n1", "n2", "n3", "rem")),
        }
        assert (night["tst"], night["waso_spt"], night["rem_latency"], night["awakenings"]) == (6.5, 1, 5, 1)

    def test_whole_declares_the_record_to_be_the_window(self):
        unknown = Hypnogram(WORKED_NIGHT, lights_off=NAN, lights_on=NAN)
        assert "whole()" in architecture(unknown).reasons["sol"]
        assert architecture(unknown.whole())["sol"] == 1

    def test_lights_on_alone_is_enough_for_waso_and_lights_off_alone_for_sol(self):
        morning = architecture(Hypnogram(WORKED_NIGHT, lights_off=NAN, lights_on=570.0))
        assert (morning["waso"], morning["fwt"]) == (2, 1)
        for key in ("sol", "sol_time", "sol_event", "rem_latency_lights_off_event"):
            assert math.isnan(morning[key])
            assert morning.reasons[key].startswith("lights-off is unknown")
        evening = architecture(Hypnogram(WORKED_NIGHT, lights_off=30.0, lights_on=NAN))
        assert evening["sol"] == 0.5
        assert evening.reasons["waso"].startswith("lights-on is unknown")

    def test_an_epoch_counts_if_its_midpoint_lies_between_the_lights(self):
        assert architecture(Hypnogram([0, 0, 2, 2], lights_off=15.0))["sol"] == 1
        assert architecture(Hypnogram([0, 0, 2, 2], lights_off=15.1))["sol"] == 0.5
        assert architecture(Hypnogram([0, 0, 2, 2], lights_on=105.0))["tst"] == 0.5
        assert architecture(Hypnogram([0, 0, 2, 2], lights_on=105.1))["tst"] == 1

    def test_lights_beyond_the_record_are_told(self):
        warnings = architecture(Hypnogram(WORKED_NIGHT, lights_off=-60.0, lights_on=1200.0)).warnings
        assert any("lights-off is 1.0 min before the record begins" in warning for warning in warnings)
        assert any("lights-on is 10.0 min after the record ends" in warning for warning in warnings)


class TestLevels:
    def test_light_sleep_is_never_n2(self):
        night = architecture(Hypnogram([0, 5, 5, 3, 4, 0], levels=4))
        assert night.reasons["n2_minutes"] == "the scorer's levels have no N2"
        assert night.reasons["n2_latency_time"] == "the scorer's levels have no N2"
        assert night.reasons["n2_latency_event"] == "the scorer's levels have no N2"
        assert (night["light_minutes"], night["n3_minutes"], night["rem_minutes"]) == (1, 0.5, 0.5)
        assert night["stage_shift_index"] == 60  # LIGHT-N3, N3-R in 2 minutes

    def test_three_levels_have_nrem_and_rem(self):
        night = architecture(Hypnogram([0, 6, 6, 0, 4, 0], levels=3))
        assert (night["nrem_minutes"], night["rem_latency"], night["awakenings"]) == (1, 1.5, 1)
        assert night.reasons["light_percent"] == "the scorer's levels do not tell light from deep sleep"

    def test_sleep_and_wake_know_no_stages(self):
        night = architecture(Hypnogram([0, 7, 7, 0, 7, 0], levels=2))
        assert (night["tst"], night["awakenings"], night["sfi_wake"]) == (1.5, 1, 80)
        assert night.reasons["rem_latency"] == "the scorer's levels have no REM"
        assert night.reasons["stage_shift_index"] == "the scorer's levels have one stage of sleep only"


class TestUnscored:
    def test_over_a_fifth_unscored_is_refused_with_share_and_remedy(self):
        hypnogram = Hypnogram([0] * 10 + [2] * 60 + [-1] * 30)
        with pytest.raises(HypnogramError, match=r"30%.*30 of 100 epochs.*more than 20%.*max_unscored=1"):
            architecture(hypnogram)
        assert architecture(hypnogram, max_unscored=1)["tst"] == 30

    def test_a_fifth_is_not_yet_refused(self):
        assert architecture(Hypnogram([2] * 80 + [-1] * 20))["tst"] == 40

    def test_unscored_time_outside_the_lights_is_not_held_against_the_night(self):
        hypnogram = Hypnogram([-1] * 50 + [2] * 20 + [0], lights_off=1500.0)
        assert architecture(hypnogram)["unscored_minutes"] == 0
        assert architecture(hypnogram).warnings == (
            "the night starts asleep: sleep onset came earlier, or at once (SOL is left-censored)",
        )

    def test_a_little_over_a_twentieth_is_a_warning(self):
        twentieth, more = ([0, *[2] * (997 - n), *[-1] * n, 0, 0] for n in (50, 51))
        assert architecture(Hypnogram(twentieth)).warnings == ()
        assert architecture(Hypnogram(more)).warnings == ("5% of the night is unscored (25.5 min)",)

    def test_over_a_twentieth_is_a_warning(self):
        five, six = [0, *[2] * 92, *[-1] * 5, 0, 0], [0, *[2] * 91, *[-1] * 6, 0, 0]
        assert architecture(Hypnogram(five)).warnings == ()
        assert architecture(Hypnogram(six)).warnings == ("6% of the night is unscored (3 min)",)


class TestTable:
    def test_no_nights(self):
        table = architecture_table(np.zeros((0, 960), dtype=np.int8))
        assert all(column.shape == (0,) for column in table.values())

    def test_what_is_padded_is_no_part_of_the_night(self):
        padded = np.array([[0, 2, 2, 0, -1, -1], [0, 2, 2, 2, 2, 0]])
        table = architecture_table(padded, n_epochs=[4, 6])
        assert table["trt"].tolist() == [2, 3]
        assert table["unscored_minutes"].tolist() == [0, 0]

    def test_one_light_serves_all_nights_and_each_may_have_its_own(self):
        stages = [[0, 2, 2, 0], [0, 2, 2, 0]]
        assert architecture_table(stages, lights_off=30.0)["sol"].tolist() == [0, 0]
        assert architecture_table(stages, lights_off=[30.0, 0.0])["sol"].tolist() == [0, 0.5]
        assert np.isnan(architecture_table(stages, lights_off=np.nan)["sol"]).all()

    @pytest.mark.parametrize(
        ("n_epochs", "says"),
        [
            ([4, 7], "night 1: n_epochs must be a whole number from 0 to 4, not 7"),
            ([-1, 4], "night 0: .* not -1"),
            ([4, 2.5], "night 1: .* not 2.5"),
            ([4, NAN], "night 1: .* not nan"),
            ([math.inf, 4], "night 0: .* not inf"),
            ([True, False], "night 0: .* not True"),
            (False, "night 0: .* not False"),
        ],
    )
    def test_a_night_is_no_longer_than_its_row(self, n_epochs, says):
        with pytest.raises(HypnogramError, match=says):
            architecture_table(np.zeros((2, 4), np.int8), n_epochs=n_epochs)

    def test_a_night_may_be_empty_and_its_length_a_float(self):
        assert architecture_table([[0, 2], [0, 2]], n_epochs=[0.0, 2.0])["trt"].tolist() == [0, 1]

    def test_the_callers_array_is_left_alone(self):
        stages = np.array([[0, 2, 2, 0]], dtype=np.int8)
        architecture_table(stages, lights_off=30.0, lights_on=90.0)
        assert stages.tolist() == [[0, 2, 2, 0]]

    @pytest.mark.parametrize(
        ("stages", "kwargs", "says"),
        [
            ([[0, 2], [0, 5]], {}, "night 1, epoch 1 has stage 5; with 5 levels"),
            ([0, 2], {}, r"one row of numbers per night, not int64 of shape \(2,\)"),
            ([[0, 2]], {"levels": 6}, "5, 4, 3 or 2 levels, not 6"),
            ([[0, 2]], {"epoch": 0}, "positive number of seconds, not 0"),
            ([[0, 2], [0, 2]], {"lights_off": [0, 60], "lights_on": 60}, r"night 1: lights-off \(60 s\) must come"),
            ([[0, 2], [0, 2]], {"lights_on": [60, math.inf]}, "night 1: lights-on must be a moment or NaN, .* not inf"),
            ([[0, 2]], {"lights_off": [0, 60]}, r"lights_off must be one number, or one for each of the 1 nights"),
        ],
    )
    def test_a_contradiction_is_refused_with_its_place(self, stages, kwargs, says):
        with pytest.raises(HypnogramError, match=says):
            architecture_table(stages, **kwargs)


def test_the_columns_of_a_table_are_the_callers_own():
    stages = [[0, 2, 2, 4, 0, 2], [2, 2, 0, 4, 4, 0]]
    table, untouched = architecture_table(stages), architecture_table(stages)
    for key, column in table.items():
        column[:] = -1
        del untouched[key]
        for other, values in untouched.items():
            np.testing.assert_array_equal(table[other], values)


# ----------------------------------------------------------------------------------------------- with a calibration
class Known:
    """An error that is known of two metrics."""

    def intervals(self, values, scorer):
        assert str(scorer) == "S"
        return {key: (values[key] - 1, values[key] + 2) for key in ("tst", "rem_latency")}

    def unseen(self, values):
        return ("tst",) if values["tst"] < 3 else ()


def test_a_metric_whose_error_is_known_has_the_ends_of_an_interval():
    night = architecture(Hypnogram([0, 2, 2, 3, 0, 2], scorer="S"), calibration=Known())
    assert (night["tst"], night["tst_low"], night["tst_high"]) == (2.0, 1.0, 4.0)
    assert math.isnan(night["rem_latency_low"])
    assert night.reasons["rem_latency_low"] == night.reasons["rem_latency"]
    (unseen,) = set(night.warnings) - set(architecture(Hypnogram([0, 2, 2, 3, 0, 2], scorer="S")).warnings)
    assert "TST" in unseen


def test_the_numbers_are_the_same_with_and_without():
    hypnogram = Hypnogram([0, 2, 2, 3, 4, 4, 4, 0, 2], scorer="S")
    plain, known = architecture(hypnogram), architecture(hypnogram, calibration=Known())
    assert {key: known[key] for key in plain if not math.isnan(plain[key])} == {
        key: value for key, value in plain.items() if not math.isnan(value)
    }
    assert known.keys() - plain.keys() == {"tst_low", "tst_high", "rem_latency_low", "rem_latency_high"}
    assert known.warnings == plain.warnings
