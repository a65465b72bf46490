"""Every metric has a title with its unit, and a name that stands in a sentence."""

import pytest

from somnometry.catalogue import CATALOGUE
from somnometry.claims.data.estimand import Estimand
from somnometry.core.verdict import Quantity
from somnometry.metrics.event_indices import EVENT_INDICES
from somnometry.metrics.table import METRICS
from somnometry.micro.table import MICROSTRUCTURE
from somnometry.report.words.quantities import quantity_words


def quantity_of(metric):
    known = CATALOGUE.get(metric)
    return Quantity(metric, known.label, known.unit, Estimand(metric).scale)


@pytest.mark.parametrize("metric", [*METRICS, *EVENT_INDICES, *MICROSTRUCTURE, "sri", "tst_sd"])
def test_every_metric_has_a_name_for_a_sentence(metric):
    quantity = quantity_words(quantity_of(metric))
    assert quantity.words
    assert "_" not in quantity.words + quantity.title
    assert (quantity.scale == "ratio") == (quantity.unit == "count")
    head = quantity.words.split(" of ")[0].split(",")[0]
    if quantity.scale == "difference" and not head.startswith("the "):  # a singular, for "was"
        assert not head.endswith("s") or head.endswith("ss"), quantity.words
