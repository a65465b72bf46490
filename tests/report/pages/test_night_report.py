"""A night in a notebook, in a file, and in a report of mne."""

from html import unescape

import numpy as np

from somnometry import CATALOGUE, architecture, report_night, simulate_night, stage

from ...batch.derived import Parsed, night


def test_its_numbers_are_those_of_architecture_and_its_words_those_of_the_recording():
    recording, _ = simulate_night(3, hours=1, rate=100)
    hypnogram = stage(recording).whole()
    report = report_night(hypnogram, recording, title='Night <1> & "so on"')
    page = Parsed(report.html)
    measured = architecture(hypnogram)
    shown = {place: float(value) for place, value, *_ in page.numbers if place in measured}
    assert shown == {key: value for key, value in measured.items() if key in CATALOGUE and not np.isnan(value)}
    assert "multitaper spectrogram" in page.text
    assert f"{recording.montage.eeg}: {recording.montage.why['eeg']}" in page.text
    assert page.text.startswith('Night <1> & "so on"')


def test_a_notebook_and_mne_show_the_page_in_a_frame(tmp_path):
    import mne

    report = report_night(night(3), title="<b>n")
    assert report._repr_html_() == report.section
    frame = report.section.split('srcdoc="')[1].split('"')[0]
    assert unescape(frame) == report.html
    assert 'title="&lt;b&gt;n"' in report.section
    of_mne = mne.Report(title="all", verbose="error")
    of_mne.add_html(report.section, title="night")
    of_mne.save(tmp_path / "mne.html", open_browser=False, verbose="error")
    assert "srcdoc=" in (tmp_path / "mne.html").read_text(encoding="utf-8")
    report.save(tmp_path / "night.html")
    assert (tmp_path / "night.html").read_text(encoding="utf-8") == report.html
