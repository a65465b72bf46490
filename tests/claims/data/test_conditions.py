"""Conditions that no night has are one error."""

from dataclasses import replace

import pytest

from somnometry.claims.data.conditions import require_conditions
from somnometry.core.claim import Claim
from somnometry.core.errors import ClaimError
from somnometry.core.study import Study

NIGHTS = [{"subject": s, "condition": c, "period": p} for s in "ab" for p, c in enumerate(("placebo", "active"), 1)]


def study(treatment, control):
    made = Claim("tst", "increases", smallest_effect=15.0, design="crossover")
    return Study(treatment=treatment, control=control, claims=(made,))


def test_both_arms_there():
    assert require_conditions(study("active", "placebo"), NIGHTS) is None


@pytest.mark.parametrize(("arms", "named"), [(("kratom", "placebo"), "'kratom'"), (("active", "sham"), "'sham'"),
                                             (("x", "y"), "'y' or 'x'")])  # fmt: skip
def test_an_arm_that_no_night_has(arms, named):
    with pytest.raises(ClaimError) as caught:
        require_conditions(study(*arms), NIGHTS)
    assert named in caught.value.what
    assert "'active', 'placebo'" in caught.value.what
    assert caught.value.key == "condition"


def test_an_arm_of_one_claim_only_is_that_claims_matter():
    with_one = replace(study("active", "placebo").claims[0], treatment="strain b")
    assert require_conditions(Study(treatment="active", control="placebo", claims=(with_one,)), NIGHTS) is None


def test_an_arm_of_every_claim_is_one_error():
    made = study("active", "placebo").claims[0]
    claims = [replace(made, id=f"c{i}", treatment="drug", control="placebo") for i in range(3)]
    with pytest.raises(ClaimError, match="no night has the condition 'drug'"):
        require_conditions(Study(claims=tuple(claims)), NIGHTS)
    claims[1] = replace(claims[1], treatment="active")
    assert require_conditions(Study(claims=tuple(claims)), NIGHTS) is None
