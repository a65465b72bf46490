"""The page of one night: its picture, its metrics with what is known of them, findings, how it was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from ...calibration.calibration import Calibration
from ...catalogue import CATALOGUE
from ...core.errors import HypnogramError
from ...core.hypnogram import Hypnogram
from ...core.stage import Stage
from ...io.channels.families import FAMILIES
from ...metrics.architecture import architecture
from ...metrics.certainty import certainty
from ...metrics.cycles import cycles
from ..figures.night_figure import plot_night
from ..tables.results import HEADLINE
from ..words.failure_words import failure_words
from ..words.metric_groups import grouped, value_form
from ..words.night_words import certainty_words, lights_words, settings_words
from ..words.numbers import count, tenths
from ..words.reference_words import ReferenceWords, reference_note, reference_words, told_sex
from .night_facts import NightFacts
from .page import png_picture, render

__all__ = ["SEVERITIES", "night_in_words", "night_page"]

#: The gravest first.
SEVERITIES = ("refused", "warning", "repaired", "note")
#: Groups that are open when the page is.
OPEN = ("Time in bed and asleep", "Stages", "Falling asleep", "Wake in the night")
DEVICE_WORDS = {"psg": "polysomnograph"}
#: Cells that say how a night was measured, and what they are called.
HOW = {
    "model": "scored by", "given_age": "age that the classifiers were given", "given_sex": "sex that they were given",
    "scoring": "scoring that came with it", "settings": "settings that are not the default",
    "measured": "measured (UTC)",    "versions": "versions", "file": "file", "source_id": "digest of its path",
}  # fmt: skip


def night_page(
    facts: NightFacts, *, calibration: Calibration | None = None, up: str = "", before: str = "", after: str = ""
) -> str:
    """Give the page of a night as HTML that needs no other file.

    Parameters
    ----------
    facts : NightFacts
    calibration : Calibration, optional
        Where it is of the stager that scored the night, each metric that its row has no interval of gets one.
    up, before, after : str
        Links to the page of the study, and to its neighbours; none where empty.
    """
    return render("night.html", night=night_in_words(facts, calibration), up=up, before=before, after=after)


def night_in_words(facts: NightFacts, calibration: Calibration | None = None) -> dict[str, Any]:
    """Give what the page of a night shows, name by name, as its template takes it."""
    hypnogram = facts.hypnogram
    intervals = _intervals(facts, calibration)
    references = _references(facts)
    groups = _groups(facts, intervals, references)
    return {
        "name": facts.name,
        "about": _about(facts),
        "failed": not facts.is_measured,
        "failure": failure_words(facts.failure) if facts.failure else "",
        "error": facts.text("error"),
        "headline": [_cell(key, facts) for key in HEADLINE if key in facts.row] if facts.is_measured else [],
        "warnings": [words for words in facts.text("warnings").split(" | ") if words],
        "picture": None if hypnogram is None or not hypnogram.n_epochs else _picture(facts, hypnogram),
        "caption": _caption(facts),
        "certainty": "" if hypnogram is None else certainty_words(hypnogram, certainty(hypnogram)),
        "groups": groups,
        "has_intervals": bool(intervals),
        "has_references": bool(references),
        "interval_words": _interval_words(facts, intervals, calibration),
        "sources": list(dict.fromkeys(source for words in references.values() for source in words.sources)),
        "reference_note": reference_note(
            age=facts.number("age"), sex=told_sex(facts.text("sex")), known=bool(references)
        ),
        "undefined": _undefined(facts),
        "cycles": _cycles(hypnogram),
        "findings": sorted(facts.findings, key=lambda finding: SEVERITIES.index(finding.severity)),
        "no_findings": _no_findings(facts),
        "channels": _channels(facts),
        "how": [(words, said) for key, words in HOW.items() if (said := _how(key, facts))]
        + ([] if hypnogram is None else [("lights", lights_words(hypnogram))]),
        "versions": facts.text("versions"),
    }


# ------------------------------------------------------------------------------------------------------------- helpers
def _about(facts: NightFacts) -> str:
    parts = [f"{name} {facts.text(name)}" for name in ("subject", "session", "condition", "period", "night")
             if facts.text(name)]  # fmt: skip
    parts += [f"began {facts.text('start')}"] if facts.text("start") else []
    minutes = facts.number("recorded_minutes")
    parts += [] if math.isnan(minutes) else [f"{tenths(minutes)} min recorded"]
    return "; ".join(parts)


def _cell(key: str, facts: NightFacts) -> dict[str, Any]:
    metric = CATALOGUE[key]
    unit = "" if metric.unit in ("count", "1", "0/1") else metric.unit.replace("uV", "µV").replace("^2", "²")
    return {"key": key, "label": metric.label, "value": facts.number(key), "unit": unit,
            "form": value_form(key, facts.number(key)), "limits": value_form(key),
            "definition": f"{metric.definition} ({key})"}  # fmt: skip


def _groups(
    facts: NightFacts, intervals: Mapping[str, tuple[float, float]], references: Mapping[str, ReferenceWords]
) -> list[dict[str, Any]]:
    """Give the metrics that the night has, under their headings."""
    groups = []
    for heading, keys in grouped(key for key in facts.row if not math.isnan(facts.number(key))).items():
        rows = []
        for key in keys:
            low, high = intervals.get(key, (math.nan, math.nan))
            said = references.get(key)
            rows.append({**_cell(key, facts), "low": low, "high": high, "reference": said.text if said else ""})
        groups.append({"heading": heading, "rows": rows, "open": heading in OPEN})
    return groups


def _intervals(facts: NightFacts, calibration: Calibration | None) -> dict[str, tuple[float, float]]:
    """Give the interval of each metric: that of its row, else of the calibration, if it is of the night's stager."""
    found = {
        key: (facts.number(f"{key}_low"), facts.number(f"{key}_high"))
        for key in CATALOGUE
        if f"{key}_low" in facts.row and not math.isnan(facts.number(f"{key}_low"))
    }
    if calibration is not None and facts.hypnogram is not None and calibration.serves(facts.hypnogram.scorer):
        values = {key: facts.number(key) for key in CATALOGUE if not math.isnan(facts.number(key))}
        computed = calibration.intervals(values, facts.hypnogram.scorer)
        found = {key: pair for key, pair in computed.items() if not math.isnan(pair[0])} | found
    return found


def _interval_words(
    facts: NightFacts, intervals: Mapping[str, tuple[float, float]], calibration: Calibration | None
) -> str:
    if intervals:
        return "The 90 % interval is where people who scored this night would be expected to find the value."
    if calibration is not None and facts.hypnogram is not None:
        who = str(facts.hypnogram.scorer) or "nobody who is named"
        return f"No intervals: the calibration is of {calibration.stager}, and the night was scored by {who}."
    return ""


def _references(facts: NightFacts) -> dict[str, ReferenceWords]:
    """Give what has been published of people of that age and sex, by metric."""
    age, sex = facts.number("age"), told_sex(facts.text("sex"))
    found = {key: reference_words(key, age=age, sex=sex) for key in CATALOGUE if not math.isnan(facts.number(key))}
    return {key: words for key, words in found.items() if words is not None}


def _picture(facts: NightFacts, hypnogram: Hypnogram) -> Markup:
    figure = plot_night(hypnogram, spectrogram=facts.spectrogram)
    panels = [] if facts.spectrogram is None else ["spectrogram of the EEG"]
    panels += ["hypnogram"] + (["hypnodensity"] if hypnogram.probabilities is not None else [])
    return png_picture(figure, f"{', '.join(panels)} of {facts.name}; the numbers are in the tables below")


def _caption(facts: NightFacts) -> str:
    """Say what is drawn, what cannot be, and why."""
    if facts.hypnogram is None:
        return (
            "" if not facts.is_measured else "There is no hypnogram of this night in the folder, so nothing is drawn."
        )
    if not facts.hypnogram.n_epochs:
        return "The hypnogram of this night has no epochs, so nothing is drawn."
    said = _marks(facts.hypnogram)
    if facts.spectrogram is not None:
        said[:0] = ["Above: multitaper spectrogram, bright where the EEG is strong."]
    else:
        said.append("No spectrogram was kept of this night: it is written when a recording is measured with figures.")
    if facts.hypnogram.probabilities is None:
        said.append("The scoring has no probabilities, so there is no hypnodensity.")
    return " ".join(said)


def _marks(hypnogram: Hypnogram) -> list[str]:
    """Say of the marks that are in the picture what they are."""
    said = ["Grey: not scored."] if (hypnogram.stages == Stage.UNSCORED).any() else []
    off, on = float(hypnogram.lights_off or 0.0), float(hypnogram.lights_on or 0.0)
    if off > 0 or on < hypnogram.duration:
        said.append("Shaded: before lights-off or after lights-on. Dashed: lights.")
    return said


def _undefined(facts: NightFacts) -> list[tuple[str, str]]:
    """Give the metrics that are NaN, and why, where the hypnogram tells."""
    if not facts.is_measured:
        return []
    reasons: Mapping[str, str] = {}
    if facts.hypnogram is not None:
        try:
            reasons = architecture(facts.hypnogram, max_unscored=1.0).reasons
        except HypnogramError as error:
            reasons = dict.fromkeys(CATALOGUE, error.what)
    keys = [key for key in facts.row if key in CATALOGUE and math.isnan(facts.number(key))]
    return [(f"{CATALOGUE[key].label} ({key})", reasons.get(key, "not told by the hypnogram")) for key in keys]


def _cycles(hypnogram: Hypnogram | None) -> list[dict[str, Any]]:
    if hypnogram is None:
        return []
    try:
        found = cycles(hypnogram)
    except HypnogramError:  # of fewer levels, or nothing is scored: there is nothing to count
        return []
    rows = []
    for i in range(len(found)):
        begin = float(found.start[i])
        clock = None if hypnogram.start is None else hypnogram.start + timedelta(seconds=begin)
        said = [] if found.complete[i] else ["not completed by REM"]
        said += ["REM skipped"] if found.skipped_rem[i] else []
        rows.append(
            {
                "begins": clock.strftime("%H:%M") if clock else f"after {count(round(begin / 60), 'minute')}",
                "length": float(found.minutes[i]),
                "nrem": float(found.nrem_minutes[i]),
                "rem": float(found.rem_minutes[i]),
                "wake": float(found.wake_minutes[i]),
                "note": "; ".join(said),
            }
        )
    return rows


def _how(key: str, facts: NightFacts) -> str:
    """Give a cell of how the night was measured; nobody's name and settings in words."""
    said = facts.text(key)
    if key == "model" and not said and facts.hypnogram is not None:
        return str(facts.hypnogram.scorer) or "not told: the scoring names nobody"
    return settings_words(said) if key == "settings" else said


def _no_findings(facts: NightFacts) -> str:
    if facts.text("findings"):
        return facts.text("findings")
    return "Nothing was noticed." if facts.is_measured else "The night failed before anything could be noticed."


def _channels(facts: NightFacts) -> list[tuple[str, str, str]]:
    rows = [(role.upper(), facts.text(role), facts.why.get(role, "")) for role in ("eeg", "eog", "emg")
            if facts.text(role)]  # fmt: skip
    votes = facts.text("derivations")
    if votes and votes != facts.text("eeg"):
        rows.append(("derivations that voted", votes, ""))
    device, family = facts.text("device"), facts.text("family")
    rows += [("device", DEVICE_WORDS.get(device, device), "")] if device else []
    rows += [("labels are those of", FAMILIES[family].name if family in FAMILIES else family, "")] if family else []
    return rows
