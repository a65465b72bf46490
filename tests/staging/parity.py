"""YASA's features and stages beside ours, and how far apart they may be."""

import warnings

import numpy as np

CHANNELS = {"eeg": "C3", "eog": "EOG1", "emg": "EMG1"}


def yasa_night(data, rate, *, roles=("eeg", "eog", "emg"), age=None, male=None, npad="auto"):
    """Features, probabilities (W N1 N2 N3 R) and stages of YASA for microvolts of shape (n_channels, n_samples)."""
    import mne
    import yasa

    names = [CHANNELS[role] for role in roles]
    raw = mne.io.RawArray(np.asarray(data, float) * 1e-6, mne.create_info(names, rate, "eeg"), verbose="ERROR")
    if npad != "auto":
        raw.resample(100, npad=npad, verbose="ERROR")
    metadata = None if age is None else {"age": age, "male": male}
    named = dict(zip(("eeg", "eog", "emg"), (*names, None, None), strict=False))
    if roles == ("eeg", "emg"):
        named = {"eeg": names[0], "eog": None, "emg": names[1]}
    sls = yasa.SleepStaging(raw, named["eeg"], eog_name=named["eog"], emg_name=named["emg"], metadata=metadata)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns that an older version pickled YASA's label encoder
        hypnogram = sls.predict()
    proba = hypnogram.proba[["WAKE", "N1", "N2", "N3", "REM"]].to_numpy()
    return sls.get_features(), proba, hypnogram.hypno.map({"WAKE": 0, "N1": 1, "N2": 2, "N3": 3, "REM": 4}).to_numpy()


def our_recording(data, rate, *, roles=("eeg", "eog", "emg")):
    from somnometry import Montage, Recording, Signal

    signals = {CHANNELS[role]: Signal(x, rate) for role, x in zip(roles, data, strict=True)}
    return Recording(signals, Montage(**{role: CHANNELS[role] for role in roles}), source="parity")


def feature_differences(theirs, ours, *, norm_tolerance, reordered=0.01):
    """Rows (column, epoch, theirs, ours, share of its tolerance) of the columns beyond it, worst first.

    Permutation entropy and Petrosian dimension count orders of neighbouring samples, which rounding may turn; they
    may leave their tolerance in `reordered` of the epochs.
    """
    assert list(theirs.columns) == list(ours.names)
    rows = []
    for column in theirs.columns:
        a, b = theirs[column].to_numpy(float), ours[column].astype(float)
        rows.append((column, *_worst(column, a, b, norm_tolerance, reordered)))
    return sorted((row for row in rows if row[-1] > 1), key=lambda row: -row[-1])


def _worst(column, a, b, norm_tolerance, reordered):
    difference, spread = np.abs(a - b), np.ptp(a) or 1.0
    kind = column.partition("_")[2]
    if column.endswith("_norm") and column != "time_norm":
        share = difference / norm_tolerance
    elif kind == "nzc":
        share = difference / 2
    elif kind in ("perm", "petrosian"):
        share = difference / (5e-3 * spread)
        if (share > 1).sum() <= reordered * share.size:
            share = np.minimum(share, 1)
    else:
        share = difference / np.maximum(1e-3 * np.abs(a), 1e-4 * spread)
    if not column.endswith("_norm"):
        share[[0, -1]] = (difference / (5e-2 * spread))[[0, -1]]
    i = int(np.argmax(share))
    return i, a[i], b[i], share[i]


def table(rows, n=15):
    """The worst columns, for the message of a failed assertion."""
    lines = [f"{'column':32s} {'epoch':>6s} {'YASA':>14s} {'ours':>14s} {'x tolerance':>12s}"]
    lines += [f"{c:32s} {i:6d} {a:14.6g} {b:14.6g} {s:12.2f}" for c, i, a, b, s in rows[:n]]
    return "\n".join(lines)
