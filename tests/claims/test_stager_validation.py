"""What is known of the errors of stagers, fitted anew to the scorings that it is known from."""

from collections import Counter

import pytest

import somnometry as sm
from benchmarks import boas_agreement
from somnometry.claims.stager_validation import VALIDATION


@pytest.mark.real_data
def test_errors_of_the_validation_are_those_of_boas(shared):
    scorings, person = boas_agreement.read_scorings(shared / "data" / "boas")
    for scorer, device in (("headband_ai", "headband"), ("psg_ai", "psg")):
        pair = boas_agreement.cut_to_device(scorings["human"], scorings[scorer])
        keys = tuple(VALIDATION[device])
        found = sm.metric_agreement(*pair, keys, subjects=person, n_boot=2, interval="bootstrap")
        for key, known in VALIDATION[device].items():
            one = found[key]
            assert known.sd == pytest.approx(one["sd"].value, rel=6e-4), key
            nights = Counter(one.subjects)
            several = [i for i, subject in enumerate(one.subjects) if nights[subject] > 1]
            between, within = sm.variance_components(one.differences[several], [one.subjects[i] for i in several])
            assert known.recurrence == pytest.approx(between**2 / (between**2 + within**2), abs=0.006), key
