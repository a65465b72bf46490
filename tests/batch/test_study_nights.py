"""Nights as a study needs them: from the table, and from the hypnograms beside it."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

import somnometry as sm
from somnometry.batch.study_nights import read_study_nights


@pytest.fixture
def derivatives(tmp_path):
    """Eight nights of one person in one period, and one of another; hypnograms of all but the last."""
    (tmp_path / "hypnograms").mkdir()
    rows = []
    for night in range(9):
        name, subject = f"n{night}", "a" if night < 8 else "b"
        start = datetime(2026, 1, 5, 23) + timedelta(days=night, minutes=10 * (night % 2))
        hypnogram = sm.simulate_hypnogram(night, hours=7.0, start=start)
        if night < 8:
            sm.write_hypnogram(hypnogram, tmp_path / "hypnograms" / f"{name}.csv")
        rows.append({"recording": name, "subject": subject, "condition": "c", "period": 1, "night": night + 1,
                     "status": "ok", **sm.architecture(hypnogram)})  # fmt: skip
    pd.DataFrame(rows).to_csv(tmp_path / "nights.csv", index=False)
    return tmp_path


def test_a_folder_gives_regularity_and_fixed_windows(derivatives):
    nights = read_study_nights(derivatives, ["tst", "rem_latency"])
    hypnograms = [sm.read_hypnogram(derivatives / "hypnograms" / f"n{i}.csv") for i in range(8)]
    measured = sm.regularity(hypnograms)
    for name in ("sri_nights", "tst_sd", "mid_sleep_sd"):
        assert nights[name].to_numpy()[:8] == pytest.approx(getattr(measured, name))
        assert np.isnan(nights[name].to_numpy()[8])
    by_window = [sm.architecture(sm.window(h, "first_4h"))["tst"] for h in hypnograms]
    assert nights["tst__first_4h"].to_numpy()[:8] == pytest.approx(by_window)
    assert "rem_latency__first_4h" not in nights  # a latency is the same in any window that holds it


def test_a_table_alone_is_read_as_it_is(derivatives):
    (derivatives / "hypnograms").rename(derivatives / "elsewhere")
    nights = read_study_nights(derivatives / "nights.csv", ["tst"])
    assert "sri_nights" not in nights
    assert len(nights) == 9


def test_no_table_and_no_columns_of_a_study_are_told(derivatives, tmp_path):
    with pytest.raises(sm.ClaimError) as refused:
        read_study_nights(tmp_path / "nowhere")
    assert refused.value.place == str(tmp_path / "nowhere")
    table = pd.read_csv(derivatives / "nights.csv").drop(columns=["subject"])
    table.to_csv(derivatives / "nights.csv", index=False)
    nights = read_study_nights(derivatives, ["tst"])
    with pytest.raises(sm.ClaimError, match="no column 'subject'"):
        sm.judge(sm.Claim("tst", "increases", design="parallel", treatment="c", control="d"), nights)
