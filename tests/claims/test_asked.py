"""A claim as it is typed: which way, how much, and whose size it is."""

import pytest

from somnometry import ClaimError
from somnometry.claims.asked import OWN_SOURCE, USUAL, asked_claim


@pytest.mark.parametrize(
    ("text", "direction", "size", "own"),
    [
        ("tst", "increases", 15, False), ("TST = 15", "increases", 15, False), ("tst=30", "increases", 30, True),
        ("tst=-30", "decreases", 30, True), ("waso", "decreases", 20, False), ("waso=20", "decreases", 20, False),
        ("waso=+20", "increases", 20, True), ("waso=-12,5", "decreases", 12.5, True),
        ("awakenings", "decreases", 0.8, False), ("awakenings=0.8", "decreases", 0.8, False),
        ("awakenings=1.25", "increases", 1.25, True), ("sfi_shift=2", "decreases", 2, True),
        ("rem_percent=3", "increases", 3, False), ("rem_percent=-3", "decreases", 3, True),
    ],
)  # fmt: skip
def test_what_is_typed(text, direction, size, own):
    claim = asked_claim(text, "as was said")
    assert (claim.direction, claim.smallest_effect, claim.words) == (direction, size, "as was said")
    assert (claim.source == OWN_SOURCE) == own


@pytest.mark.parametrize(
    "text",
    ["", "deep", "tst=0", "tst=x", "tst=", "tst=nan", "tst=inf", "awakenings=1", "awakenings=-2", "awakenings=0",
     "sfi_shift", "total sleep"],
)  # fmt: skip
def test_what_is_no_claim_is_refused_with_a_remedy(text):
    with pytest.raises(ClaimError) as error:
        asked_claim(text)
    assert error.value.key == "claim"
    assert error.value.remedy


@pytest.mark.parametrize("text", ["cycles_feinberg=-1", "awakenings_5min=-2"])
def test_of_every_count_a_ratio_is_asked_for(text):
    with pytest.raises(ClaimError, match=r"a ratio such as 0\.8"):
        asked_claim(text)


@pytest.mark.parametrize("metric", USUAL)
def test_usual_sizes_make_claims(metric):
    assert asked_claim(metric).source
