"""Verdicts of every kind of claim, outcome, design, staging and size, put together by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

from somnometry.core.claim import Claim, Component
from somnometry.core.reason import Reason
from somnometry.core.verdict import Exclusion, Quantity, Sensitivity, Verdict

NAN = math.nan
QUANTITIES = {
    "tst": Quantity("tst", "TST", "min"),
    "rem_percent": Quantity("rem_percent", "REM", "%"),
    "awakenings_2min": Quantity("awakenings_2min", "Awakenings of 2 min", "count", "ratio"),
    "stage_shift_index": Quantity("stage_shift_index", "Stage shifts", "1/h"),
    "pain": Quantity("pain", "evening pain, 0 to 10 points"),
    "waso": Quantity("waso", "WASO", "min"),
}
METRICS = ("tst", "rem_percent", "awakenings_2min", "stage_shift_index", "pain")
KINDS: dict[str, dict[str, Any]] = {
    "superiority": {},
    "equivalence": {"direction": None},
    "non-inferiority": {},
    "consistency": {},
    "difference": {"direction": None, "arms": ("placebo", "2 g", "4 g")},
    "conjunction": {"also": (Component("waso", "decreases", 20.0),)},
    "dose-response": {"arms": ("2 g", "4 g")},
    "heterogeneity": {"direction": None},
    "mediation": {"mediator": "pain"},
}
OUTCOMES = ("supported", "equivalent", "contradicted", "inconclusive")
#: Kind -> outcomes that it never has.
NEVER = {"equivalence": {"equivalent"}, "non-inferiority": {"equivalent"}, "heterogeneity": {"contradicted"},
         "difference": {"contradicted"}, "mediation": {"supported", "equivalent", "contradicted"}}  # fmt: skip


def verdict_of(kind: str = "superiority", metric: str = "tst", outcome: Any = "inconclusive", **more: Any) -> Verdict:
    """One verdict; what begins with "claim_" goes into its claim."""
    own = {name.removeprefix("claim_"): more.pop(name) for name in list(more) if name.startswith("claim_")}
    is_ratio = kind == "consistency" or QUANTITIES[metric].scale == "ratio"
    declared = {"direction": "increases", "smallest_effect": 1.25 if is_ratio else 15.0, "source": "somebody",
                "treatment": "active", "control": "placebo", "design": "crossover"}  # fmt: skip
    claim = Claim(metric, kind=kind, **(declared | KINDS[kind] | own))
    quantity = QUANTITIES[metric]
    if is_ratio:
        quantity = Quantity(metric, quantity.label, quantity.unit, "ratio")
    none, estimate, interval = (1.0, 0.72, (0.6, 0.86)) if is_ratio else (0.0, -2.1, (-3.4, -0.8))
    if kind == "heterogeneity":
        estimate, interval = 2.1, (0.0, 4.2)
    names = {
        "difference": [("2 g", "placebo"), ("4 g", "placebo"), ("4 g", "2 g")],
        "dose-response": [("4 g", "placebo"), ("4 g", "2 g")],
    }
    pairs = [Sensitivity(Reason("arms-compared", {"a": a, "b": b}), none if b == "2 g" else estimate, interval)
             for a, b in names.get(kind, [])]  # fmt: skip
    if kind == "conjunction":
        pairs = [Sensitivity(Reason("part", {"metric": metric}), estimate, interval),
                 Sensitivity(Reason("part", {"metric": "waso"}), -12.0, (-20.0, -3.0))]  # fmt: skip
    known = {
        "claim": claim, "outcome": outcome, "estimate": estimate, "interval95": interval, "p": 0.003,
        "p_adjusted": 0.02, "p_equivalence": 0.04, "p_equivalence_adjusted": 0.04, "n_subjects": 24, "n_nights": 96,
        "quantities": (quantity, QUANTITIES["waso"], QUANTITIES["pain"]), "scale": quantity.scale,
        "unit": quantity.unit, "label": quantity.label, "pairs": tuple(pairs), "staging": "human", "device": "psg",
        "reasons": (Reason("nothing-shown"),),
    }  # fmt: skip
    return Verdict(**(known | more))


def every_verdict() -> Iterator[Verdict]:
    """Every combination that changes a sentence."""
    for kind, metric, outcome in product(KINDS, METRICS, OUTCOMES):
        if outcome not in NEVER.get(kind, ()):
            for size in ("at least D", "uncertain", "") if outcome == "supported" else ("",):
                yield verdict_of(kind, metric, outcome, size=size)
            yield verdict_of(kind, metric, outcome, p=0.4, p_adjusted=0.9, benefit_excluded=outcome == "inconclusive")
    bare = {"claim_smallest_effect": None, "claim_source": ""}
    for kind in ("superiority", "consistency", "conjunction", "dose-response", "difference", "heterogeneity"):
        more = {"claim_also": (Component("waso", "decreases"),)} if kind == "conjunction" else {}
        yield verdict_of(kind, "tst", "supported", **bare, **more)
    for staging, device in product(("human", "auto", "unknown", "not staged"), ("psg", "headband", "wearable",
                                                                                "unknown", "")):  # fmt: skip
        yield verdict_of(staging=staging, device=device)
    caps = ("change observed", "difference observed", "consistent with a mediation", "no mediation shown")
    for cap, design, lot in product(caps, ("crossover", "parallel", "pre-post", "n-of-1"), (True, False)):
        reasons = (Reason("capped-by-design", {"cap": cap}), *([] if lot else [Reason("lot-not-declared")]))
        yield verdict_of(cap=cap, claim_design=design, reasons=reasons)
    for n in (1, 2):
        yield verdict_of(n_subjects=n, n_nights=n, n_to_decide=n + 88,
                         exclusions=(Exclusion(Reason("not-measured"), n, n),))  # fmt: skip
    for estimate, interval in ((NAN, (NAN, NAN)), (0.0, (-3.0, 3.0)), (2.0, (-math.inf, 3.0)), (1e-5, (-2e-5, 4e-5)),
                               (1.0, (0.0, 2.0)), (2.0, (1.0, math.inf))):  # fmt: skip
        yield verdict_of(estimate=estimate, interval95=interval)
    for ratio, interval in ((1.0, (0.9, 1.1)), (2.0, (1.0, math.inf)), (0.3, (0.0, 1.0))):
        yield verdict_of("superiority", "awakenings_2min", estimate=ratio, interval95=interval)
    for words in ("longer sleep", ""):
        yield verdict_of(claim_words=words, declared="registered", p=1e-9, p_adjusted=1e-8)
        yield verdict_of(outcome="not testable", claim_words=words, reasons=(Reason("no-schedule"),))
    yield Verdict(Claim("", not_testable="receptors are not measured", words="acts on receptors"), "not testable",
                  (Reason("declared-not-testable", {"why": "receptors are not measured"}),))  # fmt: skip
    turned = Sensitivity(Reason("leave-one-out"), 1.0, notes=(Reason("sign-changes"),))
    yield verdict_of(outcome="supported", size="at least D", sensitivity=(turned,))
