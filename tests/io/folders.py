"""A folder as studies leave them behind: nested, mixed hardware, copies, orphans, broken files."""

from datetime import datetime, timedelta

import edfio
import numpy as np

from somnometry import Montage, Recording, Signal, find_nights, simulate_scored_night, write_edf

EVENING = datetime(2024, 5, 1, 22, 30)
BAND = {"HB_1": "EEG L", "HB_2": "EEG R"}


def recording(seconds=120, labels=("EEG C4-M1", "EOG E1-M2"), start=EVENING, seed=0, rate=100, **fields):
    """Noise whose samples tell where they come from."""
    rng = np.random.default_rng(seed)
    signals = {label: Signal(rng.normal(0, 30, seconds * rate), rate) for label in labels}
    return Recording(signals, start=start, **fields)


def cut(whole, start, stop):
    """A part of a recording, in seconds, with the clock time that it has."""
    signals = {
        name: Signal(signal.samples[round(start * signal.rate) : round(stop * signal.rate)], signal.rate)
        for name, signal in whole.signals.items()
    }
    return Recording(signals, start=whole.start + timedelta(seconds=start))


def only(whole, *names):
    """Some of the signals of a recording."""
    return Recording({name: whole.signals[name] for name in names}, start=whole.start)


#: The nights of `write_messy_folder`, and why every other file of it is none.
NIGHTS = {
    "band/2024-05-03",
    "band/headband.edf",
    "cassette/SC4001E0-PSG.EDF",
    "lab/calibration.edf",
    "lab/n4_part1.edf | lab/n4_part2.edf",
    "lab/old/N3.REC",
    "lab/two_nights.edf",
    "sub-01/ses-1/eeg/sub-01_ses-1_task-sleep_eeg.edf",
}
LEFT_OUT = {
    "cassette/SC4002EC-Hypnogram.edf": "orphan-scoring",
    "lab/lost-profusion.xml": "orphan-scoring",
    "copies/N3 (1).edf": "duplicate",
    "broken/empty.edf": "broken",
    "broken/text.edf": "broken",
    "broken/half_a_header.edf": "broken",
    "broken/no_records.edf": "broken",
    "lab/notes.txt": "other",
    "lab/electrodes.jpg": "other",
    "sub-01/ses-1/eeg/sub-01_ses-1_task-sleep_channels.tsv": "other",
}
SCORINGS = {
    "cassette/SC4001E0-PSG.EDF": ["SC4001EC-Hypnogram.edf"],
    "lab/old/N3.REC": ["N3-profusion.xml"],
    "sub-01/ses-1/eeg/sub-01_ses-1_task-sleep_eeg.edf": ["sub-01_ses-1_task-sleep_events.tsv"],
}


def write_messy_folder(root, hours=0.5, rate=100):
    """Eight nights, and ten files that are none; gives the PSG and the headband night behind them, with their truth."""
    for folder in ("sub-01/ses-1/eeg", "cassette", "lab/old", "nsrr", "band/2024-05-03", "copies", "broken"):
        (root / folder).mkdir(parents=True)
    psg = simulate_scored_night(1, hours=hours, rate=rate, start=EVENING)
    band = simulate_scored_night(2, montage="headband", hours=hours, rate=rate, start=EVENING)
    eeg, eog = "EEG C4-M1", "EOG E1-M2"

    bids = root / "sub-01/ses-1/eeg/sub-01_ses-1_task-sleep_eeg.edf"
    write_edf(psg.recording, bids)
    bids.with_name("sub-01_ses-1_task-sleep_events.tsv").write_text("onset\tduration\ttrial_type\n0\t30\tsleep_wake\n")
    bids.with_name("sub-01_ses-1_task-sleep_channels.tsv").write_text("name\ttype\tunits\n")

    cassette = simulate_scored_night(3, hours=hours, rate=rate, start=EVENING)
    write_edf(only(cassette.recording, eeg, eog), root / "cassette/SC4001E0-PSG.EDF")
    for name in ("SC4001EC", "SC4002EC"):
        write_scoring(root / f"cassette/{name}-Hypnogram.edf", cassette.hypnogram)

    write_edf(only(psg.recording, eeg, eog, "EMG Chin"), root / "lab/old/N3.REC")
    (root / "nsrr/N3-profusion.xml").write_text("<CMPStudyConfig><EpochLength>30</EpochLength></CMPStudyConfig>")
    (root / "lab/lost-profusion.xml").write_text("<CMPStudyConfig></CMPStudyConfig>")
    (root / "copies/N3 (1).edf").write_bytes((root / "lab/old/N3.REC").read_bytes())

    seconds = round(hours * 3600)
    write_edf(cut(only(psg.recording, eeg), 0, 600), root / "lab/n4_part1.edf")
    write_edf(cut(only(psg.recording, eeg), 600 + 240, seconds), root / "lab/n4_part2.edf")
    twice = {eeg: Signal(np.tile(psg.recording.signals[eeg].samples, 2), rate)}
    write_edf(Recording(twice, start=EVENING), root / "lab/two_nights.edf")
    write_edf(cut(only(psg.recording, eog), 0, 60), root / "lab/calibration.edf")
    (root / "lab/notes.txt").write_text("The door bell rang at three.\n")
    (root / "lab/electrodes.jpg").write_bytes(b"\xff\xd8\xff")

    write_edf(band.recording, root / "band/headband.edf")
    for name, label in BAND.items():
        channel = Recording({label: band.recording.signals[name]}, start=EVENING)
        write_edf(channel, root / f"band/2024-05-03/{label}.edf")

    sound = bids.read_bytes()
    (root / "broken/empty.edf").touch()
    (root / "broken/text.edf").write_text("not a recording\n" * 100)
    (root / "broken/half_a_header.edf").write_bytes(sound[:700])
    (root / "broken/no_records.edf").write_bytes(sound[: int(sound[184:192])])
    return psg, band


def write_scoring(path, hypnogram, start=EVENING):
    """An EDF+ of annotations only, as Sleep-EDF keeps its hypnograms."""
    marks = [
        edfio.EdfAnnotation(i * 30, 30, f"Sleep stage {'W123R'[stage] if stage >= 0 else '?'}")
        for i, stage in enumerate(hypnogram.stages.tolist())
    ]
    edfio.Edf(
        [],
        annotations=marks,
        recording=edfio.Recording(startdate=start.date()),
        starttime=start.time(),
    ).write(path)


MONTAGE = Montage("EEG C4-M1")


def listed(folder, text, name="recordings.csv"):
    (folder / name).write_text(text)
    return find_nights(folder, folder / name)
