"""The page of formats, printed from the table."""

from __future__ import annotations

from .codings import CODINGS
from .formats import FORMATS

__all__ = ["formats_page"]

HEAD = """# Formats of scorings

`read_hypnogram`, `read_scoring` and `read_hypnograms` know a file by its content, never by its name alone. This page
is the table of `somnometry.io.scorings.formats`, printed by `formats_page`.

Integers mean different stages in different programs, and counts of stages do not tell which. Where neither the format
nor `coding` says it, a file of integers is refused, with the minutes of each stage under each candidate. R&K stages 3
and 4 are N3; movement time and artefacts are unscored. Epochs keep their length; an epoch has the stage at its
midpoint. Besides these, EDF+ and BDF+ annotations (`edf`) and the CSV of `write_hypnogram` are read; that CSV is the
one format that is written.

| `format` | file | recognised | traps | source |
|---|---|---|---|---|
"""

UNREAD = (
    "MATLAB files (.mat)", "NumPy files (.npy, .npz) of U-Sleep", "text of Visbrain whose description is another file",
    "WSC allscore", "FIT files of Garmin", "archives of exports, which are unpacked first",
)  # fmt: skip


def formats_page() -> str:
    """Markdown of the page.

    Examples
    --------
    >>> formats_page().splitlines()[0]
    '# Formats of scorings'
    """
    rows = [
        " | ".join(
            (f"| `{one.name}`", one.what, "by content" if one.recognises else "only named", one.traps, one.source)
        )
        + " |"
        for one in FORMATS
    ]
    codings = [
        f"| `{name}` | {', '.join(f'{code} {stage.label}' for code, stage in table.items())} |"
        for name, table in CODINGS.items()
    ]
    parts = ["\n".join(rows), "\n## Codings\n\n| `coding` | stages |\n|---|---|", "\n".join(codings)]
    parts.append("\n## Not read\n\n" + "; ".join(UNREAD) + ".")
    return HEAD + "\n".join(parts) + "\n"
