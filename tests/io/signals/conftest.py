"""A sound night, and the findings of one in which channels are exchanged."""

import numpy as np
import pytest

from somnometry import Signal, audit, simulate_night, write_edf

from .nights import RATE


@pytest.fixture(scope="module")
def night():
    """A quiet night of two hours, of a sleeper who has slow waves."""
    return simulate_night(3, hours=2, rate=RATE, artefact_rate=0)[0]


@pytest.fixture
def findings(night, tmp_path):
    """Change signals of the night, a mapping of name to samples or None, and audit the file it makes."""

    def changed(changes, **asked):
        signals = {name: (signal.samples, signal.unit) for name, signal in night.signals.items()}
        for name, samples in changes.items():
            if samples is None:
                del signals[name]
            else:
                signals[name] = (samples, signals.get(name, ("", "uV"))[1])
        signals = {name: Signal(np.asarray(x, np.float32), RATE, unit) for name, (x, unit) in signals.items()}
        montage = type(night.montage)()
        write_edf(night.replace(signals=signals, montage=montage), tmp_path / "n.edf")
        return audit(tmp_path / "n.edf", **asked).findings

    return changed
