"""The calibrations that the package holds are those of the open nights."""

import pytest

from somnometry import shipped_calibration
from tools.calibrate_boas import STAGERS, boas_calibration


@pytest.mark.real_data
@pytest.mark.parametrize("name", STAGERS)
def test_what_is_calibrated_on_the_nights_is_the_file_in_the_package(shared, name):
    made, shipped = boas_calibration(shared / "data" / "boas", name), shipped_calibration(name)
    assert made.keys() == shipped.keys()
    assert (made.stager, made.n_nights, made.source) == (shipped.stager, shipped.n_nights, shipped.source)
    for key in made:
        assert made[key].interval(10.0) == pytest.approx(shipped[key].interval(10.0), rel=1e-6)
        assert made[key].lambda_low == pytest.approx(shipped[key].lambda_low, rel=1e-6)
