"""Tables of power with made-up counts, for whatever shows them."""

import numpy as np

import somnometry as sm
from somnometry.claims.power.power_table import ADJUSTMENTS, PowerRow, PowerTable
from somnometry.claims.power.unsimulated import Unsimulated
from somnometry.core.reason import Reason

SUBJECTS, NIGHTS = (12, 24, 36), (1, 4)


def made(n_claims, multiplicity="holm"):
    """A table of made-up counts, of 100 studies each."""
    rng = np.random.default_rng(n_claims)
    claims = tuple(
        sm.Claim("tst", "increases", smallest_effect=15.0 + i, id=f"CLAIM {i}") for i in range(n_claims)
    )  # fmt: skip
    study = sm.Study(claims, design="crossover", treatment="a", control="p", multiplicity=multiplicity, randomised=True)
    rows = tuple(
        PowerRow(claim.name, n, k, rng.multinomial(100, [0.5, 0.1, 0.1, 0.2, 0.1], (2, len(ADJUSTMENTS))), multiplicity)
        for claim in claims
        for k in NIGHTS
        for n in SUBJECTS
    )
    unsimulated = (
        Unsimulated("PAIN", Reason("no-spread", {"metric": "pain"}), True),
        Unsimulated("X", Reason("no-control"), False),
    )
    return PowerTable(rows, unsimulated, study)
