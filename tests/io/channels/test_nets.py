"""Grids of electrodes are known from all their labels, and their places from mne's tables."""

import tomllib
import warnings
from importlib.resources import files

import numpy as np
import pytest

from somnometry import MontageError, audit, read_recording
from somnometry.io.channels import nets
from somnometry.io.channels.nets import recognise_all, recognise_net

from ..edf_files import noise, write

ROWS = {row["id"]: row for row in tomllib.loads((files(nets.__package__) / "channel_nets.toml").read_text())["net"]}


def grid(letters, last=32):
    return [f"{letter}{i}" for letter in letters for i in range(1, last + 1)]


def egi(last):
    return [f"E{i}" for i in range(1, last + 1)]


#: All labels of each, as its files have them.
CAPS = {
    "biosemi-32": [*grid("A"), "EXG1", "EXG2", "Status"],
    "biosemi-64": [*grid("AB"), *(f"EXG{i}" for i in range(1, 9)), "GSR1", "Status"],
    "biosemi-128": [*grid("ABCD"), "EXG1", "Status"],
    "biosemi-160": [*grid("ABCDE"), "Status"],
    "biosemi-256": [*grid("ABCDEFGH"), "Status"],
    "hydrocel-32": [*egi(32), "Cz"],
    "hydrocel-64": [*egi(64), "E65"],
    "hydrocel-128": [*egi(129), "ECG", "STI"],
    "hydrocel-256": [*(f"EEG E{i}" for i in range(1, 257)), "VREF"],
}


@pytest.mark.parametrize("cap", CAPS)
def test_a_cap_is_known_from_all_its_labels_and_from_most_of_them(cap):
    labels = CAPS[cap]
    assert recognise_all(labels).id == cap
    assert recognise_all(labels[3:]).id == cap
    assert recognise_all(list(reversed(labels))).id == cap


@pytest.mark.parametrize("cap", CAPS)
def test_a_place_lies_where_mne_has_it(cap):
    """Nearest of all places on a sphere, computed anew from mne's tables."""
    import mne

    def on_sphere(points, through):
        solved = np.linalg.lstsq(np.c_[2 * through, np.ones(len(through))], (through**2).sum(axis=1), rcond=None)[0]
        around = points - solved[:3]
        return around / np.linalg.norm(around, axis=1)[:, None]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        head = mne.channels.make_standard_montage("standard_1005").get_positions()["ch_pos"]
        table = mne.channels.make_standard_montage(ROWS[cap]["montage"]).get_positions()["ch_pos"]
    names = (
        [f"{'AB'[i // 32]}{i % 32 + 1}" for i in range(len(table))] if cap in ("biosemi-32", "biosemi-64") else table
    )
    places = on_sphere(np.array(list(table.values())), np.array(list(table.values())))
    upper = {name.upper(): np.array(at) for name, at in head.items()}
    whole = np.array(list(upper.values()))
    means = ROWS[cap]["means"]
    assert {"C4", "C3", "F4", "F3", "O2", "O1"} <= set(means.values())
    for place, electrode in means.items():
        (target,) = on_sphere(upper[electrode][None], whole)
        angles = np.degrees(np.arccos(np.clip(places @ target, -1, 1)))
        assert angles[list(names).index(place)] <= 12
        assert angles[list(names).index(place)] - angles.min() < 2


def test_the_makers_own_tables_agree():
    """EGI, HydroCel GSN 128 (Luu and Ferree); BioSemi, caps of 32, 64 and 128."""
    egi_128 = {"E36": "C3", "E104": "C4", "E24": "F3", "E124": "F4", "E70": "O1", "E83": "O2", "E11": "FZ", "E62": "PZ"}
    assert egi_128.items() <= ROWS["hydrocel-128"]["means"].items()
    assert ROWS["biosemi-128"]["means"]["A1"] == "CZ"
    assert {"A1": "FP1", "A7": "F7", "A13": "C3", "B18": "C4", "B16": "CZ"}.items() <= ROWS["biosemi-64"][
        "means"
    ].items()
    assert {"A1": "FP1", "A8": "C3", "A23": "C4"}.items() <= ROWS["biosemi-32"]["means"].items()


@pytest.mark.parametrize(
    "labels",
    [
        "F3 F4 C3 C4 O1 O2 A1 A2 E1 E2 ECG1 ECG2 Chin1 Chin2 LAT RAT F7".split(),
        "Fp1 Fp2 F7 F3 Fz F4 F8 T3 C3 Cz C4 T4 T5 P3 Pz P4 T6 O1 O2 A1 A2".split(),
        ["EEG A1", "EEG A2", "EEG C3", "EEG C4"],
        ["1", "2", "1-2", "C3", "C4", "E1", "E2", "K", "cRIP Flow"],
    ],
)  # fmt: skip
def test_a_polysomnogram_is_no_net(labels):
    assert recognise_net(tuple(labels)) is None


def recording(tmp_path, labels):
    return write(tmp_path / "n.edf", {label: (noise(100, 60, seed=i), 100) for i, label in enumerate(labels)})


@pytest.mark.parametrize(("cap", "eeg"), [("biosemi-128", "B22"), ("biosemi-64", "B18"), ("biosemi-32", "A23")])
def test_a_biosemi_cap_gives_the_electrode_at_c4_and_no_ear(tmp_path, cap, eeg):
    path = recording(tmp_path, CAPS[cap])
    read = read_recording(path)
    assert read.montage.eeg == eeg
    assert "reference CMS not known" in read.montage.why["eeg"]
    (named,) = [finding.what for finding in audit(path).findings if finding.code == "family"]
    assert "BioSemi" in named
    assert f"{eeg!r} is C4" in named
    assert "unresolved-labels" not in {f.code for f in read.findings if "A1" in f.what}


def test_an_egi_net_is_taken_against_the_opposite_mastoid(tmp_path):
    read = read_recording(recording(tmp_path, egi(128)))
    assert read.montage.eeg == "E104-E56"
    assert read.montage.why["eeg"] == "central EEG to the opposite mastoid, both recorded against CZ"
    assert read.montage.eog == "E25-E8"


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (grid("ABC"), "BioSemi"),
        (egi(180), "EGI"),
        ([str(i) for i in range(1, 65)], "64 electrodes by number"),
        ([f"EEG {i:03d}" for i in range(1, 33)], "32 electrodes by number"),
        ([f"Ch{i}" for i in range(1, 20)], "19 electrodes by number"),
        ([f"EEG {i}" for i in range(1, 257)], "256 electrodes by number"),
    ],
)
def test_a_grid_without_published_places_is_refused_by_name(tmp_path, labels, name):
    path = recording(tmp_path, labels)
    with pytest.raises(MontageError, match=name) as refused:
        read_recording(path)
    assert "montage file" in refused.value.remedy
    assert read_recording(path, eeg=labels[3]).montage.eeg == labels[3]


@pytest.mark.real_data
def test_a_cap_of_the_field_is_named(shared):
    read = read_recording(shared / "data" / "field_cases" / "01_biosemi_abc128.bdf")
    assert read.montage.eeg == "B22"


def test_no_place_of_a_cap_is_explained_as_an_electrode_or_an_ear(tmp_path):
    labels = [label for label in CAPS["biosemi-128"] if label != "Status"]
    path = write(tmp_path / "n.bdf", {label: (noise(100, 60, seed=i), 100) for i, label in enumerate(labels)})
    said = {channel.label: channel.why for channel in audit(path).channels}
    assert said["A1"] != "a reference"
    assert [label for label in ("C1", "C2", "C3", "C4") if said[label] == f"EEG {label}"] == []
