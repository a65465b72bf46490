"""What is drawn is read back from the artists."""

import dataclasses

import numpy as np
import pytest
from matplotlib.figure import Figure

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.agreement.epochs import epoch_agreement
from somnometry.metrics.agreement.values import value_agreement
from somnometry.report.figures.agreement_figures import (
    plot_agreement,
    plot_bland_altman,
    plot_confusion,
    save_bland_altman,
    save_confusion,
)

HUMAN = Hypnogram([0, 0, 1, 2, 2, 2, 4, 4], scorer="human")
BAND = Hypnogram([0, 1, 2, 2, 2, 3, 4, 4], scorer="band")


def test_confusion_has_shares_of_the_reference_and_epochs():
    ax = plot_confusion(epoch_agreement(HUMAN, BAND)).axes[0]
    words = [text.get_text() for text in ax.texts]
    assert words[:5] == ["50 %\n1", "50 %\n1", "0 %\n0", "0 %\n0", "0 %\n0"]
    assert words[12] == "67 %\n2"
    assert words[15:20] == ["none"] * 5  # the reference has no N3
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("human", "band")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["W", "N1", "N2", "N3", "R"]
    assert ax.get_title().endswith("1 night, 8 epochs")


def test_words_can_be_read_on_every_shade():
    ax = plot_confusion(epoch_agreement(HUMAN, BAND)).axes[0]
    assert ax.texts[0].get_color() != "white"
    assert ax.texts[-1].get_color() == "white"


def test_constant_limits_and_their_intervals():
    agreement = value_agreement([10, 20, 30, 40], [11, 22, 31, 44], interval="classic")
    ax = plot_bland_altman(agreement, label="TST", unit="min", scorers=("human", "band")).axes[0]
    points = next(line for line in ax.lines if line.get_marker() == "o")
    assert points.get_xydata().tolist() == [[10, 1], [20, 2], [30, 1], [40, 4]]
    levels = {round(float(line.get_ydata()[0]), 6) for line in ax.lines if len(line.get_xdata()) == 100}
    expected = (agreement["bias"].value, agreement["loa_lower"].value, agreement["loa_upper"].value, 1.0, 3.7)
    assert levels == {round(value, 6) for value in expected}
    assert len(ax.collections) == 3  # one band for the bias and for each limit
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("TST by human (min)", "band minus human (min)")
    assert {text.get_text() for text in ax.texts} == {"bias", "upper limit", "lower limit", "5 %", "95 %"}


def test_limits_that_fit_slope():
    rng = np.random.default_rng(0)
    x = rng.uniform(10, 100, 60)
    agreement = value_agreement(x, 0.5 * x + rng.normal(0, 2, 60))
    ax = plot_bland_altman(agreement).axes[0]
    assert agreement.limits == "proportional"
    assert not ax.collections
    bias = next(line for line in ax.lines if line.get_linewidth() == pytest.approx(1.6))
    assert np.diff(bias.get_ydata()).max() < 0
    assert "bias depends on the reference" in ax.get_title()


def test_nights_of_one_person_hang_together():
    agreement = value_agreement([30, 10, 20, 40], [31, 12, 21, 44], subjects=["a", "a", "b", "c"])
    ax = plot_bland_altman(agreement).axes[0]
    joined = [line.get_xdata().tolist() for line in ax.lines if line.get_linewidth() == pytest.approx(0.9)]
    assert [10, 30] in joined
    assert "4 nights of 3 people" in ax.get_title()


def test_names_of_lines_do_not_overlap():
    agreement = value_agreement([10, 20, 30, 40], [10, 20, 30, 40.1])
    ax = plot_bland_altman(agreement).axes[0]
    places = sorted(text.xy[1] for text in ax.texts)
    low, high = ax.get_ylim()
    assert min(np.diff(places)) > 0.04 * (high - low)


@pytest.mark.parametrize("pairs", [([], []), ([1], [2]), ([1, 2], [1, 2]), ([5, 5, 5], [4, 5, 6])])
def test_little_to_draw(pairs, tmp_path):
    save_bland_altman(value_agreement(*pairs), tmp_path / "a.png")
    assert [file.name for file in tmp_path.iterdir()] == ["a.png"]


def test_files_are_of_the_kind_their_name_says(tmp_path):
    save_confusion(epoch_agreement(HUMAN, BAND), tmp_path / "a.svg")
    assert b"<svg" in (tmp_path / "a.svg").read_bytes()


LONG = "YASA eeg+eog+emg+demo amplitude x1.2 votes: EEG C4-M1, EEG C3-M2, EEG F4-M1, EEG F3-M2, EEG O1-M2"


def test_no_label_is_cut():
    values = value_agreement([300.0, 400.0, 350.0], [310.0, 380.0, 350.0])
    epochs = dataclasses.replace(epoch_agreement(Hypnogram([0, 1, 2]), Hypnogram([0, 1, 2])), scorers=(LONG, LONG))
    for figure in (
        plot_bland_altman(values, label="TST", unit="min", scorers=(LONG, f"{LONG} <b>$x_1$")),
        plot_confusion(epochs),
    ):
        figure.draw_without_rendering()
        width, height = figure.canvas.get_width_height()
        for label in (figure.axes[0].xaxis.label, figure.axes[0].yaxis.label):
            box = label.get_window_extent()
            assert min(box.x0, box.y0) >= 0
            assert box.x1 <= width
            assert box.y1 <= height
            assert label.get_text()


def test_they_draw_into_axes_that_are_given():
    figure = Figure()
    left, right = figure.subplots(1, 2)
    values = value_agreement([300.0, 400.0, 350.0], [310.0, 380.0, 350.0])
    epochs = epoch_agreement(Hypnogram([0, 1, 2]), Hypnogram([0, 1, 2]))
    assert plot_agreement(epochs, ax=left) is figure
    assert plot_agreement(values, ax=right) is figure
    assert len(left.images) == 1
    assert right.lines[1].get_xdata().tolist() == [300, 400, 350]
    assert len(figure.axes) == 2
