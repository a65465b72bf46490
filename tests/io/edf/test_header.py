"""Headers as recorders write them: repairs leave the samples alone, what is odd is said, what is hostile stops."""

import itertools
from datetime import datetime

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from somnometry import RecordingError, read_recording
from somnometry.io.edf.header import read_edf_header
from somnometry.io.finding_codes import FINDING_CODES
from somnometry.io.sources.source import EdfSource

from ..edf_files import annotation_signal, counts, edf_bytes, microvolts, peak_megabytes, signal, tal

N, RATE = 40, 100

C4, E1 = counts(N, RATE), counts(N, RATE, seed=1)

START = datetime(2024, 5, 1, 22, 30)


def file_bytes(c4=None, fields=None, more=()):
    """A sound file of two channels, but for what is given."""
    first = {"label": "EEG C4-M1", "samples": C4} | (c4 or {})
    return edf_bytes([signal(**first), signal("EOG E1-M2", E1), *more], **(fields or {}))


def read(tmp_path, content, name="n.edf"):
    (tmp_path / name).write_bytes(content)
    source = EdfSource(tmp_path / name)
    return source, source.read(source.channels)


def codes(source):
    return {f.code for f in source.findings()} | {c.finding.code for c in source.channels if c.finding}


#: Of the fixed part: fields, what must be found, start.
OF_FILE = [
    ({}, set(), START),
    ({"version": b"\xb0"}, {"version-field"}, START),
    ({"version": b"0\0\0\0\0\0\0\0"}, {"nul-padding"}, START),
    ({"n_records": -1}, {"record-count"}, START),
    ({"n_records": "many"}, {"record-count"}, START),
    ({"n_records": 0}, {"record-count"}, START),
    ({"n_records": N + 7}, {"truncated"}, START),
    ({"n_records": N - 7}, {"trailing-bytes"}, START),
    ({"n_records": b"40,0"}, {"decimal-comma"}, START),
    ({"header_bytes": "768,0"}, {"decimal-comma"}, START),
    ({"n_signals": "2,0"}, {"decimal-comma"}, START),
    ({"tail": b"\0" * 17}, {"trailing-bytes"}, START),
    ({"n_records": -1, "tail": b"\0" * 17}, {"record-count", "truncated"}, START),
    ({"header_bytes": 1024}, {"header-length"}, START),
    ({"header_bytes": "x"}, {"header-length"}, START),
    ({"header_bytes": 1024, "padding": b" " * 256}, {"header-length"}, START),
    ({"header_bytes": 1280, "padding": b" " * 512, "n_records": -1}, {"header-length", "record-count"}, START),
    ({"header_bytes": 868, "padding": b" " * 100, "n_records": N + 7}, {"header-length", "truncated"}, START),
    ({"header_bytes": 1024, "padding": b" " * 256, "tail": b"\1" * 9}, {"header-length", "trailing-bytes"}, START),
    ({"n_signals": "??"}, {"signal-count"}, START),
    ({"n_signals": "9"}, {"signal-count"}, START),
    ({"n_signals": "1"}, {"signal-count"}, START),
    ({"seconds": "1,0"}, {"decimal-comma"}, START),
    ({"seconds": "0"}, {"record-duration"}, START),
    ({"seconds": ""}, {"record-duration"}, START),
    ({"seconds": "-1"}, {"record-duration"}, START),
    ({"seconds": "1e300"}, {"record-duration"}, START),
    ({"seconds": "nan"}, {"record-duration"}, START),
    ({"seconds": b"1\0\0\0\0\0\0\0"}, {"nul-padding"}, START),
    ({"time": "22:30:00"}, {"start-separator"}, START),
    ({"date": "01/05/24"}, {"start-separator"}, START),
    ({"date": "1-5-24"}, {"start-separator"}, START),
    ({"time": "22:30.00"}, {"start-separator"}, START),
    ({"time": "22 30 00"}, {"start-separator"}, START),
    ({"time": "22.30. 0"}, {"start-separator"}, START),
    ({"date": " 1. 5.24"}, {"start-separator"}, START),
    ({"date": "1/5/2024"}, {"start-separator"}, START),
    ({"date": "1.5.2024"}, set(), START),
    ({"date": "-1.05.24"}, {"start-unknown"}, None),
    ({"date": "00.00.00"}, {"start-unknown"}, None),
    ({"date": "", "time": ""}, {"start-unknown"}, None),
    ({"date": b"\0" * 8}, {"start-unknown", "nul-padding"}, None),
    ({"time": "22.30.99"}, {"start-seconds"}, START),
    ({"time": "25.00.00"}, {"start-unknown"}, None),
    ({"date": "31.02.24"}, {"start-unknown"}, None),
    ({"date": "20240501"}, {"start-order", "start-separator"}, START),
    ({"date": "01.01.85"}, {"start-conflict"}, datetime(1985, 1, 1, 22, 30)),
    ({"recording": "Startdate X X X X"}, set(), START),
]

#: Of a channel: fields, what must be found, microvolts in one unit of it.
OF_CHANNEL = [
    ({"unit": "mV", "physical": ("-0.5", "0.5")}, set()),
    ({"unit": "V", "physical": ("-0.0005", "0.0005")}, set()),
    ({"unit": b"\xb5V"}, {"unit-spelling"}),
    ({"unit": "µV".encode()}, {"unit-spelling"}),
    ({"unit": "\u03bcV".encode()}, {"unit-spelling"}),
    ({"unit": b"\x83\xcaV"}, {"unit-spelling"}),
    ({"unit": "UV"}, {"unit-spelling"}),
    ({"unit": "microV"}, {"unit-spelling"}),
    ({"unit": b"uV\0\0\0\0\0\0"}, {"nul-padding"}),
    ({"unit": ""}, {"unit-blank"}),
    ({"unit": b"\0" * 8}, {"unit-blank", "nul-padding"}),
    ({"unit": "", "physical": ("-0.5", "0.5")}, {"unit-blank"}),
    ({"unit": "", "physical": ("-0.0005", "0.0005")}, {"unit-blank"}),
    ({"unit": "adu"}, {"unit-unknown"}),
    ({"unit": "??V"}, {"unit-unknown"}),
    ({"label": b"EEG C4-M1\0\0\0\0\0\0\0"}, {"nul-padding"}),
    ({"label": b"C\xe2nula"}, {"header-encoding"}),
    ({"label": "Cânula".encode()}, {"header-encoding"}),
    ({"label": ""}, {"label-blank"}),
    ({"label": "EOG E1-M2"}, {"label-duplicate"}),
    ({"physical": ("-5e2", "5e2")}, {"number-exponent"}),
    ({"physical": ("-500,0", "500,0")}, {"decimal-comma"}),
    ({"physical": (b"-500\0\0\0\0", b"500\0\0\0\0\0")}, {"nul-padding"}),
    ({"physical": ("- 500", "+ 500")}, set()),
    ({"digital": ("-32,768", "32,767")}, {"decimal-comma"}),
    ({"digital": ("-32768.0", "32767.0")}, set()),
    ({"says": "100,0"}, {"decimal-comma"}),
    ({"says": "??"}, {"samples-inferred"}),
]


def told(value) -> str:
    """Name a case the same in every process, whatever the order of a set."""
    return str(sorted(value) if isinstance(value, set) else value)[:40]


@pytest.mark.parametrize(("fields", "expected", "start"), OF_FILE, ids=told)
def test_a_defect_of_the_file_is_found_and_leaves_the_samples_alone(tmp_path, fields, expected, start):
    source, samples = read(tmp_path, file_bytes(fields=fields))
    assert codes(source) == expected
    assert (source.start, source.duration) == (start, N)
    for got, written in zip(samples, (C4, E1), strict=True):
        np.testing.assert_allclose(got, microvolts(written), atol=1e-4)


@pytest.mark.parametrize(("fields", "expected"), OF_CHANNEL, ids=told)
def test_a_defect_of_a_channel_is_found_and_leaves_the_samples_alone(tmp_path, fields, expected):
    source, samples = read(tmp_path, file_bytes(fields))
    assert codes(source) == expected
    for got, written in zip(samples, (C4, E1), strict=True):
        np.testing.assert_allclose(got, microvolts(written), atol=1e-3)
    assert source.channels[0].voltage


@settings(max_examples=60)
@given(of_file=st.sampled_from(OF_FILE), of_channel=st.sampled_from(OF_CHANNEL), bdf=st.booleans())
def test_defects_in_combination_are_each_found(tmp_path_factory, of_file, of_channel, bdf):
    fields, expected, start = of_file
    channel, of_this = of_channel
    # else nothing in the file tells how many samples there are
    assume(not ("says" in channel and of_this and {"n_records", "tail", "padding", "n_signals"} & set(fields)))
    if bdf:
        if "version" in fields:
            fields, expected = {}, set()
        fields = fields | {"version": b"\xffBIOSEMI"}
    folder = tmp_path_factory.mktemp("combined")
    source, samples = read(folder, file_bytes(channel, fields), "n.bdf" if bdf else "n.edf")
    assert codes(source) == expected | of_this
    assert source.start == start
    for got, written in zip(samples, (C4, E1), strict=True):
        np.testing.assert_allclose(got, microvolts(written), atol=1e-3)


@pytest.mark.parametrize("name", ["n.rec", "n.EDF", "n", "n.edf.bak", "n.bdf"])
def test_the_name_of_a_file_only_makes_a_note(tmp_path, name):
    source, samples = read(tmp_path, file_bytes(), name)
    assert codes(source) == {"file-suffix"}
    np.testing.assert_allclose(samples[0], microvolts(C4), atol=1e-4)


@pytest.mark.parametrize(
    ("bdf", "reserved"), [(False, ""), (False, "EDF+C"), (True, ""), (True, "24BIT"), (True, "BDF+C")]
)
def test_a_version_that_the_size_of_the_file_contradicts_is_not_believed(tmp_path, bdf, reserved):
    content = file_bytes(fields={"reserved": reserved} | ({"version": b"\xffBIOSEMI"} if bdf else {}))
    told = b"0       " if bdf else b"\xffBIOSEMI"
    source, samples = read(tmp_path, told + content[8:], "n.bdf" if bdf else "n.edf")
    assert codes(source) == {"version-field"}
    for got, written in zip(samples, (C4, E1), strict=True):
        np.testing.assert_allclose(got, microvolts(written), atol=1e-4)


def test_a_size_that_fits_the_other_format_by_chance_changes_nothing(tmp_path):
    bdf = file_bytes(fields={"version": b"\xffBIOSEMI", "reserved": "24BIT", "n_records": N * 3 // 2})
    source, samples = read(tmp_path, bdf, "n.bdf")
    assert codes(source) == {"truncated"}
    np.testing.assert_allclose(samples[0], microvolts(C4), atol=1e-4)
    source, samples = read(tmp_path, file_bytes({"samples": C4[:39]}, {"n_records": 26}), "m.edf")
    assert codes(source) == {"trailing-bytes"}
    np.testing.assert_allclose(samples[0], microvolts(C4[:39]), atol=1e-4)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"physical": (0, 0)}, "range-empty"),
        ({"physical": ("", "")}, "range-empty"),
        ({"physical": ("inf", "-inf")}, "range-empty"),
        ({"physical": ("1e300", "-1e300")}, "range-empty"),
        ({"digital": (7, 7)}, "range-empty"),
        ({"digital": ("x", "y")}, "range-empty"),
        ({"samples": np.empty((N, 0), int)}, "samples-per-record"),
        ({"samples": np.zeros((N, 100_001), int)}, "samples-per-record"),
    ],
)
def test_a_channel_of_no_use_leaves_the_others_alone(tmp_path, fields, code):
    source, samples = read(tmp_path, file_bytes(fields))
    assert codes(source) == {code}
    assert FINDING_CODES[code].severity == "refused"
    assert [channel.label for channel in source.channels] == ["EOG E1-M2"]
    np.testing.assert_allclose(samples[0], microvolts(E1), atol=1e-4)


@pytest.mark.parametrize("fields", [{"physical": (500, -500)}, {"digital": (32767, -32768)}])
def test_a_reversed_range_is_followed_and_said(tmp_path, fields):
    source, samples = read(tmp_path, file_bytes(fields))
    assert codes(source) == {"range-reversed"}
    np.testing.assert_allclose(samples[0], microvolts(C4, **fields), atol=1e-4)


def test_rates_that_differ_and_labels_that_do_not(tmp_path):
    slow = counts(N, 25, seed=3)
    source, samples = read(tmp_path, file_bytes(more=[signal("EOG E1-M2", slow), signal("SpO2", C4[:, :1], unit="%")]))
    assert [channel.rate for channel in source.channels] == [100, 100, 25, 1]
    assert codes(source) == {"label-duplicate"}
    np.testing.assert_allclose(samples[2], microvolts(slow), atol=1e-4)
    np.testing.assert_allclose(samples[3], microvolts(C4[:, 0]), atol=1e-4)
    assert not source.channels[3].voltage


def test_what_concerns_many_channels_is_said_once(tmp_path):
    many = [signal(f"X{i}", C4[:, :1], physical=("-1,5", "1,5")) for i in range(60)]
    (tmp_path / "n.edf").write_bytes(edf_bytes(many))
    (finding,) = read_edf_header(tmp_path / "n.edf").findings
    assert finding.where == "X0, X1, X2 and 57 more"


SMALL = signal("C4", C4[:2, :4])

HOSTILE = {
    "many signals": edf_bytes([SMALL], n_signals="9999", header_bytes=2560000),
    "1e8 signals": edf_bytes([SMALL], n_signals="1e8"),
    "no signals": edf_bytes([SMALL], n_signals="0", header_bytes="256"),
    "minus one signal": edf_bytes([SMALL], n_signals="-1", header_bytes="0"),
    "signals unreadable": edf_bytes([SMALL], n_signals="\x00\xff", header_bytes="-5"),
    "samples overflow": edf_bytes([signal("C4", C4[:2, :4], says="99999999")] * 9, n_records="99999999"),
    "samples beyond 64 bits": edf_bytes([signal("C4", C4[:2, :4], says="9e99")], n_records=-1),
    "negative samples": edf_bytes([signal("C4", C4[:2, :4], says=-4)], n_records=-1),
    "three gigabytes": edf_bytes([signal("C4", C4[:2, :4], says="15000000")], n_records="100"),
    "header of bytes 255": b"0       " + b"\xff" * 5000,
    "header of NUL": b"0       " + bytes(5000),
    "header of nines": b"0       " + b"9" * 5000,
    "header cut": edf_bytes([SMALL])[:300],
    "fixed part cut": edf_bytes([SMALL])[:200],
    "header alone": edf_bytes([SMALL])[:512],
    "text": b"Slept well. " * 400,
    "empty": b"",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_header_is_a_clear_error(tmp_path, kind):
    path = tmp_path / "hostile.edf"
    path.write_bytes(HOSTILE[kind])
    with pytest.raises(RecordingError, match=r"^hostile\.edf: ") as raised:
        read_recording(path)
    assert len(str(raised.value)) < 300


def test_hostile_headers_need_no_memory(tmp_path):
    for i, content in enumerate(HOSTILE.values()):
        (tmp_path / f"{i}.edf").write_bytes(content)
    read_all = """
        for path in Path(sys.argv[1]).iterdir():
            try:
                EdfSource(path)
                sys.exit(path.name)
            except RecordingError:
                pass
    """
    assert peak_megabytes(read_all, tmp_path) < 200


def test_nine_thousand_channels_of_one_habit_are_told_in_as_few_findings_as_nine(tmp_path):
    told = []
    for n in (9, 9000):
        many = [signal(b"", C4[:1, :1], unit=b"", physical=("1,5", "-1,5"))] * n
        (tmp_path / "n.edf").write_bytes(edf_bytes(many))
        header = read_edf_header(tmp_path / "n.edf")
        assert len(header.channels) == n
        told.append([finding.code for finding in header.findings])
    assert told[0] == told[1]
    assert all(len(finding.where) < 60 for finding in header.findings)


@settings(max_examples=150)
@given(
    fixed=st.binary(min_size=248, max_size=248),
    table=st.binary(max_size=1200),
    n=st.one_of(st.integers(0, 5).map(str), st.text(max_size=4).map(lambda text: text[:2])),
)
def test_any_header_is_read_or_refused_by_name(tmp_path_factory, fixed, table, n):
    path = tmp_path_factory.mktemp("any") / "n.edf"
    path.write_bytes(b"0       " + fixed[:-4] + n.encode("utf-8", "replace")[:4].ljust(4) + table)
    said = ""
    try:
        assert {finding.code for finding in read_edf_header(path).findings} <= set(FINDING_CODES)
    except RecordingError as error:
        said = str(error)
    assert said == "" or said.startswith("n.edf: ")


PERSON, PLACE = "MRN0042 F 02-JAN-1950 Jane_Doe", "Startdate 01-MAY-2024 PSG77 Dr_Who Box9"


def test_nothing_of_the_person_is_kept_whatever_else_is_wrong(tmp_path):
    notes = annotation_signal([[tal(i, "")] for i in range(N)])
    for (fields, *_), (channel, *_) in itertools.product(OF_FILE[::3], OF_CHANNEL[::4]):
        content = file_bytes(channel, {"patient": PERSON, **fields, "recording": PLACE}, [notes])
        try:
            source, _ = read(tmp_path, content)
        except RecordingError as error:
            said = str(error)
        else:
            said = repr(source.findings()) + repr(source.channels) + repr(source.header) + repr(source.times)
        assert not [word for word in ("MRN", "1950", "Jane", "Doe", "PSG77", "Who", "Box9") if word in said]
