"""Figures as files are what matplotlib itself would write."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from somnometry.report.figures import figure_files
from somnometry.report.figures.figure_files import save_figure


def drawn(layout=None):
    figure = Figure(figsize=(4, 3), layout=layout)
    ax = figure.subplots()
    ax.plot([1, 4, 2], label="a line")
    ax.set_xlabel("time")
    ax.legend()
    figure.suptitle("a title")
    return figure


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize("dpi", [60, 150])
def test_pixels_are_those_of_savefig(layout, dpi, tmp_path):
    buffer = io.BytesIO()
    drawn(layout).savefig(buffer, format="png", dpi=dpi)
    buffer.seek(0)
    save_figure(drawn(layout), tmp_path / "a.png", dpi=dpi)
    assert np.array_equal(imread(tmp_path / "a.png"), imread(buffer))


def test_the_figure_keeps_its_resolution(tmp_path):
    figure = drawn()
    before = figure.dpi
    save_figure(figure, tmp_path / "a.png", dpi=33)
    assert figure.dpi == before


def test_it_keeps_it_where_the_file_cannot_be_written(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure_files.FigureCanvasAgg, "print_png", full)
    figure = drawn()
    before = figure.dpi
    with pytest.raises(OSError, match="No space"):
        save_figure(figure, tmp_path / "a.png", dpi=33)
    assert figure.dpi == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "begin"), [("a.svg", b"<?xml"), ("a.pdf", b"%PDF"), ("a", b"\x89PNG")])
def test_other_formats_go_by_the_name(name, begin, tmp_path):
    save_figure(drawn(), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begin)
