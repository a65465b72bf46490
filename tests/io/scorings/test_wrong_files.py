"""Files that are no scorings, or damaged ones: a clear error within a second."""

import time

import pytest

from somnometry import HypnogramError, read_hypnogram

BOMB = (
    "<!DOCTYPE a [<!ENTITY b 'x'>"
    + "".join(f"<!ENTITY b{i} '&b{i - 1 or ''};&b{i - 1 or ''};'>" for i in range(2, 40))
    + "]>"
)
PROFUSION = "<CMPStudyConfig><EpochLength>30</EpochLength><SleepStages><SleepStage>0</SleepStage>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20, "neither an EDF or BDF file nor text"),
        (b"PK\x03\x04" + bytes(300), "neither an EDF or BDF file nor text"),
        (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "it is a web page"),
        (b"name,weight\nAda,60\nBob,70\n", "neither an EDF or BDF file nor a scoring in a format"),
        (PROFUSION.encode(), "damaged or cut short at line 1"),
        (
            (BOMB + PROFUSION + "&b39;</SleepStages></CMPStudyConfig>").encode(),
            "document type or entities",
        ),
        (("<?xml version='1.0'?>" + PROFUSION + "<!ENTITY x 'y'>").encode("utf-16"), "document type or entities"),
        (b"0\n0\n1\n2\n", "integers, whose meaning differs"),
        (b"0\n", "integers, whose meaning differs"),
        (b"[0, 1, 2]", "integers, whose meaning differs"),
        (b'[[{"epoch": 1, "start": 0, "end": 30, "stage": null, "digit": null}], []]', "nothing is scored"),
        (b"[" * 100_000, "neither an EDF"),
        (b"onset\tduration\ttrial_type\n0\t1\tgo\n", "no column holds stages"),
        (b"title\nA\n", "neither an EDF"),
        (b'a,"b\n' + b"1,2,3\n" * 60_000, "neither an EDF"),
        (b"a,b\n" + b"word," * 60_000, "neither an EDF"),
    ],
)
def test_a_wrong_file_is_refused_at_once(tmp_path, content, message):
    path = tmp_path / "night.xlsx"
    path.write_bytes(content)
    before = time.process_time()
    with pytest.raises(HypnogramError, match=message) as refused:
        read_hypnogram(path)
    assert time.process_time() - before < 1
    assert refused.value.place.startswith("night.xlsx")


def test_an_unknown_format_is_refused_with_those_that_are_known(tmp_path):
    (tmp_path / "n.txt").write_text("W\n")
    with pytest.raises(HypnogramError, match="there is no format 'sleepy'; it is one of edf, profusion"):
        read_hypnogram(tmp_path / "n.txt", format="sleepy")
