"""How staging grows with hours, channels and sampling rate: a figure, and straight lines through what was measured.

    python -m benchmarks.speed.growth [--repeats 5] [--out docs/images/growth.svg]

CPU seconds from the path of a file of noise to its hypnogram, on one thread, the channels chosen by us; the fastest of
the runs. Nights have four channels at 256 Hz and last 8 h, or 1 h where channels are counted, but for what is varied.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

import somnometry as sm
from benchmarks.speed.noise_nights import noise_night

__all__ = ["PANELS", "draw", "measured"]

ROOT = Path(__file__).resolve().parents[2]
#: What is varied, in what unit; the values, and the night of each as (hours, channels, rate).
PANELS = {
    ("hours", "hour"): ((1, 2, 4, 8, 16, 24), lambda hours: (hours, 4, 256)),
    ("channels in the file (1 h)", "channel"): ((3, 10, 30, 60, 100), lambda n: (1, n, 256)),
    ("sampling rate (Hz)", "Hz"): ((100, 128, 200, 256, 400, 512, 1024), lambda rate: (8, 4, rate)),
}
Measured = dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]
INK, LINE = "#1d4a80", "#d1495b"


def cpu_seconds(path: Path, repeats: int) -> float:
    """CPU seconds of the fastest of some runs, after one that does not count."""
    seconds = []
    for _ in range(repeats + 1):
        gc.collect()
        start = time.process_time()
        sm.stage(sm.read_recording(path), threads=1)
        seconds.append(time.process_time() - start)
    return min(seconds[1:])


def measured(repeats: int) -> Measured:
    """Give values and CPU seconds of each panel; nights are written one at a time."""
    out = {}
    for name, (values, night) in PANELS.items():
        seconds = []
        for value in values:
            with tempfile.TemporaryDirectory() as folder:
                seconds.append(cpu_seconds(noise_night(Path(folder), *night(value)), repeats))
        out[name] = np.array(values, float), np.array(seconds)
    return out


def straight(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Intercept and slope of the least squares of relative errors, and the largest relative error."""
    weight = 1 / y
    slope, intercept = np.polyfit(x, y, 1, w=weight)
    return float(intercept), float(slope), float(np.abs((intercept + slope * x) / y - 1).max())


def draw(panels: Measured, path: Path) -> list[str]:
    """Draw what was measured with its straight lines; give a line of text for each panel."""
    figure = Figure(figsize=(9, 3), layout="constrained")
    lines = []
    for ax, (what, (x, y)) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True):
        name, unit = what
        intercept, slope, error = straight(x, y)
        at = np.array([0, x.max() * 1.04])
        ax.plot(at, intercept + slope * at, color=LINE, linewidth=1.2, zorder=1)
        ax.plot(x, y, "o", color=INK, markersize=5, zorder=2)
        ax.set_xlim(0, at[1])
        ax.set_ylim(0, y.max() * 1.1)
        ax.set_xlabel(name)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_title(f"{1000 * intercept:.0f} ms + {1000 * slope:.3g} ms per {unit}", fontsize="small")
        points = ", ".join(f"{a:g}: {b:.3f}" for a, b in zip(x, y, strict=True))
        lines.append(f"{name}: {ax.get_title()}, off by {100 * error:.0f} % at most ({points} s)")
    figure.axes[0].set_ylabel("CPU seconds to a hypnogram")
    with matplotlib.rc_context({"svg.hashsalt": "somnometry"}):
        figure.savefig(path, format="svg", metadata={"Date": None})
    return lines


def main() -> None:
    """Measure, draw, and print the lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "growth.svg")
    options = parser.parse_args()
    print("\n".join(draw(measured(options.repeats), options.out)))


if __name__ == "__main__":
    main()
