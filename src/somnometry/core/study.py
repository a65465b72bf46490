"""`Study`: what was declared of a study before its nights were looked at."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

from .allocation import Allocation
from .claim import Claim, Design
from .errors import ClaimError
from .html_tables import fields_html, html_table
from .schedule import Schedule

__all__ = ["Covariate", "Device", "Intercurrent", "Multiplicity", "Staging", "Study", "Unit"]

Intercurrent = Literal["treatment-policy", "while-on-treatment"]
Multiplicity = Literal["holm", "fixed-sequence"]
Staging = Literal["human", "auto"]
Device = Literal["psg", "headband", "wearable"]
Covariate = Literal["trend", "weekday"]
Unit = Literal["minutes", "percent"]
NOT_REGISTERED = "not registered"
#: A URL, a DOI, or the number of a register of trials; and a year.
REGISTRY = re.compile(r"\w\.\w+/\w|\b10\.\d{4,}/|\b[A-Za-z]{2}[A-Za-z-]{0,30}[ -]?\d{5,}|\b\d{4}-\d{6}-\d\d\b")
YEAR = re.compile(r"\b(19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Study:
    """What a study declares: its design, whom it studied, how nights are handled, and its claims.

    Parameters
    ----------
    claims : tuple of Claim
        In the order in which a fixed sequence tests them.
    design : {"crossover", "parallel", "pre-post", "n-of-1", "single-arm"}, optional
    treatment, control : str, optional
        Values of the column ``condition``; a claim may name others.
    arms : tuple of str
        Conditions that the model holds; by default those that the claim and the doses name.
    baseline : str, optional
        Condition of the nights before treatment in a parallel study.
    doses : mapping of str to float
        Condition -> dose, the control's (0) left out.
    schedule : Schedule, optional
        How the order of an n-of-1 study was drawn.
    covariates : tuple of {"trend", "weekday"}
        What is taken out of one person's nights beside the treatment: a straight line over the study, and a mean of
        each day of the week, where each period of the schedule is one night.
    randomised : bool, optional
        Whether chance decided who got what when; None where it is not declared, and nothing assumes it. Without it no
        verdict says more than that a change, or a difference, was observed.
    population : str
        Who was studied.
    intercurrent : {"treatment-policy", "while-on-treatment"}
        Whether nights without the dose (column ``undosed``) or with another remedy (column ``rescue``) count.
    washout_nights : int, optional
        Nights between the periods.
    blinded_scoring : bool, optional
        Whether the scorer knew the condition; None where it is not said.
    psychoactive : bool
        Whether the treatment may change the EEG itself, and with it the error of an automatic stager.
    registered : str
        URL and date of a registration made before the nights.
    exclude : tuple of str
        Columns of 0 and 1 that mark nights lost to technical causes. A night is never excluded by what it measured.
    staging : {"human", "auto"}, optional
        How all nights were staged, where the table does not say; one that says otherwise is refused.
    columns : mapping of str to str
        Measurements other than of sleep: column -> what it holds, with its unit, such as a rating of pain.
    device : {"psg", "headband", "wearable"}, optional
        What recorded them, and so which validation counts, where the table does not say; one that says otherwise is
        refused. Where neither says, the limits of a headband apply.
    bias : mapping of str to float
        Plausible differential bias of automatic staging by metric, in its unit; by default that of a calibration, but
        of stages of sleep and of latencies there is no default.
    alpha : float
    multiplicity : {"holm", "fixed-sequence"}
    name : str
    bias_source : mapping of str to str
        Metric -> where its declared bias is from.
    blinded : bool, optional
        Whether those who slept did not know which treatment was which; None where it is not said.
    blinding : str
        Who did not know, who did, and how it was kept: "capsules that look alike, filled by the pharmacy".
    allocation : Allocation, optional
        How people of a trial were given arms or sequences by lot, with its seed, so that `judge` draws it again and
        sets it beside what they got. Subjects are called as its places.
    units : mapping of str to {"minutes", "percent"}
        Metric -> the unit of its column, which is always its own: for columns that would be taken for another unit,
        such as the TST of people who sleep eleven hours, which might be epochs. Said in the verdict's paragraph.

    Raises
    ------
    ClaimError
        Where the parts contradict each other.
    """

    claims: tuple[Claim, ...] = ()
    design: Design | None = None
    treatment: str | None = None
    control: str | None = None
    arms: tuple[str, ...] = ()
    baseline: str | None = None
    doses: Mapping[str, float] = field(default_factory=dict)
    schedule: Schedule | None = None
    covariates: tuple[Covariate, ...] = ()
    randomised: bool | None = None
    population: str = ""
    intercurrent: Intercurrent = "treatment-policy"
    washout_nights: int | None = None
    blinded_scoring: bool | None = None
    psychoactive: bool = False
    registered: str = NOT_REGISTERED
    exclude: tuple[str, ...] = ()
    staging: Staging | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    device: Device | None = None
    bias: Mapping[str, float] = field(default_factory=dict)
    alpha: float = 0.05
    multiplicity: Multiplicity = "holm"
    name: str = ""
    bias_source: Mapping[str, str] = field(default_factory=dict)
    blinded: bool | None = None
    blinding: str = ""
    allocation: Allocation | None = None
    units: Mapping[str, Unit] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        names = ("design", "treatment", "control", "population", "staging", "device", "multiplicity", "registration")
        claims = ((one.name, one.metric, one.direction, one.smallest_effect or "", one.words) for one in self.claims)
        told = fields_html(self.name or "Study", [(name, getattr(self, name, None)) for name in names])
        return told + html_table(("claim", "metric", "direction", "smallest effect", "words"), claims)

    def __post_init__(self) -> None:
        for attribute in ("claims", "arms", "exclude", "covariates"):
            object.__setattr__(self, attribute, tuple(getattr(self, attribute)))
        for attribute in ("doses", "bias", "columns", "bias_source", "units"):
            object.__setattr__(self, attribute, MappingProxyType(dict(getattr(self, attribute))))
        for attribute in ("randomised", "blinded_scoring", "psychoactive", "blinded"):
            value = getattr(self, attribute)
            if value not in ((True, False) if attribute == "psychoactive" else (True, False, None)):  # "no" is true
                raise _refused("study", attribute, f"{attribute} is true or false, not {value!r}")
            object.__setattr__(self, attribute, None if value is None else bool(value))
        for attribute, choices in _CHOICES:
            value = getattr(self, attribute)
            if value is not None and value not in get_args(choices):
                allowed = ", ".join(map(repr, get_args(choices)))
                raise _refused("study", attribute, f"{attribute} is one of {allowed}, not {value!r}")
        if unknown := [name for name in self.covariates if name not in get_args(Covariate)]:
            allowed = ", ".join(map(repr, get_args(Covariate)))
            raise _refused("study", "covariates", f"a covariate is one of {allowed}, not {unknown[0]!r}")
        if self.is_registered and not (REGISTRY.search(self.registered) and YEAR.search(self.registered)):
            what = f"{self.registered!r} names no registration that anybody could look up"
            remedy = f'give its URL or number and its date, such as "osf.io/abcde, 2026-01-31", or "{NOT_REGISTERED}"'
            raise _refused("study", "registered", what, remedy)
        if not 0 < self.alpha < 0.5:
            raise _refused("study", "alpha", f"alpha lies between 0 and 0.5, not at {self.alpha!r}")
        if self.treatment is not None and self.treatment == self.control:
            raise _refused("study", "treatment", f"treatment and control are both {self.treatment!r}")
        if other := [name for name, unit in self.units.items() if unit not in get_args(Unit)]:
            what = f"a unit is one of {', '.join(map(repr, get_args(Unit)))}, not {self.units[other[0]]!r}"
            raise _refused("study", "units", what, "a table in another unit is converted before it is judged")
        if idle := [name for name in self.bias_source if name not in self.bias]:
            what = f"a source is given of a bias of {idle[0]!r}, and no such bias is declared"
            raise _refused("study", "bias_source", what, "declare it in bias")
        if self.blinded is None and self.blinding:
            what = "it is told how the treatment was kept from others, and not whether those who slept knew it"
            raise _refused("study", "blinding", what, "give blinded = true, or false")
        if self.allocation is not None:
            self._check_allocation(self.allocation)
        if bad := [arm for arm, dose in self.doses.items() if not (math.isfinite(dose) and dose > 0)]:
            what = f"doses are positive numbers, unlike that of {bad[0]!r}"
            raise _refused("study", "doses", what, "leave out what is no dose")
        if bad := [name for name, bias in self.bias.items() if not (math.isfinite(bias) and bias >= 0)]:
            what = f"a bias is a size, 0 or more, unlike {self.bias[bad[0]]!r} of {bad[0]!r}"
            raise _refused("study", f"bias.{bad[0]}", what, "it may lie either way")
        if self.washout_nights is not None and self.washout_nights < 0:
            what = f"washout_nights is a number of nights, not {self.washout_nights}"
            raise _refused("study", "washout_nights", what)
        names = [claim.name for claim in self.claims]
        if twice := {name for name in names if names.count(name) > 1}:
            what = f"two claims are called {min(twice)!r}"
            raise _refused("study", "claims", what, "a claim has one primary metric: give ids")

    def _check_allocation(self, allocation: Allocation) -> None:
        """Refuse an allocation of another design, or of a study that chance did not draw."""
        periods = len(allocation.sequences[0])
        if (self.design, periods > 1) not in (("parallel", False), ("crossover", True)):
            lasts = "1 period" if periods == 1 else f"{periods} periods"
            what = f"an allocation of {lasts} is none of the design {self.design!r}"
            remedy = "it belongs to a parallel trial (one condition for each person) or a crossover (several)"
            raise _refused("study", "allocation", what, remedy)
        if self.randomised is False:
            raise _refused("study", "allocation", "an allocation is drawn by lot, and randomised = false is declared")

    @property
    def is_registered(self) -> bool:
        """Whether a registration is named; without one, claims are "declared after data"."""
        return self.registered.strip().lower() not in ("", NOT_REGISTERED)

    def __reduce__(self) -> tuple[Any, ...]:
        values = (getattr(self, name) for name in self.__dataclass_fields__)
        return Study, tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in values)


def _refused(place: str, key: str, what: str, remedy: str = "") -> ClaimError:
    return ClaimError(what, place=place, remedy=remedy, key=key)


_CHOICES = (
    ("design", Design),
    ("intercurrent", Intercurrent),
    ("multiplicity", Multiplicity),
    ("staging", Staging),
    ("device", Device),
)
