"""Labels of recorders and cohorts, read as each table says."""

import re

import pytest

from somnometry import MontageError
from somnometry.io.channels.families import FAMILIES, explain, read_meaning, recognise
from somnometry.io.channels.labels import normalised
from tests.cost import Cost

from ... import facts

TABLE = facts.channel_labels()
#: What the table calls a role, and what we call it.
ROLES = {
    "annotations": "annotations", "ignore": "device", "co2": "carbon dioxide", "spo2": "oxygen saturation",
    "pleth": "pulse wave", "heart_rate": "heart rate", "cpap": "positive airway pressure", "snore": "snoring",
    "nasal_pressure": "nasal pressure", "airflow": "airflow", "effort_thorax": "thorax effort",
    "effort_abdomen": "abdomen effort", "effort_sum": "respiratory sum or rate", "position": "body position",
    "light": "light", "motion": "movement", "ecg": "ECG", "emg_leg": "leg EMG", "emg_leg_left": "leg EMG",
    "emg_leg_right": "leg EMG", "emg_other": "other EMG",
}  # fmt: skip
KINDS = {"emg_chin": "emg", "emg_chin_probable": "emg", "eog_left": "eog", "eog_right": "eog", "eog_bipolar": "eog",
         "eeg_ref": "reference"}  # fmt: skip
#: Families of the table under the name that they have here; the list of Profusion holds that of SHHS.
OURS = {
    "philips_alice_sleepware": "alice", "nox_a1_noxturnal": "nox", "somnomedics_domino": "domino",
    "compumedics_profusion_grael": "shhs", "natus_embla_remlogic_sandman_xltek": "embla", "micromed": "boas",
    "hmc_haaglanden": "hmc", "cap_sleep_db": "cap", "mass": "mass", "dod_dreem_open": "dod", "fdcsr_vitaport": "fdcsr",
    "svuh_ucddb": "svuh", "muse_2_s_athena": "muse", "dreem_2_3": "dreem", "hypnodyne_zmax": "zmax",
    "bitbrain_ikon": "bitbrain", "openbci_cyton_ganglion_daisy": "openbci", "brainbit": "brainbit",
    "neurosity_crown_notion": "neurosity", "sleep_profiler_abm": "sleep-profiler",
}  # fmt: skip
#: Labels with remarks behind them; what is left without a label to read.
REMARK = re.compile(r" \((memory|converter)\)$")


def role_by_rules(label):
    """The role that the first fitting rule gives; "electrodes" where it leaves the label to a parser of electrodes."""
    text = re.sub(r"[ _:/\\.#()\[\],-]+", "-", label.strip(" .-").upper()).strip("-")
    hints = []
    while match := re.match(r"^(EEG|EOG|EMG|ECG|EKG|PSG|POL|BIO)-(?=.)", text):
        hints.append(match.group(1))
        text = text[match.end() :]
    if "ECG" in hints or "EKG" in hints:
        return "ecg"
    for rule in TABLE["rule"]:
        if rule["pattern"].startswith("@"):
            return "electrodes"
        if rule["role"].startswith("eog") and text in ("L", "R", "SIN", "DX") and "EOG" not in hints:
            continue
        if re.search(rule["pattern"], text):
            return rule["role"]
    return "headband"


@pytest.mark.parametrize("family", [f for f in TABLE["family"] if f["id"] not in OURS], ids=lambda f: f["id"])
def test_a_label_set_that_is_none_of_ours_is_no_family(family):
    assert recognise(family["labels"]) is None


@pytest.mark.parametrize("family", [f for f in TABLE["family"] if f["id"] in OURS], ids=lambda f: f["id"])
def test_every_label_set_of_the_families_is_read_as_its_rules_say(family):
    labels = [REMARK.sub("", label) for label in family["labels"]]
    found = recognise(labels)
    assert found.id == OURS[family["id"]]
    differing = {}
    for label in labels:
        role, parsed = role_by_rules(label), found.parse(label)
        if role in KINDS:
            agrees = parsed.kind == KINDS[role]
        elif role in ("electrodes", "headband", "eeg_cohort"):
            agrees = parsed.kind != "other" or bool(explain(label))
        else:
            agrees = parsed.kind == "other" and explain(label) == ROLES[role]
        if not agrees and normalised(label) not in found.means:
            differing[label] = (role, parsed.kind, explain(label))
    assert differing == {}


@pytest.mark.parametrize(("name", "cohort"), TABLE["cohort"].items(), ids=TABLE["cohort"])
def test_every_label_of_the_cohorts_has_the_meaning_of_its_table(name, cohort):
    found = recognise(cohort)
    assert found.id == name.replace("_", "-")
    for label, meaning in cohort.items():
        wanted = "E1-E2" if meaning == "EOG bipolar" else meaning.split(" ")[0]
        assert re.sub(r"^chin\d$", "chin", found.parse(label).derivation) == wanted, label


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_every_family_knows_its_own_labels(family):
    found = recognise(family.labels)
    assert found is family or (family.id, found.id) in {("compumedics", "shhs"), ("ccshs", "cfs")}
    assert [label for label in family.labels if family.parse(label).kind == "other" and not explain(label)] == []
    assert family.sources
    assert family.basis in ("seen", "inferred", "remembered")
    assert set(family.means) <= set(map(normalised, family.labels)) | {"SEC"}


def test_a_laboratory_that_names_eyes_as_a_headband_does_is_none():
    labels = ["LEOG", "REOG", "FPZ"]
    assert recognise(labels).id == "sleep-profiler"
    assert recognise([*labels, "C3", "C4", "M1", "M2"]) is None


@pytest.mark.parametrize("labels", [["EEG"], ["EEG", "EMG"], ["EEG1", "EEG2"], ["EEG L"], ["EEG 1", "EOG", "EMG"]])
def test_a_few_ambiguous_labels_are_no_family(labels):
    assert recognise(labels) is None


@pytest.mark.parametrize(
    ("text", "kind", "derivation", "inverted"),
    [
        ("C4-A1", "eeg", "C4-M1", False),
        ("A1-O2", "eeg", "O2-M1", True),
        ("M1-FPZ", "reference", "M1-FPZ", False),
        ("E2-E1", "eog", "E1-E2", True),
        ("E1-PG1", "eog", "E1-PG1", False),
        ("chin", "emg", "chin", False),
        ("other", "other", "", False),
    ],
)
def test_a_meaning_is_read(text, kind, derivation, inverted):
    found = read_meaning(text)
    assert (found.kind, found.derivation, found.inverted) == (kind, derivation, inverted)


def test_a_meaning_that_names_no_electrode_is_an_error():
    with pytest.raises(MontageError, match="Flow"):
        read_meaning("Flow")


@pytest.mark.parametrize("label", ["E" + "9" * 190, "E" + "9" * 190 + " E48", "9" * 99 + " " + "9" * 99, "SAO2-" * 39])
def test_no_label_takes_long_to_explain(label):
    explain("C4")
    with Cost() as cost:
        for again in range(200):
            explain(f"{label}{again}")
    assert cost.loops < 20
