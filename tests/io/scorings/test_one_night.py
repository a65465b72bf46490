"""One night as EDF+, NSRR XML, Luna .annot, BIDS table, and in the other formats that hold words: all the same."""

import datetime
import itertools
import json

import edfio
import numpy as np
import pytest

from somnometry import agree, epoch_agreement, read_hypnogram

WORDS = ["Sleep stage W", "Sleep stage N1", "Sleep stage N2", "Sleep stage N3", "Sleep stage R", "Sleep stage ?"]
NSRR = ["Wake|0", "Stage 1 sleep|1", "Stage 2 sleep|2", "Stage 3 sleep|3", "REM sleep|5", "Unscored|9"]
LUNA = ["W", "N1", "N2", "N3", "R", "?"]
OLD_LUNA = ["wake", "NREM1", "NREM2", "NREM3", "REM", "?"]
BIDS = ["sleep_wake", "sleep_N1", "sleep_N2", "sleep_N3", "sleep_REM", "n/a"]
ALICE = ["WK", "N1", "N2", "N3", "REM", "NS"]
REMLOGIC = ["SLEEP-S0", "SLEEP-S1", "SLEEP-S2", "SLEEP-S3", "SLEEP-REM", "SLEEP-UNSCORED"]
DOMINO = ["Wake", "N1", "N2", "N3", "Rem", "A"]
START = datetime.datetime(2024, 5, 1, 22, 0)


def bouts(stages):
    """Onset and duration in seconds, and stage, of each stretch."""
    at = 0
    for stage, run in itertools.groupby(stages):
        n = len(list(run))
        yield 30 * at, 30 * n, stage
        at += n


def clock(seconds, fmt="%H:%M:%S"):
    return (START + datetime.timedelta(seconds=seconds)).strftime(fmt)


def write_all(folder, stages):
    """Write the stages in every format, as bouts or epochs; the last of `LUNA` is no stage."""
    marks = [edfio.EdfAnnotation(onset, length, WORDS[stage]) for onset, length, stage in bouts(stages)]
    recording = edfio.Recording(startdate=START.date())
    edfio.Edf([], recording=recording, starttime=START.time(), annotations=marks).write(folder / "night.edf")
    events = "".join(
        f"<ScoredEvent><EventType>Stages|Stages</EventType><EventConcept>{NSRR[stage]}</EventConcept>"
        f"<Start>{onset:.1f}</Start><Duration>{length:.1f}</Duration></ScoredEvent>"
        for onset, length, stage in bouts(stages)
    )
    first = ("<ScoredEvent><EventType/><EventConcept>Recording Start Time</EventConcept><Start>0</Start><Duration>"
             f"{30 * len(stages)}</Duration><ClockTime>00.00.00 22.00.00</ClockTime></ScoredEvent>")  # fmt: skip
    files = {
        "nsrr.xml": "<PSGAnnotation><EpochLength>30</EpochLength><ScoredEvents>"
        + first + events + "</ScoredEvents></PSGAnnotation>",
        "new.annot": "class\tinstance\tchannel\tstart\tstop\tmeta\nstart_hms\t.\t.\t.\t.\t22:00:00\n"
        + "".join(f"{LUNA[stage]}\t.\t.\t{clock(onset)}\t+{length}\t.\n" for onset, length, stage in bouts(stages)),
        "old.annot": "# wake\n# NREM2 | light sleep\n"
        + "".join(f"{OLD_LUNA[s]} {30 * i} {30 * i + 30}\n" for i, s in enumerate(stages)),
        "ellipsis.annot": "".join(
            f"{LUNA[s]}\t{clock(o, '%I:%M:%S %p')}\t{'...' if o + n < 30 * len(stages) else clock(o + n)}\n"
            for o, n, s in bouts(stages)
        ),
        "words.eannot": "".join(f"{LUNA[s]}\n" for s in stages),
        "night_events.tsv": "onset\tduration\ttrial_type\n"
        + "".join(f"{onset}\t{length}\t{BIDS[stage]}\n" for onset, length, stage in bouts(stages)),
        "digits_events.tsv": "onset\tduration\tstage_hum\n"
        + "".join(f"{30 * i}\t30\t{[0, 1, 2, 3, 4, 8][stage]}\n" for i, stage in enumerate(stages)),
        "profusion.xml": "<CMPStudyConfig><EpochLength>30</EpochLength><SleepStages>"
        + "".join(f"<SleepStage>{[0, 1, 2, 3, 5, 9][stage]}</SleepStage>" for stage in stages)
        + "</SleepStages></CMPStudyConfig>",
        "alice.csv": " Epoch Number ,Start Time ,Sleep Stage\n"
        + "".join(f"{i + 1},{clock(30 * i, '%I:%M:%S %p')},{ALICE[s]}\n" for i, s in enumerate(stages)),
        "remlogic.txt": "RemLogic Event Export\n\nTime [hh:mm:ss]\tEvent\tDuration[s]\n"
        + "".join(f"{clock(30 * i)}\t{REMLOGIC[s]}\t30\n" for i, s in enumerate(stages)),
        "domino.txt": "Signal ID: SchlafProfil\\profil\nStart Time: 01.05.2024 22:00:00\nUnit: \nRate: 30 s\n\n"
        + "".join(f"{clock(30 * i)},000; {DOMINO[s]}\n" for i, s in enumerate(stages)),
        "visbrain.txt": "*Duration_sec\t0\n"
        + "".join(f"{DOMINO[s].replace('A', 'Art')}\t{o + n}\n" for o, n, s in bouts(stages)),
        "usleep.txt": "EPOCH=30\nSTART=0\n" + "".join(f"{DOMINO[s]}\n" for s in stages),
        "scoringhero.json": json.dumps([[{
            "epoch": i + 1, "start": 30 * i, "end": 30 * i + 30, "digit": None,
            "stage": [*"WNNNR", None][s] and ["Wake", "N1", "N2", "N3", "REM"][s],
        } for i, s in enumerate(stages)], []]),
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return ["night.edf", *files]


def night(seed):
    """A night whose first epoch is scored and whose last is, too, so that no format ends earlier than another."""
    rng = np.random.default_rng(seed)
    stages = np.repeat(rng.integers(0, 6, 120), rng.integers(1, 15, 120)).tolist()
    return [0, *stages, 0]


def test_every_format_of_one_night_is_the_same_night(tmp_path):
    stages = night(5)
    right = [stage if stage < 5 else -1 for stage in stages]
    names = write_all(tmp_path, stages)
    read = {
        name: read_hypnogram(tmp_path / name, coding="boas" if name.startswith("digits") else None) for name in names
    }
    assert {name: hypnogram.stages.tolist() == right for name, hypnogram in read.items()} == dict.fromkeys(names, True)
    for ours, theirs in itertools.combinations(["night.edf", "nsrr.xml", "new.annot", "night_events.tsv"], 2):
        agreement = epoch_agreement({"n": read[ours]}, {"n": read[theirs]}, n_boot=0)
        assert agreement.summary["accuracy"].pooled.value == 1.0
        assert agreement.summary["kappa"].pooled.value == 1.0


def test_agree_of_four_formats(tmp_path):
    """Folders of one format each, two nights in each; every two folders agree wholly."""
    names = {"night.edf": ".edf", "nsrr.xml": ".xml", "new.annot": ".annot", "night_events.tsv": ".tsv"}
    for folder in (tmp_path / "written", *(tmp_path / suffix[1:] for suffix in names.values())):
        folder.mkdir()
    for seed in (1, 2):
        write_all(tmp_path / "written", night(seed))
        for name, suffix in names.items():
            (tmp_path / "written" / name).replace(tmp_path / suffix[1:] / f"n{seed}{suffix}")
    for ours, theirs in itertools.combinations(names.values(), 2):
        agreement = agree(tmp_path / ours[1:], tmp_path / theirs[1:], tmp_path / "out", figures=False, n_boot=20)
        assert agreement.problems == ()
        assert agreement.epochs.summary["accuracy"].pooled.value == 1.0


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["ST7011JP", "ST7022JM", "ST7052JA"])
def test_a_real_night_in_every_format(shared, tmp_path, name):
    code = {"W": 0, "1": 1, "2": 2, "3": 3, "4": 3, "R": 4}
    path = shared / "data" / "sleep_edf_st" / f"{name}-Hypnogram.edf"
    stages = []
    for annotation in edfio.read_edf(path).annotations:
        stages += [5] * (round(annotation.onset / 30) - len(stages))
        stages += [code.get(annotation.text.removeprefix("Sleep stage "), 5)] * round(annotation.duration / 30)
    while stages[-1] == 5:
        stages.pop()
    names = write_all(tmp_path, stages)
    whole = read_hypnogram(path)
    real = whole.replace(stages=whole.stages[: len(stages)], start=None)
    for other in names:
        read = read_hypnogram(tmp_path / other, coding="boas" if other.startswith("digits") else None)
        assert read.stages.tolist() == real.stages.tolist(), other
        agreement = epoch_agreement({"n": real}, {"n": read.replace(start=None)}, n_boot=0)
        assert agreement.summary["accuracy"].pooled.value == 1.0
