"""The reference of the site: every public name, in the order of the rooms, made from the one list of names."""

from __future__ import annotations

import ast
from pathlib import Path

import somnometry

#: Room -> heading.
ROOMS = {
    "core": "Nouns", "io": "Files", "staging": "Staging", "metrics": "Metrics and agreement", "micro": "Microstructure",
    "calibration": "Calibration", "catalogue": "Every metric", "simulate": "Simulation", "claims": "Claims",
    "report": "Figures and words", "batch": "Folders of nights",
}  # fmt: skip


def public_names() -> dict[str, list[str]]:
    """Give the public names by room."""
    listed = Path(somnometry.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    rooms: dict[str, list[str]] = {}
    for node in ast.parse(listed).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            room = node.module.partition(".")[0]
            rooms.setdefault(room, []).extend(alias.asname or alias.name for alias in node.names)
    return rooms


def reference_page() -> str:
    """Give the page that lists them, as reStructuredText; each function and noun has a page of its own."""
    rooms = public_names()
    lines = ["Reference", "=========", "", "Every public name; ``import somnometry as sm`` first.", ""]
    lines += [".. currentmodule:: somnometry", ""]
    for room in sorted(rooms, key=list(ROOMS).index):
        names = rooms[room]
        pages = [name for name in names if not name.isupper()]
        tables = [name for name in names if name.isupper()]
        lines += [ROOMS[room], "-" * len(ROOMS[room]), ""]
        if pages:
            lines += [".. autosummary::", "   :toctree: generated", "", *(f"   {name}" for name in pages), ""]
        for name in tables:
            lines += [f"``{name}``", f"   A table of {len(getattr(somnometry, name))} entries, by key.", ""]
    return "\n".join(lines)
