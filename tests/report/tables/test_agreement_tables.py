"""Tables of agreement hold the numbers of the agreement."""

from somnometry.core.hypnogram import Hypnogram
from somnometry.metrics.agreement.epochs import epoch_agreement
from somnometry.metrics.agreement.metrics import metric_agreement
from somnometry.report.tables.agreement_tables import epochs_table, metrics_table

from ...terminal import printed

HUMAN = Hypnogram([0, 0, 1, 2, 2, 2, 4, 4], scorer="human")
BAND = Hypnogram([0, 1, 2, 2, 2, 3, 4, 4], scorer="band")


def test_tables():
    text = printed(epochs_table(epoch_agreement({"a": HUMAN, "b": HUMAN}, {"a": BAND, "b": HUMAN})))
    assert "F1 of N3" in text
    assert "0.81 [0.62, 1.00]" in text  # 13 of 16; both draws of one night twice
    table = printed(metrics_table(metric_agreement(HUMAN, BAND, ["tst", "awakenings"])))
    assert "TST min" in table
    assert "0.5" in table
