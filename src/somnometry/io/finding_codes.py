"""Every code that a `Finding` can carry: how grave it is, what it means, and what was done or can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ..core.finding import Finding, Severity

__all__ = ["FINDING_CODES", "SUBJECTS", "FindingCode", "finding_of"]

#: The part of a recording that a code is about.
Subject = Literal["file", "time", "channels", "annotations", "signal", "montage", "night", "export"]
SUBJECTS: dict[Subject, str] = {
    "file": "The file and its header",
    "time": "Start, duration and gaps",
    "channels": "Labels, units and ranges",
    "annotations": "Annotations",
    "signal": "The signals",
    "montage": "The choice of channels",
    "night": "Nights of several files, tables and scorings",
    "export": "What apps and boards write, when it is converted",
}


@dataclass(frozen=True, slots=True)
class FindingCode:
    """One kind of thing that can be noticed about a recording.

    Parameters
    ----------
    code : str
        Lower-case words joined by hyphens, stable between versions.
    severity : {"note", "repaired", "warning", "refused"}
    subject : {"file", "time", "channels", "annotations", "signal", "montage", "night", "export"}
    meaning : str
        What was seen.
    remedy : str
        What was done about it, or what the user can do.
    """

    code: str
    severity: Severity
    subject: Subject
    meaning: str
    remedy: str


def finding_of(code: str, where: str, what: str, remedy: str = "") -> Finding:
    """Give the finding of a code in the table, with the severity that the table gives it.

    Parameters
    ----------
    code : str
        A key of `FINDING_CODES`.
    where : str
        The channel or header field, or ``"recording"``.
    what : str
        What was seen, with the value.
    remedy : str
        What the user can do, where the case at hand asks for more than the table says.

    Raises
    ------
    KeyError
        If the code is not in the table.

    Examples
    --------
    >>> print(finding_of("start-separator", "start time", "22:30:00"))
    repaired start-separator (start time): 22:30:00; read as if the separators were points
    """
    row = FINDING_CODES[code]
    return Finding(code, row.severity, where, what, remedy or row.remedy)


_ROWS: dict[Subject, tuple[tuple[str, Severity, str, str], ...]] = {
    # ---------------------------------------------------------------------------------------------------------- header
    "file": (
        ("unreadable", "refused", "The file is no EDF or BDF, is empty, or its header is damaged beyond doubt.",
         "copy the file again, or export the night as EDF"),
        ("unforeseen", "refused", "The file holds something that the audit was not made for.",
         "please report it, with the name of the recorder"),
        ("version-field", "repaired", "The first eight bytes are not the version that the format prescribes.",
         "read by the rest of the header and the size of the file"),
        ("file-suffix", "note", "The name does not end in .edf or .bdf, or ends in that of the other format.",
         "read by what it holds, not by its name"),
        ("header-encoding", "note", "The header holds characters that are not ASCII.", "read as UTF-8 or Latin-1"),
        ("nul-padding", "repaired", "Fields of the header are filled up with NUL bytes instead of blanks.",
         "each was read up to its first NUL byte"),
        ("decimal-comma", "repaired", "Numbers of the header are written with a comma.", "read as a decimal point"),
        ("header-length", "repaired", "The length of the header is not 256 bytes times one more than the signals.",
         "the length was taken from the number of signals"),
        ("signal-count", "repaired", "The number of signals is unreadable or wrong.",
         "taken from the length of the header"),
        ("record-count", "repaired", "The number of data records is -1, unreadable, or not what the file holds.",
         "the records were counted by the size of the file"),
        ("truncated", "warning", "The file ends before the records that its header claims, or within one.",
         "whole records are read; copy the file again if the end is wanted"),
        ("trailing-bytes", "warning", "Bytes follow the last record that the header claims.",
         "whole records among them are read, the rest is left"),
        ("no-records", "refused", "The header is sound, but no record follows it.", "copy the file again"),
    ),
    "time": (
        ("start-separator", "repaired", "Date or time of the start is not parted by points.",
         "read as if the separators were points"),
        ("start-unknown", "warning", "Date or time of the start is blank, zero, or no date and time at all.",
         "times count from the first sample"),
        ("start-order", "repaired", "The date of the start is not day, month, year, and can be only one other date.",
         "read as that date"),
        ("start-seconds", "repaired", "The time of the start has no seconds, or more than 59.",
         "the full minute was taken"),
        ("start-half-day", "warning", "The start is twelve hours from the time that the file is named after.",
         "the recorder may write a clock of twelve hours (OpenBCI's GUI does); mend the header if the name is right"),
        ("start-conflict", "warning", "Two fields of the header, or the first record, give two starts.",
         "the start field was followed; check the date"),
        ("record-duration", "repaired", "The duration of a data record is 0, blank or not a number.",
         "taken to be one second, unless the records tell; check the rates"),
        ("record-fraction", "note", "The duration of a data record is no whole number of seconds.",
         "the rates follow from it"),
        ("gaps", "warning", "Nothing was recorded between some records (EDF+D, BDF+D) or files.",
         "samples are NaN and epochs unscored there; what follows keeps its clock time"),
        ("gaps-closed", "warning", "Between some records lies more time than a recording can hold, days as a rule.",
         "what follows was put right behind; its clock times are wrong, so export each night by itself"),
        ("discontinuous", "warning", "The file declares itself discontinuous.",
         "the onsets of its records were followed"),
        ("records-overlap", "warning", "A record begins before the one in front of it has ended.",
         "the record was put where the one in front ends"),
        ("timekeeping-missing", "repaired", "Records of an EDF+ or BDF+ file lack the annotation that dates them.",
         "such a record was put right after the one in front"),
        ("short-recording", "warning", "The recording is shorter than an hour; the classifiers know whole nights.",
         "check the stages by eye"),
        ("long-recording", "warning", "The recording is longer than a day, so it may hold several nights.",
         "cut it with the columns start and stop of recordings.csv"),
    ),
    "channels": (
        ("label-blank", "note", "A channel has no label.", "name it by its number if it is wanted"),
        ("label-duplicate", "note", "Several channels have one label.", "they are kept apart by their numbers"),
        ("unit-spelling", "repaired", "A unit of voltage is spelt in no standard way (UV, microV, a micro sign).",
         "read as the unit that is meant"),
        ("unit-blank", "repaired", "A channel has no unit.",
         "inferred from its amplitude; write the unit into the header if this is wrong"),
        ("unit-unknown", "warning", "The unit of an EEG, EOG or EMG is not one of voltage.",
         "inferred from its amplitude; write the unit into the header if this is wrong"),
        ("unit-impossible", "warning", "An EEG, EOG or EMG is said to be in volts, with a range that no amplifier has.",
         "inferred from its amplitude; write the unit into the header if this is wrong"),
        ("range-reversed", "warning", "The smallest value of a channel's range is above its largest.",
         "the header was followed, which may turn the trace over; check its polarity"),
        ("range-empty", "refused", "The ends of a channel's physical or digital range are equal or unreadable.",
         "the channel cannot be scaled and is left out; the others are unharmed"),
        ("number-exponent", "note", "Numbers of the header are written with an exponent.", "read as such"),
        ("range-doubtful", "note", "A channel's digital range is wider than its samples can be.",
         "the scale of the header was followed"),
        ("samples-inferred", "repaired", "The number of samples of one channel is unreadable.",
         "taken from the size of the file"),
        ("samples-per-record", "refused", "A channel has no samples, or more than 100,000 a second.",
         "the channel is left out; the others are unharmed"),
    ),
    "annotations": (
        ("annotations-in-plain-edf", "note", "A file that does not declare itself EDF+ holds annotations.",
         "they are read"),
        ("annotations-encoding", "repaired", "Annotations are not UTF-8.", "read as Latin-1 or UTF-16"),
        ("annotations-milliseconds", "repaired", "Onsets of annotations count milliseconds.", "read as such"),
        ("annotations-damaged", "warning", "Some annotations cannot be understood.", "the others are read"),
        ("annotations-outside", "note", "Annotations lie before the first sample or after the last.",
         "they are kept at their times"),
        ("lights-ambiguous", "warning", "Lights-off and lights-on are marked more than once or the wrong way round.",
         "check the markers"),
        ("lights-nearly", "note", "A text speaks of the light going off or on, but in other words too, or is misspelt.",
         "not taken for a marker; write lights into recordings.csv if it is one"),
        ("lights-clock", "warning", "The clock time in the text of a lights marker is not that of its onset.",
         "the onset was followed; check the clocks, or write lights into recordings.csv"),
        ("lights-outside", "warning", "Lights-off is marked after the end of the record.", "lights left unknown"),
    ),
    # --------------------------------------------------------------------------------------------------------- samples
    "signal": (
        ("flat-channel", "refused", "A chosen channel is flat throughout, or holds no sample.", "its role is left out"),
        ("flat-stretches", "warning", "A chosen channel is flat in part of the night.",
         "epochs without a signal are unscored; look at the electrode"),
        ("dropouts", "warning", "Samples are missing, or one value is repeated, as when a headband loses its link.",
         "epochs with dropouts are unscored; look at the link"),
        ("off-head", "warning", "For two minutes or more every EEG and EOG is silent or wild, as if nobody wore them.",
         "epochs off the head are unscored"),
        ("ends-off-head", "warning", "The last five minutes or more hold no EEG.",
         "the hypnogram ends where they begin, and lights-on with it; measures of the whole night are lower bounds"),
        ("not-sleep", "warning", "The EEG is that of no head: noise, mains, drift, a heart or a muscle alone.",
         "measure calls such a night failed; look at the trace, and take --gate warn if somebody sleeps there"),
        ("amplitude-out-of-range", "warning", "The EEG is smaller or larger than the classifiers decide by.",
         "check the unit, or calibrate"),
        ("amplitude-calibrated", "repaired", "The EEG is smaller or larger than the classifiers decide by.",
         "amplitudes were brought into the range; turn this off with --calibrate off"),
        ("lost-contact", "warning", "A chosen channel stays at the end of its range for a second or more.",
         "samples there count as not recorded; look at the electrode or headband"),
        ("railing", "warning", "A chosen channel is at the end of its range in part of the night.",
         "look at the electrode, or record with a wider range"),
        ("range-exceeded", "note", "Samples of a chosen channel lie beyond the range that its header declares.",
         "read by the scale of the header, which holds there too"),
        ("amplitude-resolution", "warning", "The samples of a chosen channel take few values, far from each other.",
         "stages are not to be trusted; export the night with its full amplitude resolution"),
        ("clipped", "warning", "The peaks of a chosen channel are cut off short of the end of its range.",
         "amplitudes are too small there; export the night without clipping"),
        ("artefact", "warning", "A chosen or passed-over channel holds bursts far larger than the rest of its night.",
         "epochs there may be misscored; look at the trace"),
        ("mains", "warning", "A fifth or more of a chosen channel's power is mains, 50 or 60 Hz.",
         "staging filters it; fast rhythms and muscle tone are doubtful"),
        ("amplitude-too-large", "warning", "A chosen channel is a thousand times too large for its unit, or nearly.",
         "check the unit and the range in the header"),
        ("amplitude-too-small", "warning", "A chosen channel is a thousand times too small for its unit, or nearly.",
         "check the unit and the range in the header"),
        ("polarity", "warning", "The EEG is probably upside down.",
         "check the polarity; slow waves and K-complexes are then measured the wrong way up"),
        ("identical-channels", "warning", "Two channels hold the same signal.", "check the wiring or the export"),
        ("shared-reference", "note", "Two channels carry the same EEG, so they share its reference.",
         "a difference of two such channels cancels it"),
        ("channels-swapped", "warning", "A chosen channel holds what another should, such as an ECG in the EEG.",
         "check the labels against the traces"),
    ),
    "montage": (
        ("no-eeg", "refused", "No channel can be the EEG, or a channel that was named is not there.",
         "name the channels, with --eeg, --eog and --emg"),
        ("unusable-channel", "refused", "A channel that its label recommends holds no signal.", "another was tried"),
        ("passed-over", "note", "A channel that its label recommends is worse than another.",
         "the sounder channel was taken"),
        ("poor-signal", "warning", "The best channel of its kind is poor in a tenth of the night or more.",
         "look at the trace before using the numbers"),
        ("eeg-vote", "note", "Several EEG derivations voted on the stages.", "central ones weigh most"),
        ("eeg-left-out", "warning", "An EEG derivation is empty, or contradicts the others.", "left out of the vote"),
        ("turned-over", "repaired", "The label names the reference first, or the recorder writes EEG upside down.",
         "the trace was turned over"),
        ("family", "note", "All labels together are those of a recorder or cohort that we know.",
         "its labels were read as it means them"),
        ("stand-in", "note", "No electrode lies where a role wants it, so another plays it.",
         "check the stages; the classifiers were trained on central EEG and on electrodes beside the eyes"),
        ("unresolved-labels", "note", "What these channels are, neither their labels nor the recorder's family tell.",
         "they are left alone; say what they are in a montage file if they are wanted"),
        ("slow-eog", "refused", "The EOG is sampled too slowly for its features.",
         "export the channel at its full rate"),
        ("slow-emg", "refused", "The EMG is sampled too slowly for its features.",
         "export the channel at its full rate"),
        ("upsampled-eog", "note", "The EOG is sampled slower than staging works.", "upsampled for staging"),
        ("upsampled-emg", "note", "The EMG is sampled slower than staging works.", "upsampled for staging"),
    ),
    "night": (
        ("joined", "note", "A night lies in several files.", "they were joined by their clocks"),
        ("file-per-channel", "note", "A night has one file per channel.", "they were read as one recording"),
        ("files-overlap", "warning", "A file of a night begins before the one in front of it has ended.",
         "the later file counts there; check the clocks of the files"),
        ("channel-in-parts", "note", "A channel, or its rate, is not in every file of the night.",
         "its samples are NaN where it is not"),
        ("part-of-file", "note", "A night is a part of a file, as the table of recordings says.",
         "times count from the start of the part"),
        ("lights-given", "note", "The table of recordings gives lights-off or lights-on.",
         "they count before those that the file marks"),
        ("other-evening", "warning", "A recording begins on another evening than its row of the table says.",
         "the row was followed; check the date of the recorder, or whether it is the file of another night"),
        ("clock-may-be-set", "warning", "Within a night that is placed by its clock, some places change their clocks.",
         "placed as if the clock had not been set; where it was, that is wrong by an hour"),
        ("lights-of-scoring", "note", "Only the scoring that came with a night marks its lights.",
         "they were taken from it, by the clock"),
        ("scoring-shifted", "note", "A scoring begins before or after its recording.",
         "every epoch of the recording has the stage that is scored at its midpoint"),
        ("scoring-hours", "warning", "A scoring begins whole hours before or after its recording.",
         "put where its clock says; check summer time and time zone of both clocks"),
        ("scoring-day", "note", "A scoring has a clock but no date, or one of the two dates is that of files without.",
         "laid on the day on which most of it lies within the recording"),
        ("scoring-undated", "note", "A scoring, or its recording, has no clock.",
         "the scoring was taken to begin with the recording"),
        ("scoring-cut", "warning", "Scored epochs lie outside the recording.", "they were left out"),
        ("scoring-lights", "warning", "A scoring marks lights outside the recording.", "they were not taken"),
        ("scoring-elsewhere", "refused", "A scoring is of another time than its recording, by its clock.",
         "it was not used; mend its date or clock if it is of this night"),
        ("scoring-count", "refused", "A scoring without times has not as many epochs as its recording.",
         "it was not used, since no one knows which epochs were cut out; fill them with '?', or give it times"),
        ("clock-changed", "note", "The clock of a scoring's epochs was put forward or back by an hour.",
         "its epochs follow each other without a gap, as on nights of a change to or from summer time"),
        ("clock-without-date", "note", "A scoring gives the clock time at which it begins, but no date.",
         "read alone it has no start; beside a recording the date is the recording's"),
        ("scoring-unread", "warning", "A scoring that came with a night is of a kind that is not read.",
         "export it as EDF+, or as the CSV of this package"),
        ("scoring-same", "warning", "A scoring has the stage of our own staging at every epoch.",
         "no two scorers do that; see whether it is a copy of what this package wrote"),
        ("calibration-of-another", "warning", "The calibration is of another stager than scored the night.",
         "no metric has an interval; calibrate the night's own stager"),
    ),
    "export": (
        ("rows-twice", "repaired", "Rows of an export repeat the one in front, stamp and all.", "each was read once"),
        ("rows-lost", "repaired", "Rows of an export are missing for less than a second.",
         "a straight line was put there"),
        ("counter-unclear", "note", "The counter of samples in an export does not count.",
         "rows were placed by their stamps alone"),
        ("saturated", "warning", "An input of a board stands at the end of its range.",
         "samples there count as not recorded; check the electrode"),
        ("clock-utc", "warning", "An export tells when it began in UTC alone.",
         "the start is that of UTC; count the hours to your clock"),
        ("clock-set", "repaired", "A clock was set by an hour within the night, as for daylight saving.",
         "it was followed as it went at first"),
    ),
}  # fmt: skip

#: Every code, by name.
FINDING_CODES: Mapping[str, FindingCode] = MappingProxyType(
    {
        code: FindingCode(code, severity, subject, meaning, remedy)
        for subject, rows in _ROWS.items()
        for code, severity, meaning, remedy in rows
    }
)
