"""The notebooks run from top to bottom, quietly."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"


#: Notebooks on nights that lie outside the repository -> the variable that names their folder, and the folder.
OUTSIDE = {"05_temazepam": ("SLEEP_EDF_ST", "sleep_edf_st")}


#: Notebooks that run for longer than a test may; what they call is tested on small nights (`staging/test_bench.py`).
LONG = {"06_speed"}


def notebooks():
    for path in sorted(FOLDER.glob("*.ipynb")):
        marks = [pytest.mark.real_data] if path.stem in OUTSIDE else []
        marks += [pytest.mark.acceptance] if path.stem in LONG else []
        yield pytest.param(path, id=path.stem, marks=marks)


@pytest.mark.parametrize("path", list(notebooks()))
def test_a_notebook_runs_without_error_or_warning(path, tmp_path, shared, monkeypatch):
    if path.stem in OUTSIDE:
        variable, folder = OUTSIDE[path.stem]
        monkeypatch.setenv(variable, str(shared / "data" / folder))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    said = [
        output.get("text", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.get("name") == "stderr"
    ]
    assert said == []
    assert any("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))
