"""Read and audit EDF and BDF files of which some bytes were changed at random, and count what became of them.

    python benchmarks/fuzz_edf.py [--files 5000] [--seed 1] [--folder FOLDER]

Seven small files of our own are the seeds, and any EDF or BDF files of a folder besides. Each mutant has a few bytes of
its header or its annotations replaced, is cut short, or has a stretch taken out or put in. It fails if anything but an
error of the package comes out, if it takes more than ten seconds, or if the process ever holds 500 MB.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from rich.console import Console

import somnometry as sm
from somnometry.io.sources.source import EdfSource

#: Seconds, and megabytes.
LONGEST, MOST = 10, 500
CHARACTERS = b"0123456789 -+.,:eEDFuVX\0\xb5\xff\x14\x15"


def seeds(folder):
    """Small files of every kind: plain, with annotations, with a gap, of 24 bits, of many rates."""
    rng = np.random.default_rng(0)
    for name, plus, leap in (("plain", "", 0), ("plus", "EDF+C", 0), ("gap", "EDF+D", 7)):
        yield _file(rng, b"0       ", plus, leap, 2, folder / f"{name}.edf")
    for name, plus, leap in (("bdf", "24BIT", 0), ("bdf_plus", "BDF+C", 0), ("bdf_gap", "BDF+D", 7)):
        yield _file(rng, b"\xffBIOSEMI", plus, leap, 3, folder / f"{name}.bdf")
    yield _file(rng, b"0       ", "EDF+C", 0, 2, folder / "long.edf", n_records=400)


def _file(rng, version, plus, leap, width, path, n_records=12):
    """Write a file of an EEG, an EOG and a slow channel, annotated where it is EDF+ or BDF+."""
    signals = [("EEG C4-M1", "uV", 100), ("EOG E1-M2", "uV", 100), ("SpO2", "%", 1)]
    kind = "BDF" if width == 3 else "EDF"
    if plus[3:4] == "+":
        signals.append((f"{kind} Annotations", "", 40))
    n = len(signals)
    cells = (
        (version, 8), ("X X X X", 80), ("Startdate 01-MAY-2024 X X X", 80), ("01.05.24", 8), ("22.30.00", 8),
        (256 * (n + 1), 8), (plus, 44), (n_records, 8), (1, 8), (n, 4),
        *((label, 16) for label, *_ in signals), *(("", 80) for _ in signals), *((unit, 8) for _, unit, _ in signals),
        *((-500, 8) for _ in signals), *((500, 8) for _ in signals),
        *((-(2 ** (8 * width - 1)), 8) for _ in signals), *((2 ** (8 * width - 1) - 1, 8) for _ in signals),
        *(("", 80) for _ in signals), *((count, 8) for *_, count in signals), *(("", 32) for _ in signals),
    )  # fmt: skip
    head = b"".join((cell if isinstance(cell, bytes) else str(cell).encode()).ljust(w) for cell, w in cells)
    body = b""
    for record in range(n_records):
        for label, _, count in signals:
            if "Annotations" in label:
                onset = record + (leap if record > n_records // 2 else 0)
                body += f"+{onset}\x14\x14\0+{onset}.5\x150.5\x14Lights off\x14\0".encode().ljust(count * width, b"\0")
            else:
                samples = np.rint(rng.normal(0, 1500 * 256 ** (width - 2), count)).astype("<i4")
                body += samples.reshape(-1, 1).view(np.uint8)[:, :width].tobytes()
    path.write_bytes(head + body)
    return path


def mutant(content, rng):
    """Change a few places; most of them in the header, since noise among samples is only noise."""
    content = bytearray(content)
    for _ in range(int(rng.integers(1, 9))):
        in_header = rng.random() < 0.75
        place = int(rng.integers(0, max(min(len(content), 1600 if in_header else len(content)), 1)))
        kind = rng.random()
        if kind < 0.5:
            content[place : place + 1] = bytes([CHARACTERS[rng.integers(len(CHARACTERS))]])
        elif kind < 0.85:
            content[place : place + 1] = bytes([int(rng.integers(256))])
        elif kind < 0.9:
            del content[place : place + int(rng.integers(1, 300))]
        elif kind < 0.95:
            content[place:place] = rng.bytes(int(rng.integers(1, 300)))
        else:
            del content[place:]
    return bytes(content)


def fate(path):
    """What becomes of a file: read in full, refused by the package, or an exception that should not be."""
    try:
        source = EdfSource(path)
        source.read(source.channels)
        read = "channels read"
    except sm.SomnometryError as error:
        read = f"refused ({type(error).__name__})"
    seen = sm.audit(path)
    if "unforeseen" in seen.codes:
        return "FAILED"
    try:
        sm.read_recording(path)
        return "recording read"
    except sm.SomnometryError:
        return read


def too_long(_signal, _frame):
    """Stop a file that hangs."""
    raise TimeoutError(f"more than {LONGEST} s")


def most_held():
    """Most megabytes that this process held; its ``ru_maxrss`` would hold those of the process that started it too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main():
    """Parse the arguments, mutate, read and count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="a folder of EDF and BDF files that are mutated too")
    options = parser.parse_args()
    console = Console(highlight=False)
    warnings.simplefilter("error")
    signal.signal(signal.SIGALRM, too_long)
    rng = np.random.default_rng(options.seed)
    fates: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        originals = list(seeds(Path(folder)))
        if options.folder is not None:
            originals += [p for p in sorted(options.folder.iterdir()) if p.suffix.lower() in (".edf", ".bdf")]
        contents = [(path.suffix, path.read_bytes()) for path in originals]
        for i in range(options.files):
            suffix, content = contents[int(rng.integers(len(contents)))]
            path = Path(folder, f"mutant{suffix}")
            path.write_bytes(mutant(content, rng))
            signal.alarm(LONGEST)
            try:
                became = fate(path)
            except Exception:
                console.print(f"file {i} of seed {options.seed}:\n{traceback.format_exc()}")
                became = "FAILED"
            signal.alarm(0)
            fates[became] += 1
    held = most_held()
    told = ", ".join(f"{n} {became}" for became, n in fates.most_common())
    console.print(f"{options.files} files of seed {options.seed}: {told}; at most {held:.0f} MB")
    sys.exit(1 if fates["FAILED"] or held > MOST else 0)


if __name__ == "__main__":
    main()
