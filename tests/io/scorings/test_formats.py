"""The table of formats."""

from somnometry.io.scorings.codings import CODINGS
from somnometry.io.scorings.formats import FORMATS


def test_every_bare_list_of_integers_must_be_named():
    """DREAMS, ISRUC, UCDDB, Stanford, SleepTrip and Dreem hold integers and nothing that tells them apart."""
    unrecognised = {one.name for one in FORMATS if one.recognises is None} - {
        "luna",
        "hmc",
    }  # words, which others write too
    assert unrecognised == {"dreams", "isruc", "ucddb", "stanford", "sleeptrip", "dreem"}


def test_no_short_name_is_also_a_coding_with_another_meaning():
    assert {one.name for one in FORMATS} & CODINGS.keys() == {"yasa", "zeo"}


def test_the_names_are_those_of_programs_and_makers():
    names = """profusion nsrr luna bids noxturnal remlogic alice rml domino sandman polyman openxdf zurich stanford
    wonambi visbrain sleeptrip isruc dreams ucddb hmc yasa usleep gssc dreem scoringhero zmax zeo fitbit oura apple
    withings garmin"""  # and "edf", which is read elsewhere
    assert {one.name for one in FORMATS} == set(names.split())
