"""Our table of a hypnogram as Parquet: one row per epoch, everything else in the metadata of the schema."""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import HypnogramError
from ..core.hypnogram import Hypnogram
from ..core.scorer import Scorer
from ..core.stage import STAGES_OF_LEVEL, Stage
from .files import replacing

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
        table = parquet.read_table(path)
        names = table.column_names  # which need not be UTF-8
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise HypnogramError(f"no Parquet that can be read ({type(error).__name__})", place=path.name) from None
    metadata = table.schema.metadata or {}
    if KEY not in metadata or "stage" not in names:
        raise HypnogramError(
            "a Parquet table that this package did not write", place=path.name, remedy="save it as CSV with words"
        )
    try:
        facts = json.loads(metadata[KEY])
        stages = [int(STAGE_OF_LABEL[label]) for label in table["stage"].to_pylist()]
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
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise HypnogramError(f"its table is damaged ({error})", place=path.name, remedy="write it again") from None


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise HypnogramError(
            "Parquet needs the package 'pyarrow'", key="parquet", remedy="pip install 'somnometry[tables]', or use CSV"
        ) from None
    return arrow, parquet
