"""How honest the errors of the claims engine are: every table of ``docs/errors.md``, as Markdown.

``python -m benchmarks.claim_errors [--share 1] [--only designs ...]`` in a checkout; about half an hour on two cores.
`--share` makes all numbers of studies smaller.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from somnometry.claims.data.study_nights import StudyNights
from somnometry.claims.judge import judge_nights
from somnometry.claims.power.simulation import power as plan_power
from somnometry.claims.sample_size import p_supported
from somnometry.core.schedule import Schedule
from somnometry.simulate.outcomes import draw_study

from .claims.audited_studies import audited_rates
from .claims.error_rates import (
    APPROXIMATE,
    EXACT,
    SHIFTED,
    TROUBLES,
    Case,
    at_margin,
    case,
    evidence_of,
    mc_error,
    named,
    outcomes_of,
    rates_of,
    troubled,
)
from .claims.families import EDGE, EIGHT, MIXED, NULL, TWENTY_TWO, family, family_errors
from .claims.hard_cases import HARD, hard_rates
from .claims.kratom_family import MIXED as KRATOM_MIXED
from .claims.kratom_family import NULL as KRATOM_NULL
from .claims.kratom_family import family_error
from .claims.naive_methods import (
    BEFORE_AFTER,
    LONGER,
    at_the_floor,
    equal_doses,
    half_sd_equivalence,
    inert_before_after,
    mediated,
    mediation_of,
    paired_p,
    pairs,
    tost_p,
    trend_with_placebo_p,
)
from .claims.one_person_studies import HARD as HARD_NIGHTS
from .claims.one_person_studies import (
    LOOKS,
    PLANNED,
    RESPONSE_SD,
    SCHEMES,
    SD,
    Nights,
    observed_power,
    rates_of_looks,
    rates_of_one_person,
    rates_of_series,
    study_of,
)
from .claims.one_person_studies import MARGIN as MINUTES
from .claims.power_cases import POWER, expected_power, heterogeneous
from .claims.staged_studies import BIASED, MARGIN, SIZES, biased_verdicts, staged_rates

ARMS = ("placebo", "active")
Count = Callable[[int], int]
IN_TROUBLE = [
    "2x2, one night", "2x2, four nights", "paired", "crossover of 3 arms, two nights (KR)",
    "crossover of 2 arms x 4 periods (KR)", "parallel, three nights (Welch of means)",
    "parallel, baseline (ANCOVA, HC3)", "parallel (Welch)", "2x2, consistency, seven nights", "n-of-1, 7 pairs",
]  # fmt: skip
HEAD = """# How often the engine errs

```
python -m benchmarks.claim_errors
```

prints this page. Studies whose truth is known (`simulate_study`) are judged by the engine itself, and wrong answers are
counted. Study *i* of a row, from 0, is drawn with seed *i*; rows share seeds, so that their Monte-Carlo errors are
related. Spreads are those of `SPREADS`, people's own responses have an SD of 0.4 of that from night to night (0 in one
person's study), the first night differs by `FIRST_NIGHT`, unless a row says otherwise. The metric is TST but for counts
(awakenings of 2 min and more) and latencies (SOL). *n* is subjects x periods x nights per period.

- **false benefit, false harm**: a one-sided test at .025 finds more, or less, than the true effect; wanted: .025.
- **coverage** of the 95 % interval; wanted: .95.
- **equivalent at +D, at -D**: two one-sided tests at .05 find an effect as large as the margin within it; wanted: at
  most .05. The margins are several standard errors wide: with a narrow one no study is ever found equivalent, rightly
  or wrongly.
- All of these are of the raw tests, before the order of the rules, Holm and caps. **MC error** is one standard error.
"""


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="share of the studies, for a quick look")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="SECTION", help="some sections: functions of this file"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes")
    asked = parser.parse_args()

    names = asked.only or [section.__name__ for section in SECTIONS]
    if not asked.only:
        print(HEAD)
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        running = {name: pool.submit(lines_of, name, asked.share) for name in sorted(names, key=_longest_first)}
        for name in names:
            lines, seconds = running[name].result()
            print("\n".join(lines), flush=True)
            print(f"{name}: {seconds:.0f} s", file=sys.stderr)


def lines_of(name: str, share: float) -> tuple[list[str], float]:
    """Give the lines of a section, by the name of its function, and how long it took."""
    start = time.perf_counter()
    (section,) = (section for section in SECTIONS if section.__name__ == name)
    lines = list(section(lambda full: max(20, round(full * share))))
    return lines, time.perf_counter() - start


def _longest_first(name: str) -> int:
    return ("approximate", "troubles", "hard", "families", "kratom", "exact", name).index(name)


def table(title: str, *columns: str) -> Iterator[str]:
    """Give the head of a table."""
    yield f"\n## {title}\n"
    yield f"| {' | '.join(columns)} |"
    yield f"| --- |{' ---: |' * (len(columns) - 1)}"


def row(*cells: object) -> str:
    """Give a row; shares with four digits."""
    return f"| {' | '.join(f'{cell:.4f}' if isinstance(cell, float) else str(cell) for cell in cells)} |"


def rates_row(of: Case, n: int, *, first: str = "") -> str:
    """Give the rates of a case."""
    rates = rates_of(of, n)
    equivalent = (rates.equivalent_above, rates.equivalent_below)
    lost = f"{n:,}" + (f" ({rates.not_testable:,} not testable)" if rates.not_testable else "")
    return row(first or of.design, of.n, lost, rates.benefit, rates.harm, rates.coverage, *equivalent)


COLUMNS = ("design", "n", "studies", "false benefit", "false harm", "coverage", "equivalent at +D", "equivalent at -D")


def exact(n: Count) -> Iterator[str]:
    """Exact methods under the conditions of theirs."""
    full = n(4000)
    yield from table(f"Exact methods (MC error {mc_error(0.025, full):.4f}, {mc_error(0.95, full):.4f}, "
                     f"{mc_error(0.05, full):.4f})", *COLUMNS)  # fmt: skip
    for design in EXACT:
        yield rates_row(named(design), full)


def approximate(n: Count) -> Iterator[str]:
    """Approximate methods under the conditions of theirs."""
    full = n(4000)
    yield from table(f"Approximate methods (MC error {mc_error(0.025, full):.4f}, {mc_error(0.95, full):.4f}, "
                     f"{mc_error(0.05, full):.4f})", *COLUMNS)  # fmt: skip
    for design in APPROXIMATE:
        yield rates_row(named(design), n(3000) if "random" in design else full)
    yield """
Crossovers in which people have each arm twice are judged with more care than the nominal level asks for: variances of
periods and of people's responses cannot be found below zero, and those of zero stay in Kenward and Roger's information,
so that standard errors are 6 to 14 % wider than those of people's own differences (medians). In 2,000 studies of plain
numpy (10 people, ABAB and BABA, two nights a period, no responses of
people's own; MC error .003) benefit, harm and coverage were .005, .006 and .989 by Kenward and Roger alone, and .002,
.004 and .995 where the nights of some people vary ten times as much as those of others; with 24 such people .011, .011
and .978. The second answers change nothing of that (.001, .004, .996). The t test of people's own differences, n - 2
degrees of freedom, held the level in all three (.024, .019, .957; .017, .018, .966; .019, .021, .960), but only where
nobody lost a period and each order has its mirror, so that the method would depend on who stayed: not taken."""


def shifted(n: Count) -> Iterator[str]:
    """Effects that do not just shift the results."""
    full = n(3000)
    yield from table(
        f"Counts and latencies with an effect, the margin being as large (MC error {mc_error(0.05, full):.4f})",
        "design", "n", "studies", "true effect", "false benefit", "false harm", "coverage", "equivalent at D",
    )  # fmt: skip
    for design, options in SHIFTED.items():
        of = at_margin(named(design, **options))
        rates = rates_of(of, full)
        yield row(design, of.n, f"{full:,}", f"{of.truth:.2f}", rates.benefit, rates.harm, rates.coverage,
                  rates.equivalent_above)  # fmt: skip
    yield """
So large an effect changes the skewness of one arm and not of the other. Log rates and t alone missed the bars (.03,
.94, .05): false harm .0476, .0650 and .0542, coverage .9428, .9278 and .9350, equivalent .0900, .0960 and .0808 (log
rates, latency in a crossover, latency in parallel arms). Latencies have limits that mind skewness beside those of t,
and counts with few events in an arm Poisson rates beside log rates (`docs/claims.md`, "A second answer"). What is left
of latencies in parallel arms was tried again on 3,000 studies of plain numpy (log-normal, 24 and 24 people, 33.6 min
cut by 20; MC error .004): harm .053 and coverage .935 by t, .047 and .941 by t with Hall's limits beside it, as here,
.047 with Johnson's or the bootstrap-t's beside it and .050 with BCa's; each of them alone covers .90-.93. So none was
taken."""


def hard(n: Count) -> Iterator[str]:
    """Tables that people have."""
    full = n(1000)
    yield from table(
        f"Tables that people have (MC error {mc_error(0.025, full):.4f}, {mc_error(0.95, full):.4f}, "
        f"{mc_error(0.05, full):.4f})", "table", "n", "studies", "false benefit", "false harm", "coverage",
        "equivalent at +D", "equivalent at -D", "warned",
    )  # fmt: skip
    for name, of in HARD.items():
        rates = hard_rates(of, full)
        lost = f"{full:,}" + (f" ({rates.not_testable:,} not testable)" if rates.not_testable else "")
        said = "-" if np.isnan(rates.said) else f"{rates.said:.4f}"
        yield row(name, of.n, lost, rates.benefit, rates.harm, rates.coverage, rates.equivalent_above,
                  rates.equivalent_below, said)  # fmt: skip
    yield """
Drawn in plain numpy, not by `simulate_study`; study *i* with seed *i*, whole verdicts of `judge`. The margin is 60 min
of TST, 20 min of SOL, half the awakenings. *warned* is the share whose verdict said so: skewed residuals, carry-over
that may reach the margin (which these studies cannot tell from an effect), nights lost by arm (with bounds), arms or
people that vary more than the model expects. Where nights are lost because they were bad, or a treatment stays, no
interval is right: the warning is the answer."""


def troubles(n: Count) -> Iterator[str]:
    """What no model expects."""
    full = n(1000)
    yield from table(f"Where assumptions fail (MC error {mc_error(0.025, full):.4f}, {mc_error(0.95, full):.4f}, "
                     f"{mc_error(0.05, full):.4f})", "design", "trouble", *COLUMNS[1:])  # fmt: skip
    for design in IN_TROUBLE:
        for trouble, options in TROUBLES.items():
            if usable := troubled(design, options):
                yield rates_row(named(design, **usable), full, first=f"{design} | {trouble}")


def spread_of_effects(n: Count) -> Iterator[str]:
    """Heterogeneity."""
    full = n(3000)
    yield from table(
        f"Heterogeneity: SD of the effect over people (MC error {mc_error(0.05, full):.4f})",
        "design",
        "n",
        "studies",
        "supported at SD 0",
        "equivalent at SD D",
        "upper 95 % limit covers",
    )
    for nights, subjects, unequal in ((1, 24, 1.0), (3, 24, 1.0), (1, 24, 2.0), (1, 8, 1.0), (1, 8, 2.0)):
        null, at_d = (heterogeneous(nights, sd, subjects=subjects, unequal=unequal) for sd in (0.0, 1.0))
        supported = np.mean([evidence.p <= 0.05 for evidence in evidence_of(null, full)])
        found = list(evidence_of(at_d, full))
        equivalent = np.mean([evidence.p_equivalence <= 0.05 for evidence in found])
        covers = np.mean([finding.interval90[1] >= at_d.claim.smallest_effect for finding in found])
        name = "2 arms x 2 periods each" + (f", SD x {unequal:g} under treatment" if unequal != 1 else "")
        yield row(name, null.n, f"{full:,}", float(supported), float(equivalent), float(covers))
    yield (
        "\nThe common variance of periods that vary more under one arm (p < .20) has Satterthwaite's degrees of "
        "freedom, not those of the residuals. In 8,000 studies of plain numpy (ABAB and BABA; MC error .0024) the "
        "latter alone erred .063, .059, .062 and .065 at 6, 8, 12 and 24 people where one arm varied twice as much, "
        "and .057, .052, .054 and .054 so; where arms were alike, which leaves the prescribed formula as it is, .045, "
        ".041, .047 and .050. Of people whose responses differ by an SD of 40 min .558, .696, .863 and .989 are found "
        "instead of .570, .705, .866 and .990. Where half of all people vary twice as much as the others, whatever "
        "the arm, it errs "
        ".064 to .078 either way."
    )


def families(n: Count) -> Iterator[str]:
    """Families of claims."""
    yield from table(
        "Families of claims, whole verdicts of `judge_all` (2x2, 24 subjects, metrics correlated .5)",
        "claims", "truths", "nights", "studies", "any false effect", "any false equivalence", "either",
        "MC error of .05", "supported per claim", "equivalent per claim",
    )  # fmt: skip
    for metrics, turns, truths, nights, full in (
        (EIGHT, NULL, "all 0", 2, n(1000)), (EIGHT, MIXED, "mixed", 4, n(1000)),
        (EIGHT, EDGE, "all continuous ones at +-D", 4, n(1000)), (TWENTY_TWO, NULL, "all 0", 2, n(500)),
        (TWENTY_TWO, MIXED, "mixed", 4, n(500)),
    ):  # fmt: skip
        e = family_errors(family(metrics, turns, nights=nights), full)
        yield row(len(metrics), truths, nights, f"{full:,}", e.effect, e.equivalent, e.either, mc_error(0.05, full),
                  e.supported, e.found_equivalent)  # fmt: skip
    yield (
        "\nMixed truths are 0, +-D/2, +-D and 2 D of superiority, D of equivalence, -D of non-inferiority. A claim of "
        "equivalence\nor non-inferiority falsely supported counts among the effects."
    )


def kratom(n: Count) -> Iterator[str]:
    """The shipped claims file."""
    full = n(200)
    yield from table(
        "The 23 claims of `kratom.toml`, whole verdicts of `judge_all` (crossover of 4 arms, 24 subjects, 2 nights)",
        "truths", "studies", "any false verdict", "MC error of .05", "supported or contradicted per study",
    )  # fmt: skip
    for truths, effects in (("all 0", KRATOM_NULL), ("mixed", KRATOM_MIXED)):
        error, outcomes = family_error(effects, full)
        decided = sum(c.get("supported", 0) + c.get("contradicted", 0) for c in outcomes.values()) / full
        yield row(truths, f"{full:,}", error, mc_error(0.05, full), decided)
    said = ", ".join(f"{metric} {value:+g}" for metric, value in KRATOM_MIXED.items())
    yield f"\nMixed truths, of every active arm alike: {said}; of the rest none."


def power(n: Count) -> Iterator[str]:
    """Power."""
    full = n(2000)
    yield from table(f"Power, before Holm (MC error {mc_error(0.8, full):.4f})", "design", "n", "true effect = D",
                     "studies", "supported", "by `p_supported`", "published")  # fmt: skip
    for label, (of, published) in POWER.items():
        found = outcomes_of(of, full).get("supported", 0.0)
        yield row(label, of.n, f"{of.truth:g}", f"{full:,}", found, expected_power(of), published)
    for subjects in (33, 34):
        exact = p_supported(0.5, subjects**-0.5, subjects - 1, 0.0)
        of = case("paired", design="pre-post", subjects=subjects, first_night=False, response=0.0, bar="exact",
                  spreads={"tst": {"within": 50**0.5}}, effects={"tst": 5.0})  # fmt: skip
        found = float(np.mean([evidence.effect.p_above(0) <= 0.025 for evidence in evidence_of(of, full)]))
        yield row("paired t test, d = 0.5", of.n, "5", f"{full:,}", found, exact, "0.8 at 33.37 (power.t.test)")


def first_nights(n: Count) -> Iterator[str]:
    """Uncontrolled studies."""
    full = n(1000)
    yield from table("An inert product, nights before and after, no control: the first night is worse",
                     "subjects", "nights", "studies", "supported by the engine", "capped at \"change observed\"",
                     "\"supported\" by a paired t test")  # fmt: skip
    for subjects, nights in ((12, 1), (24, 1), (48, 1), (24, 3)):
        plan, of_one = inert_before_after(subjects, nights), dataclasses.replace(BEFORE_AFTER, claims=(LONGER,))
        tables = [draw_study(plan, seed) for seed in range(full)]
        verdicts = [
            judge_nights(of_one, StudyNights.of(nights_of, of_one), sensitivity=False)[0] for nights_of in tables
        ]
        naive = [paired_p(t, "tst") <= 0.05 and np.diff(pairs(t, "tst", ARMS)).mean() > 0 for t in tables]
        yield row(subjects, nights, f"{full:,}", float(np.mean([v.outcome == "supported" for v in verdicts])),
                  float(np.mean([v.cap == "change observed" for v in verdicts])), float(np.mean(naive)))  # fmt: skip


def traps(n: Count) -> Iterator[str]:
    """Traps."""
    full = n(2000)
    yield from table("Traps", "trap", "studies", "naive method falls in", "engine falls in")
    for effect in (15.0, 22.0):
        of = equal_doses(effect)
        naive = np.mean([trend_with_placebo_p(draw_study(of.model, seed)) <= 0.05 for seed in range(full)])
        yield row(f"two doses with the same effect of {effect:g} min, called a trend (naive: slope with placebo in it)",
                  f"{full:,}", float(naive), outcomes_of(of, full).get("supported", 0.0))  # fmt: skip
    of = at_the_floor()
    naive = np.mean([tost_p(pairs(draw_study(of.model, seed), "sol", ARMS), 20.0) <= 0.05 for seed in range(full)])
    yield row("placebo latency of 12.7 min cut by 42 %, D = 20, called equivalent (naive: two one-sided tests)",
              f"{full:,}", float(naive), outcomes_of(of, full).get("equivalent", 0.0))  # fmt: skip
    of = case("trivial", LONGER, subjects=200, nights=4, effects={"tst": 7.0})
    found = [f for f in evidence_of(of, full) if f.effect.p_above(0) <= 0.025 and f.effect.interval(0.90)[1] < 15]
    outcomes = [{f.decide(f.p, p_eq).outcome for f in found} for p_eq in (0.0, 1.0)]
    for said, seen in zip(("the claim alone", 'Holm blocks "equivalent"'), outcomes, strict=True):
        yield row(f"7 min of TST, p < .05, a benefit of D = 15 min excluded: called supported ({said}; naive: p < .05)",
                  f"{len(found):,}", 1.0, float("supported" in seen))  # fmt: skip


def mediation(n: Count) -> Iterator[str]:
    """Mediation."""
    full = n(800)
    yield from table(
        f"Mediation, 24 subjects (reported, not gated; MC error {mc_error(0.05, full):.4f})", "a", "b", "period effect",
        "studies", "ab shown", "coverage of ab", "ab shown without the order", "coverage without the order",
    )  # fmt: skip
    for a, r in ((0.0, 0.0), (-1.0, 0.0), (0.0, 0.5), (-1.0, 0.5)):
        for period in (False, True):
            plan, truth, cells = mediated(a, r, period=period), a * 30 * r, []
            for order in (True, False):
                limits = [mediation_of(plan, seed, order=order).interval(0.95) for seed in range(full)]
                cells += [float(np.mean([not low <= 0 <= high for low, high in limits])),
                          float(np.mean([low <= truth <= high for low, high in limits]))]  # fmt: skip
            yield row(f"{a:g}", f"{30 * r:g}", "yes" if period else "no", f"{full:,}", *cells)


def half_sds(n: Count) -> Iterator[str]:
    """Half an SD, known or estimated."""
    full = n(4000)
    yield from table(
        f"\"Half an SD\" as the margin, 12 subjects, true effect half an SD (MC error {mc_error(0.05, full):.4f})",
        "nights per period", "studies", "equivalent, SD known", "equivalent, SD estimated in the trial",
    )  # fmt: skip
    for nights, response in ((1, 0.4), (4, 0.4), (7, 0.4), (7, 0.0)):
        known, own = (half_sd_equivalence(nights, full, fixed=fixed, response=response) for fixed in (True, False))
        yield row(f"{nights}{'' if response else ', equal responses'}", f"{full:,}", known, own)
    yield (
        "\nThe error of the margin adds to that of the effect, and no test that takes the margin as known sees it. A "
        "claim without\na declared smallest effect is therefore never found equivalent."
    )


def staged(n: Count) -> Iterator[str]:
    """Nights that a calibrated program scored."""
    full = n(6000)
    yield from table(
        f"Nights scored by a calibrated program, the effect on human-scored N3 being D = {MARGIN:g} points "
        f"(MC error {mc_error(0.05, full):.4f}, {mc_error(0.95, full):.4f})", "share of an effect that it shows", "n",
        "studies", "equivalent at D", "at least D", "coverage", "at face value: equivalent at D",
        "divided by the slope: at least D", "equivalent at 0",
    )  # fmt: skip
    for share in (0.6, 0.8, 0.9, 1.0):
        for people, nights in SIZES:
            r = staged_rates(share, people, nights, full)
            yield row(f"{share:g}", f"{people} x 2 x {nights}", f"{full:,}", r.equivalent, r.at_least, r.coverage,
                      r.face_value, r.divided, r.equivalent_at_none)  # fmt: skip
    yield """
Drawn in plain numpy: a truth that people score with an error of theirs, so that regression on 50 people whom both
scored finds a slope of .6 whatever the share; the program errs by person (SD 4) and by night (3.1), as BOAS's headband
does in N3. Each study has a calibration of its own. What is taken for what people would score (face value) is found
equivalent, and what is divided by the slope "at least D", far too often."""


def biased_drugs(n: Count) -> Iterator[str]:
    """Drugs that change the EEG and not the sleep."""
    full = n(1000)
    yield from table(
        f"Drugs without an effect under which the program errs more, whole verdicts of `judge` (24 x 2 x 2; MC error "
        f"{mc_error(0.05, full):.4f})", "drug", "studies", "supported", "equivalent", "inconclusive",
    )  # fmt: skip
    for name, of in BIASED.items():
        found = [verdict.outcome for verdict in biased_verdicts(of, 24, 2, full)]
        yield row(name, f"{full:,}", *(found.count(one) / full for one in ("supported", "equivalent", "inconclusive")))
    yield """
The plausible bias of the last two rows is what each study's calibration finds (50 people, two nights each), 5.8 on
average and sometimes less: a bias just as large passes it more often than one time in twenty."""


def audited(n: Count) -> Iterator[str]:
    """Studies of which people scored twelve of forty subjects too."""
    full = n(1000)
    yield from table(
        f"Audited studies of a drug that may change the EEG itself, whole verdicts of `judge` (40 x 2 x 2, 12 audited; "
        f"MC error {mc_error(0.05, full):.4f})", "true effect, points of N3", "added by the program under treatment",
        "studies", "supported", "equivalent", "contradicted", "coverage", "by the program at face value: supported",
    )  # fmt: skip
    for effect, bias in ((0.0, 0.0), (0.0, 3.0), (4.0, 0.0), (4.0, -3.0)):
        r = audited_rates(effect, bias, full)
        yield row(f"{effect:g}", f"{bias:g}", f"{full:,}", r.supported, r.equivalent, r.contradicted, r.coverage,
                  r.alone)  # fmt: skip
    yield """
What the program adds to every night under treatment is taken off by the audit to the last digit, so that rows of one
effect are alike. Without an audit all of these are inconclusive, since no bias is declared of stages."""


def one_person(n: Count) -> Iterator[str]:
    """Verdicts on one person, on nights of plain NumPy; and the power that `power` prints beside what was seen."""
    full = n(2000)
    yield from table(f"One person (MC error {mc_error(0.025, full):.4f}, {mc_error(0.95, full):.4f}, "
                     f"{mc_error(0.05, full):.4f})", "order", "covariates", *COLUMNS[1:])  # fmt: skip
    for name, scheme in SCHEMES.items():
        for covariates in ((), ("trend", "weekday")):
            r = rates_of_one_person(scheme, HARD_NIGHTS, full, covariates=covariates)  # type: ignore[arg-type]
            yield row(name, " and ".join(covariates) or "none", f"1 x {scheme['periods']} x 1",
                      f"{full:,}" + (f" ({r.not_testable:,} not testable)" if r.not_testable else ""), r.benefit,
                      r.harm, r.coverage, r.equivalent_above, r.equivalent_below)  # fmt: skip
    yield (
        "\nNights of sleep time drawn by plain NumPy, not by our simulator: each correlates with the one before by .5 "
        f"(AR(1)), the SD is {SD:g} min, {HARD_NIGHTS.trend:g} min are gained from the first to the last, "
        f"{HARD_NIGHTS.weekend:g} min on two evenings of seven, and {100 * HARD_NIGHTS.lost:g} % of the nights are "
        "lost. Every order is drawn from a seed, and `judge` judges the table. Nothing of this makes a verdict wrong "
        "more often: chance drew the order, and the test counts what else it might have drawn. It costs power. Phases "
        "of nights that depend on each other are the weakest."
    )


def one_person_power(n: Count) -> Iterator[str]:
    """The power of one person's study that `power` prints, beside what was seen on nights of plain NumPy."""
    yield from table("Power of one person's study, printed and seen", "order", "n", "studies", "`power` prints",
                     "seen", "MC error of the difference")  # fmt: skip
    full = n(4000)
    for name, scheme in SCHEMES.items():
        undrawn = dataclasses.replace(study_of(scheme, 0), schedule=Schedule(**scheme))
        planned = plan_power(undrawn, subjects=[1], nights=[1], n_studies=full, spreads={"tst": {"within": SD}})
        printed, seen = planned.rows[0].before, observed_power(scheme, MINUTES, full)
        yield row(name, f"1 x {scheme['periods']} x 1", f"{full:,}", printed, seen,
                  2**0.5 * mc_error(seen, full))  # fmt: skip
    yield (
        f"\nA true effect of {MINUTES:g} min, the smallest of interest, in independent nights of an SD of {SD:g} min, "
        f"the first of which differs by {PLANNED.first:g} min as `power` plans it, drawn by plain NumPy. Without that "
        "first night as many nights have slightly more power than is printed: a run-in takes it away."
    )


def declared_looks(n: Count) -> Iterator[str]:
    """One person's studies without an effect that end at the first declared look which finds one."""
    full = n(2000)
    yield from table(f"Declared looks (MC error {mc_error(0.025, full):.4f})", "looks after nights", "studies",
                     "false benefit", "false harm", "ended before the last look")  # fmt: skip
    for looks in (LOOKS, LOOKS[-1:]):
        yield row(", ".join(map(str, looks)), f"{full:,}", *rates_of_looks(looks, HARD_NIGHTS, full))
    yield (
        "\nOne person's orders in blocks of 2 and nights as in the table of one person, without an effect; each study "
        "ends at the first look that finds one, at the share of alpha which `judge` leaves it. The last row is looked "
        "at once."
    )


def series(n: Count) -> Iterator[str]:
    """Series of one-person studies, judged as crossovers, on nights of plain NumPy."""
    full = n(2000)
    title = f"Series of one person's studies (MC error {mc_error(0.025, full):.4f}, {mc_error(0.95, full):.4f})"
    yield from table(title, "nights", "n", "studies", "false benefit", "false harm", "coverage")
    for name, like in (("independent", Nights()), ("AR(1) of .5, 15 % lost", Nights(correlation=0.5, lost=0.15))):
        benefit, harm, covers = rates_of_series(like, full)
        yield row(name, "8 x 14 x 1", f"{full:,}", benefit, harm, covers)
    yield (
        "\nEight people, each with an order of blocks of 2 of their own, whose responses differ with an SD of "
        f"{RESPONSE_SD:g} min, judged together as a crossover; nights drawn by plain NumPy. Nights that depend on each "
        "other make the interval too wide, and not too narrow."
    )


SECTIONS: tuple[Callable[[Count], Iterator[str]], ...] = (
    exact, approximate, shifted, hard, troubles, spread_of_effects, families, kratom, power, first_nights, traps,
    mediation, half_sds, staged, biased_drugs, audited, one_person,
    one_person_power, declared_looks, series,
)  # fmt: skip

if __name__ == "__main__":
    main()
