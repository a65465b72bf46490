"""Claims as they are declared: what they leave to their study, how far a design goes, names of metrics."""

import subprocess
import sys

import pytest

from somnometry.claims.as_declared import cap_of, label_of, resolved
from somnometry.core.claim import Claim
from somnometry.core.errors import ClaimError
from somnometry.core.study import Study

CLAIM = Claim("waso", "decreases", smallest_effect=20.0)
STUDY = Study(design="crossover", treatment="active", control="placebo", randomised=True)


def test_a_claim_takes_from_its_study_what_it_does_not_say_itself():
    made = resolved(Claim("waso", "decreases", smallest_effect=20.0, treatment="high dose"), STUDY)
    assert (made.design, made.treatment, made.control) == ("crossover", "high dose", "placebo")
    with pytest.raises(ClaimError) as error:
        resolved(CLAIM, Study(design="crossover", treatment="active"))
    assert error.value.key == "control"


@pytest.mark.parametrize(
    ("design", "randomised", "cap"),
    [
        ("crossover", True, ""),
        ("crossover", None, "change observed"),
        ("parallel", False, "difference observed"),
        ("parallel", True, ""),
        ("n-of-1", None, "change observed"),
        ("pre-post", True, "change observed"),
    ],
)
def test_what_chance_did_not_decide_is_a_change_or_a_difference(design, randomised, cap):
    study = Study(design=design, treatment="active", control="placebo", randomised=randomised)
    assert cap_of(resolved(CLAIM, study), study) == cap


def test_columns_of_the_studys_own_are_called_as_it_describes_them():
    study = Study(columns={"pain": "pain, 0 to 10 points"})
    assert label_of("waso", study) == "WASO"
    assert label_of("pain", study) == "pain, 0 to 10 points"
    assert label_of("mood", study) == "mood"


def test_a_claims_file_is_checked_without_what_analyses_nights(tmp_path):
    code = (
        "import sys; from somnometry.cli.app import app\n"
        f"for words in (['claims', 'new', {str(tmp_path / 'claims.toml')!r}, '--example'],"
        f" ['claims', 'check', {str(tmp_path / 'claims.toml')!r}]):\n"
        "    try: app(words)\n"
        "    except SystemExit as end: assert not end.code, end.code\n"
        "print('LOADED', *sorted({m.split('.')[0] for m in sys.modules}))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "neuropathic pain" in out
    loaded = set(out.rpartition("LOADED")[2].split())
    assert "numpy" in loaded
    assert not {"scipy", "numba", "pandas", "mne", "matplotlib", "statsmodels", "yasa"} & loaded
