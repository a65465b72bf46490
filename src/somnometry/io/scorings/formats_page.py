"""The page of formats, printed from the table."""

from __future__ import annotations

from ..write_hypnograms import WRITTEN
from .codings import CODINGS
from .formats import FORMATS, ScoringFormat

__all__ = ["formats_page"]

HEAD = """# Formats of scorings

`read_hypnogram`, `read_scoring` and `read_hypnograms` know a file by its content, never by its name alone. This page
is the table of `somnometry.io.scorings.formats`, printed by `formats_page`.

Integers mean different stages in different programs, and counts of stages do not tell which. Where neither the format
nor `coding` says it, a file of integers is refused, with the minutes of each stage under each candidate; a list of
integers is never recognised, whatever it is called. Where several columns or people have scored, `scorer` names one.
Epochs keep their length, and an epoch has the stage at its midpoint. A clock without a date is no start: the finding
`clock-without-date` says it, and beside a recording the date is the recording's. Epochs and spans in a row whose
clock goes forward or back by an hour, where clocks are changed, follow each other (`clock-changed`). Of several
markers the first lights-off and the last lights-on count.

R&K stages 3 and 4 are N3; movement time, artefacts and what is marked as unknown are unscored. Other programs do
otherwise: SleepTrip takes the movement time of SpiSOP for wake, YASA 0.7 the 9 of Profusion; wonambi reads Profusion's
5, which is REM, as N3. `coding` says it as it is meant, e.g. `coding={"MT": Stage.W}`.

Wearables: light sleep is `LIGHT`, never N2, and sleep of no stage is `SLEEP`. A file of many sleeps is read by
`read_hypnograms`; each is called by the day of waking, or as the device calls the day, and a day's shorter sleeps are
naps where the device does not say. Time zones are kept where the file has them.

| `format` | file | read | written | traps | source |
|---|---|---|---|---|---|
"""
WRITING = """
## Written

`write_hypnogram(hypnogram, path, format=...)` takes the format from the name where one alone ends so; `.json` and
`.txt` need `format`. What a format cannot hold is left out, but for levels and lengths of epochs, which are refused.
`to_mne_annotations` and `to_yasa` give objects of mne and YASA, `from_mne_annotations` and `from_yasa` take them.
`somnometry convert n1.xml --out n1.edf` goes from any format that is read to one that is written.

To correct what was staged: `somnometry convert DERIVATIVES/hypnograms/n1.csv --out corrected/n1.edf` for EDFbrowser,
which opens it over the recording, or `--out corrected/n1.json --to scoringhero`; and when it is corrected,
`somnometry measure --scorings corrected --recordings recordings.csv --out CORRECTED`, which stages nothing.

What this package staged says so in every format but YASA's text and BIDS tables without their sidecars: in a scorer, a
comment, or the header of EDF. So it is never taken for a scoring that came with a night. Who corrects an epoch in EDF+,
Luna, Visbrain or ScoringHero makes the scoring his own.

| `format` | file | ends in | levels | holds besides stages |
|---|---|---|---|---|"""

#: What is read and written elsewhere in the package.
OWN = (
    "| `edf` | EDF+ and BDF+ annotations | by content | `.edf` | the file's start may be later than the recording's;"
    " texts may be Latin-1 | EDF+ specification |",
    "| `polyman` | a signal of stages in EDF (.hyp) | only named | no | never a night to stage; integers of the EDF"
    " specification, and 9 is unscored | EDF specification, Sleep-EDF of 1995 |",
    "| `csv` | CSV of this package | by content | `.csv` | everything is kept |  |",
    "| `parquet` | Parquet of this package | by content | `.parquet` | everything is kept; others are refused |  |",
)
UNREAD = (
    "MATLAB files (.mat)", "NumPy files (.npy, .npz) of U-Sleep", "text of Visbrain whose description is another file",
    "WSC allscore", "FIT files of Garmin", "archives of exports, which are unpacked first",
)  # fmt: skip


def _read(one: ScoringFormat) -> str:
    if one.recognises is None:
        return "only named"
    return "by content, more if named" if one.more_if_named else "by content"


def _written(one: ScoringFormat) -> str:
    ends: dict[tuple[str, str], list[str]] = {}
    for written in WRITTEN:
        ends.setdefault((written.name, written.what), []).extend(f"`{suffix}`" for suffix in written.suffixes)
    return ", ".join(ends.get((one.name, one.what), ["no"]))


def formats_page() -> str:
    """Markdown of the page.

    Examples
    --------
    >>> formats_page().splitlines()[0]
    '# Formats of scorings'
    """
    rows = [
        f"| `{one.name}` | {one.what} | {_read(one)} | {_written(one)} | {one.traps} | {one.source} |"
        for one in FORMATS
    ]
    codings = [
        f"| `{name}` | {', '.join(f'{code} {stage.label}' for code, stage in table.items())} |"
        for name, table in CODINGS.items()
    ]
    writing = [
        f"| `{one.name}` | {one.what} | `{'`, `'.join(one.suffixes)}` | {', '.join(map(str, one.levels))} |"
        f" {', '.join(one.keeps) or 'nothing'} |"
        for one in WRITTEN
    ]
    parts = [
        "\n".join([*OWN, *rows]),
        "\n".join([WRITING, *writing]),
        "\n## Codings\n\n| `coding` | stages |\n|---|---|",
        "\n".join(codings),
    ]
    parts.append("\n## Not read\n\n" + "; ".join(UNREAD) + ".")
    return HEAD + "\n".join(parts) + "\n"
