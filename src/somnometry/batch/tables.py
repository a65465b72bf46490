"""The table of nights in the forms that other programs read: Parquet, Excel workbooks, HDF5, a BIDS derivative."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from ..core.errors import RecordingError
from ..io.csv_tables import csv_cell
from ..io.files import replacing
from .bids import write_bids
from .nights_csv import read_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Form", "check_forms", "write_forms"]

#: What else the table is written as.
Form = Literal["parquet", "xlsx", "hdf5", "bids"]
#: Form -> the package that writes it.
PACKAGES: Mapping[Form, str] = MappingProxyType({"parquet": "pyarrow", "xlsx": "openpyxl", "hdf5": "tables"})
#: Folder of the parts that slices of a batch write.
PARTS = "tables"


def check_forms(forms: Sequence[Form]) -> tuple[Form, ...]:
    """Give forms without repeats; refuse unknown ones.

    Examples
    --------
    >>> check_forms(["parquet", "parquet"])
    ('parquet',)
    """
    for form in forms:
        if form not in get_args(Form):
            what = f"the table cannot be written as {form!r}"
            raise RecordingError(what, key="forms", remedy=f"there are {', '.join(get_args(Form))}")
    return tuple(dict.fromkeys(forms))


def write_forms(table: Path, forms: Sequence[Form], part: tuple[int, int], names: Collection[str]) -> None:
    """Write ``nights.csv`` in other forms beside it: numbers as numbers, empty cells as null.

    Parameters
    ----------
    table : Path
        The CSV.
    forms : sequence of {"parquet", "xlsx", "hdf5", "bids"}
        "bids" is a folder with the hypnograms of the whole table (`write_bids`).
    part : (int, int)
        The slice of a batch, k of n. With more than one, a slice writes the rows of its own nights alone, as
        ``tables/nights-k-of-n.<form>``: ``pandas.read_parquet`` reads that folder as one table.
    names : collection of str
        The nights of that slice.

    Raises
    ------
    RecordingError
        Where the package that writes a form is not installed; the CSV and the other forms are written.
    """
    if not forms:
        return
    nights, (k, n) = read_table(table), part
    stem = table.parent / table.stem
    if n > 1:
        nights = nights[nights["recording"].isin(list(names))]
        (table.parent / PARTS).mkdir(exist_ok=True)
        stem = table.parent / PARTS / f"{table.stem}-{k:0{len(str(n))}d}-of-{n}"
    absent = []
    for form in (form for form in forms if form in WRITERS):
        try:
            with replacing(stem.with_name(f"{stem.name}.{SUFFIXES[form]}")) as temporary:
                WRITERS[form](nights, temporary)
        except ImportError:
            absent.append(form)
    if "bids" in forms:  # last, for it may refuse the names of people, and the others are written then
        write_bids(table.parent, read_table(table))
    if absent:
        extra = "pip install 'somnometry[tables]'; nights.csv is written"
        what = " and ".join(f"{form} needs the package {PACKAGES[form]!r}" for form in absent)
        raise RecordingError(what, place=str(table.parent), remedy=extra, key=absent[0])


def _parquet(nights: pd.DataFrame, path: Path) -> None:
    nights.to_parquet(path, index=False)


def _xlsx(nights: pd.DataFrame, path: Path) -> None:
    """Write a workbook in which no cell and no heading is a formula, and every character is allowed."""
    import pandas as pd

    safe = nights.map(lambda value: csv_cell(value) if isinstance(value, str) else value).rename(columns=csv_cell)
    with path.open("wb") as file, pd.ExcelWriter(file, engine="openpyxl") as writer:
        safe.to_excel(writer, sheet_name="nights", index=False, freeze_panes=(1, 1))


def _hdf5(nights: pd.DataFrame, path: Path) -> None:
    """Write a table under the key ``nights``; texts are never null there."""
    texts = [name for name, kind in nights.dtypes.items() if kind.kind not in "fiub"]
    given = nights.assign(**{str(name): nights[name].fillna("").astype(str) for name in texts})
    given.to_hdf(path, key="nights", mode="w", format="table", index=False)


SUFFIXES: Mapping[Form, str] = MappingProxyType({"parquet": "parquet", "xlsx": "xlsx", "hdf5": "h5"})
WRITERS: Mapping[Form, Callable[[pd.DataFrame, Path], None]] = MappingProxyType(
    {"parquet": _parquet, "xlsx": _xlsx, "hdf5": _hdf5}
)
