"""Time somnometry against YASA on the same night, in one process, in turn, and compare what they say.

    python benchmarks/staging_speed.py [--edf FILE --eeg NAME --eog NAME --emg NAME] [--hours 8] [--repeats 5]

Without a file, an 8-h PSG of 18 mixed-rate signals is written first: 1/f noise, which takes as long to stage as sleep
and is harder to agree on. Both start from the path and end with stages and probabilities; YASA is given only the three
channels that it needs (mne's ``include``). The first run of each is not timed. The ratio of one run on one machine is
the claim; the seconds are not.
"""

from __future__ import annotations

import argparse
import datetime
import statistics
import tempfile
import time
import warnings
from pathlib import Path

import edfio
import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

CHANNELS = ("EEG C4-M1", "EOG E1-M2", "EMG Chin")
STAGES = ("WAKE", "N1", "N2", "N3", "REM")


def pink(rng, n, sd):
    """1/f noise of standard deviation sd."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
    noise = np.fft.irfft(spectrum, n)
    return noise * (sd / noise.std())


def write_noise_psg(path, hours):
    """Write a PSG of noise: 11 signals at 256 Hz, one at 512, four at 32, two at 1."""
    rng = np.random.default_rng(0)
    heads = [*(f"EEG {d}" for d in ("F3-M2", "F4-M1", "C3-M2", "C4-M1", "O1-M2", "O2-M1")), "EOG E1-M2", "EOG E2-M2"]
    plan = [(label, 256, "uV", 500, 30) for label in heads]
    plan += [(label, 256, "uV", 1000, 15) for label in ("EMG Chin", "EMG LLeg", "EMG RLeg")]
    plan += [("ECG II", 512, "uV", 5000, 300)]
    plan += [(label, 32, "%", 100, 6) for label in ("Airflow", "Thor", "Abdo", "Nasal Pressure")]
    plan += [(label, 1, "%", 100, 6) for label in ("SpO2", "Position")]
    signals = [
        edfio.EdfSignal(
            np.clip(pink(rng, round(rate * hours * 3600), sd), -limit, limit),
            rate,
            label=label,
            physical_dimension=unit,
            physical_range=(-limit, limit),
        )
        for label, rate, unit, limit, sd in plan
    ]
    start = edfio.Recording(startdate=datetime.date(2024, 5, 1))
    edfio.Edf(signals, recording=start, starttime=datetime.time(22, 30)).write(path)


def through_yasa(path, eeg, eog, emg):
    """Stages and probabilities by YASA."""
    import mne
    import yasa

    names = [name for name in (eeg, eog, emg) if name]
    raw = mne.io.read_raw_edf(path, preload=True, include=names, verbose="ERROR")
    hypnogram = yasa.SleepStaging(raw, eeg, eog_name=eog, emg_name=emg).predict()
    stages = hypnogram.hypno.map({stage: i for i, stage in enumerate(STAGES)}).to_numpy()
    return stages, hypnogram.proba[list(STAGES)].to_numpy()


def through_somnometry(path, eeg, eog, emg):
    """Stages and probabilities by somnometry."""
    import somnometry as sm

    hypnogram = sm.stage(sm.read_recording(path, eeg=eeg, eog=eog, emg=emg))
    return hypnogram.stages, hypnogram.probabilities


def compare(path, channels, repeats):
    """Run both in turn and print the ratio, its spread, and how far they agree."""
    ways = {"YASA": through_yasa, "somnometry": through_somnometry}
    results = {name: way(path, *channels) for name, way in ways.items()}
    seconds = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way(path, *channels)
            seconds[name].append(time.perf_counter() - start)
    (theirs, proba), (ours, our_proba) = results["YASA"], results["somnometry"]
    n = min(theirs.size, ours.size)
    same = theirs[:n] == ours[:n]
    best = np.sort(proba[:n], axis=1)
    decided = best[:, -1] - best[:, -2] >= 0.1
    pairs = sorted(a / b for a, b in zip(*seconds.values(), strict=True))
    table = Table(title=f"{Path(path).name}: EDF to hypnogram, {repeats} runs of each in turn", box=box.SIMPLE_HEAD)
    for heading in ("", "median s", "fastest s", "slowest s"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, runs in seconds.items():
        table.add_row(name, *(f"{value:.3f}" for value in (statistics.median(runs), min(runs), max(runs))))
    console = Console()
    console.print(table)
    ratio = statistics.median(seconds["YASA"]) / statistics.median(seconds["somnometry"])
    console.print(f"speed-up {ratio:.1f} (pairs {pairs[0]:.1f} to {pairs[-1]:.1f})", highlight=False)
    console.print(
        f"equal stages in {same.mean():.2%} of {n} epochs, in {same[decided].mean():.2%} of those where YASA's two "
        f"best probabilities differ by 0.1 or more; largest difference of a probability "
        f"{np.nanmax(np.abs(proba[:n] - our_proba[:n])):.4f}",
        highlight=False,
    )


def main():
    """Parse the arguments and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edf", help="a recording of your own; then name its channels too")
    parser.add_argument("--eeg")
    parser.add_argument("--eog")
    parser.add_argument("--emg")
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # scikit-learn's on YASA's pickles; nothing here depends on them
    if options.edf:
        compare(options.edf, (options.eeg, options.eog, options.emg), options.repeats)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noise_psg.edf"
        write_noise_psg(path, options.hours)
        compare(path, CHANNELS, options.repeats)


if __name__ == "__main__":
    main()
