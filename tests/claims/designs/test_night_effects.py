"""Effects of nights within a period are estimated where nights can be compared, and refused elsewhere."""

import numpy as np
import pytest

from somnometry.claims.data.sample import NotTestableError, Sample
from somnometry.claims.designs.night_effects import remove_night_effects


def test_nights_that_nobody_has_both_of_are_refused():
    ones = np.ones(8, np.intp)
    sample = Sample(
        np.arange(8.0), np.repeat(np.arange(4), 2), np.tile([0, 1], 4), np.tile([0, 1], 4),
        np.array([0, 0, 0, 0, 3, 3, 3, 3]), ones, ("a", "b"), tuple("wxyz"), ("a-b",) * 4,
    )  # fmt: skip
    with pytest.raises(NotTestableError) as error:
        remove_night_effects(sample)
    assert error.value.reason.code == "nights-not-connected"
