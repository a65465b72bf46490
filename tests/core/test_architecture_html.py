"""A night in a notebook: groups, labels and units first, the rest to be unfolded."""

import somnometry as sm


def test_groups_with_labels_units_and_why():
    night = sm.architecture(sm.Hypnogram([0] * 10 + [1, 2] * 20 + [0] * 10))
    shown = night._repr_html_()
    first, _, folded = shown.partition("<details>")
    for word in ("Duration", "Latencies", "Stages", "Continuity", sm.METRICS["tst"].label, "min"):
        assert word in first
    assert "20" in first  # minutes asleep, 40 epochs of 30 s
    assert ">rem_latency<" not in first
    assert "rem_latency" in folded
    assert night.reasons["rem_latency"] in folded
    assert shown.count("<tr>") > len(night) / 2
