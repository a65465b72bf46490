"""Effects over the smallest effect of interest."""

import math

import pytest

from somnometry.core.claim import Claim
from somnometry.report.figures.marks import over_smallest


def test_effects_over_the_smallest():
    claim = Claim("awakenings", "decreases", smallest_effect=0.5)
    assert over_smallest(0.25, claim, "ratio") == pytest.approx(2)
    assert over_smallest(2.0, claim, "ratio") == pytest.approx(-1)
    assert over_smallest(0.0, claim, "ratio") == math.inf
    assert math.isnan(over_smallest(1.0, Claim("waso", "decreases"), "difference"))
