"""Channels of a simulated night, and what is found of them."""

RATE = 128
EEG, OTHER, EOG, EMG, ECG = "EEG C4-M1", "EEG C3-M2", "EOG E1-M2", "EMG Chin", "ECG"


def of(findings, code):
    return [finding for finding in findings if finding.code == code]


def samples(night, name):
    return night.signals[name].samples.copy()
