"""Nights that were lost are told with the words of who lost them."""

import somnometry as sm
from somnometry.claims.data.study_nights import StudyNights


def test_why_a_night_was_lost_is_told_as_it_was_noted():
    nights = [
        {"subject": "me", "condition": "ab"[i % 2], "night": i + 1, "tst": 400.0 + i, "status": "ok", "lost": ""}
        for i in range(8)
    ]
    nights[0] |= {"status": "failed", "lost": "battery"}
    nights[1] |= {"status": "failed", "lost": "ill"}
    nights[2] |= {"status": "failed"}
    nights[3] |= {"lost": "half of it"}  # measured all the same
    left = StudyNights.of(nights, sm.Study()).exclusions
    assert [(one.reason.code, one.n_nights) for one in left] == [("lost-as-noted", 2), ("not-measured", 1)]
    assert str(left[0].reason) == "lost, as the table says: battery and ill"
