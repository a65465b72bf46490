"""What pages cost: seconds and bytes of `write_report` over a folder of nights, and how large the page of the study is.

    python benchmarks/report_speed.py [--nights 50] [--hours 8] [--folder DIR]

One simulated night is measured, and what came of it is copied under as many names; pages do not know the difference.
Required: 50 nights in less than 60 s on two cores, a page of a night under 1 MB.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from somnometry import Settings, measure, simulate_night, write_edf, write_report
from somnometry.batch.derivatives import Derivatives
from somnometry.batch.records import read_record, record_file, write_record


def many_nights(folder: Path, n: int, hours: float) -> Path:
    """Give a folder of derivatives of n nights, all of them one."""
    recording, _ = simulate_night(1, hours=hours, rate=100.0)
    write_edf(recording, folder / "night.edf")
    out = folder / "derivatives"
    measure([folder / "night.edf"], out, Settings(lights="recording"))
    record = read_record(out, "night")
    assert record is not None
    for i in range(n):
        name = f"n{i:05d}"
        for kind, suffix in (("hypnograms", ".csv"), ("spectrograms", ".npz")):
            shutil.copy(out / kind / f"night{suffix}", out / kind / f"{name}{suffix}")
        who = {"recording": name, "subject": f"P{i // 2}", "condition": ("drug", "placebo")[i % 2]}
        write_record(out, replace(record, night=name, row={**record.row, **who}))
    record_file(out, "night").unlink()
    Derivatives(out).assemble()
    return out


def main() -> None:
    """Print the costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=50)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        derivatives = many_nights(asked.folder or Path(made), asked.nights, asked.hours)
        wall, cpu = time.perf_counter(), time.process_time()
        index = write_report(derivatives)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        largest = max(page.stat().st_size for page in (index.parent / "nights").iterdir())
        print(f"{asked.nights} nights: {wall:.1f} s, of a processor {cpu:.1f} s")
        print(
            f"largest page of a night {largest / 1000:.0f} kB, page of the study {index.stat().st_size / 1000:.0f} kB"
        )


if __name__ == "__main__":
    main()
