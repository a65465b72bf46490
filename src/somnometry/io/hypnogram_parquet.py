"""Our table of a hypnogram as Parquet: one row per epoch, everything else in the metadata of the schema."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.scorer import Scorer
from ..core.stage import STAGES_OF_LEVEL, Stage
from .files import replacing
from .hypnogram_csv import LARGEST, MOST_LINES

__all__ = ["PARQUET", "read_parquet", "write_parquet"]

#: First bytes of any Parquet file.
PARQUET = b"PAR1"
#: Key of the metadata under which a file says that it is ours.
KEY = b"somnometry hypnogram"
STAGE_OF_LABEL = {stage.label: stage for stage in Stage}
COLUMNS = [f"p_{stage.label}" for stage in STAGES_OF_LEVEL[5]]


def write_parquet(hypnogram: Hypnogram, path: Path) -> None:
    """Write the table of `Hypnogram.to_frame`, and start, lights, scorer and levels as metadata.

    Raises
    ------
    HypnogramError
        Where the package that writes Parquet is not installed.
    """
    arrow, parquet = _pyarrow()
    frame = hypnogram.to_frame().drop(columns="clock", errors="ignore").reset_index(drop=True)
    table = arrow.table({name: arrow.array(frame[name].to_numpy()) for name in frame.columns})
    lights = (hypnogram.lights_off, hypnogram.lights_on)
    facts = {
        "epoch": hypnogram.epoch,
        "start": None if hypnogram.start is None else hypnogram.start.isoformat(),
        "lights": [None if light is None or math.isnan(light) else light for light in lights],
        "scorer": hypnogram.scorer.to_dict(),
        "levels": hypnogram.levels,
    }
    with replacing(path) as temporary:
        parquet.write_table(table.replace_schema_metadata({KEY: json.dumps(facts)}), temporary)


def read_parquet(path: Path) -> Hypnogram:
    """Read what `write_parquet` wrote.

    Raises
    ------
    HypnogramError
        Where the file is not ours or damaged, or the package that reads Parquet is not installed.
    """
    arrow, parquet = _pyarrow()
    try:
        told, schema = parquet.read_metadata(path), parquet.read_schema(path)
        size = sum(told.row_group(i).total_byte_size for i in range(told.num_row_groups))
        if told.num_rows > MOST_LINES or size > LARGEST:
            raise HypnogramError("a Parquet table that is larger than that of any night", place=path.name)
        names = schema.names  # which need not be UTF-8
        wanted = [name for name in ("stage", *COLUMNS) if name in names]
        table = parquet.read_table(path, columns=wanted, read_dictionary=["stage"])  # a word may be of megabytes
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise HypnogramError(f"no Parquet that can be read ({type(error).__name__})", place=path.name) from None
    metadata = schema.metadata or {}
    if KEY not in metadata or "stage" not in names:
        raise HypnogramError(
            "a Parquet table that this package did not write", place=path.name, remedy="save it as CSV with words"
        )
    try:
        facts = json.loads(metadata[KEY])
        stages = np.concatenate([np.empty(0, np.int8), *map(_codes, table["stage"].chunks)])
        off, on = (math.nan if light is None else float(light) for light in facts["lights"])
        known = names[-5:] == COLUMNS
        probabilities = np.column_stack([table[name].to_numpy() for name in COLUMNS]) if known else None
        return Hypnogram(
            stages,
            epoch=facts["epoch"],
            probabilities=probabilities,
            start=None if facts["start"] is None else datetime.fromisoformat(facts["start"]),
            lights_off=off,
            lights_on=on,
            scorer=Scorer.from_dict(facts["scorer"]),
            levels=facts["levels"],
        )
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError, RecursionError) as error:
        why = "a word that is no stage" if isinstance(error, LookupError) else error
        raise HypnogramError(f"its table is damaged ({why})", place=path.name, remedy="write it again") from None


def _codes(chunk: Any) -> npt.NDArray[np.int8]:
    """Codes of stages of a part of a column of words, each of which is held once."""
    codes = np.array([int(STAGE_OF_LABEL[label]) for label in chunk.dictionary.to_pylist()], np.int8)
    of_epochs: npt.NDArray[np.int8] = codes[chunk.indices.to_numpy()]
    return of_epochs


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise HypnogramError(
            "Parquet needs the package 'pyarrow'", key="parquet", remedy="pip install 'somnometry[tables]', or use CSV"
        ) from None
    return arrow, parquet
