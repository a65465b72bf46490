"""`Settings`: how every night of a batch is measured, and what of it decides whether a night is measured anew."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from .. import __version__
from ..calibration.calibration import Calibration
from ..core.errors import RecordingError
from ..core.plain import plain_data
from ..core.shown_text import json_text
from ..core.stage import Stage
from ..io.channels.choose import Choice
from ..io.channels.montage_file import MontageFile
from ..io.nights.reading import Reading
from ..io.nights.recordings_csv import Details

__all__ = ["Settings", "given_to", "person_of"]

#: Settings that change how fast a night is measured, and nothing that is measured.
OF_THE_MACHINE = frozenset({"threads"})


@dataclass(frozen=True, slots=True)
class Settings:
    """How every night of a batch is measured.

    Parameters
    ----------
    eeg, eog, emg : "auto", None, str or (str, str)
        As in `read_recording`. With the EEG "all", every sound derivation votes on the stages.
    montage : MontageFile, optional
        As in `read_recording`.
    calibrate : {"auto", "on", "off"}
        As in `stage`.
    age : float, optional
        Years; of every recording whose age the table of recordings does not give, so for one person's nights.
    male : bool, optional
    lights : {"markers", "recording", "sleep"}
        Whether lights-off and lights-on are what the file's annotations or else its scoring mark, the ends of the
        recording, or those of sleep with `margin` around it, for recordings noon to noon. Those that the table of
        recordings gives are kept.
    margin : float
        Minutes around sleep, where `lights` is "sleep".
    gate : {"fail", "warn"}
        Whether a night whose EEG is that of no head (the finding ``not-sleep``) fails, or is measured with the finding.
    max_unscored : float
        The largest share of the lights window that may be unscored.
    calibration : Calibration, optional
        Of a stager: its nights get the interval of what people would have found beside each metric that it knows; a
        night of another stager gets none, and a finding.
    micro : bool
        Whether to measure spindles, slow waves, eye movements and spectra too, which takes longer than staging.
    figures : bool
        Whether to draw each night.
    scored : bool
        Whether nights are scorings (`find_scorings`), measured as they are, without staging.
    hypnodensity, edf_annotations : bool
        Whether to write each night's probabilities as a table, and its stages as an EDF+ file of annotations.
    pseudonymise : bool
        Whether nights are named by a digest, and names of files are left out of all that is written.
    format, coding, epoch, scorer
        How scorings are read that do not say it themselves, as for `read_scoring`; the table of recordings goes before.
    threads : int, optional
        How many to work on one night with; None takes what helps beside the other nights that are measured at once.
    """

    eeg: Choice = "auto"
    eog: Choice = "auto"
    emg: Choice = "auto"
    montage: MontageFile | None = None
    calibrate: Literal["auto", "on", "off"] = "auto"
    age: float | None = None
    male: bool | None = None
    lights: Literal["markers", "recording", "sleep"] = "markers"
    margin: float = 30.0
    gate: Literal["fail", "warn"] = "fail"
    max_unscored: float = 0.20
    calibration: Calibration | None = None
    micro: bool = False
    figures: bool = True
    scored: bool = False
    hypnodensity: bool = False
    edf_annotations: bool = False
    pseudonymise: bool = False
    format: str | None = None
    coding: str | Mapping[int | str, Stage] | None = None
    epoch: float | None = None
    scorer: str | None = None
    threads: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        Reading.told(self)
        if not 0 <= self.margin < 1440:
            raise RecordingError(f"a margin is minutes from 0, not {self.margin!r}", key="margin")
        if self.gate not in ("fail", "warn"):
            raise RecordingError(f"a gate is 'fail' or 'warn', not {self.gate!r}", key="gate")
        if self.lights not in ("markers", "recording", "sleep"):
            raise RecordingError(
                f"lights are taken from 'markers', 'recording' or 'sleep', not from {self.lights!r}", key="lights"
            )

    def chosen(self) -> dict[str, Any]:
        """Every setting that is not the default, as JSON holds it; so one that a later version adds changes nothing.

        Examples
        --------
        >>> Settings(lights="recording", micro=True, threads=2).chosen()
        {'lights': 'recording', 'micro': True}
        """
        chosen = {}
        for entry in dataclasses.fields(self):
            value = getattr(self, entry.name)
            if entry.name not in OF_THE_MACHINE and value != entry.default:
                chosen[entry.name] = _recorded(value)
        return chosen


def person_of(settings: Settings, details: Details) -> tuple[float | None, bool | None]:
    """Age in years, and whether the person is male, as the classifiers are given them: both, or neither.

    Examples
    --------
    >>> person_of(Settings(age=40.0, male=True), Details(age=33.0)), person_of(Settings(age=40.0), Details())
    ((33.0, True), (None, None))
    """
    age = settings.age if details.age is None else details.age
    male = settings.male if details.male is None else details.male
    return (None, None) if age is None or male is None else (age, male)


def given_to(settings: Settings, details: Details) -> dict[str, Any]:
    """Cells of a row that say how its night was measured: settings that are not the default, age and sex."""
    age, male = (None, None) if settings.scored else person_of(settings, details)
    chosen = settings.chosen()
    return {
        "settings": json_text(chosen) if chosen else "",
        "given_age": math.nan if age is None else age,
        "given_sex": "" if male is None else "male" if male else "female",
    }


def _recorded(value: Any) -> Any:
    """A setting as JSON holds it; a montage file or a calibration by the digest of what it says."""
    if isinstance(value, (MontageFile, Calibration)):
        return f"sha256:{hashlib.sha256(repr(_said(value)).encode()).hexdigest()}"
    return plain_data(value)


def _said(value: MontageFile | Calibration) -> object:
    return value.to_dict() if isinstance(value, Calibration) else value


@cache
def of_this_version() -> dict[str, Any]:
    """The package's version and the classifiers that it knows: what else a night depends on."""
    from ..staging.models import KNOWN_CLASSIFIERS

    models = hashlib.sha256("".join(KNOWN_CLASSIFIERS.values()).encode()).hexdigest()
    return {"somnometry": __version__, "classifiers": models[:16]}
