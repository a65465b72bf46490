"""Files in, one row per night out: `measure`, in one process, several or a cluster, going on where it was ended."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..core.errors import RecordingError
from ..core.shown_text import shown_text
from ..io.nights.find import find_nights, with_lost_nights
from ..io.nights.night import LeftOut, Night, Nights
from .derivatives import Derivatives
from .nights_csv import Row, source_id
from .one_night import Task, settings_of
from .own_columns import require_own
from .progress import NightsBar
from .records import Input, Record, record_file, write_record
from .runners import Result, here, in_processes
from .settings import Settings
from .tables import Form, check_forms, write_forms

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["BatchPlan", "Settings", "measure", "plan_batch", "run_batch", "runner"]

Runner = Callable[[Sequence[Task]], Iterator[Result]]
#: Seconds between looks at nights that another batch is measuring.
PATIENCE = 0.5


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What a call of `measure` has to do.

    Parameters
    ----------
    tasks : tuple of Task
        Every night that was asked for, in the order of the nights.
    done : dict of str to Record
        Records of the nights that need not be measured again, by name.
    derivatives : Derivatives
        The folder that is written.
    forms : tuple of {"parquet", "xlsx", "hdf5", "bids"}
        What the table is written as besides CSV.
    part : (int, int)
        Which part of the nights this is, of how many.
    left_out : tuple of LeftOut
        The files that are no night, and why.
    """

    tasks: tuple[Task, ...]
    done: dict[str, Record]
    derivatives: Derivatives
    forms: tuple[Form, ...] = ()
    part: tuple[int, int] = (1, 1)
    left_out: tuple[LeftOut, ...] = ()

    @property
    def to_do(self) -> tuple[Task, ...]:
        """The nights that are to be measured."""
        return tuple(task for task in self.tasks if task.name not in self.done)

    @property
    def compiles(self) -> bool:
        """Whether the first night that is measured waits for kernels to be compiled, once on a machine."""
        from ..staging.first_night import is_first_night

        return any(not task.settings.scored for task in self.to_do) and is_first_night()


def plan_batch(
    paths: Sequence[str | os.PathLike[str]] | Nights,
    out: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    recordings: str | os.PathLike[str] | None = None,
    subjects: Sequence[str] | None = None,
    part: tuple[int, int] = (1, 1),
    force: bool = False,
    forms: Sequence[Form] = (),
    dry_run: bool = False,
) -> BatchPlan:
    """List the nights of a batch, name them, and see which of them are done.

    Parameters
    ----------
    paths, out, settings, recordings, subjects, part, force, forms
        As for `measure`.
    dry_run : bool
        Whether to write nothing at all, not even the names that are taken.

    Raises
    ------
    RecordingError
        As `measure`.
    """
    nights = paths if isinstance(paths, Nights) else find_nights(paths, recordings)
    settings, forms = settings or Settings(), check_forms(forms)
    nights = nights if settings.scored else with_lost_nights(nights)
    if not nights.nights:
        what = f"none of {len(nights.left_out)} files is a night"
        raise RecordingError(what, remedy="`somnometry inspect` says why")
    require_own({name for night in nights.nights for name in night.details.more}, str(nights.table))
    asked = _part(_of_subjects(nights.nights, subjects), part)
    derivatives = Derivatives(Path(out), read_only=dry_run)
    derivatives.write_left_out(nights.left_out, pseudonyms=settings.pseudonymise)
    names, records = derivatives.named(asked, pseudonyms=settings.pseudonymise)
    tasks = tuple(Task(night, name, derivatives.folder, settings) for night, name in zip(asked, names, strict=True))
    done = {} if force else _done_before(tasks, records, keep=not dry_run)
    if force and not dry_run:
        for task in tasks:
            record_file(task.folder, task.name).unlink(missing_ok=True)
    return BatchPlan(tasks, done, derivatives, forms, part, nights.left_out)


def measure(
    paths: Sequence[str | os.PathLike[str]] | Nights,
    out: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    recordings: str | os.PathLike[str] | None = None,
    jobs: int | Literal["auto"] | None = None,
    dask: Client | None = None,
    subjects: Sequence[str] | None = None,
    part: tuple[int, int] = (1, 1),
    force: bool = False,
    forms: Sequence[Form] = (),
    timeout: float | None = None,
    fail_fast: bool = False,
    progress: Callable[[Row], None] | Literal["bar"] | None = None,
) -> list[Row]:
    """Stage and summarise recordings; one row per night in ``nights.csv``, a hypnogram and a picture each.

    A night that cannot be measured, a damaged recording too, is a row with ``status`` "failed" and its error; the
    others go on. A night is done when its record in ``records/`` says so: measured from the same bytes, with the same
    settings, classifiers and version. A second call measures only the others, and two calls at once on one folder
    share them.

    Parameters
    ----------
    paths : sequence of path-like, or Nights
        Files, or folders that are searched at any depth; or what `find_nights` gave.
    out : path-like
        Folder for ``nights.csv``, ``nights.json`` (what its columns mean), ``left_out.csv`` (files that are no night,
        and why), ``records/``, ``hypnograms/`` (our CSV, and BIDS events), ``figures/``, and ``scorings/`` (the scoring
        that came with a night, in our CSV); made if it is not there. Indices of the events that the scoring marks
        (`event_indices`) are columns too.
    settings : Settings, optional
    recordings : path-like, optional
        A table that lists the nights and what is known of them, as for `find_nights`. Its subject, session, condition,
        period, night, age, sex and columns of the user's own go into ``nights.csv``.
    jobs : int or "auto", optional
        How many processes measure nights at the same time, "auto" as many as there are processors. A process that dies
        or hangs costs its night and no other. By default nights are measured one after the other in this process.
    dask : distributed.Client, optional
        A cluster whose workers measure the nights and write into `out`, which all of them must see.
    subjects : sequence of str, optional
        Only nights of these people, as the table or the file names call them.
    part : (int, int)
        The k-th of n parts of the nights, from 1, each night in one part: for arrays of jobs on a cluster.
    force : bool
        Whether to measure nights that are done again.
    forms : sequence of {"parquet", "xlsx", "hdf5", "bids"}
        What the table is written as too (the extra ``somnometry[tables]``): ``nights.parquet``, ``nights.xlsx``,
        ``nights.h5``, and its hypnograms as a BIDS derivative, ``bids/``; a part of several writes its own nights, as
        ``tables/nights-k-of-n.parquet``.
    timeout : float, optional
        Seconds after which a night is given up; needs `jobs` or `dask`.
    fail_fast : bool
        Whether to stop at the first night that fails.
    progress : callable or "bar", optional
        Called with the row of each night as it is done; "bar" draws one on a terminal or in a notebook.

    Returns
    -------
    list of dict
        The rows of the nights that were asked for, in their order; those that were done before, too.

    Raises
    ------
    RecordingError
        If a path does not exist, a folder holds no recording, the table of recordings contradicts them, or `out`
        cannot be written to.
    """
    if timeout is not None and jobs is None and dask is None:
        raise RecordingError("a time limit needs a process that can be ended", key="timeout", remedy="give `jobs`")
    batch = plan_batch(
        paths, out, settings, recordings=recordings, subjects=subjects, part=part, force=force, forms=forms
    )
    run = runner(jobs, dask, timeout)
    if progress == "bar":
        with NightsBar(len(batch.to_do), compiles=batch.compiles) as bar:
            records = run_batch(batch, run, fail_fast=fail_fast, progress=bar.tell)
    else:
        tell = None if progress is None else lambda record: progress(record.cells())
        records = run_batch(batch, run, fail_fast=fail_fast, progress=tell)
    return [record.cells() for record in records]


def run_batch(
    batch: BatchPlan, run: Runner, *, fail_fast: bool = False, progress: Callable[[Record], None] | None = None
) -> list[Record]:
    """Measure what is to do.

    Parameters
    ----------
    batch : BatchPlan
    run : callable
        Takes tasks and gives each with its record as it is done, or with None where another batch is measuring it.
    fail_fast : bool
        As for `measure`.
    progress : callable, optional
        Called with the record of each night as it is done.

    Returns
    -------
    list of Record
        Of the nights that were asked for, in their order.
    """
    records = dict(batch.done)
    try:
        for record in _shared(batch.to_do, run):
            records[record.night] = record
            batch.derivatives.assemble(last=False)
            if progress is not None:
                progress(record)
            if fail_fast and record.failure:
                break
    finally:
        batch.derivatives.assemble()
    write_forms(batch.derivatives.table, batch.forms, batch.part, {task.name for task in batch.tasks})
    return [records[task.name] for task in batch.tasks if task.name in records]


def _shared(tasks: Sequence[Task], run: Runner) -> Iterator[Record]:
    """Give the record of each night as it is done, here or by another batch on the same folder."""
    waiting = list(tasks)
    while waiting:
        elsewhere = []
        for task, record in run(waiting):
            if record is None:
                elsewhere.append(task)
            else:
                yield record
        waiting = elsewhere
        if waiting:
            time.sleep(PATIENCE)


def runner(jobs: int | Literal["auto"] | None, dask: Client | None = None, timeout: float | None = None) -> Runner:
    """Choose how nights are run: in this process, in several, or on a cluster; as for `measure`."""
    if dask is not None:
        from .cluster import on_cluster

        return partial(on_cluster, client=dask, timeout=timeout)
    if jobs is None:
        return here
    return partial(in_processes, jobs=(os.cpu_count() or 1) if jobs == "auto" else jobs, timeout=timeout)


def _of_subjects(nights: Sequence[Night], subjects: Sequence[str] | None) -> Sequence[Night]:
    if subjects is None:
        return nights
    known = sorted({night.details.subject for night in nights if night.details.subject is not None})
    if unknown := sorted(set(subjects) - set(known)):
        raise RecordingError(
            f"no night is of subject {unknown[0]!r}", key="subject", remedy=f"there are {', '.join(known) or 'none'}"
        )
    return [night for night in nights if night.details.subject in set(subjects)]


def _part(nights: Sequence[Night], part: tuple[int, int]) -> Sequence[Night]:
    k, n = part
    if not 1 <= k <= n:
        raise RecordingError(f"there is no part {k} of {n}", key="part", remedy="parts are 1/n to n/n")
    return nights[k - 1 :: n]


def _done_before(tasks: Sequence[Task], records: dict[str, Record], *, keep: bool) -> dict[str, Record]:
    """Give the records of the nights that need not be measured again, by name."""
    return {task.name: record for task in tasks if (record := _done(task, records, keep=keep)) is not None}


def _done(task: Task, records: dict[str, Record], *, keep: bool) -> Record | None:
    """Give the record of a night that need not be measured again, and keep what is newly known of it."""
    record = records.get(task.name)
    if record is None:
        return None
    try:
        given = Input.of(source_id(task.night), task.night.files, record.input)
        if not record.is_done(given, settings_of(task.night, task.settings), task.folder):
            return None
        cells = {"source_id": given.source_id, **task.night.details.cells()}
        cells |= {} if task.settings.pseudonymise else {"file": shown_text(task.night.path, keep="")}
        if record.input != given or any(record.row.get(key) != value for key, value in cells.items()):
            record = record.moved_to(given, cells)
            if keep:
                write_record(task.folder, record)
        return record
    except OSError:
        return None
