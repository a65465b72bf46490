"""Read scorings, tables, claims and montage files with some bytes changed at random, and count what became of them.

    python -m benchmarks.fuzz_texts [--files 5000] [--seed 1] [--kind KIND]

Each kind has small sound files for seeds. A mutant has bytes replaced, taken out, put in or written many times over, or
is cut short. It fails if anything but an error of the package comes out, if it takes more than two seconds, or if the
process ever holds 300 MB more than before the first. The nets are taken away that tell users of whatever a reader of
scorings stumbles over as damage of the file: here it is a failure. Each kind has a process of its own, forked from one
that has imported everything, so that a crash of a library is a failure of that kind and not the end.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import re
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from functools import partial
from importlib.resources import files
from pathlib import Path

import numpy as np
from rich.console import Console

import somnometry as sm
from somnometry.io.channels.families import explain
from somnometry.io.channels.labels import _parsed
from somnometry.io.channels.montage_file import read_montage_file
from somnometry.io.channels.nets import recognise_all
from somnometry.io.exports.mind_monitor import read_mind_monitor
from somnometry.io.exports.openbci import read_openbci
from somnometry.io.nights.recordings_csv import read_recordings_table
from somnometry.io.scorings import read as scorings_read
from somnometry.io.scorings import sleeps

from .further_kinds import FURTHER, converted, rewritten
from .fuzz_edf import most_held
from .scoring_seeds import SCORINGS, scoring_seeds

#: Seconds of a file and of a label, and megabytes.
LONGEST, SLOWEST_LABEL, MOST = 2, 0.001, 300
#: Seconds of the clock that a file may take.
WAITED = 20
#: Signals of an EDF that is read.
MOST_SIGNALS = 4096
#: Bytes that a mutant gains at a place.
MOST_PUT_IN = 500_000
#: What means something to one reader or another.
TOKENS = tuple(
    token.encode()
    for token in (
        "0", "9" * 30, "-", ".", "nan", "inf", "1e999", "-1e308", "\0", "\n", "\r", "\t", ",", ";", '"', "'", '"""',
        "[", "]", "{", "}", "[[", "=", "#", "a.b", "true", "1979-05-27", "25:61:61", "\ufeff", "\u202e", "\x1b[2J",
        "@@", "Sleep stage N2", "Lights off", "S01", "9" * 400, "1" * 5000,
        "1e-300", "-30", "0000-01-01", "99999-12-31", "9999-12-31 23:59:59",
        "T23:00:00+01:00", "<", ">",
        "</", "<!--", "<!ENTITY b '&a;'>", "&b;", "<?", "{}", "[]", "null", "[" * 3000,
        "..", "/etc", "~", "%s", "{0}", "$", "\\", "\U0001f634",
    )
)  # fmt: skip


#: What stands in no file in the place of a number or a word, and breaks no format's marks.
VALUES = (
    "", "0", "-0", "-1", "-30", "0.0", "1e-300", "1e-9", "0.001", "1e9", "1e300", "-1e300", "1e999", "nan",
    "-inf", "9" * 25,
    "9" * 400,
    "1" * 5000, "2" * 100_000, "1_0", "\u0663", "0000", "9999", "99999", "31", "true", "null", "x" * 5000,
    "\0",
    "\u202e", "\x1b", "\U0001f634", "Wake", "N2", "REM", "light", "23:59:59", " " * 3000,
)  # fmt: skip


def hypnogram_seeds(folder):
    """Our CSV with and without probabilities, and EDF+ of annotations only."""
    stages = [0, 0, 1, 2, 2, 3, 4, -1, 2, 0]
    probabilities = np.full((10, 5), 0.2)
    probabilities[7] = np.nan
    scored = sm.Hypnogram(stages, lights_off=0.0, lights_on=300.0, scorer="a person")
    sm.write_hypnogram(scored, folder / "a.csv")
    sm.write_hypnogram(scored.replace(probabilities=probabilities), folder / "b.csv")
    yield (folder / "a.csv").read_bytes()
    yield (folder / "b.csv").read_bytes()
    words = ("W", "N1", "N2", "N3", "R", "?")
    marks = b"".join(f"+{30 * i}\x1530\x14Sleep stage {words[stage]}\x14\0".encode() for i, stage in enumerate(stages))
    cells = (("0", 8), ("X X X X", 80), ("Startdate 01-MAY-2024 X X X", 80), ("01.05.24", 8), ("22.30.00", 8), (512, 8),
             ("EDF+C", 44), (1, 8), (0, 8), (1, 4), ("EDF Annotations", 16), ("", 80), ("", 8), (-1, 8), (1, 8),
             (-32768, 8), (32767, 8), ("", 80), (300, 8), ("", 32))  # fmt: skip
    head = b"".join(str(cell).encode().ljust(width) for cell, width in cells)
    yield head + (b"+0\x14\x14\0" + marks).ljust(600, b"\0")


def recordings_seeds(_folder):
    """Tables of recordings, parted by commas and by semicolons."""
    rows = ["path,subject,condition,period,night,age,sex,lights_off,lights_on,start,stop,note",
            "a.edf,S01,placebo,1,1,33,female,22:45,07:10,,,well",
            "b.edf,S02,active,2,1,41.5,male,45 min,,22:30,06:00,"]  # fmt: skip
    yield "\n".join(rows).encode() + b"\n"
    yield "\r\n".join(rows).replace(",", ";").encode("utf-8-sig")


def nights_seeds(_folder):
    """Tables of nights, one of a user and one as ours are."""
    rows = [
        f"S{i // 2:02d},{('placebo', 'active')[(i + i // 2) % 2]},{1 + i % 2},1,ok,{400 + 7 * i % 50},{20 + i % 5}.5"
        for i in range(24)
    ]
    yield ("subject,condition,period,night,status,tst,rem_percent\n" + "\n".join(rows) + "\n").encode()
    ours = "recording,source_id,subject,condition,period,night,status,tst,rem_percent\n"
    yield (ours + "".join(f"n{i},{i:012x},{row}\n" for i, row in enumerate(rows))).encode()


def claims_seeds(_folder):
    """The claims files that the package brings."""
    for name in ("template.toml", "kratom.toml"):
        yield (files("somnometry.claims") / "files" / name).read_bytes()


def montage_seeds(_folder):
    """Montage files that name labels, choose roles and say a family."""
    yield (
        b'[[montage]]\nfiles = "n*.edf"\neeg = "EEG 1"\neog = "EOG 1"\nemg = "none"\n[montage.labels]\n'
        b'"EEG 1" = "C4-M1"\n"EOG 1" = "E1-M2"\n"X" = "other"\n'
    )
    yield b'[[montage]]\nfiles = "*"\nfamily = "sleep-edf"\n\n[[montage]]\nfiles = "b.edf"\neeg = "C4 - M1"\n'


def label_seeds(_folder):
    """Labels of polysomnographs, headbands and nets, one per line."""
    yield (
        b"EEG C4-A1\nEEG C4-CPz\nM1-CPz\nEOG LOC-A2\nE1 (LEOG)\nLeft EOG\nEOG Droit\nChin1-Chin2\nEMG Kinn\nC4-G2\n"
        b"A1:O2\nEEG C4-EEG M1\nEOG F7\nSaO2\nRAW_TP9\nEXG Channel 0\nHB_1\nPSG_C3\nF3+F4\nL_CENT\nC3-A1A2\nECG II"
    )
    yield "\n".join(f"{letter}{i}" for letter in "ABCD" for i in range(1, 33)).encode()
    yield "\n".join([*(f"EEG E{i}" for i in range(1, 129)), "Cz"]).encode()


def understood(path):
    """Tell what labels mean, each by itself and all together; none may take more than a millisecond, however long."""
    labels = path.read_bytes().decode("latin-1").split("\n")[:MOST_SIGNALS]
    for label in labels:
        took = min(timed(explain, label) for _ in range(3))
        if took > SLOWEST_LABEL:
            raise TimeoutError(f"a label of {len(label)} characters took {took * 1000:.2f} ms")
    recognise_all(labels)


def timed(function, argument):
    """Seconds of the processor that a call takes."""
    _parsed.cache_clear()
    before = time.process_time()
    function(argument)
    return time.process_time() - before


def muse_seeds(_folder):
    """Five seconds of Mind Monitor's CSV, with a row that marks."""
    values = 800 + np.random.default_rng(0).normal(0, 20, (1280, 4))
    rows = ["TimeStamp,Delta_TP9,RAW_TP9,RAW_AF7,RAW_AF8,RAW_TP10,AUX_RIGHT,HeadBandOn,Battery,Elements"]
    for i, row in enumerate(values):
        cells = ",".join(f"{value:.4f}" for value in row)
        rows.append(f"2024-05-01 22:30:{i / 256:06.3f},0.5,{cells},0.0,1,97.9,")
    rows.insert(600, "2024-05-01 22:30:02.340,,,,,,,,/muse/elements/blink")
    yield "\n".join(rows).encode() + b"\n"


def board_seeds(_folder):
    """Two seconds of OpenBCI's text, new and old."""
    rows = ["%OpenBCI Raw EXG Data", "%Number of channels = 2", "%Sample Rate = 250 Hz",
            "Sample Index, EXG Channel 0, EXG Channel 1, Timestamp, Marker Channel, Timestamp (Formatted)"]  # fmt: skip
    old = ["%OpenBCI Raw EEG Data", "%", "%Sample Rate = 250.0 Hz", "%First Column = SampleIndex"]
    for i, (a, b) in enumerate(np.random.default_rng(0).normal(-18000, 20, (500, 2))):
        clock = f"22:30:{i / 250:06.3f}"
        rows.append(f"{i % 256}.0, {a:.4f}, {b:.4f}, {1714595400 + i / 250:.3f}, 0.0, 2024-05-01 {clock}")
        old.append(f"{i % 256}, {a:.2f}, {b:.2f}, {a:.2f}, {b:.2f}, 0.000, 0.000, 0.000, {clock}")
    yield "\n".join(rows).encode() + b"\n"
    yield "\n".join(old).encode() + b"\n"


def judged(path):
    """Read a table of nights and judge a claim on it."""
    claim = sm.Claim(
        "tst", "increases", smallest_effect=15.0, design="crossover", treatment="active", control="placebo"
    )
    return sm.judge(claim, sm.read_nights(path), sensitivity=False)


#: Names of all formats of scorings.
FORMATS = tuple(dict.fromkeys(name for name, _ in SCORINGS))


def scoring_of(path, name):
    """Read a scoring as what it was, after it was read as what it seems to be, and as any other format."""
    others = {"format": FORMATS[path.stat().st_size % len(FORMATS)]}
    for told in ({}, {"coding": "boas", "scorer": "stage_hum"}, others):
        with contextlib.suppress(sm.SomnometryError):
            within_time(sm.read_hypnograms, path, **told)
    within_time(sm.read_hypnograms, path, format=name)


KINDS = {
    "hypnogram": (hypnogram_seeds, sm.read_scoring),
    **{name: (lambda _, name=name: scoring_seeds(name), partial(scoring_of, name=name)) for name in FORMATS},
    "recordings": (recordings_seeds, read_recordings_table),
    "nights": (nights_seeds, judged),
    "claims": (claims_seeds, sm.read_claims),
    "montage": (montage_seeds, read_montage_file),
    "labels": (label_seeds, understood),
    "mind-monitor": (muse_seeds, read_mind_monitor),
    "openbci": (board_seeds, read_openbci),
    **FURTHER,
    "convert": (lambda _: (*muse_seeds(_), *board_seeds(_)), converted),
    "rewrite": (hypnogram_seeds, rewritten),
}
#: How a file of a kind is called, where its reader asks for that.
NAMES = {"claims": "toml", "montage": "toml", "hdf5": "h5", "parquet": "parquet"}
#: Kinds whose files are no text.
BINARY = ("hdf5", "parquet")


def mutant(content, rng, *, text=True):
    """Change a few places: in half of the texts only values, so that the file is still of its format."""
    return with_other_values(content, rng) if text and rng.random() < 0.5 else with_other_bytes(content, rng)


def with_other_values(content, rng):
    """Put something that no one expects in the place of a number or a word, or do a line again or away with it."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = content.decode("utf-16" if wide else "utf-8-sig", "replace")
    for _ in range(int(rng.integers(1, 4))):
        if rng.random() < 0.2:
            lines = text.split("\n")
            at = int(rng.integers(len(lines)))
            lines[at : at + 1] = [lines[at]] * int(rng.choice([0, 2, 50]))
            text = "\n".join(lines)
        elif places := list(re.finditer(r"[+-]?\d+(?:[.,]\d+)?|[^\W\d_]+", text)):
            place = places[rng.integers(len(places))]
            text = text[: place.start()] + VALUES[rng.integers(len(VALUES))] + text[place.end() :]
    return text.encode("utf-16" if wide else "utf-8", "replace")


def with_other_bytes(content, rng):
    """Change bytes and tokens, and stretches that go, come or are written many times over."""
    content = bytearray(content)
    for _ in range(int(rng.integers(1, 7))):
        place, kind = int(rng.integers(0, len(content) + 1)), rng.random()
        if kind < 0.35:
            content[place : place + int(rng.integers(0, 4))] = TOKENS[rng.integers(len(TOKENS))]
        elif kind < 0.6:
            content[place : place + 1] = bytes([int(rng.integers(256))])
        elif kind < 0.75:
            del content[place : place + int(rng.integers(1, 60))]
        elif kind < 0.85:
            content[place:place] = rng.bytes(int(rng.integers(1, 60)))
        elif kind < 0.9:
            token = TOKENS[rng.integers(len(TOKENS))]
            content[place:place] = (token * int(10 ** rng.uniform(1, 4)))[:MOST_PUT_IN]
        elif kind < 0.97:
            other = int(rng.integers(0, len(content) + 1))
            content[place:place] = content[other : other + int(rng.integers(1, 300))]
        else:
            del content[place:]
    return bytes(content)


def too_long(_signal, _frame):
    """Stop a file that hangs."""
    raise TimeoutError(f"more than {LONGEST} s of the processor, or {WAITED} s")


def within_time(read, *given, **told):
    """Call a reader, for as long as it may take."""
    signal.setitimer(signal.ITIMER_PROF, LONGEST)  # a busy machine and a slow disk are no fault of a reader
    signal.setitimer(signal.ITIMER_REAL, WAITED)
    try:
        read(*given, **told)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def fates_of(kind, n, seed, folder, console):
    """What became of so many mutants of a kind, seconds of the slowest, and the memory beyond what was held before."""
    seeds, reader = KINDS[kind]
    rng = np.random.default_rng(seed)
    contents = list(seeds(folder))
    path = folder / f"mutant.{NAMES.get(kind, 'csv')}"
    fates: Counter[str] = Counter()
    for i, content in enumerate(contents):  # what is imported now is not held against the mutants
        path.write_bytes(content)
        with contextlib.suppress(sm.SomnometryError):  # of formats that no content tells
            reader(path)
        fates[f"seed {i} read"] += 0
    before, slowest = most_held(), 0.0
    for i in range(n):
        path.write_bytes(mutant(contents[int(rng.integers(len(contents)))], rng, text=kind not in BINARY))
        begun = time.process_time()
        try:
            within_time(reader, path)
            became = "read"
        except sm.SomnometryError as error:
            became = f"refused ({type(error).__name__})" if len(str(error)) < 5000 else "FAILED"
            if became == "FAILED":
                console.print(f"{kind} {i} of seed {seed}: a message of {len(str(error))} characters")
        except Exception:
            console.print(f"{kind} {i} of seed {seed}:\n{traceback.format_exc()}")
            became = "FAILED"
        slowest = max(slowest, time.process_time() - begun)
        fates[became] += 1
    return +fates, slowest, most_held() - before


def main():
    """Parse the arguments, mutate, read and count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=5000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, action="append", help="only these; may be repeated")
    options = parser.parse_args()
    console = Console(highlight=False, markup=False)
    warnings.simplefilter("error")
    for kind_of_time in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(kind_of_time, too_long)
    scorings_read.DAMAGE = sleeps.OTHER_KINDS = ()
    context = multiprocessing.get_context("fork")
    failed = False
    for kind in options.kind or KINDS:
        process = context.Process(target=tried, args=(kind, options.files, options.seed))
        process.start()
        process.join()
        if process.exitcode not in (0, 1):
            console.print(f"{kind} of seed {options.seed}: the process ended with {process.exitcode}")
        failed |= process.exitcode != 0
    sys.exit(1 if failed else 0)


def tried(kind, n, seed):
    """Mutate, read and count files of one kind, in a process of its own; leave with 1 where one failed."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        fates, slowest, held = fates_of(kind, n, seed, Path(folder), console)
    told = ", ".join(f"{many} {became}" for became, many in fates.most_common())
    took = f"{(time.monotonic() - begun) / max(n, 1) * 1000:.1f} ms each"
    console.print(f"{n} files of kind {kind}, seed {seed}: {told}; {held:.0f} MB more; {took}, at most {slowest:.2f} s")
    sys.stdout.flush()
    os._exit(1 if fates["FAILED"] or held > MOST else 0)


if __name__ == "__main__":
    main()
