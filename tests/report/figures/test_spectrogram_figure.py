"""The picture of a spectrogram: where power is, and where nothing was recorded."""

import numpy as np
from matplotlib.figure import Figure

from somnometry.micro.spectrogram import Spectrogram
from somnometry.report.figures.spectrogram_figure import plot_spectrogram

FREQUENCIES = 0.5 + 0.4 * np.arange(74)


def test_axes_are_hours_and_hertz_and_the_figure_is_theirs():
    power = np.zeros((240, 74))
    power[:, 24] = 30  # 10.1 Hz
    figure = Figure()
    ax = figure.add_subplot(211)
    assert plot_spectrogram(Spectrogram(power, FREQUENCIES, 30.0, "C4 $x_2$"), ax=ax) is figure
    left, right, bottom, top = ax.images[0].get_extent()
    assert (left, right) == (0, 7200)
    assert abs(bottom - 0.3) + abs(top - 29.9) < 1e-9
    row = ax.images[0].get_array()[:, 0]
    assert abs(bottom + (np.argmax(row) + 0.5) * (top - bottom) / len(row) - 10.1) < 1e-9
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0:00", "1:00", "2:00"]
    assert ax.get_ylabel() == "C4 $x_2$ (Hz)"
    figure.draw_without_rendering()


def test_nights_without_any_power_are_drawn():
    for power in (np.full((4, 74), np.nan), np.zeros((0, 74)), np.zeros((4, 74))):
        figure = plot_spectrogram(Spectrogram(power, FREQUENCIES))
        figure.draw_without_rendering()
        assert figure.axes[0].get_ylim()[1] > 29
