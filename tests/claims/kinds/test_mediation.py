"""Mediation within the subjects of a crossover."""

import pytest

from somnometry.claims.kinds.mediation import fit_mediation

from ...facts import example


def test_mediation_within_subjects(vectors):
    want = vectors["within_mediation"]
    table = example("within_mediation")
    m0, m1, y0, y1 = (table[name].to_numpy() for name in ("M0", "M1", "Y0", "Y1"))
    found = fit_mediation(m1 - m0, y1 - y0, m1 + m0, None)
    assert (found.a, found.b, found.direct) == pytest.approx((want["a"], want["b"], want["c_prime"]), rel=1e-9)
    assert found.indirect == pytest.approx(want["ab"], rel=1e-9)
