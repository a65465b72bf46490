"""YASA's classifiers as plain arrays: hash-checked, unpickled once, cached, evaluated without pickle or LightGBM."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import warnings
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..core.cache_folder import cache_folder, is_nobodys
from ..core.errors import ModelError
from ..core.scorer import Scorer
from ..core.stage import Stage
from ..io.files import read_whole, replacing
from ..kernels.trees import DEPTH, N_LEAVES, N_NODES, class_probabilities

__all__ = ["Classifier", "load_classifier"]

#: SHA-256 of every classifier file we know, as shipped in YASA 0.8.1 (trained for YASA 0.5.0; Vallat & Walker 2021).
KNOWN_CLASSIFIERS = {
    "eeg": "330c1afdc86396e0b6d9f1294d4c4796beb5f7e7cd38be424c10feae98867e31",
    "eeg+demo": "686fd99ad834d657833d7d7c2b3256f9689c023cf13aee16381b2b2cd6f0e86b",
    "eeg+emg": "9771995bcf7d1c90456986fbf9f991a5b5e8fe68cf0a8c410ec38ad3615a3c78",
    "eeg+emg+demo": "035191c5ffbb84ef9f4b09864bf54f01bd302a94188c34a9d6535460e74f4b49",
    "eeg+eog": "86d726a3e6aa6195197ffbc9765f5e194c74358295ef331998c21f8badcebcc3",
    "eeg+eog+demo": "e4762d95dddce707ee8da922dbc505dea4be6a5a5070cbc9a06e0a88f2fc2b43",
    "eeg+eog+emg": "3d27d440c94c61d8013c81c91693ad88810af2ddae85b62f4bc797f6e2464beb",
    "eeg+eog+emg+demo": "d915de033ecbce0833600151d73a5b271b8f305d63bbc774400ee64bdb9df8ff",
}
#: SHA-256 of the arrays that each is extracted to: names, features, thresholds and leaves, little end first.
KNOWN_ARRAYS = {
    "eeg": "2a861dfa816c54af22c7d681496a193d931edd8a3d688120ab45fde49bbf841b",
    "eeg+demo": "9dfccff061f0cffa4d4fd0d21dbc5cbab2cf5cce57d62a88e74a9d992e5f449b",
    "eeg+emg": "043eccd6d5181d1127bd63af643595e59333c3fd4cb9d578ca040e746bda6bde",
    "eeg+emg+demo": "74c8a159c82309a18053fadb9f690799478a85b90ffb4aa2b231bcc940304c8f",
    "eeg+eog": "76bf51cc04630af1409b90979a25ed0afd754ffa784931572a105693d96da8d2",
    "eeg+eog+demo": "fc9355dd5743ee30f26c2d5edbbf83f88f1504a8df856ef2bd5f728139b5d7d8",
    "eeg+eog+emg": "aa42d232781fc47bde2de2d4b188beb9b0c0bb3fc45ffe9e6451abed7e24c536",
    "eeg+eog+emg+demo": "dee59635ded33f1c5d9d825801db23b37a88fb64d721310333b13feaaa42da5b",
}
#: What brings them, as pip names it.
REQUIREMENT = "yasa>=0.8.1,<0.9"
#: The classes in the order of the trees.
CLASSES = (Stage.N1, Stage.N2, Stage.N3, Stage.R, Stage.W)
#: Changes when the layout of the cached arrays does.
LAYOUT = 2
#: Bytes that no cached file comes near; the largest has 1.2 million.
LARGEST_CACHE = 1 << 24


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """One of YASA's eight classifiers.

    Parameters
    ----------
    name : str
        The channels and metadata that it was trained on, e.g. ``"eeg+eog+emg"``.
    sha256 : str
        Of the file that it was extracted from.
    feature_names : tuple of str
        In the order of the columns that the trees look at.
    feature : array of int16, shape (n_trees, 31)
    threshold : array of float64, shape (n_trees, 31)
    leaf : array of float64, shape (n_trees, 32)
        As `somnometry.kernels.trees.class_probabilities` takes them.
    """

    name: str
    sha256: str
    feature_names: tuple[str, ...]
    feature: npt.NDArray[np.int16]
    threshold: npt.NDArray[np.float64]
    leaf: npt.NDArray[np.float64]

    def probabilities(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """Probabilities of W, N1, N2, N3 and R, shape (n_epochs, 5).

        Parameters
        ----------
        rows : array of float32 or float64, shape (n_epochs, n_features)
            Columns in the order of `feature_names`; NaN counts as 0, as in LightGBM.
        """
        threshold = self.threshold if rows.dtype == np.float64 else _rounded_down(self)
        ours = class_probabilities(rows, self.feature, threshold, self.leaf, len(CLASSES))
        return ours[:, np.argsort(CLASSES)]

    @property
    def scorer(self) -> Scorer:
        """The scorer that a hypnogram of this classifier names."""
        return Scorer("YASA", "classifier", sha256=self.sha256, inputs=tuple(self.name.split("+")))


@lru_cache(maxsize=len(KNOWN_CLASSIFIERS))
def _rounded_down(classifier: Classifier) -> npt.NDArray[np.float32]:
    """Largest float32 not above each threshold: for a float32 x it decides as the float64 does."""
    single = classifier.threshold.astype(np.float32)
    return np.where(single > classifier.threshold, np.nextafter(single, np.float32(-np.inf)), single)


@lru_cache(maxsize=len(KNOWN_CLASSIFIERS))
def load_classifier(name: str) -> Classifier:
    """Load one of YASA's classifiers from the installed yasa package.

    The first use of a file checks its hash, unpickles it and writes its arrays to the user's cache directory (or to
    ``SOMNOMETRY_CACHE``), with a digest beside them; later uses check hash and digest and read the arrays, which must
    be those that we know of that file. What is damaged or from elsewhere is made anew. Where nothing can be
    written, one warning says so and staging goes on.

    Parameters
    ----------
    name : str
        E.g. ``"eeg+eog+emg+demo"``: the channels in this order, ``demo`` for age and sex.

    Raises
    ------
    ModelError
        If yasa or the file is missing, or the file is not one we know.
    """
    path = _classifier_path(name)
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != KNOWN_CLASSIFIERS[name]:
        raise ModelError(
            f"its SHA-256 is {sha256}, not {KNOWN_CLASSIFIERS[name]} as in YASA 0.8.1", place=path.name,
            remedy=f"it is not unpickled. Install {REQUIREMENT!r} anew", key="sha256",
        )  # fmt: skip
    cached = cache_folder() / "classifiers" / f"{name}-{sha256[:16]}-{LAYOUT}.npz"
    arrays = _cached_arrays(cached, sha256)
    if arrays is not None and (classifier := _read(arrays, name, sha256)) is not None:
        return classifier
    classifier = _extract(content, name, sha256)
    try:
        if is_nobodys(cached):
            raise FileNotFoundError(errno.ENOENT, "there is no such home", os.fspath(cached))
        _write(classifier, cached)
    except OSError as error:
        _warn_of_no_cache(str(cached.parent), error.strerror or str(error))
    return classifier


def _classifier_path(name: str) -> Path:
    if name not in KNOWN_CLASSIFIERS:
        what = f"there is no classifier for {name!r}"
        raise ModelError(what, remedy=f"there are {', '.join(KNOWN_CLASSIFIERS)}", key="name")
    spec = find_spec("yasa")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("yasa, which brings the classifiers, is not installed", remedy=f"pip install {REQUIREMENT!r}")
    path = Path(spec.submodule_search_locations[0]) / "classifiers" / f"clf_{name}_lgb_0.5.0.joblib"
    if not path.is_file():
        raise ModelError(f"yasa is installed without {path.name}", remedy=f"install {REQUIREMENT!r} anew")
    return path


# ---------------------------------------------------------------------------------------------------------- the cache
def _digest(npz: bytes, sha256: str) -> str:
    """Of every byte of the cached arrays and of what they were extracted from."""
    return hashlib.sha256(sha256.encode() + npz).hexdigest()


def _digest_file(path: Path) -> Path:
    return path.with_suffix(".sha256")


def _cached_arrays(path: Path, sha256: str) -> bytes | None:
    """The cached file, or None where it is not there, cannot be read, or is not what its digest says."""
    try:
        npz = read_whole(path, LARGEST_CACHE)
        kept = read_whole(_digest_file(path), 64)
    except OSError:
        return None
    return npz if kept == _digest(npz, sha256).encode() else None


def _read(npz: bytes, name: str, sha256: str) -> Classifier | None:
    """The classifier in a cached file; None where its arrays are others, whoever made a digest that fits them."""
    try:
        with np.load(io.BytesIO(npz), allow_pickle=False) as arrays:
            names = tuple(str(n) for n in arrays["feature_names"])
            classifier = Classifier(name, sha256, names, arrays["feature"], arrays["threshold"], arrays["leaf"])
    except (OSError, ValueError, LookupError, EOFError, zipfile.BadZipFile):
        return None
    return classifier if _content(classifier) == KNOWN_ARRAYS[name] else None


def _content(classifier: Classifier) -> str:
    """Digest of what a classifier decides by."""
    whole = hashlib.sha256("\n".join(classifier.feature_names).encode())
    for array, kind in ((classifier.feature, "<i2"), (classifier.threshold, "<f8"), (classifier.leaf, "<f8")):
        whole.update(f"{array.dtype.newbyteorder('<').str}{array.shape}".encode())
        whole.update(np.ascontiguousarray(array, kind).tobytes())
    return whole.hexdigest()


def _write(classifier: Classifier, path: Path) -> None:
    """Write the arrays and their digest; two processes that do so at once write the same bytes."""
    npz = _npz(
        feature_names=np.array(classifier.feature_names),
        feature=classifier.feature,
        threshold=classifier.threshold,
        leaf=classifier.leaf,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_bytes(npz)
    with replacing(_digest_file(path)) as temporary:
        temporary.write_text(_digest(npz, classifier.sha256), encoding="ascii")


def _npz(**arrays: npt.NDArray[Any]) -> bytes:
    """The bytes of an ``.npz``, the same whenever it is written: `numpy.savez` puts the time of day into it."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    return whole.getvalue()


@lru_cache
def _warn_of_no_cache(folder: str, why: str) -> None:
    """Say once in a process that nothing is kept in a folder."""
    warnings.warn(
        f"{folder}: classifiers cannot be kept there ({why}), so that every process extracts them anew; name a folder "
        "that can be written in SOMNOMETRY_CACHE",
        RuntimeWarning,
        stacklevel=3,
    )


# ----------------------------------------------------------------------------------------------------- the extraction
def _extract(content: bytes, name: str, sha256: str) -> Classifier:
    """Unpickle a classifier whose hash was checked and lay its trees out as arrays."""
    import joblib

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns that its label encoder was pickled by an older version
        model = joblib.load(io.BytesIO(content))
    if list(model.classes_) != [stage.label for stage in CLASSES]:
        what = f"its classes are {list(model.classes_)}, not {[s.label for s in CLASSES]}"
        raise ModelError(what, place=name)
    header, *sections = model.booster_.model_to_string().split("\nTree=")
    names = _fields(header)["feature_names"].split()
    trees = [_complete_tree(_fields(section), name) for section in sections]
    feature, threshold, leaf = (np.stack(parts) for parts in zip(*trees, strict=True))
    return Classifier(name, sha256, tuple(names), feature, threshold, leaf)


def _fields(section: str) -> dict[str, str]:
    """Lines ``key=value`` of LightGBM's text form, up to the first blank line."""
    lines = section.split("\n\n", 1)[0].splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _complete_tree(fields: dict[str, str], name: str) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """One tree as a complete binary tree; below a leaf that ends early every path leads to its value."""
    columns: dict[str, npt.NDArray[Any]] = {
        key: np.array(fields[key].split(), dtype)
        for key, dtype in (
            ("split_feature", np.int16),
            ("threshold", np.float64),
            ("decision_type", np.int8),
            ("left_child", np.int64),
            ("right_child", np.int64),
            ("leaf_value", np.float64),
        )
    }
    categorical, missing_type = columns["decision_type"] & 1, columns["decision_type"] >> 2 & 3
    if categorical.any() or missing_type.any():
        what = "a tree splits by category or treats missing values specially, which we do not read"
        raise ModelError(what, place=name)
    feature = np.zeros(N_NODES, np.int16)
    threshold = np.full(N_NODES, np.inf)
    leaf = np.empty(N_LEAVES)
    open_nodes = [(0, 0, 0)]
    while open_nodes:
        child, node, depth = open_nodes.pop()
        if child < 0:
            span = 2 ** (DEPTH - depth)
            first = (node + 1) * span - 1 - N_NODES
            leaf[first : first + span] = columns["leaf_value"][~child]
        elif depth == DEPTH:
            raise ModelError(f"a tree is deeper than {DEPTH}", place=name)
        else:
            feature[node], threshold[node] = columns["split_feature"][child], columns["threshold"][child]
            open_nodes.append((int(columns["left_child"][child]), 2 * node + 1, depth + 1))
            open_nodes.append((int(columns["right_child"][child]), 2 * node + 2, depth + 1))
    return feature, threshold, leaf
