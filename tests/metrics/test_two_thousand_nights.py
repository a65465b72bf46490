"""Two thousand nights of every odd kind against the oracle and against YASA: too long for every run."""

import numpy as np
import pytest
from hypothesis import assume, given, settings

from somnometry import Hypnogram, conventional

from .strategies import stages_of
from .test_against_naive import EPOCHS, assert_equals_the_oracle

pytestmark = pytest.mark.acceptance


@pytest.mark.real_data
@settings(max_examples=2000, deadline=None)
@given(stages=stages_of(), epoch=EPOCHS)
def test_the_oracle(oracle, stages, epoch):
    assert_equals_the_oracle(oracle, stages, epoch)


@settings(max_examples=2000, deadline=None)
@given(stages=stages_of(), epoch=EPOCHS)
def test_yasa(stages, epoch):
    import yasa

    assume(len(stages))
    names = np.array(["UNS", "WAKE", "N1", "N2", "N3", "REM"])[np.asarray(stages) + 1]
    theirs = yasa.Hypnogram(list(names), freq=f"{epoch:g}s").sleep_statistics()
    ours = conventional(Hypnogram(stages, epoch=epoch), "yasa")
    shared = {name: float(value) for name, value in theirs.items() if name in ours}
    assert len(shared) > 10
    assert {name: ours[name] for name in shared} == pytest.approx(shared, abs=1e-3, nan_ok=True)
