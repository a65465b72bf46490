"""YASA's classifiers as arrays against LightGBM itself, and what happens to files that are not what they should be."""

import io
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from somnometry import ModelError
from somnometry.staging import models
from somnometry.staging.models import CLASSES, KNOWN_CLASSIFIERS, load_classifier


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SOMNOMETRY_CACHE", str(tmp_path))
    load_classifier.cache_clear()
    yield
    load_classifier.cache_clear()


def unpickled(name):
    """The original, through joblib; scikit-learn warns that an older version pickled its label encoder."""
    import joblib

    folder = Path(find_spec("yasa").submodule_search_locations[0]) / "classifiers"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return joblib.load(folder / f"clf_{name}_lgb_0.5.0.joblib")


def adversarial_rows(classifier, rng):
    """Rows at the thresholds themselves and just beside them, with NaN, infinities and tiny values among them."""
    n = len(classifier.feature_names)
    pools = [np.unique(classifier.threshold[classifier.feature == f]) for f in range(n)]
    pools = [pool[np.isfinite(pool)] if np.isfinite(pool).any() else np.zeros(1) for pool in pools]
    at = np.column_stack([rng.choice(pool, 400) for pool in pools])
    rows = [at, np.nextafter(at, -np.inf), np.nextafter(at, np.inf)]
    special = [
        np.nan,
        np.inf,
        -np.inf,
        0.0,
        -0.0,
        1e-35,
        -1e-35,
        float(np.float32(1e-35)),
        -float(np.float32(1e-35)),
        9e-36,
        2e-35,
        1e-300,
        5e-324,
        1e300,
    ]
    mixed = at.copy()
    where = rng.random(mixed.shape) < 0.3
    mixed[where] = rng.choice(special, where.sum())
    return np.vstack([*rows, mixed])


@pytest.mark.parametrize("name", KNOWN_CLASSIFIERS)
def test_probabilities_equal_lightgbms(name):
    classifier, original = load_classifier(name), unpickled(name)
    assert list(classifier.feature_names) == list(original.feature_name_)
    rows = adversarial_rows(classifier, np.random.default_rng(0))
    order = [CLASSES.index(stage) for stage in sorted(CLASSES)]
    expected = original.booster_.predict(rows)[:, order]
    assert np.abs(classifier.probabilities(rows) - expected).max() < 1e-12


def test_single_precision_rows_are_decided_as_in_double():
    classifier = load_classifier("eeg+eog")
    rows = adversarial_rows(classifier, np.random.default_rng(1)).clip(-3e38, 3e38).astype(np.float32)
    np.testing.assert_array_equal(classifier.probabilities(rows), classifier.probabilities(rows.astype(np.float64)))


def test_the_second_use_unpickles_nothing(monkeypatch):
    first = load_classifier("eeg")
    load_classifier.cache_clear()
    monkeypatch.setattr(models, "_extract", lambda *_: pytest.fail("the cache was not used"))
    second = load_classifier("eeg")
    assert first.feature_names == second.feature_names
    np.testing.assert_array_equal(first.leaf, second.leaf)


def test_a_damaged_cache_is_made_anew(tmp_path):
    whole = load_classifier("eeg")
    (cached,) = (tmp_path / "classifiers").iterdir()
    cached.write_bytes(cached.read_bytes()[:1000])
    load_classifier.cache_clear()
    np.testing.assert_array_equal(load_classifier("eeg").threshold, whole.threshold)


def test_without_a_writable_cache_staging_goes_on(tmp_path, monkeypatch):
    occupied = tmp_path / "file"
    occupied.write_text("")
    monkeypatch.setenv("SOMNOMETRY_CACHE", str(occupied))
    assert load_classifier("eeg").leaf.shape == (2000, 32)


def test_an_unknown_file_is_never_unpickled(tmp_path, monkeypatch):
    strange = tmp_path / "clf_eeg_lgb_0.5.0.joblib"
    strange.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    monkeypatch.setattr(models, "_classifier_path", lambda _: strange)
    monkeypatch.setattr(io, "BytesIO", lambda *_: pytest.fail("it was about to be unpickled"))
    with pytest.raises(ModelError) as refused:
        load_classifier("eeg")
    assert (refused.value.place, refused.value.key) == (strange.name, "sha256")


def test_a_combination_without_a_classifier_names_those_there_are():
    with pytest.raises(ModelError) as refused:
        load_classifier("emg")
    assert "eeg+eog+emg" in refused.value.remedy


def test_a_missing_yasa_names_the_remedy(monkeypatch):
    monkeypatch.setattr(models, "find_spec", lambda _: None)
    with pytest.raises(ModelError) as refused:
        load_classifier("eeg")
    assert "yasa>=0.8.1" in refused.value.remedy
