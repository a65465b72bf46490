"""A folder of derivatives as pages: every number is one of nights.csv, and every kind of night has a sensible page."""

import json
import math

import pandas as pd
import pytest

import somnometry as sm
from somnometry import RecordingError, Scorer, shipped_calibration
from somnometry.batch.derivatives import Derivatives
from somnometry.batch.report import write_report
from somnometry.io.finding_codes import finding_of
from somnometry.report.words.metric_groups import value_words

from .derived import ODD, Parsed, add_night, cells_of, night, write_derivatives


@pytest.fixture(scope="module")
def derivatives(tmp_path_factory):
    folder = write_derivatives(tmp_path_factory.mktemp("derived") / "out")
    write_report(folder)
    return folder


def page_of(folder, name="index", where="report"):
    path = folder / where / ("index.html" if name == "index" else f"nights/{name}.html")
    return Parsed(path.read_text(encoding="utf-8"))


def test_every_metric_of_a_night_page_is_that_of_the_table(derivatives):
    for name, row in cells_of(derivatives).items():
        page = page_of(derivatives, name)
        shown = [one for one in page.numbers if not one[0].startswith("cycles.")]
        defined = {key for key in sm.METRICS if row.get(key)}
        assert defined <= {place for place, *_ in shown}, name
        for place, value, _, text in shown:
            assert float(value) == float(row[place]), (name, place)
            assert text == value_words(place, float(value))


def test_cycles_of_a_night_page_are_those_of_its_hypnogram(derivatives):
    hypnogram = sm.read_hypnogram(derivatives / "hypnograms" / "p1_drug.csv")
    found = sm.cycles(hypnogram)
    shown = {place: float(value) for place, value, *_ in page_of(derivatives, "p1_drug").numbers if "cycles" in place}
    assert len(found) > 0
    for i in range(len(found)):
        assert shown[f"cycles.{i}.nrem"] == found.nrem_minutes[i]
        assert shown[f"cycles.{i}.length"] == (found.end[i] - found.start[i]) / 60


def test_the_table_of_nights_is_that_of_the_file(derivatives):
    page, rows = page_of(derivatives), cells_of(derivatives)
    heads = next(row["cells"] for row in page.rows if any(key == "recording" for *_, key in row["cells"]))
    keys = [key for *_, key in heads]
    nights = [row for row in page.rows if row["status"]]
    assert [row["cells"][0][1] for row in nights] == list(rows)
    assert {"tst", "rem_latency", "condition"} <= set(keys)
    for row in nights:
        name = row["cells"][0][1]
        for key, (value, text, _) in zip(keys, row["cells"], strict=True):
            if key in sm.METRICS:
                assert value == (str(float(rows[name][key])) if rows[name][key] else ""), (name, key)
                assert text == (value_words(key, float(value)) if value else "")
        assert row["status"] == rows[name]["status"]


def test_spread_is_what_pandas_and_the_anova_give(derivatives):
    nights = pd.read_csv(derivatives / "nights.csv")
    ok = nights[nights["status"] == "ok"]
    shown = {place: float(value) for place, value, *_ in page_of(derivatives).numbers}
    for key in ("tst", "se", "n3_percent"):
        assert shown[f"spread.{key}.n"] == ok[key].count()
        assert shown[f"spread.{key}.median"] == pytest.approx(ok[key].median())
        assert shown[f"spread.{key}.high"] == pytest.approx(ok[key].quantile(0.95))
        both = ok.dropna(subset=["subject", key])
        within = (both.groupby("subject")[key].var(ddof=1)).mean()
        assert shown[f"spread.{key}.within"] == pytest.approx(math.sqrt(within))


def test_pages_link_to_each_other_and_to_nothing_else(derivatives):
    index = page_of(derivatives)
    for link in index.links:
        assert link in ("#main",) or (derivatives / "report" / link).is_file(), link
    names = list(cells_of(derivatives))
    assert [f"nights/{name}.html" for name in names] == [one for one in index.links if one.startswith("nights/")][
        -len(names) :
    ]
    middle = page_of(derivatives, names[3])
    assert middle.links[1:] == ["../index.html", f"{names[2]}.html", f"{names[4]}.html"]
    for name in ("index", *names):
        page = page_of(derivatives, name)
        assert len(page.ids) == len(set(page.ids))
        assert page.headings[0] == 1
        assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
        assert all(image["alt"] and image["src"].startswith("data:image/png;base64,") for image in page.images)


@pytest.mark.parametrize(
    ("name", "said", "unsaid"),
    [
        ("no-probabilities", "no probabilities, so that nothing tells how certain", "hypnodensity of"),
        ("no-lights", "Lights-off and lights-on are unknown", None),
        ("no-rem", "(rem_latency)", None),
        ("no-start", "Lights off 10.0 min after the first epoch began", None),
        ("all-wake", "(rem_latency)", None),
        ("all-unscored", "no probabilities", None),
        ("two-levels", "(n3_percent)", "N3 %"),
        ("three-levels", "NREM", None),
        ("gap", "Grey: not scored", None),
        ("empty", "has no epochs", None),
        ("broken", "the file is empty; copy it again", "How certain"),
    ],
)
def test_every_kind_of_night_has_a_page_that_says_what_it_is(derivatives, name, said, unsaid):
    page = page_of(derivatives, name)
    assert said in page.text
    assert unsaid is None or unsaid not in page.text
    assert ("img" in page.tags) == (name not in ("broken", "empty"))
    assert "nan" not in page.text.lower().split()
    assert set(ODD) | {"broken"} >= {name}


def test_a_night_says_its_findings_channels_and_what_is_usual_at_its_age(derivatives):
    young, old = page_of(derivatives, "p0_drug").text, page_of(derivatives, "p2_drug").text
    assert "median 413.5, range 345.6 to 451.9 (18 to 30 years)" in young  # Mitterling et al. 2015, abstract
    assert "median 378.3, range 216 to 440 (60 to 77 years)" in old
    assert "Mitterling et al. 2015" in old
    assert "Mitterling" not in page_of(derivatives, "p1_drug").text  # 45 years: nothing has been read of them
    finding = finding_of("flat-channel", "EMG", "flat all night")
    page = page_of(derivatives, "p1_placebo").text
    assert finding.what in page
    assert finding.remedy in page
    assert "C4-M1: central EEG" in page
    assert "multitaper spectrogram" in young
    assert "No spectrogram was kept" in old


def test_the_study_says_what_failed_and_what_was_noticed(derivatives):
    text = page_of(derivatives).text
    rows = cells_of(derivatives)
    failed = sum(row["status"] == "failed" for row in rows.values())
    assert f"{len(rows)} nights of 3 people: {len(rows) - failed} measured, {failed} failed" in text
    assert "drug: 3" in text
    assert ["flat-channel", "refused", "2"] in [
        [text for _, text, _ in row["cells"][:3]] for row in page_of(derivatives).rows
    ]
    assert ["broken", "10", "failed: the file cannot be read as a recording of sleep"] in [
        [text for _, text, _ in row["cells"]] for row in page_of(derivatives).rows
    ]
    assert "100 % of the time in bed not scored" in text


def test_intervals_are_those_of_the_calibration(tmp_path):
    one = shipped_calibration("bitbrain-psg")
    add_night(tmp_path, "n", night(3, scorer=one.stager))
    add_night(tmp_path, "other", night(3))
    Derivatives(tmp_path).assemble()
    write_report(tmp_path, tmp_path / "pages", calibration=one)
    row = cells_of(tmp_path)["n"]
    shown = {place: float(value) for place, value, *_ in page_of(tmp_path, "n", "pages").numbers}
    low, high = one["tst"].interval(float(row["tst"]), level=0.90)
    assert (shown["tst_low"], shown["tst_high"]) == pytest.approx((low, high))
    other = page_of(tmp_path, "other", "pages")
    assert not [place for place, *_ in other.numbers if place.endswith("_low")]
    assert "No intervals: the calibration is of" in other.text


def test_what_others_wrote_is_escaped_everywhere(tmp_path):
    hostile = '<script>alert(1)</script>"><marquee><img src=x onerror=alert(2)> \x1b[31m‮{{ 7*7 }}'
    found = [finding_of("flat-channel", hostile, hostile)]
    add_night(
        tmp_path, "n", night(3, scorer=Scorer(hostile)), found, subject=hostile, condition=hostile, why={"eeg": hostile}
    )
    add_night(tmp_path, "m", None, failure="RecordingError", error=hostile, condition="a")
    Derivatives(tmp_path).assemble()
    study = {
        "study": {"name": hostile},
        "verdicts": [
            {"name": hostile, "outcome": "supported", "cap": "", "explanation": hostile},
            {
                "name": hostile,
                "outcome": "supported",
                "cap": hostile,
                "explanation": hostile,
                "reason": hostile,
                "claim": {"words": hostile},
            },
        ],
    }
    (tmp_path / "verdicts.json").write_text(json.dumps(study), encoding="utf-8")
    write_report(tmp_path)
    assert sorted(path.name for path in (tmp_path / "report" / "nights").iterdir()) == ["m.html", "n.html"]
    for name in ("index", "n", "m"):
        page = page_of(tmp_path, name)
        assert "marquee" not in page.tags
        assert page.tags & {"script"} == ({"script"} if name == "index" else set())
        assert all(image["src"].startswith("data:") for image in page.images)
        assert "\x1b" not in page.text
        assert "‮" not in page.text
        assert "<script>alert(1)</script>" in page.text
    table = (tmp_path / "nights.csv").read_text(encoding="utf-8")
    (tmp_path / "nights.csv").write_text(table.replace("\nm,", "\n../../m<marquee>,"), encoding="utf-8")
    with pytest.raises(RecordingError, match="no name of a night"):
        write_report(tmp_path)


def test_verdicts_that_lie_in_the_folder_are_told_first(derivatives, tmp_path):
    folder = write_derivatives(tmp_path / "d", n=1)
    claim = sm.Claim("tst", "increases")
    sm.write_verdicts([sm.Verdict(claim, "not testable", ())], sm.Study(name="My study"), folder / "judged")
    write_report(folder)
    page = page_of(folder)
    assert page.text.startswith("My study")
    assert "1 not testable" in page.text
    assert "None of the claims could be tested" in page.text
    assert "../judged/verdicts.html" in page.links
    assert "Verdicts" not in page_of(derivatives).text
    with pytest.raises(RecordingError, match="no verdicts that can be read"):
        write_report(folder, verdicts=folder / "hypnograms")


def test_a_folder_without_nights_is_an_error(tmp_path):
    with pytest.raises(RecordingError, match=r"there is no nights\.csv"):
        write_report(tmp_path)


def test_a_page_is_small(derivatives):
    for path in (derivatives / "report").rglob("*.html"):
        assert path.stat().st_size < 1_000_000, path


def test_rows_of_an_older_version_have_pages_too(tmp_path):
    (tmp_path / "nights.csv").write_text(
        "recording,status,tst,findings\na,ok,400.5,warning something\n", encoding="utf-8"
    )
    write_report(tmp_path)
    page = page_of(tmp_path, "a")
    assert ["tst", "400.5", "tenths", "400.5"] in page.numbers
    assert "warning something" in page.text
