"""CSV and terminal hold the numbers of a table of power."""

import csv

import pytest

from somnometry.claims.power.nights_needed import nights_needed
from somnometry.claims.power.power_table import ADJUSTMENTS, OUTCOMES
from somnometry.report.tables.power_tables import nights_needed_table, power_table, unsimulated_table, write_power
from somnometry.report.words.reasons import reason_text

from ...terminal import printed
from ..power_tables import made


def test_csv_and_terminal_hold_every_row(tmp_path):
    table = made(3)
    write_power(table, tmp_path / "power.csv")
    with (tmp_path / "power.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(table.rows) + 2
    for cells, row in zip(rows, table.rows, strict=False):
        assert (cells["claim"], int(cells["subjects"]), int(cells["nights"])) == (row.claim, row.subjects, row.nights)
        assert float(cells["power_before"]) == row.before == row.counts[0, 0, OUTCOMES.index("supported")] / 100
        assert float(cells["power_after"]) == float(cells["power_holm"]) == row.after
        assert sum(float(cells[f"p_{outcome.replace(' ', '_')}"]) for outcome in OUTCOMES) == pytest.approx(1)
        assert float(cells["p_equivalent_if_no_effect"]) == row.equivalent_if_none
    assert (rows[-2]["claim"], rows[-2]["subjects"]) == ("PAIN", "")
    assert [cells["reason"] for cells in rows[-2:]] == [reason_text(one.reason) for one in table.unsimulated]
    text = printed(power_table(table))
    row = table.at("CLAIM 1", 24, 4)
    cell = " ".join(f"{row.probability('supported', a):.2f}"[1:] for a in ADJUSTMENTS)
    line = next(line for line in text[text.index("CLAIM 1") :].splitlines()[1:])
    assert cell in line
    assert "n 24" in text
    assert "PAIN *" in printed(unsimulated_table(table))


def test_nights_needed_are_printed_as_found():
    rows = nights_needed({"tst": 15.0, "rem_percent": 3.0}, nights=(1, 4))
    text = printed(nights_needed_table(rows))
    first = text[text.index("TST") :].splitlines()[0].split()
    expected = (f"{rows[0].reliability:.2f}", str(rows[0].nights), *map(str, rows[0].subjects.values()))
    assert first == ["TST", "humans", "15", "min", *expected]
    assert reason_text(rows[-1].note)[:30] in text
    assert "never" in text
