"""Columns that mark nights as unfit, and which a study does not name among what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.errors import ClaimError
from ...core.reason import Reason
from ...core.study import Study
from .study_nights import StudyNights, text_of

__all__ = ["unheeded_marks"]

#: Names of columns whose 1 says that a night is unfit, and of those whose 0 does.
UNFIT = frozenset({"exclude", "excluded", "reject", "rejected", "invalid", "bad", "bad_night", "unusable", "discard",
                   "discarded", "artifact", "artefact", "failed", "failure", "technical_failure",
                   "dropped"})  # fmt: skip
FIT = frozenset({"usable", "valid", "is_valid", "include", "included", "accepted", "good", "ok", "analysable",
                 "analyzable"})  # fmt: skip


def unheeded_marks(nights: StudyNights, study: Study) -> Iterator[Reason]:
    """Say of columns of 0 and 1 that they mark nights as unfit which were judged all the same.

    Parameters
    ----------
    nights : StudyNights
    study : Study
    """
    for column in nights.columns:
        name = "_".join(column.casefold().split())
        if name not in UNFIT | FIT or column in study.exclude:
            continue
        try:
            marked = nights.flags(column)
        except ClaimError:
            continue
        if name in FIT:
            told = [text_of(cell) != "" for cell in nights.columns[column]]
            marked = ~marked & told
        if 0 < marked.sum() < len(nights):
            yield Reason("marks-unheeded", {"column": column, "n": int(marked.sum()), "unfit": name in UNFIT})
