"""A calibration as TOML: written, and read back exactly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ..core.errors import CalibrationError, HypnogramError
from ..core.scorer import Scorer
from ..io.files import write_whole
from ..io.toml_files import toml_of, toml_value
from .calibration import Calibration
from .metric_calibration import MetricCalibration

__all__ = ["read_calibration", "write_calibration"]

VERSION = 1
#: Keys of the file's own table, besides those of the stager and the metrics.
FACTS = ("n_nights", "n_people", "people_named", "device", "channels", "population", "source")
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "n_nights": int, "n_people": int, "people_named": bool, "device": str, "channels": list, "population": str,
    "source": str, "stager": dict, "metrics": dict, "left_out": dict,
}  # fmt: skip
#: No number of a calibration comes near, and its square is a number still.
LARGEST = 1e12
NUMBERS = [f.name for f in fields(MetricCalibration) if f.name not in ("key", "scale")]


def write_calibration(calibration: Calibration, path: str | os.PathLike[str]) -> None:
    """Write a calibration as TOML; `read_calibration` gives back exactly the same.

    A file of that name is replaced, and never left half written.
    """
    head = {name: getattr(calibration, name) for name in FACTS}
    lines = ["# somnometry calibration", f"version = {VERSION}"]
    lines += [f"{name} = {toml_value(value)}" for name, value in head.items() if value not in (None, "", ())]
    lines += [
        "",
        "[stager]",
        *(f"{name} = {toml_value(value)}" for name, value in calibration.stager.to_dict().items()),
    ]
    for key, one in calibration.items():
        lines += ["", f"[metrics.{key}]", f"scale = {toml_value(one.scale)}"]
        lines += [f"{name} = {toml_value(getattr(one, name))}" for name in NUMBERS]
    if calibration.left_out:
        lines += [
            "",
            "[left_out]",
            *(f"{toml_value(name)} = {toml_value(why)}" for name, why in calibration.left_out.items()),
        ]
    write_whole(path, "\n".join(lines) + "\n")


def read_calibration(path: str | os.PathLike[str]) -> Calibration:
    """Read what `write_calibration` wrote.

    Raises
    ------
    CalibrationError
        With the file, the key and the remedy: it is no TOML, no calibration, of another version, or its numbers cannot
        be those of one.
    """
    file = Path(path)
    _, data = toml_of(file, CalibrationError, "a calibration", "`somnometry calibrate` writes one")
    try:
        return _calibration(data)
    except CalibrationError as error:
        raise error.within(file.name) from None
    except HypnogramError as error:
        raise CalibrationError(error.what, place=file.name, remedy=error.remedy, key="stager") from None


def _calibration(data: dict[str, Any]) -> Calibration:
    version = data.pop("version", None)
    if version != VERSION:
        what = (
            "it says no version" if version is None else f"its version is {version!r}, and this package reads {VERSION}"
        )
        raise CalibrationError(what, key="version", remedy="`somnometry calibrate` writes one")
    for name, value in data.items():
        if name not in TYPES:
            raise CalibrationError(f"there is no key {name!r}", key=name, remedy="take it out")
        if type(value) is not TYPES[name]:
            raise CalibrationError(f"{name} is {value!r}", key=name, remedy="calibrate again")
    for name in ("stager", "metrics", "n_nights", "n_people"):
        if name not in data:
            raise CalibrationError(f"it lacks {name}", key=name, remedy="`somnometry calibrate` writes one")
    if (device := data.get("device")) not in (None, "psg", "headband", "wearable"):
        what = f"there is no device {device!r}"
        raise CalibrationError(what, key="device", remedy="it is psg, headband or wearable")
    metrics = {key: _metric(key, one) for key, one in data.pop("metrics").items()}
    left_out = {name: str(why) for name, why in data.pop("left_out", {}).items()}
    channels = tuple(map(str, data.pop("channels", ())))
    stager = Scorer.from_dict(data.pop("stager"))
    return Calibration(stager, metrics, channels=channels, left_out=left_out, **data)


def _metric(key: str, given: object) -> MetricCalibration:
    place = f"metrics.{key}"
    if not isinstance(given, dict):
        raise CalibrationError(f"it is {given!r}", place=place, key=key)
    unknown = [name for name in given if name not in (*NUMBERS, "scale")]
    lacking = [name for name in (*NUMBERS, "scale") if name not in given]
    if unknown or lacking:
        what = f"there is no key {unknown[0]!r}" if unknown else f"it lacks {lacking[0]}"
        raise CalibrationError(what, place=place, key=(unknown or lacking)[0], remedy="calibrate again")
    numbers: dict[str, Any] = {}
    for name in NUMBERS:
        value = given[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > LARGEST:
            raise CalibrationError(f"{name} is {value!r}", place=place, key=name, remedy="give a number")
        counts = name in ("n_nights", "n_people")
        if counts and not isinstance(value, int):
            raise CalibrationError(f"{name} is {value!r}", place=place, key=name, remedy="give a whole number")
        numbers[name] = value if counts else float(value)
    return MetricCalibration(key, str(given["scale"]), **numbers)  # type: ignore[arg-type]
