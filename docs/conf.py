"""The documentation site: what is written in docs/, the notebooks as they were run, and a page per public name."""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from reference_pages import reference_page  # noqa: E402

import somnometry  # noqa: E402

project = "somnometry"
author = "the somnometry developers"
copyright = "2026, the somnometry developers"  # noqa: A001  (Sphinx calls it so)
release = somnometry.__version__

extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.mathjax"]
exclude_patterns = ["_build"]
#: Pages of wide tables and of code; each by its name, as patterns that overlap are a warning.
NOTEBOOKS = sorted((HERE.parent / "notebooks").glob("*.ipynb"))
WIDE = ("metrics", "audit", "conventions", *(f"_made/{notebook.stem}" for notebook in NOTEBOOKS))

html_theme = "pydata_sphinx_theme"
html_title = "somnometry"
html_theme_options = {
    "navigation_depth": 3,
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "secondary_sidebar_items": {"**": ["page-toc"]} | {page: [] for page in WIDE},
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False

autosummary_generate = True
autosummary_imported_members = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"
#: Notebooks hold each output as HTML, text and pictures; words of a console are no language to colour.
suppress_warnings = ["myst.header", "misc.highlighting_failure", "mystnb.unknown_mime_type"]

MADE = HERE / "_made"
MADE.mkdir(exist_ok=True)
(MADE / "reference.rst").write_text(reference_page(), encoding="utf-8")
for notebook in NOTEBOOKS:
    shutil.copy2(notebook, MADE / notebook.name)
