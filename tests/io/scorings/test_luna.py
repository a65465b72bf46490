"""Luna's .annot; what is right follows from Luna's documentation of its format, by hand."""

import math
from datetime import datetime

import pytest

from somnometry import HypnogramError, read_hypnogram, read_scoring

HEAD = "class\tinstance\tchannel\tstart\tstop\tmeta\n"


def read_text(tmp_path, text, **told):
    (tmp_path / "night.dat").write_text(text, encoding="utf-8")
    return read_scoring(tmp_path / "night.dat", **told)


@pytest.mark.parametrize(
    "text",
    [
        "wake 0 30\nNREM1 30 60\nNREM4 60 90\nREM 90 120\n",  # old words, blanks between
        "W\t0\t+30\nN1\t30\t+30\nN3\t60\t+30\nR\t90\t+30\n",  # durations
        "W\t0\t...\nN1\t30\t...\nN3\t60\t...\nR\t90\t120\n",  # until the next row
        "W\t.\te:1\t.\nN1\t.\te:2\t.\nN3\t.\te:3\t.\nR\t.\te:4\t.\n",  # epochs
        "R\t0+00:01:30\t0+00:02:00\nW\t0+00:00:00\t0+00:00:30\nN1\t30\t60\nN3\t60\t90\n",  # elapsed clocks, no order
        "# W | awake\n# N1\n# N3 | deep | pW[num]\n" + HEAD + "W\t.\t.\t0\t30\tpW=1\nN1\t.\tC3\t30\t60\tpW=0;pN1=1\n"
        "N3\t.\t.\t60\t90\t.\nR\t.\t.\t90\t120\t.\n",
        "class\tinstance\tstart\tstop\nSleepStage\tW\t0\t30\nSleepStage\tN1\t30\t60\nSleepStage\tN3\t60\t90\n"
        "SleepStage\tR\t90\t120\n",
    ],
)
def test_spellings_of_one_night(tmp_path, text):
    scoring = read_text(tmp_path, text)
    assert scoring.hypnogram.stages.tolist() == [0, 1, 3, 4]
    assert scoring.hypnogram.start is None
    assert (scoring.clock, scoring.hypnogram.findings) == (None, ())


def test_rows_about_the_recording(tmp_path):
    """The light is on in the first and the last epoch; the last stage lasts until the recording ends."""
    about = "".join(f"{name}\t.\t.\t.\t.\t{value}\n" for name, value in
                    [("duration_hms", "00:02:20"), ("duration_sec", 140), ("epoch_sec", 20),
                     ("start_hms", "23:59:20")])  # fmt: skip
    rows = ("L\t.\t.\t23:59:20\t23:59:40\t.\nW\t.\t.\t23:59:40\t...\t.\nN2\t.\t.\t00:00:00\t...\t.\n"
            "arousal\t.\tC3\t00:00:05.5\t+3\t.\nR\t.\t.\t00:00:40\t...\t.\n"
            "L\t.\t.\t00:01:20\t00:01:40\t.\n")  # fmt: skip
    scoring = read_text(tmp_path, HEAD + about + rows.replace("00:00:00\t...", "00:00:00\t00:00:40"))
    assert scoring.hypnogram.stages.tolist() == [-1, 0, 2, 2, 4, 4]
    assert (scoring.hypnogram.epoch, scoring.hypnogram.lights_off, scoring.hypnogram.lights_on) == (20, 20, 120)
    assert (scoring.events.kind, scoring.events.onset.tolist()) == (("arousal",), [45.5])
    assert scoring.clock == 86360
    (finding,) = scoring.hypnogram.findings
    assert (finding.code, finding.what) == (
        "clock-without-date",
        "it begins at 23:59:20, on a day that it does not name",
    )


def test_clocks_without_the_start_of_the_recording(tmp_path):
    """Rows by class: the night begins where nothing is scored for longest before it, not with the first row."""
    text = ("N2\t00:00:30\t00:01:00\nN2\t05:00:00\t05:00:30\nW\t11:59:30 PM\t12:00:30 AM\n"
            "lights_off\t23:59:00\t23:59:00\n")  # fmt: skip
    scoring = read_text(tmp_path, text)
    assert scoring.clock == 86370
    assert scoring.hypnogram.stages[:3].tolist() == [0, 0, 2]
    assert len(scoring.hypnogram) == 18060 // 30
    assert scoring.hypnogram.lights_off == -30


def test_dates(tmp_path):
    text = "W\t05/01/24-23:59:30\t06/01/24-00:00:00\nN2\t06/01/24-00:00:00\t06/01/24-00:00:30\n"
    hypnogram = read_text(tmp_path, text).hypnogram
    assert (hypnogram.stages.tolist(), hypnogram.start) == ([0, 2], datetime(2024, 1, 5, 23, 59, 30))
    text = (
        HEAD + "start_hms\t.\t.\t.\t.\t23:59:30\nW\t.\t.\td1-23:59:30\td2-00:00:00\t.\nR\t.\t.\td2-00:00:00\t+30\t.\n"
    )
    assert read_text(tmp_path, text).hypnogram.stages.tolist() == [0, 4]


def test_what_is_refused(tmp_path):
    with pytest.raises(HypnogramError, match="seconds and clock times, and no row start_hms"):
        read_text(tmp_path, "W\t0\t30\nN2\t23:00:30\t23:01:00\n")
    with pytest.raises(HypnogramError, match="ends before it begins"):
        read_text(tmp_path, "W\t60\t30\n")
    with pytest.raises(HypnogramError, match="row 2 is no class with two times"):
        read_text(tmp_path, HEAD + "W\t.\t.\t0\t30\t.\nN2\t30\n")
    with pytest.raises(HypnogramError, match="no class is a sleep stage"):
        read_text(tmp_path, HEAD + "spindle\t.\tC3\t1\t2\t.\n")


def test_epochs_as_words(tmp_path):
    (tmp_path / "n.eannot").write_text("wake\nNREM1\nNREM2\nNREM3\nNREM4\nREM\n?\n")
    for told in ({}, {"format": "luna"}, {"format": "luna", "epoch": 20}):
        hypnogram = read_hypnogram(tmp_path / "n.eannot", **told)
        assert hypnogram.stages.tolist() == [0, 1, 2, 3, 3, 4, -1]
        assert hypnogram.epoch == told.get("epoch", 30)
        assert math.isclose(hypnogram.lights_on, hypnogram.duration) or math.isnan(hypnogram.lights_on)
