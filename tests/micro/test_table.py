"""The table of microstructure."""

from somnometry.micro import MICROSTRUCTURE
from somnometry.micro.requirements import REQUIREMENTS


def test_the_table_is_complete():
    assert all(key == metric.key for key, metric in MICROSTRUCTURE.items())
    for metric in MICROSTRUCTURE.values():
        assert metric.definition.endswith(".")
        assert metric.label
        assert metric.source
        assert metric.unit in ("1/min", "uV", "uV/s", "uV^2", "Hz", "s", "%", "1")
        assert set(metric.requires) <= REQUIREMENTS.keys()
    from somnometry.metrics import METRICS

    assert not MICROSTRUCTURE.keys() & METRICS.keys()
