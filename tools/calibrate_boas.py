"""Write the calibrations that come with the package, from 64 nights of Bitbrain Open Access Sleep.

    python tools/calibrate_boas.py FOLDER

FOLDER holds ``nights.tsv`` and ``stages.tsv`` of OpenNeuro ds005555 v1.1.0 (CC0).
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path

from somnometry.calibration.calibration import Calibration
from somnometry.calibration.calibration_file import write_calibration
from somnometry.calibration.fit import calibrate
from somnometry.core.hypnogram import Hypnogram
from somnometry.core.scorer import Scorer
from somnometry.core.study import Device

CODES = {"W": 0, "1": 1, "2": 2, "3": 3, "R": 4, "?": -1}
SOURCE = "Bitbrain Open Access Sleep, OpenNeuro ds005555 v1.1.0, CC0, doi 10.18112/openneuro.ds005555.v1.1.0"
POPULATION = "healthy adults, one to three nights each, in a laboratory; human scoring by consensus"
#: File -> scorer in the data, what to call it, device, and what it looked at.
STAGERS: Mapping[str, tuple[str, str, Device, tuple[str, ...]]] = {
    "bitbrain-headband": ("headband_ai", "Bitbrain headband autoscoring", "headband", ("HB_1", "HB_2")),
    "bitbrain-psg": ("psg_ai", "Bitbrain PSG autoscoring", "psg", ()),
}


def scorings(folder: Path) -> tuple[dict[str, dict[str, Hypnogram]], dict[str, str]]:
    """Read hypnograms by scorer and night, and whose night each is."""
    with (folder / "nights.tsv").open(encoding="utf-8", newline="") as lines:
        person = {row["night"]: row["pid"] for row in csv.DictReader(lines, delimiter="\t")}
    read: dict[str, dict[str, Hypnogram]] = {}
    with (folder / "stages.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            codes = [CODES[letter] for letter in row["stages"]]
            name = next((called for scorer, called, *_ in STAGERS.values() if scorer == row["scorer"]), "")
            scorer = Scorer(name) if name else Scorer("human consensus", "human")
            read.setdefault(row["scorer"], {})[row["night"]] = Hypnogram(codes, scorer=scorer)
    return read, person


def boas_calibration(folder: Path, name: str) -> Calibration:
    """Calibrate one of the two stagers."""
    scorer, _, device, channels = STAGERS[name]
    read, person = scorings(folder)
    return calibrate(
        read["human"], read[scorer], subjects=person, device=device, channels=channels, population=POPULATION,
        source=SOURCE,
    )  # fmt: skip


def main() -> None:
    """Write one file per stager beside the module that reads them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    there = Path(__file__).parents[1] / "src" / "somnometry" / "calibration"
    for name in STAGERS:
        write_calibration(boas_calibration(folder, name), there / f"{name}.toml")


if __name__ == "__main__":
    main()
