"""Means of times up to a horizon, some of them censored."""

import pytest

from somnometry.claims.data.restricted_mean import pseudo_values, restricted_mean

from ...facts import example


def test_restricted_means_of_the_biliary_trial(vectors):
    want = vectors["pbc_rmst"]
    table = example("pbc")
    for arm in (0, 1):
        days, event = (table.loc[table["arm"] == arm, name].to_numpy() for name in ("days", "died"))
        time = days / 365.25
        assert restricted_mean(time, event, want["tau"]) == pytest.approx(want[f"arm{arm}"][0], rel=1e-7)
        assert pseudo_values(time, event, want["tau"]).mean() == pytest.approx(want[f"arm{arm}"][0], rel=1e-7)
