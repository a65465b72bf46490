"""A calibration on the terminal."""

from rich.console import Console

from somnometry import shipped_calibration
from somnometry.report.tables.calibration_table import calibration_table

ONE = shipped_calibration("bitbrain-headband")


def test_it_fits_eighty_columns_and_holds_the_published_slope(capsys):
    Console(width=80).print(calibration_table(ONE))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any("N3" in line and "0.60 (0.11)" in line for line in lines)


def test_what_was_not_calibrated_has_no_line():
    assert calibration_table(ONE, ["tst", "trt"]).row_count == 1
