"""The English of every reason that verdicts and plans carry: one table, from the code to a sentence with its facts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ...core.reason import Reason
from .doubt_reasons import DOUBT_REASONS, no_column_of_others
from .numbers import amount, count, number, p_value, probability, unit_words
from .one_person_reasons import ONE_PERSON_REASONS
from .planning_reasons import PLANNING_REASONS
from .quantities import metric_title, metric_words
from .second_answers import SECOND_ANSWERS
from .staging_reasons import STAGING_REASONS

__all__ = ["REASONS", "clause", "reason_text"]

Facts = Mapping[str, Any]


def _no_control(facts: Facts) -> str:
    text = "a study without a control describes; it cannot tell what the treatment did"
    if facts:
        text += f". {metric_title(facts['metric'])}, mean of {count(facts['n'], 'subject')}: {number(facts['mean'])}"
        for norm in facts["norms"]:
            text += f"; usual at {norm.age_above:g} to {norm.age_to:g} years: {number(norm.median)}, range "
            text += f"{number(norm.low)} to {number(norm.high)} ({norm.source})"
    return text


def _tipping_point(facts: Facts) -> str:
    worse = amount(facts["worse"], facts["unit"])
    if facts["scale"] == "ratio":
        worse = f"a factor of {number(math.exp(facts['worse']))}"
    n = count(facts["n"], "subject")
    return f"the result holds unless the effect in the {n} without a period is worse by {worse} than in the others"


def _of_arms(facts: Facts) -> str:
    """Say how many nights of each arm it is, and how likely chance parts people so."""
    of = [
        f"{n} of {count(nights, 'night')} under {arm}"
        for arm, n, nights in zip(facts["arms"], facts["lost"], facts["nights"], strict=True)
    ]
    who = "periods" if facts["alone"] else "people"
    return f"{' and '.join(of)}; chance alone would part {who} so with a probability {probability(facts['p'], 'of')}"


def _had_they_been(facts: Facts) -> str:
    """Say what such nights could change, had they been as others are; nothing where it is not known."""
    if math.isnan(facts["low"]):
        return ""
    low, high = (number(facts[name]) for name in ("low", "high"))
    what = "ratio" if facts["scale"] == "ratio" else "difference"
    unit = "" if facts["scale"] == "ratio" else f" {unit_words(facts['unit'])}".rstrip()
    return (
        f"; had those nights been as low or as high as the lowest or highest twentieth of the others, the {what} would "
        f"lie between {low} and {high}{unit}"
    )


def _lost_by_arm(facts: Facts) -> str:
    return (
        f"nights were lost, cut short or had no value more often in one arm ({_of_arms(facts)}){_had_they_been(facts)}"
    )


def _cut_off_by_arm(facts: Facts) -> str:
    return (
        f"nights ended in sleep more often in one arm ({_of_arms(facts)}), so that what came after was not seen"
        f"{_had_they_been(facts)}"
    )


def _carry_over(facts: Facts) -> str:
    ratio = facts["scale"] == "ratio"
    low, high = (number(facts[name]) for name in ("low", "high"))
    high += "" if ratio else f" {unit_words(facts['unit'])}".rstrip()
    return (
        f"what a treatment leaves behind in the next period may be as large as what would matter "
        f"({'ratios' if ratio else 'differences'} from {low} to {high} are compatible with these nights), and the "
        "estimate would hold a part of it"
    )


def _out_of_reach(facts: Facts, way: str) -> str:
    control, margin = amount(facts["control"], facts["unit"]), amount(facts["margin"], facts["unit"], declared=True)
    if facts["unit"] == "%":
        control = f"{number(facts['control'])} %"
    return f"{facts['label']} is {control} under the control, so that a {way} by {margin} cannot be reached"


def _have(n: int) -> str:
    return f"{count(n, 'subject')} {'has' if n == 1 else 'have'}"


#: Code -> a template that takes the facts by name, or a function of the facts.
REASONS: Mapping[str, str | Callable[[Facts], str]] = MappingProxyType(
    {
        **STAGING_REASONS,
        **PLANNING_REASONS,
        **ONE_PERSON_REASONS,
        **SECOND_ANSWERS,
        **DOUBT_REASONS,
        # ------------------------------------------------------------------------------- the table, samples and designs
        # what the table lacks
        "no-column": lambda f: (
            f"the table has no column {f['metric']!r}; "
            + (f"is it {f['like']!r}" if "like" in f else "measure the nights with `somnometry measure`")
        ),
        "no-column-of-signals": "the table has no column {metric!r}; measure the nights with --micro",
        "no-column-of-events": "the table has no column {metric!r}: it needs scored events (`event_indices`)",
        "no-column-of-others": no_column_of_others,
        "no-column-of-periods": lambda f: (
            f"the table has no column {f['metric']!r}: {metric_words(f['metric'])} takes at least {f['least']} days "
            "per subject and arm; judge the folder that `measure` wrote, or compute it with `regularity` and add it to "
            "the rows of each period"
        ),
        "no-total-sleep-time": "counts are analysed per hour of sleep, and the table has no column 'tst'",
        "no-period-column": "the table has no column 'period': a crossover cannot be analysed without the order of "
        "treatments",
        "no-condition": lambda f: (
            f"no night has the condition {f['condition']!r}; the table has "
            f"{'nights of ' + ', '.join(map(repr, f['there'])) if f['there'] else 'no nights'}"
        ),
        "no-baseline-condition": "no night has the condition {condition!r}, the declared baseline",
        "few-nights": lambda f: (
            f"{'consistency over nights' if f['summary'] == 'sd' else metric_words(f['metric'])} needs at least "
            f"{f['least']} nights per subject and arm, and the study has {f['most']}"
        ),
        # what the values lack
        "no-value-in-arm": "{label} has no value in any night of {arm!r}",
        "no-night-in-arm": "no night of {arm!r} has a value",
        "no-residual-variance": "{label} has no residual variance; no standard error can be computed",
        "same-value-every-night": "a subject has the same value in every night of an arm, so that its SD is 0",
        # what the design lacks
        "few-paired-subjects": "fewer than two subjects have a value under two conditions",
        "few-pairs": "fewer than two subjects have a value in both conditions",
        "uninformative-baseline": "the baseline is the same in all subjects of an arm, or there are too few of them",
        "one-order": "all subjects with both periods had the treatments in one order, so that treatment and period are "
        "one; both orders are needed",
        "one-subject-in-order": "only one subject with both periods had one of the orders; two of each are needed",
        "no-carry-over": "no period follows one with another treatment than the control",
        "not-estimable": "{why}",
        "nights-not-connected": "nights of a period cannot be compared, since nobody has both of them in one period",
        "several-subjects": "a study of one person has nights of {n} people; judge each alone, or declare a crossover",
        "few-subjects-in-arm": lambda f: (
            f"arm {f['arm']!r} has {count(f['n'], 'subject')} with a value; two are needed"
        ),
        # exclusions
        "not-measured": "the recording could not be measured",
        "not-drawn": "not among the nights that were drawn",
        "not-as-drawn": "not taken as drawn",
        "excluded-as-declared": "excluded as declared: {column}",
        "not-on-treatment": "not on treatment: {column}",
        "other-conditions": lambda f: f"takes no part in this claim: {', '.join(f['conditions'])}",
        "undefined": lambda f: f"{metric_words(f['metric'])} is undefined",
        "cut-short": lambda f: (
            f"the night was cut short by technical causes, and {metric_words(f['metric'])} depends on how it ends"
        ),
        "few-events": lambda f: (
            f"{count(f['n'], 'event')} in all, and an arm or a period with hardly any: there are no rates to compare"
        ),
        "few-subjects-for-rates": lambda f: f"{count(f['n'], 'subject')}; rates of events this rare take {f['least']}",
        "no-rate": "no sleep, or total sleep time is undefined: there is no rate",
        "too-few-nights": "fewer than {least} nights under a condition",
        "asleep-at-lights-off": "asleep at lights-off, so that the latency cannot be told",
        "missing-period": "one of the two periods is missing",
        "missing-condition": "one of the two conditions is missing",
        "no-baseline": "no baseline night",
        # warnings
        "alike-names": lambda f: (
            f"the {f['column']}s {f['names'][0]!r} and {f['names'][1]!r}"
            + (f" (and {count(f['n'] - 1, 'more pair')})" if f["n"] > 1 else "")
            + " differ only in marks such as a dash; they were taken for two, and the answer is wrong if they are one"
        ),
        "filled-in": lambda f: (
            f"{metric_words(f['metric'])} is {f['value']:g} to the digit in {f['n']} of {count(f['nights'], 'night')}, "
            "as if missing nights had been filled in; if so, the answer is less sure than it says"
        ),
        "carried-forward": lambda f: (
            f"{metric_words(f['metric'])} has one value under two conditions, to the digit, in {f['n']} of "
            f"{count(f['people'], 'subject')}, as if it had been carried forward; if so, the answer is drawn to "
            "no effect"
        ),
        "no-night-column": "the table has no column 'night': nights of a period are taken in the order of the table",
        "no-censoring-columns": "the table has no columns {metric}_time and {metric}_event; every night has a latency",
        "no-event-columns": lambda f: (
            f"the table has no columns {f['metric']}_time and {f['metric']}_event, and nights without the event "
            f"({', '.join(f'{n} under {arm}' for arm, n in f['n'].items() if n)}) would be left out, which may turn "
            "the answer round"
        ),
        "lost-by-arm": _lost_by_arm,
        "cut-off-by-arm": _cut_off_by_arm,
        "carry-over-reaches": _carry_over,
        "pseudo-values": lambda f: (
            f"{count(f['n'], 'night')} cut short before the event by technical causes: censored, and entered through "
            "pseudo-values"
        ),
        "first-nights": "consistency over the first {n} nights of each subject and arm",
        # methods
        "prediction-powered": "the program's effect, corrected by subjects whom people scored too "
        "(prediction-powered, t)",
        "two-by-two": "least squares on period means: subject, period and treatment (exact t)",
        "mixed-model-kr": lambda f: f"mixed model by REML, Kenward-Roger degrees of freedom ({', '.join(f['terms'])})",
        "welch": "arm means with variances of their own (Welch)",
        "welch-of-means": "means of each subject's nights, arms with variances of their own (Welch)",
        "ancova-of-means": "analysis of covariance of subjects' means with the baseline (HC3 errors, t)",
        "ancova": "analysis of covariance with the baseline (HC3 errors, t)",
        "paired-t": "paired t test",
        "rare-counts": "Poisson rates, as events are rare: {mean:.2f} per subject and period (GEE, bias-reduced "
        "errors, t)",
        # what a design carries along
        "period-effect": "period 2 against period 1",
        "period-effects": "periods, jointly",
        "first-night": "first night of a period against night {night}",
        "baseline-slope": "slope on the baseline",
        "carry-over": "carry-over of the period before, jointly",
        "carry-over-of-totals": "carry-over (difference of the sequences' totals)",
        "only-reported": "reported; it never chooses the analysis",
        "confounded-with-sequence": "reported; it never chooses the analysis, and cannot be told from a difference "
        "between the sequences",
        # ------------------------------------------------------------------- kinds, decisions, staging and the study
        # what a claim lacks
        "declared-not-testable": "{why}",
        "other-population": lambda f: (
            f"the claim is about {f['claimed']}, and the study "
            f"{'studied ' + f['studied'] if f['studied'] else 'does not say whom it studied'}"
        ),
        "no-control": _no_control,
        "one-condition": lambda f: (
            f"a difference needs at least two conditions to compare, and the claim names {f['n'] or 'none'}"
        ),
        "one-dose": "a dose-response needs at least two active doses",
        "response-not-crossover": "a person's own response needs a crossover in which each treatment is repeated",
        "response-not-two-arms": "how responses differ between people is told of two conditions",
        "response-of-ratios": "how responses differ between people is told of differences, not of ratios of counts",
        "no-repeated-treatment": "every subject had each treatment in one period; to tell a person's own response from "
        "chance each treatment is needed in at least two periods (nights of one period are no repetition)",
        "few-repeated-subjects": lambda f: (
            f"{_have(f['n'])} both treatments in {f['repeats']} periods; it takes at least 3 more than there are orders"
        ),
        "few-periods": "too few periods to tell the spread between periods",
        "mediation-not-two-by-two": "whether a difference goes along with another can be told of two treatments in two "
        "periods only",
        "few-mediated-subjects": lambda f: (
            f"{_have(f['n'])} mediator and outcome under both treatments; {f['needed']} are needed"
        ),
        "mediation-one-order": "all subjects had the treatments in one order; both are needed",
        # decisions
        "goes-with-claim": "the difference goes the way of the claim",
        "goes-against-claim": "the difference goes against the claim",
        "within-smallest-effect": "the difference lies within what would matter, both ways",
        "below-smallest-effect": "there is a difference in the way of the claim, but it is smaller than what would "
        "matter",
        "nothing-shown": "neither a difference nor its absence is shown",
        "floor": lambda f: _out_of_reach(f, "fall"),
        "ceiling": lambda f: _out_of_reach(f, "rise"),
        "harm-excluded": "a harm as large as the margin is excluded",
        "harm-shown": "the harm is larger than the margin",
        "harm-not-excluded": "a harm as large as the margin is neither shown nor excluded",
        "within-margin": "the difference lies within the margin, both ways",
        "outside-margin": "the difference lies outside the margin",
        "margin-not-excluded": "a difference as large as the margin is neither shown nor excluded",
        "pairs-within-smallest-effect": "every pair lies within what would matter",
        "pair-differs": "{a} differs from {b}",
        "parts-go-with-claim": "every part goes the way of the claim",
        "part-goes-against-claim": "a part goes against the claim",
        "parts-within-smallest-effect": "every part lies within what would matter",
        "part-below-smallest-effect": "every part goes the way of the claim, but one is smaller than what would matter",
        "not-every-part-shown": "not every part of the claim is shown",
        "responses-differ": "the response differs between people",
        "responses-alike": "the response differs between people by less than would matter",
        "responses-undecided": "it is shown neither that the response differs between people nor that it does not",
        "mediated-with-claim": "the part that goes along with the mediator lies in the way of the claim",
        "mediated-against-claim": "the part that goes along with the mediator goes against the claim",
        "nothing-mediated": "no part that goes along with the mediator is shown",
        # what holds a decision back
        "capped-by-design": "the design allows no more than {cap!r}",
        "no-lot": "who got what when was not drawn by lot",
        "lot-not-declared": "the study does not declare that who got what when was drawn by lot (randomised)",
        "lot-contradicted": "not everybody got what the declared lot draws for them",
        "consistent-with-mediation": "consistent with a mediation",
        "no-mediation-shown": "no mediation shown",
        # warnings
        "outlying-residual": lambda f: (
            f"one {'night' if f['by_night'] else 'value'} lies {f['distance']:.0f} robust SDs from the model"
        ),
        "no-smallest-effect": "no smallest effect of interest was declared, so that no absence of an effect can be "
        "shown",
        "no-source": "the smallest effect of interest has no source",
        "unblinded-scorer": "the scorer knew the condition",
        "unblinded-sleepers": "those who slept knew the treatment: what they expected may be a part of it",
        "no-washout": "no nights of washout: what a treatment leaves behind is in the next period",
        "few-subjects": lambda f: (
            f"{count(f['n'], 'subject')}: effects that reach significance in few are often too large"
        ),
        # exclusions
        "missing-repeats": "fewer than {repeats} periods of a treatment",
        # parts of a claim, what the design carries along, and the notes on them
        "part": lambda f: metric_title(f["metric"]),
        "arms-compared": "{a} against {b}",
        "p-over-pairs": lambda f: f"p over the pairs (Holm): {p_value(f['p'])}",
        "dose-slope": "slope over the range of active doses",
        "curvature": "curvature over the active doses",
        "orthogonal-contrast": "an orthogonal contrast",
        "path-a": lambda f: f"difference in {metric_words(f['mediator'])} (a)",
        "path-b": lambda f: f"{metric_words(f['outcome'])} per unit of {metric_words(f['mediator'])} (b)",
        "path-direct": lambda f: f"difference in {metric_words(f['outcome'])}, {metric_words(f['mediator'])} held (c')",
        # methods
        "mediation-bootstrap": "indirect effect within subjects, adjusted for period (bootstrap of subjects within "
        "sequence)",
        # sensitivity analyses, and the notes on them
        "leave-one-out": "each subject left out",
        "least-of-range": lambda f: f"from {number(f['low'])} to {number(f['high'])}; the one nearest to none is shown",
        "sign-changes": "without one subject the effect changes its sign",
        "permutation-of-orders": "permutation of orders",
        "permutation-of-arms": "permutation of arms",
        "sign-flips-of-differences": "signs of differences exchanged",
        "sign-flips-of-subjects": "signs of subjects' differences exchanged",
        "mixed-model": "mixed model (Kenward-Roger)",
        "adjusted-for-carry-over": "adjusted for carry-over",
        "pooled-variances": "variances pooled",
        "tipping-point": "missing periods (tipping point)",
        "tipping-point-at": _tipping_point,
        "poisson-gee": "Poisson rates (GEE, bias-reduced errors, t)",
        "log-rates": "logarithms of rates",
        "mean-count": lambda f: f"{number(f['mean'])} events per subject and period",
        "other-metric": lambda f: metric_title(f["metric"]),
    }
)


#: Codes of a smallest effect that cannot be had -> what stands before the clause.
HEADINGS = {"floor": "floor: ", "ceiling": "ceiling: "}


def reason_text(reason: Reason) -> str:
    """Give a reason as a clause, without capital and full stop, under its heading where it has one."""
    return HEADINGS.get(reason.code, "") + clause(reason)


def clause(reason: Reason) -> str:
    """Give a reason as a clause that stands behind others in a sentence."""
    template = REASONS[reason.code]
    return template(reason.facts) if callable(template) else template.format(**reason.facts)
