"""Small EDF files, written by edfio, for tests of the reader."""

import datetime
import subprocess
import sys
import textwrap
from pathlib import Path

import edfio
import numpy as np
import pytest

START = datetime.time(22, 30)
DATE = datetime.date(2024, 5, 1)


def noise(rate, seconds, sd=20.0, seed=0):
    """Pink-like noise in microvolts."""
    rng = np.random.default_rng(seed)
    slow = np.convolve(rng.normal(size=rate * seconds), np.ones(8) / 8, "same")
    return sd * slow / slow.std()


def write(path, channels, *, unit="uV", annotations=(), limit=3200.0):
    """Write channels, a mapping of label to (samples, rate), as EDF or EDF+."""
    signals = [
        edfio.EdfSignal(
            np.clip(x, -limit, limit), rate, label=label, physical_dimension=unit, physical_range=(-limit, limit)
        )
        for label, (x, rate) in channels.items()
    ]
    marks = [edfio.EdfAnnotation(*mark) for mark in annotations] or None
    edfio.Edf(signals, annotations=marks, recording=edfio.Recording(startdate=DATE), starttime=START).write(path)
    return path


# ------------------------------------------------------------------------------------------------------ byte by byte
def field(text, width):
    """A field of a header: text or bytes, filled up with blanks."""
    content = text if isinstance(text, bytes) else str(text).encode("latin-1")
    assert len(content) <= width, content
    return content.ljust(width)


def signal(label, samples, *, unit="uV", physical=(-500, 500), digital=(-32768, 32767), says=None):
    """A signal of a file written byte by byte: whole numbers of shape (n_records, n_samples), or bytes per record.

    `says` is what the header says of the number of samples, where it does not tell the truth.
    """
    return {"label": label, "samples": samples, "unit": unit, "physical": physical, "digital": digital, "says": says}


def tal(onset, *texts, duration=None):
    """One entry of an annotation channel; the time-keeping entry of a record has one empty text."""
    lasting = "" if duration is None else f"\x15{duration:g}"
    words = b"".join((text if isinstance(text, bytes) else text.encode()) + b"\x14" for text in texts)
    return f"{onset:+.10g}{lasting}\x14".encode() + words + b"\0"


def annotation_signal(records, width=64, label="EDF Annotations"):
    """An annotation channel: for each record a list of entries."""
    return signal(label, [b"".join(entries).ljust(width, b"\0") for entries in records], unit="", physical=(-1, 1))


def edf_bytes(signals, *, seconds="1", **fields):
    """A whole file; any field of its header can be given as it should not be."""
    bdf = fields.get("version", b"0") == b"\xffBIOSEMI"
    n_records, n = len(signals[0]["samples"]), len(signals)
    fixed = b"".join(
        field(fields.get(name, usual), width)
        for name, width, usual in (
            ("version", 8, "0"), ("patient", 80, "X X X X"), ("recording", 80, "Startdate 01-MAY-2024 X X X"),
            ("date", 8, "01.05.24"), ("time", 8, "22.30.00"), ("header_bytes", 8, 256 * (n + 1)),
            ("reserved", 44, ""), ("n_records", 8, n_records), ("seconds", 8, seconds), ("n_signals", 4, n),
        )
    )  # fmt: skip
    per_sample = 3 if bdf else 2
    said = [s["says"] if s["says"] is not None else _length(s["samples"][0], per_sample) for s in signals]
    columns = [
        [field(s["label"], 16) for s in signals], [field("", 80)] * n, [field(s["unit"], 8) for s in signals],
        [field(s["physical"][0], 8) for s in signals], [field(s["physical"][1], 8) for s in signals],
        [field(s["digital"][0], 8) for s in signals], [field(s["digital"][1], 8) for s in signals],
        [field("", 80)] * n, [field(count, 8) for count in said], [field("", 32)] * n,
    ]  # fmt: skip
    table = b"".join(b"".join(column) for column in columns)
    records = b"".join(_packed(s["samples"][r], per_sample) for r in range(n_records) for s in signals)
    return fixed + table + fields.get("padding", b"") + records + fields.get("tail", b"")


def _length(record, per_sample):
    return len(record) // per_sample if isinstance(record, bytes) else len(record)


def _packed(record, per_sample):
    if isinstance(record, bytes):
        return record
    return np.asarray(record, "<i4").reshape(-1, 1).view(np.uint8)[:, :per_sample].tobytes()


def counts(n_records, per_record, seed=0, largest=3000):
    """Whole numbers about zero, shape (n_records, n_samples)."""
    return np.rint(np.random.default_rng(seed).normal(0, largest / 3, (n_records, per_record))).astype(int)


def microvolts(samples, physical=(-500, 500), digital=(-32768, 32767), factor=1.0):
    """What a signal holds, by the definition of the format (EDF specification, Kemp 1992), in double precision."""
    gain = (physical[1] - physical[0]) / (digital[1] - digital[0])
    return factor * (physical[0] + (np.asarray(samples).ravel() - digital[0]) * gain)


def peak_megabytes(program, path):
    """Most memory that a process of its own held while it ran a few lines with `path` in ``sys.argv[1]``."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells a process the most memory that it held")
    head = """
        import sys
        from pathlib import Path
        from somnometry.core.errors import RecordingError
        from somnometry.io.sources.source import EdfSource
    """
    tail = """
        status = Path("/proc/self/status").read_text()
        print(int(status.split("VmHWM:")[1].split()[0]) / 1024)
    """
    lines = "\n".join(textwrap.dedent(part) for part in (head, program, tail))
    ran = subprocess.run([sys.executable, "-c", lines, str(path)], capture_output=True, text=True, check=True)
    return float(ran.stdout)


STEP = 6400 / 65535  # microvolts: one digital step of the files that `write` makes


def codes(recording):
    return [finding.code for finding in recording.findings]
