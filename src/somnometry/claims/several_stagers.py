"""`judge_by_stager`: one verdict on nights that several stagers scored; what holds under one alone may be its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..calibration.calibration import Calibration
from ..calibration.shipped import CalibrationGiven, calibrations_given
from ..core.errors import ClaimError
from ..core.reason import Reason
from ..core.study import Study
from ..core.verdict import Verdict
from .data.study_nights import StudyNights
from .judge import judge_all
from .same_nights import nights_apart, require_same_nights
from .stager_slopes import serving

__all__ = ["judge_by_stager"]


def judge_by_stager(
    study: Study,
    nights: Mapping[str, Any],
    *,
    sensitivity: bool = True,
    calibration: CalibrationGiven | Sequence[CalibrationGiven] = (),
) -> tuple[Verdict, ...]:
    """Judge all claims of a study under each of several stagers of its nights, and say what holds under all of them.

    Parameters
    ----------
    study : Study
    nights : mapping of str to table
        Name of a stager -> the nights as it scored them, as `judge_all` takes them. People, programs and devices may be
        among them; all have the same people. Nights that some did not score are told.
    sensitivity : bool
    calibration : Calibration, str, path-like, or sequence of them
        Of any of the stagers; each serves the nights whose table names its stager.

    Returns
    -------
    tuple of Verdict
        In the order of the claims; the numbers are those of the first stager under which a claim can be tested. Where
        the outcomes differ the verdict is "inconclusive", and its last reason says what each was; where one stager
        alone can test the claim, its last reason says so; a size, and that a benefit is excluded, stand where they do
        under all.

    Raises
    ------
    ClaimError
        Where there are fewer than two stagers, they have nights of other people or name another condition of a night,
        one's numbers are a copy of another's, a calibration is of none of them, or a table contradicts itself.

    Examples
    --------
    >>> from somnometry.core.claim import Claim
    >>> def nights(effect, spread):
    ...     return [
    ...         {"subject": s, "condition": ("placebo", "active")[(p + s) % 2], "period": p + 1, "staging": "human",
    ...          "n3_percent": 15 + s % 5 + (effect + spread * (s % 3)) * ((p + s) % 2)}
    ...         for s in range(12) for p in (0, 1)
    ...     ]
    >>> study = Study((Claim("n3_percent", "increases", smallest_effect=3.0),), "crossover", "active", "placebo",
    ...               randomised=True)
    >>> (verdict,) = judge_by_stager(study, {"Doe": nights(4.0, 1.0), "Roe": nights(-1.0, 1.0)})
    >>> verdict.outcome, dict(verdict.reasons[-1].facts["outcomes"])
    ('inconclusive', {'Doe': 'supported', 'Roe': 'equivalent'})
    """
    if len(nights) < 2:
        raise ClaimError(
            f"there are nights of {len(nights)} stagers", key="nights", remedy="judge those of one by `judge_all`"
        )
    laid_out = {name: StudyNights.of(table, study) for name, table in nights.items()}
    require_same_nights(laid_out)
    given = calibrations_given(calibration)
    own = {name: serving(given, table.columns) for name, table in laid_out.items()}
    _require_used(given, [one for of_stager in own.values() for one in of_stager])
    judged = {
        name: judge_all(study, table, sensitivity=sensitivity, calibration=own[name]) for name, table in nights.items()
    }
    apart = nights_apart(laid_out)
    return tuple(
        _together(dict(zip(judged, verdicts, strict=True)), apart) for verdicts in zip(*judged.values(), strict=True)
    )


def _together(by_stager: Mapping[str, Verdict], apart: tuple[Reason, ...]) -> Verdict:
    """Make one verdict on a claim of those under each stager; `apart` tells of nights that not all scored."""
    tested = {name: verdict for name, verdict in by_stager.items() if verdict.outcome != "not testable"}
    if not tested:
        return next(iter(by_stager.values()))
    first, *_ = tested.values()
    without = tuple(name for name in by_stager if name not in tested)
    untested = tuple(Reason("untestable-under-stager", {"stager": name}) for name in without)
    outcomes = {name: verdict.outcome for name, verdict in tested.items()}
    same_size = len({verdict.size for verdict in tested.values()}) == 1
    shared: dict[str, Any] = {
        "size": first.size if same_size else "uncertain",
        "benefit_excluded": all(verdict.benefit_excluded for verdict in tested.values()),
        "warnings": (*first.warnings, *apart, *untested),
    }
    if len(tested) == 1:
        (name,) = tested
        alone = Reason("under-one-stager", {"stager": name, "untested": without})
        said = (alone,) if first.outcome != "inconclusive" else ()  # what is open has all its reasons in one sentence
        warnings = (*first.warnings, *apart, *said)
        return first.replace(**{**shared, "warnings": warnings, "reasons": (*first.reasons, alone)})
    if len(set(outcomes.values())) == 1:
        same = Reason("under-every-stager", {"stagers": tuple(tested)})
        return first.replace(**{**shared, "warnings": (*shared["warnings"], same)})
    reasons = (*first.reasons, Reason("not-under-every-stager", {"outcomes": outcomes}))
    none: dict[str, Any] = {"outcome": "inconclusive", "size": "", "b_star": math.nan, "n_to_decide": None}
    return first.replace(**{**shared, **none, "reasons": reasons})


def _require_used(given: Iterable[Calibration], used: Sequence[Calibration]) -> None:
    for calibration in given:
        if not any(calibration is one for one in used):
            raise ClaimError(
                f"no table of nights names {calibration.stager!s}, of which a calibration is",
                key="calibration",
                remedy="leave it out, or name the stager in the column 'scorer' of its nights",
            )
