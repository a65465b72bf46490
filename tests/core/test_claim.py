"""Claims that contradict themselves, by the key that is wrong."""

import dataclasses
import pickle

import pytest

from somnometry import Claim, ClaimError
from somnometry.core.claim import Component

DEEP = Component("n3_percent", "decreases")


@pytest.mark.parametrize(
    ("metric", "options", "key"),
    [
        ("", {"direction": "increases"}, "metric"),
        ("tst", {}, "direction"),
        ("tst", {"direction": "rises"}, "direction"),
        ("tst", {"direction": "increases", "smallest_effect": 0.0}, "smallest_effect"),
        ("tst", {"direction": "increases", "smallest_effect": "15"}, "smallest_effect"),
        ("tst", {"direction": "increases", "smallest_effect": True}, "smallest_effect"),
        ("tst", {"direction": "increases", "smallest_effect": -15.0}, "smallest_effect"),
        ("tst", {"direction": "increases", "smallest_effect": float("nan")}, "smallest_effect"),
        ("tst", {"direction": "increases", "kind": "proof"}, "kind"),
        ("tst", {"direction": "increases", "design": "survey"}, "design"),
        ("tst", {"kind": "equivalence"}, "kind"),
        ("tst", {"direction": "increases", "kind": "non-inferiority"}, "kind"),
        ("tst", {"direction": "increases", "also": (DEEP,)}, "also"),
        ("tst", {"direction": "increases", "kind": "conjunction"}, "kind"),
        ("n3_percent", {"direction": "decreases", "kind": "conjunction", "also": (DEEP,)}, "also"),
        ("tst", {"direction": "increases", "mediator": "pain"}, "mediator"),
        ("tst", {"direction": "increases", "kind": "mediation"}, "kind"),
        ("tst", {"direction": "increases", "treatment": "a", "control": "a"}, "treatment"),
        ("tst", {"direction": "increases", "secondary": ("tst",)}, "secondary"),
        ("sol", {"direction": "decreases", "horizon": 0.0}, "horizon"),
        ("tst", {"direction": "increases", "sd": float("inf")}, "sd"),
    ],
)
def test_a_claim_that_contradicts_itself_is_refused_by_its_key(metric, options, key):
    with pytest.raises(ClaimError) as caught:
        Claim(metric, id="X", **options)
    assert (caught.value.place, caught.value.key) == ("claim 'X'", key)


def test_a_component_is_checked_as_a_claim_is():
    with pytest.raises(ClaimError) as caught:
        Component("waso", "falls")
    assert caught.value.key == "direction"


def test_what_no_night_can_test_needs_no_metric():
    claim = Claim("", not_testable="taste is not measured in sleep", words="tastes better")
    assert claim.name == "tastes better"


def test_a_claim_is_called_by_its_id_and_decided_by_all_its_components():
    claim = Claim("tst", "increases", kind="conjunction", also=[DEEP], id="BOTH")
    assert claim.name == "BOTH"
    assert [part.metric for part in claim.components] == ["tst", "n3_percent"]


def test_a_claim_is_frozen_and_pickles():
    claim = Claim("tst", "increases", smallest_effect=15.0, secondary=["waso"])
    with pytest.raises(dataclasses.FrozenInstanceError):
        claim.metric = "waso"
    assert pickle.loads(pickle.dumps(claim)) == claim
    assert claim.secondary == ("waso",)
