"""The fit of the hypnogram process: REM periods, and the numbers that the package holds."""

import numpy as np
import pytest

from somnometry.simulate import boas_table
from tools.fit_hypnogram_process import main, phases_of


def test_rem_periods_are_merged_over_gaps_of_up_to_fifteen_minutes():
    stages = np.array([2, 4, *[2] * 29, 4, *[2] * 30, 4], np.int8)
    expected = np.array([False, *[True] * 31, *[False] * 30, True])
    assert np.array_equal(phases_of(stages), expected)


@pytest.mark.real_data
def test_what_is_fitted_to_the_scorings_is_the_table_in_the_package(shared, capsys):
    main(str(shared / "data" / "boas"))
    printed = {}
    exec(compile(capsys.readouterr().out, "boas_table.py", "exec"), printed)
    names = {name for name in vars(boas_table) if name.isupper()}
    assert {name for name in printed if name.isupper()} == names
    assert {name: printed[name] for name in names} == {name: getattr(boas_table, name) for name in names}
