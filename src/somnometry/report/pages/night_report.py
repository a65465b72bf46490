"""`report_night`: the page of one night for notebooks, for a file, or as a section of a report of mne."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from ...calibration.calibration import Calibration
from ...core.equality import EqualByFields
from ...core.hypnogram import Hypnogram
from ...core.recording import Recording
from ...core.shown_text import shown_text
from ...io.files import write_whole
from ...metrics.architecture import architecture
from ...micro.spectrogram import spectrogram
from .night_facts import NightFacts
from .night_page import night_page

__all__ = ["NightReport", "report_night"]

#: Pixels that the page has in a notebook; it scrolls within.
HEIGHT = 760


@dataclass(frozen=True, slots=True, eq=False)
class NightReport(EqualByFields):
    """The page of a night, which a notebook shows by itself.

    Parameters
    ----------
    title : str
    html : str
        The whole page; it needs no other file.
    """

    title: str
    html: str = field(repr=False)

    @property
    def section(self) -> str:
        """The page as a frame in another page: ``mne.Report().add_html(report.section, title=report.title)``."""
        frame = '<iframe title="{}" srcdoc="{}" width="100%" height="{}" style="border:0"></iframe>'
        return str(Markup(frame).format(self.title, self.html, HEIGHT))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file; one of that name is replaced, and never left half written."""
        write_whole(path, self.html)

    def _repr_html_(self) -> str:
        return self.section


def report_night(
    hypnogram: Hypnogram,
    recording: Recording | None = None,
    *,
    title: str = "Night",
    calibration: Calibration | None = None,
    max_unscored: float = 0.20,
) -> NightReport:
    """Give the page of one night: its picture, its metrics with their units, certainty, cycles and findings.

    Parameters
    ----------
    hypnogram : Hypnogram
    recording : Recording, optional
        What it is the scoring of: for the spectrogram, the channels and the findings of reading.
    title : str
    calibration : Calibration, optional
        Of the stager: each metric gets the 90 % interval of what people would have found.
    max_unscored : float
        Largest share of the time in bed that may be unscored, as for `architecture`.

    Returns
    -------
    NightReport

    Raises
    ------
    HypnogramError
        As `architecture` raises.
    RecordingError
        Where the EEG is sampled too slowly for a spectrogram.

    Examples
    --------
    >>> report = report_night(Hypnogram([0, 1, 2, 2, 4, 0]), title="My night")
    >>> report
    NightReport(title='My night')
    >>> report.html[:15]
    '<!DOCTYPE html>'
    """
    title = shown_text(title, keep="")
    row: dict[str, Any] = {"model": str(hypnogram.scorer), "recorded_minutes": hypnogram.duration / 60}
    row["start"] = "" if hypnogram.start is None else hypnogram.start.isoformat(sep=" ")
    measured = architecture(hypnogram, max_unscored=max_unscored)
    row |= {**measured, "warnings": " | ".join(measured.warnings)}
    findings, why, spectrum = list(hypnogram.findings), dict[str, str](), None
    if recording is not None:
        row |= {str(role): name for role, name in recording.montage.roles.items()}
        row |= {"device": recording.montage.device, "family": recording.montage.family}
        findings = [*recording.findings, *findings]
        why = dict(recording.montage.why)
        spectrum = spectrogram(recording, epoch=hypnogram.epoch) if recording.montage.eeg else None
    facts = NightFacts(title, row, tuple(dict.fromkeys(findings)), hypnogram, spectrum, why)
    return NightReport(title, night_page(facts, calibration=calibration))
