"""The tables of conventions."""

from somnometry.metrics.conventions.quantities import QUANTITIES
from somnometry.metrics.conventions.table import CONVENTIONS

from ..strategies import LEVELS


def test_every_quantity_is_explained():
    for convention in CONVENTIONS.values():
        names = [(field.name, levels) for field in convention.fields for levels in field.levels]
        assert len(set(names)) == len(names), convention.key
        for field in convention.fields:
            assert field.quantity is None or field.quantity in QUANTITIES, field.name
            assert set(field.levels) <= set(LEVELS)
