"""Figures on dark ground are the same figures, legible, and are given back as they were."""

from itertools import pairwise

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from somnometry.report.figures.figure_files import png_of
from somnometry.report.figures.themes import DARK, darkened


def drawn():
    figure = Figure(figsize=(3, 3))
    ax = figure.add_subplot()
    ax.plot([0, 1], [0, 1], color="#333333")
    ax.scatter([0, 1], [0, 1], color=["#333333", "#d1495b"], alpha=0.5)
    ax.axvspan(0, 0.5, color="#d9d9d9")
    ax.set_title("title")
    return figure, ax


def test_ink_and_paper_change_and_other_colours_stay():
    figure, ax = drawn()
    with darkened(figure):
        assert to_hex(figure.get_facecolor()) == to_hex(ax.get_facecolor()) == DARK["#ffffff"]
        assert to_hex(ax.lines[0].get_color()) == DARK["#333333"]
        assert [to_hex(c) for c in ax.collections[0].get_facecolor()] == [DARK["#333333"], "#d1495b"]
        assert ax.collections[0].get_facecolor()[:, 3].tolist() == [0.5, 0.5]
        assert to_hex(ax.title.get_color()) == DARK["#000000"]
        assert all(to_hex(label.get_color()) == DARK["#000000"] for label in ax.get_xticklabels())


def test_the_figure_is_given_back_as_it_was_also_after_an_error():
    figure, _ = drawn()
    before = png_of(figure, dpi=60)
    try:
        with darkened(figure):
            assert png_of(figure, dpi=60) != before
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert png_of(figure, dpi=60) == before


def luminance(colour):
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_ink_has_contrast_on_dark_paper():
    paper = luminance(DARK["#ffffff"])
    for ink in ("#000000", "#333333", "#555555", "#6b6b6b"):
        assert (luminance(DARK[ink]) + 0.05) / (paper + 0.05) >= 4.5  # WCAG 2.1, 1.4.3
    of_stages = ["#1d4a80", "#5f9fd0", "#b9d9ee"]  # N3, N2, N1
    light, dark = ([luminance(c) for c in of_stages], [luminance(DARK[c]) for c in of_stages])
    for shades in (light, dark):
        assert shades == sorted(shades)
        assert all((b + 0.05) / (a + 0.05) >= 1.5 for a, b in pairwise(shades))  # told apart
    assert (luminance(DARK["#1d4a80"]) + 0.05) / (paper + 0.05) >= 3  # 1.4.11
