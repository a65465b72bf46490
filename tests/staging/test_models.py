"""YASA's classifiers as arrays against LightGBM itself, and what happens to files that are not what they should be."""

import hashlib
import io
import os
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from somnometry import ModelError
from somnometry.staging import models
from somnometry.staging.models import CLASSES, KNOWN_CLASSIFIERS, load_classifier
from tests.cost import Cost


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


def cached_files(folder):
    arrays, digest = (folder / "classifiers" / f"{EEG}.{suffix}" for suffix in ("npz", "sha256"))
    assert sorted((folder / "classifiers").iterdir()) == [arrays, digest]
    return arrays, digest


def load_anew(name="eeg"):
    load_classifier.cache_clear()
    return load_classifier(name)


def rewritten(file, **changed):
    """Write other arrays into a cached file, as somebody would who knows its layout."""
    with np.load(file) as arrays:
        whole = dict(arrays)
    np.savez(file, **{**whole, **{name: change(whole[name]) for name, change in changed.items()}})


DAMAGE = {
    "empty": lambda npz, _: npz.write_bytes(b""),
    "cut": lambda npz, _: npz.write_bytes(npz.read_bytes()[:1000]),
    "one bit": lambda npz, _: npz.write_bytes(npz.read_bytes()[:-500] + b"\x01" + npz.read_bytes()[-499:]),
    "foreign": lambda npz, _: npz.write_bytes(b"PK\x03\x04 not ours"),
    "leaves negated": lambda npz, _: rewritten(npz, leaf=np.negative),
    "another shape": lambda npz, _: rewritten(npz, leaf=lambda leaf: leaf[:, :3]),
    "another kind": lambda npz, _: rewritten(npz, feature=lambda feature: feature + 1000),
    "too large": lambda npz, _: npz.write_bytes(bytes(models.LARGEST_CACHE + 1)),
    "no digest": lambda _, digest: digest.unlink(),
    "empty digest": lambda _, digest: digest.write_bytes(b""),
    "another digest": lambda _, digest: digest.write_text("0" * 64),
    "a pipe": lambda npz, _: (npz.unlink(), os.mkfifo(npz)),
    "a pipe for a digest": lambda _, digest: (digest.unlink(), os.mkfifo(digest)),
}
EEG = f"eeg-{KNOWN_CLASSIFIERS['eeg'][:16]}-{models.LAYOUT}"


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_cache_that_is_not_what_was_written_is_made_anew(tmp_path, damage):
    whole = load_classifier("eeg")
    npz, digest = cached_files(tmp_path)
    written = npz.read_bytes(), digest.read_bytes()
    damage(npz, digest)
    again = load_anew()
    for name in ("feature", "threshold", "leaf"):
        np.testing.assert_array_equal(getattr(again, name), getattr(whole, name))
    assert (npz.read_bytes(), digest.read_bytes()) == written


@pytest.mark.parametrize("damage", ["foreign", "leaves negated", "another shape", "another kind"])
def test_a_digest_that_fits_other_arrays_makes_them_no_classifier(tmp_path, damage):
    whole = load_classifier("eeg")
    npz, digest = cached_files(tmp_path)
    written = npz.read_bytes(), digest.read_bytes()
    DAMAGE[damage](npz, digest)
    digest.write_text(hashlib.sha256(KNOWN_CLASSIFIERS["eeg"].encode() + npz.read_bytes()).hexdigest())
    np.testing.assert_array_equal(load_anew().leaf, whole.leaf)
    assert (npz.read_bytes(), digest.read_bytes()) == written


def test_the_home_of_nobody_is_no_folder_where_the_program_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("SOMNOMETRY_CACHE", os.path.join("~nobody-of-this-system", "kept"))  # noqa: PTH118
    monkeypatch.chdir(tmp_path)
    models._warn_of_no_cache.cache_clear()
    with pytest.warns(RuntimeWarning, match="no such home"):
        assert load_classifier("eeg").leaf.shape == (2000, 32)
    assert list(tmp_path.iterdir()) == []


def test_the_cache_of_another_classifier_is_not_taken(tmp_path):
    whole = load_classifier("eeg")
    other = load_classifier("eeg+eog")
    folder = tmp_path / "classifiers"
    for suffix in ("npz", "sha256"):
        (taken,) = folder.glob(f"eeg+eog-*.{suffix}")
        taken.replace(folder / f"{EEG}.{suffix}")
    again = load_anew()
    np.testing.assert_array_equal(again.leaf, whole.leaf)
    assert again.feature_names == whole.feature_names != other.feature_names


def test_a_cache_is_checked_in_milliseconds(tmp_path):
    load_classifier("eeg")
    npz, _ = cached_files(tmp_path)
    with Cost() as cost:
        for _ in range(20):
            assert models._cached_arrays(npz, KNOWN_CLASSIFIERS["eeg"]) is not None
    assert cost.loops < 40


@pytest.mark.parametrize("where", ["a file in the way", "a folder of the file's name"])
def test_without_a_writable_cache_staging_goes_on_and_one_warning_says_so(tmp_path, monkeypatch, where):
    if where == "a file in the way":
        occupied = tmp_path / "file"
        occupied.write_text("")
        monkeypatch.setenv("SOMNOMETRY_CACHE", str(occupied))
    else:
        (tmp_path / "classifiers" / f"{EEG}.npz").mkdir(parents=True)
    models._warn_of_no_cache.cache_clear()
    with pytest.warns(RuntimeWarning, match="SOMNOMETRY_CACHE"):
        assert load_classifier("eeg").leaf.shape == (2000, 32)
    assert load_anew().leaf.shape == (2000, 32)  # a second warning would be an error


def test_the_tilde_in_the_name_of_the_cache_is_the_users_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("SOMNOMETRY_CACHE", os.path.join("~", "kept"))  # noqa: PTH118
    monkeypatch.chdir(tmp_path)
    load_classifier("eeg")
    cached_files(tmp_path / "kept")
    assert not (tmp_path / "~").exists()


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
