"""Every format of scorings that is read: how it is known, who reads it, what its integers mean, and its traps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import (
    clinics,
    columns,
    json_files,
    labs,
    luna,
    tables,
    wearables,
    wearables_json,
    xml_files,
    xml_labs,
)
from .content import Content
from .scored import Ask, Scored

__all__ = ["FORMATS", "ScoringFormat"]


@dataclass(frozen=True, slots=True)
class ScoringFormat:
    """One kind of file.

    Parameters
    ----------
    name : str
        Short name of the program or maker, which `read_hypnogram` takes as `format`.
    what : str
    read : callable
    recognises : callable, optional
        None where the content does not tell; the format must then be named.
    more_if_named : bool
        Whether files are read that are not recognised, where the format is named.
    traps : str
    source : str
    """

    name: str
    what: str
    read: Callable[[Content, Ask], list[Scored]]
    recognises: Callable[[Content], bool] | None = None
    traps: str = ""
    source: str = ""
    more_if_named: bool = False
    coding: str = ""


#: Those that are surest of their files come first; one name may have several kinds of file.
FORMATS: tuple[ScoringFormat, ...] = (
    ScoringFormat(
        "profusion", "Compumedics Profusion XML", xml_files.read_profusion, xml_files.is_rooted("CMPStudyConfig"),
        "REM is 5; no clock, no date", "NSRR",
    ),
    ScoringFormat(
        "nsrr", "NSRR XML", xml_files.read_nsrr, xml_files.is_rooted("PSGAnnotation"),
        "its ClockTime has no date, so the start is unknown", "NSRR, psg-utils",
    ),
    ScoringFormat(
        "rml", "Philips Sleepware RML", xml_files.read_rml, xml_files.is_rooted("PatientStudy"),
        "the user's staging is read before the machine's; a stage lasts until the next", "public files",
    ),
    ScoringFormat(
        "wonambi", "Wonambi XML", xml_labs.read_wonambi, xml_files.is_rooted("annotations"),
        "several raters need a scorer; artefact, movement and unknown are unscored", "wonambi, attr/annotations.py",
    ),
    ScoringFormat(
        "wonambi", "Wonambi table", xml_labs.read_wonambi_table, xml_labs.is_wonambi_table,
        "the clock of each epoch has no date", "wonambi",
    ),
    ScoringFormat(
        "openxdf", "OpenXDF", xml_labs.read_openxdf, xml_files.is_rooted("OpenXDF"),
        "digits are R&K; epochs are numbered from 1; several scorers; its events are not read", "openxdf",
    ),
    ScoringFormat(
        "remlogic", "RemLogic XML", xml_labs.read_remlogic_xml, xml_labs.is_remlogic_xml,
        "stages are events, with dates", "SleepTrip",
    ),
    ScoringFormat(
        "yasa", "YASA JSON", json_files.read_yasa_json, json_files.is_yasa_json, "", "YASA, Hypnogram.to_dict",
    ),
    ScoringFormat(
        "scoringhero", "ScoringHero JSON", json_files.read_scoringhero, json_files.is_scoringhero,
        "epochs that nobody scored are null; its annotations are not read", "ScoringHero",
    ),
    ScoringFormat(
        "domino", "SOMNOmedics DOMINO sleep profile", clinics.read_domino, clinics.is_domino,
        "day or month first; movement is unscored", "SleepTrip, wonambi",
    ),
    ScoringFormat(
        "alice", "Alice and Sleepware table", labs.read_alice, labs.is_alice,
        "AM and PM without a date; rows that are missing are unscored", "wonambi, psg-utils",
    ),
    ScoringFormat(
        "sandman", "Sandman text", labs.read_sandman, labs.is_sandman, "the day comes first; AM and PM", "wonambi",
    ),
    ScoringFormat(
        "dreem", "Dreem text", clinics.read_remlogic, lambda content: clinics.is_remlogic(content, dreem=True),
        "as RemLogic writes; SLEEP-MT is unscored", "Dreem Open Datasets",
    ),
    ScoringFormat(
        "remlogic", "RemLogic event export, CAP database", clinics.read_remlogic, clinics.is_remlogic,
        "the stage of an epoch stands in its column; missing rows are unscored; without a date the start is unknown",
        "wonambi, PhysioNet capslpdb",
    ),
    ScoringFormat(
        "polyman", "Polyman annotation list, HMC database", clinics.read_polyman, clinics.is_polyman, "",
        "PhysioNet hmc-sleep-staging",
    ),
    ScoringFormat(
        "hmc", "HMC text", clinics.read_polyman, None, "as Polyman's; its EDF+ is read as such", "PhysioNet",
    ),
    ScoringFormat(
        "noxturnal", "Noxturnal event list, CSV or xlsx", clinics.read_noxturnal, clinics.is_noxturnal,
        "the second row holds units; English and French words; events overlap stages", "public files",
    ),
    ScoringFormat(
        "bids", "BIDS events, EDFbrowser annotations as text", tables.read_events, tables.is_events,
        "integers need a coding; several columns need a scorer; onsets may be clocks", "BIDS, ds005555",
    ),
    ScoringFormat(
        "luna", "Luna .annot", luna.read_luna, luna.is_luna,
        "stages as classes or instances, old words and new; clocks without a date; `...` until the next row, one epoch"
        " in the last unless duration_sec says more; class L is the time with the light on",
        "Luna, annotations", more_if_named=True,
    ),
    ScoringFormat(
        "luna", "Luna .eannot", columns.read_column(None, 30.0), None,
        "a word an epoch; read as text of YASA where it is not named", "Luna",
    ),
    ScoringFormat("zeo", "Zeo export", wearables.read_zeo, wearables.is_zeo, "light is not N2; many nights", "Zeo"),
    ScoringFormat(
        "fitbit", "Fitbit sleep logs, JSON", wearables_json.read_fitbit, wearables_json.is_fitbit,
        "light is not N2; short wakes lie over the levels; restless is wake; clocks are local, of no zone; many nights",
        "Fitbit Web API",
    ),
    ScoringFormat(
        "oura", "Oura JSON", wearables_json.read_oura_json, wearables_json.is_oura_json,
        "1 is deep, 4 is wake; epochs of 5 min or 30 s; naps and rests are named; many nights", "Oura API v1, v2",
    ),
    ScoringFormat(
        "oura", "Oura table", wearables.read_oura_table, wearables.is_oura_table, "as its JSON", "Oura export",
    ),
    ScoringFormat(
        "garmin", "Garmin Connect JSON", wearables_json.read_garmin, wearables_json.is_garmin,
        "0 is deep; times are GMT and kept in the zone of the night; naps without"
        " levels are left out; totals alone are refused", "Garmin Health API",
    ),
    ScoringFormat(
        "withings", "Withings table of states", wearables.read_withings, wearables.is_withings,
        "2 is deep; durations and states are lists; rows within an hour are one sleep", "GGIR community",
    ),
    ScoringFormat(
        "withings", "Withings JSON", wearables_json.read_withings_json, wearables_json.is_withings_json,
        "seconds of Unix: the start is of UTC", "Withings API",
    ),
    ScoringFormat(
        "apple", "Apple Health export.xml", wearables.read_apple, wearables.is_apple,
        "core is light; sleep of no stage is unscored where others have one; each source by itself; an hour without a"
        " record begins another sleep",
        "HealthKit, HKCategoryValueSleepAnalysis",
    ),
    ScoringFormat(
        "zmax", "ZMax list", labs.read_zmax, labs.is_zmax,
        "the stage is the fourth column; LOUT and LON are the lights, by their place; one integer a line is read only"
        " where the format is named",
        "SleepTrip", more_if_named=True,
    ),
    ScoringFormat(
        "visbrain", "ELAN and Visbrain .hyp", labs.read_elan, labs.is_elan,
        "REM is 5; a step is a second as a rule; its head says how many follow", "Visbrain",
    ),
    ScoringFormat(
        "zurich", "Zurich .vis", labs.read_zurich, labs.is_zurich,
        "epochs of 20 s; a symbol where the stage changes; the last epoch, e, has the stage before it; totals after it"
        " are checked; the offset of the first line is not applied",
        "ScoringHero", more_if_named=True,
    ),
    ScoringFormat("gssc", "GSSC table", columns.read_gssc, columns.is_gssc, "", "gssc, output_stages"),
    ScoringFormat("usleep", "U-Sleep text", columns.read_usleep, columns.is_usleep, "", "U-Sleep"),
    ScoringFormat(
        "usleep", "psg-utils .ids", columns.read_ids, columns.is_ids, "integers are read only where named", "psg-utils",
        more_if_named=True,
    ),
    ScoringFormat(
        "visbrain", "Visbrain text", columns.read_visbrain, columns.is_visbrain,
        "the second at which a stage ends, not begins", "Visbrain",
    ),
    ScoringFormat(
        "yasa", "table of stages in words with starts and ends", tables.read_span_table, tables.is_span_table,
        "rows may be bouts", "YASA", coding="yasa",
    ),
    ScoringFormat(
        "yasa", "YASA CSV", tables.read_word_table, tables.is_word_table,
        "the steps of its time are the epochs; a missing row is refused", "YASA", coding="yasa",
    ),
    ScoringFormat(
        "yasa", "YASA text, one stage a line", columns.read_column("yasa", 30.0), columns.is_word_list,
        "integers are read only where the format is named", "YASA", more_if_named=True,
    ),
    ScoringFormat(
        "dreams", "DREAMS text", labs.read_dreams, None,
        "epochs of 5 s; wake is 5; where the first line says R&K, 0 is stage 4",
        "DREAMS database",
    ),
    ScoringFormat(
        "isruc", "ISRUC text", columns.read_column("fasst_isruc_spisop_sleeptrip", 30.0), None, "REM is 5", "ISRUC",
    ),
    ScoringFormat(
        "ucddb", "UCD database text", columns.read_column("svuh_ucddb", 30.0), None, "REM is 1", "PhysioNet ucddb",
    ),
    ScoringFormat(
        "stanford", "Stanford text", labs.read_stanford, None,
        "REM is 5, unknown is 7; a .txt has epochs of 15 s, others 30 s, and perhaps numbers in front",
        "Stanford STAGES",
    ),
    ScoringFormat(
        "sleeptrip", "SleepTrip and SpiSOP columns", columns.read_column("fasst_isruc_spisop_sleeptrip", 30.0), None,
        "movement is unscored, where SleepTrip says wake; the second column, of exclusions, is not read", "SleepTrip",
    ),
    ScoringFormat(
        "dreem", "Dreem Open Datasets JSON list", json_files.read_dreem, None,
        "a list of integers is never recognised: name the format", "Dreem Open Datasets",
    ),
)  # fmt: skip
