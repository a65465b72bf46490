"""What is drawn is read back from the artists: positions in data units, words on the axes."""

import math
import subprocess
import sys
from datetime import datetime

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from somnometry.core.hypnogram import Hypnogram
from somnometry.core.stage import STAGES_OF_LEVEL
from somnometry.report.figures import night_figure
from somnometry.report.figures.night_figure import plot_night, save_night

ROW = [0.1, 0.2, 0.4, 0.2, 0.1]
NOTHING = [math.nan] * 5


def line(ax):
    """Give the corners of the stage line; None where it breaks."""
    corners = zip(*ax.lines[0].get_data(), strict=True)
    return [(float(x), None if math.isnan(y) else float(y)) for x, y in corners]


def grey(ax):
    """Give the stretches that are shaded."""
    from matplotlib.patches import Rectangle

    return [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches if isinstance(p, Rectangle)]


def ticks(ax):
    return {tick: label.get_text() for tick, label in zip(ax.get_xticks().tolist(), ax.get_xticklabels(), strict=True)}


def dashed(ax):
    return [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]


# ----------------------------------------------------------------------------------------------------------- hypnogram
def test_stages_from_wake_on_top_to_n3():
    ax = plot_night(Hypnogram([0, 4, 1, 2, 3])).axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["W", "R", "N1", "N2", "N3"]
    assert ax.get_yticks().tolist() == [0, -1, -2, -3, -4]
    assert line(ax) == [
        (0, 0), (30, 0), (30, -1), (60, -1), (60, -2), (90, -2), (90, -3), (120, -3), (120, -4), (150, -4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("levels", "labels"), [(4, ["W", "R", "LIGHT", "N3"]), (3, ["W", "R", "NREM"]), (2, ["W", "SLEEP"])]
)
def test_fewer_levels(levels, labels):
    ax = plot_night(Hypnogram(STAGES_OF_LEVEL[levels], levels=levels)).axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == labels


def test_rem_is_a_thick_line_over_every_bout():
    ax = plot_night(Hypnogram([4, 4, 2, 4])).axes[0]
    (bars,) = ax.collections
    assert [segment.tolist() for segment in bars.get_segments()] == [[[0, -1], [60, -1]], [[90, -1], [120, -1]]]
    assert bars.get_linewidth() > 3


def test_no_line_crosses_what_is_unscored():
    figure = plot_night(Hypnogram([0, -1, -1, 2, 2, -1]))
    assert [y for _, y in line(figure.axes[0])] == [0, 0, None, None, None, None, -3, -3, -3, -3, None, None]
    assert grey(figure.axes[0]) == [(30, 90), (150, 180)]
    assert figure.axes[0].get_legend().get_texts()[0].get_text() == "unscored"


@pytest.mark.parametrize("stages", [[], [-1] * 5, [2]])
def test_hypnograms_of_little_content(stages):
    figure = plot_night(Hypnogram(stages))
    figure.canvas.draw()
    assert len(figure.axes) == 1
    assert [y for _, y in line(figure.axes[0])] == {0: [], 1: [-3, -3], 5: [None] * 10}[len(stages)]


# -------------------------------------------------------------------------------------------------------- hypnodensity
def test_probabilities_are_stacked_with_n3_at_the_foot():
    figure = plot_night(Hypnogram([2], probabilities=[ROW]))
    tops = {c.get_label(): c.get_paths()[0].vertices[:, 1].max() for c in figure.axes[1].collections}
    # W .1, N1 .2, N2 .4, N3 .2, R .1; from the foot: N3, N2, N1, R, W
    assert tops == pytest.approx({"N3": 0.2, "N2": 0.6, "N1": 0.8, "R": 0.9, "W": 1.0})
    assert [t.get_text() for t in figure.axes[1].get_legend().get_texts()] == ["W", "R", "N1", "N2", "N3"]


def test_probabilities_have_gaps_where_they_are_nan():
    figure = plot_night(Hypnogram([2, -1, 2, 2], probabilities=[ROW, NOTHING, ROW, ROW]))
    for stack in figure.axes[1].collections:
        spans = [(p.vertices[:, 0].min(), p.vertices[:, 0].max()) for p in stack.get_paths()]
        assert spans == [(0, 30), (60, 120)]
    assert grey(figure.axes[1]) == [(30, 60)]


def test_an_epoch_is_as_wide_in_both_panels():
    figure = plot_night(Hypnogram([2, 3], probabilities=[ROW, ROW]))
    assert figure.axes[0].get_xlim() == figure.axes[1].get_xlim() == (0, 60)


# ---------------------------------------------------------------------------------------------------------------- time
def test_clock_times_go_past_midnight():
    ax = plot_night(Hypnogram([2] * 960, start=datetime(2024, 5, 1, 22, 47, 30))).axes[0]
    # 23:00 is 12 min 30 s after 22:47:30; eight hours end at 06:47:30
    hours = ["23:00", "00:00", "01:00", "02:00", "03:00", "04:00", "05:00", "06:00"]
    assert ticks(ax) == {750 + 3600 * i: hour for i, hour in enumerate(hours)}
    assert ax.get_xlabel() == "Time of day"


def test_without_a_start_time_runs_from_the_first_epoch():
    ax = plot_night(Hypnogram([2] * 960)).axes[0]
    assert ticks(ax) == {3600 * h: f"{h}:00" for h in range(9)}
    assert "first epoch (h:min)" in ax.get_xlabel()


def test_seconds_where_the_night_is_one_epoch():
    ax = plot_night(Hypnogram([2], start=datetime(2024, 12, 31, 23, 59, 50))).axes[0]
    assert ticks(ax)[10] == "00:00:00"
    assert ticks(ax)[0] == "23:59:50"


def test_a_day_and_a_month_have_few_ticks():
    for epochs in (2880, 2880 * 7):
        assert len(ticks(plot_night(Hypnogram([0] * epochs)).axes[0])) <= 11


# -------------------------------------------------------------------------------------------------------------- lights
@pytest.mark.parametrize(
    ("off", "on", "marks"),
    [
        (60, 240, [60, 240]),
        (0, 240, [0, 240]),
        (math.nan, 240, [240]),
        (60, math.nan, [60]),
        (math.nan, math.nan, []),
        (-30, 300, [300]),
        (0, 300, []),  # the whole hypnogram
    ],
)
def test_lights(off, on, marks):
    figure = plot_night(Hypnogram([0] * 10, probabilities=[ROW] * 10, lights_off=off, lights_on=on))
    assert dashed(figure.axes[0]) == dashed(figure.axes[1]) == marks
    assert len(figure.axes[0].texts) == len(marks)


# -------------------------------------------------------------------------------------------------------------- figure
def test_a_title():
    assert plot_night(Hypnogram([2]), title="night 1").get_suptitle() == "night 1"


def test_a_given_figure_is_drawn_on():
    figure = Figure()
    assert plot_night(Hypnogram([2]), figure=figure) is figure
    assert len(figure.axes) == 1


def test_a_notebook_shows_it():
    from IPython.core.formatters import DisplayFormatter

    shown, _ = DisplayFormatter().format(plot_night(Hypnogram([2, 4])))
    assert shown["image/png"].startswith(b"\x89PNG")


def test_pyplot_is_left_alone():
    code = (
        "import sys; from somnometry import Hypnogram; from somnometry.report.figures.night_figure import plot_night;"
        "plot_night(Hypnogram([2])); print('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


# ---------------------------------------------------------------------------------------------------------------- file
@pytest.mark.parametrize(
    ("name", "begin"),
    [("a.png", b"\x89PNG"), ("a.PNG", b"\x89PNG"), ("a", b"\x89PNG"), ("a.pdf", b"%PDF"), ("a.svg", b"<?xml")],
)
def test_the_ending_says_the_format(tmp_path, name, begin):
    save_night(Hypnogram([2, 4], probabilities=[ROW, ROW]), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begin)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_resolution(tmp_path):
    save_night(Hypnogram([2]), tmp_path / "a.png", dpi=50)
    width = int.from_bytes((tmp_path / "a.png").read_bytes()[16:20], "big")
    assert width == 500  # 10 inches


NIGHTS = [
    Hypnogram([0, 1, 2, 3, 4, -1, 2], probabilities=[ROW] * 5 + [NOTHING] + [ROW], lights_off=60, lights_on=180),
    Hypnogram([2, 2, 4, 4] * 240, probabilities=[ROW] * 960, start=datetime(2024, 5, 1, 22, 47, 30)),
    Hypnogram([0, 1, 2, 4]),
    Hypnogram([0, 5, -1, 4], levels=4, lights_off=math.nan),
    Hypnogram([], probabilities=np.zeros((0, 5))),
]


@pytest.mark.parametrize("titles", [("a", "b"), (None, "b"), ("a", None)])
def test_a_night_looks_the_same_whatever_was_drawn_before(titles, tmp_path):
    def picture(night, title, before=()):
        night_figure._KEPT = night_figure._Kept()
        for other in before:
            save_night(other, tmp_path / "before.png", title=titles[0], dpi=40)
        save_night(night, tmp_path / "night.png", title=title, dpi=40)
        return (tmp_path / "night.png").read_bytes()

    for night in NIGHTS:
        assert picture(night, titles[1], NIGHTS) == picture(night, titles[1])
        assert picture(night, titles[1], [night]) == picture(night, titles[1])


def test_a_night_that_could_not_be_drawn_leaves_nothing_in_the_next(tmp_path, monkeypatch):
    save_night(NIGHTS[1], tmp_path / "alone.png")
    with monkeypatch.context() as broken:
        broken.setattr(night_figure, "save_figure", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            save_night(NIGHTS[0], tmp_path / "a.png")
    save_night(NIGHTS[1], tmp_path / "after.png")
    assert (tmp_path / "after.png").read_bytes() == (tmp_path / "alone.png").read_bytes()


def test_words_around_the_panels_lie_inside_the_picture():
    for levels in (5, 4, 3, 2):
        stages = [*STAGES_OF_LEVEL[levels], -1]
        density = [[[0.2] * 5] * 5 + [NOTHING], None] if levels == 5 else [None]
        for probabilities in density:
            night = Hypnogram(
                stages, levels=levels, probabilities=probabilities, lights_off=30, start=datetime(2024, 5, 1, 23)
            )
            figure = plot_night(night, title="night 1")
            figure.canvas.draw()
            box = figure.get_tightbbox()
            width, height = figure.get_size_inches()
            assert box.x0 > 0
            assert box.y0 > 0
            assert box.x1 < width
            assert box.y1 < height


def test_a_failed_write_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.tiffany"
    path.write_text("old")
    with pytest.raises(ValueError, match="tiffany"):
        save_night(Hypnogram([2]), path)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.tiffany", "old")]


def test_neither_date_nor_scorer_is_in_the_picture(tmp_path):
    save_night(Hypnogram([2], start=datetime(1987, 3, 9, 22), scorer="Doe"), tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    assert "1987" not in text
    assert "Doe" not in text


def test_drawing_does_not_change_the_hypnogram():
    hypnogram = Hypnogram([2], probabilities=[ROW])
    plot_night(hypnogram)
    np.testing.assert_array_equal(hypnogram.probabilities, [ROW])


NUMBERS = {"tst": 385.5, "n3_percent": 5.0, "n3_percent_low": 0.6, "n3_percent_high": 17.2}


def test_numbers_stand_below_the_panels_and_change_nothing_else():
    night = Hypnogram([0, 1, 2, 3, 4] * 90)
    plain, told = plot_night(night), plot_night(night, metrics=NUMBERS)
    (text,) = [text for text in told.texts if "TST" in text.get_text()]
    assert "N3 5.0 % (0.6 to 17.2)" in text.get_text()
    assert told.get_size_inches()[1] > plain.get_size_inches()[1]
    renderer = FigureCanvasAgg(told).get_renderer()
    lowest = min(ax.get_tightbbox(renderer).y0 for ax in told.axes)
    box = text.get_window_extent(renderer)
    assert 0 <= box.y0 < box.y1 <= lowest
    assert box.x1 <= told.bbox.x1
    assert line(plain.axes[0]) == line(told.axes[0])
    assert plot_night(night, metrics={}).get_size_inches()[1] == plain.get_size_inches()[1]


def test_a_saved_night_has_its_own_numbers_and_no_other_nights(tmp_path, monkeypatch):
    """Figures are kept from night to night: what one night wrote must not stand below the next."""
    seen = []
    real = night_figure.save_figure
    monkeypatch.setattr(
        night_figure, "save_figure", lambda figure, path, **how: (
            seen.append([text.get_text() for text in figure.texts if text.get_text()]), real(figure, path, **how))
    )  # fmt: skip
    night = Hypnogram([0, 1, 2, 3, 4])
    for metrics in (NUMBERS, {"tst": 100.0}, None, {"tst": 7.0}):
        save_night(night, tmp_path / "n.png", metrics=metrics)
    assert [len(texts) for texts in seen] == [1, 1, 0, 1]
    assert [texts[0].split("\n")[0] for texts in seen if texts] == ["TST 385.5 min", "TST 100.0 min", "TST 7.0 min"]
