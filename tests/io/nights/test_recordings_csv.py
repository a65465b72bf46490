"""What a user may write into a table of recordings, and what is said of what they may not."""

import contextlib
from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from somnometry import RecordingError
from somnometry.io.nights.recordings_csv import COLUMNS, read_recordings_table
from somnometry.io.nights.recordings_schema import RecordingRow

EVENING = datetime(2024, 5, 1, 22, 30)


def table(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "recordings.csv"
    path.write_bytes(text.encode(encoding))
    return read_recordings_table(path)


def test_every_column_is_read(tmp_path):
    (row,) = table(
        tmp_path,
        "path,subject,session,condition,period,night,lights_off,lights_on,age,sex,start,stop,dose\n"
        "a/n1.edf,007,s2,active,2,1,23:05,2024-05-02 06:50,34.5,F,22:45,8 h,10 mg\n",
    )
    details = row.details
    assert (row.number, row.paths) == (2, ("a/n1.edf",))
    assert (details.subject, details.session, details.condition, details.period) == ("007", "s2", "active", "2")
    assert (details.night, details.age, details.male, dict(details.more)) == (1, 34.5, False, {"dose": "10 mg"})
    assert details.lights_off.seconds_after(EVENING) == 35 * 60
    assert details.lights_on.seconds_after(EVENING) == (8 * 60 + 20) * 60
    assert details.start.seconds_after(EVENING) == 15 * 60
    assert details.stop.seconds_after(EVENING) == 8 * 3600
    assert details.cells() == {
        "subject": "007", "session": "s2", "condition": "active", "period": "2", "night": 1, "age": 34.5,
        "sex": "female", "dose": "10 mg",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["\ufeffPath;Age;Lights Off\nn1.edf;34,5;23:05\n", "path\tage\tlights_off\nn1.edf\t34.5\t11:05 PM\n\n\n"],
    ids=["semicolons as Excel writes them", "tabs"],
)
def test_other_separators_are_read(tmp_path, text):
    (row,) = table(tmp_path, text)
    assert row.details.age == 34.5
    assert row.details.lights_off.value == time(23, 5)


def test_parts_of_a_night_share_a_cell_and_backslashes_are_folders(tmp_path):
    (row,) = table(tmp_path, "path\nlab\\n1a.edf | lab\\n1b.edf\n")
    assert row.paths == ("lab/n1a.edf", "lab/n1b.edf")


@pytest.mark.parametrize(
    ("text", "place", "key", "facts"),
    [
        ("subject\nP1\n", "", "path", ("'subject'",)),
        ("path,conditon\nn1.edf,A\n", "", "conditon", ("'conditon'", "'condition'")),
        ("path,age,age\nn1.edf,3,4\n", "", "age", ("'age'",)),
        ("path,age\nn1.edf,old\n", ", row 2, column 'age'", "age", ("'old'",)),
        ("path,age\nn1.edf,1974\n", ", row 2, column 'age'", "age", ("'1974'", "0", "120")),
        ("path,age\nn1.edf,nan\n", ", row 2, column 'age'", "age", ("'nan'",)),
        ("path,sex\nn1.edf,m\nn2.edf,x\n", ", row 3, column 'sex'", "sex", ("'x'", "male", "female")),
        ("path,night\nn1.edf,1.5\n", ", row 2, column 'night'", "night", ("'1.5'", "from 0")),
        ("path,night\nn1.edf,-1\n", ", row 2, column 'night'", "night", ("'-1'", "from 0")),
        ("path,night\nn1.edf,1e400\n", ", row 2, column 'night'", "night", ("'1e400'",)),
        ("path,lights_off\nn1.edf,2305\n", ", row 2, column 'lights_off'", "lights_off", ("'2305'", "23:05", "900 s")),
        ("path,lights_on\nn1.edf,23.05\n", ", row 2, column 'lights_on'", "lights_on", ("'23.05'", "23:05")),
        ("path,start\nn1.edf,25:05\n", ", row 2, column 'start'", "start", ("'25:05'", "23:05")),
        ("path,stop\nn1.edf,2024-05-01\n", ", row 2, column 'stop'", "stop", ("'2024-05-01'",)),
        ("path,stop\nn1.edf,2024-05-01T23:00+02:00\n", ", row 2, column 'stop'", "stop", ("zone",)),
        ("path,age\n,30\n", ", row 2, column 'path'", "path", ("empty",)),
        ("path,age\n | ,30\n", ", row 2, column 'path'", "path", ("empty",)),
        ("path,age\nn1.edf,30,40\n", ", row 2", "", ("3 cells", "2 columns")),
        ("path\nn1.edf\nn2.edf\nn1.edf\n", ", rows 2 and 4", "path", ("'n1.edf'", "'start'", "'stop'")),
        ("path,subject,night\nn1.edf,P1,1\nn2.edf,P1,1\n", ", rows 2 and 3", "night", ("night 1", "'P1'")),
        ("path\n", "", "", ("row",)),
        ("", "", "", ("empty", "path,subject")),
        ('path\n"n1.edf\n', "", "", ("CSV",)),
    ],
)
def test_what_is_wrong_is_said_with_row_column_value_and_remedy(tmp_path, text, place, key, facts):
    with pytest.raises(RecordingError) as caught:
        table(tmp_path, text)
    error = caught.value
    assert (error.place, error.key) == (f"recordings.csv{place}", key)
    assert error.remedy
    assert [fact for fact in facts if fact not in f"{error.what}; {error.remedy}"] == []


def test_the_schema_knows_the_columns_that_the_page_lists():
    assert tuple(RecordingRow.model_fields) == ("path", "subject", "session", "condition", "period", "night", "evening",
                                                "age", "sex", "lights_off", "lights_on", "start", "stop", "format",
                                                "coding", "epoch", "scorer")  # fmt: skip
    assert set(COLUMNS) == set(RecordingRow.model_fields)


def test_a_table_that_is_not_utf_8_or_not_there_is_an_error(tmp_path):
    with pytest.raises(RecordingError, match="byte 5 is not UTF-8"):
        table(tmp_path, "path\nn\xe4chte.edf\n".replace("n\xe4", "\xe4n"), "latin-1")
    with pytest.raises(RecordingError, match="there is no such table"):
        read_recordings_table(tmp_path / "nowhere.csv")


@given(
    st.lists(
        st.lists(st.one_of(st.sampled_from(["path", "age", "start", "n.edf", "23:05", "1e400", '"', "|"]), st.text())),
        max_size=5,
    )
)
def test_any_text_is_a_table_or_an_error_of_ours(tmp_path, rows):
    path = tmp_path / "any.csv"
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8", errors="replace")
    with contextlib.suppress(RecordingError):
        assert all(row.paths for row in read_recordings_table(path))


def test_two_nights_of_one_file_may_not_overlap(tmp_path):
    from somnometry import find_nights

    from ..edf_files import noise, write

    write(tmp_path / "n.edf", {"C4-M1": (noise(100, 600), 100)})
    table = tmp_path / "recordings.csv"
    for parts, overlap in (
        (("22:30,22:35", "22:34,22:40"), True),
        (("22:30,22:35", "22:31,22:32"), True),
        ((",22:35", "300 s,"), False),
        (("22:30,22:35", "22:35,22:40"), False),
        (("22:35,", "22:30,22:36"), True),
    ):
        table.write_text("path,start,stop\n" + "".join(f"n.edf,{part}\n" for part in parts))
        if overlap:
            with pytest.raises(RecordingError, match="overlap") as refused:
                find_nights(tmp_path)
            assert refused.value.key == "start"
        else:
            assert len(find_nights(tmp_path).nights) == 2


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    with pytest.raises(RecordingError) as caught:
        table(
            tmp_path,
            "path,subject,night,age,sex,lights_of,subject\n"
            "a.edf,p,one,200,q,22:00,p\n"
            "b.edf,p,1,33,m,,p\n"
            "b.edf,p,1,33,m,,p\n"
            ",p,2,33,m,,p\n"
            "c.edf,p,2,33,m,,p,too,many\n",
        )
    told = [(error.place, error.key) for error in (caught.value, *caught.value.others)]
    assert told == [
        ("recordings.csv", "lights_of"),
        ("recordings.csv", "subject"),
        ("recordings.csv, row 2, column 'night'", "night"),
        ("recordings.csv, row 2, column 'age'", "age"),
        ("recordings.csv, row 2, column 'sex'", "sex"),
        ("recordings.csv, row 5, column 'path'", "path"),
        ("recordings.csv, row 6", ""),
        ("recordings.csv, rows 3 and 4", "path"),
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("path," + ",".join(map(str, range(100_000))) + "\na.edf\n", "more than 1,000 columns"),
        ("path,subject\n" + "a.edf,S\n" * 150_000, "more than 100,000 rows"),
    ],
    ids=["columns", "rows"],
)
def test_more_than_any_study_has_is_refused_before_it_is_looked_at(tmp_path, text, what):
    with pytest.raises(RecordingError) as refused:
        table(tmp_path, text)
    assert (refused.value.what, refused.value.place) == (what, "recordings.csv")


def test_empty_rows_cost_nothing(tmp_path):
    (row,) = table(tmp_path, "path,subject\n" + ",\n" * 200_000 + "a.edf,S\n")
    assert row.number == 200_002
