"""The table of formats."""

from somnometry.io.scorings.codings import CODINGS
from somnometry.io.scorings.formats import FORMATS


def test_every_bare_list_of_integers_must_be_named():
    """DREAMS, ISRUC, UCDDB, Stanford, SleepTrip and Dreem hold integers and nothing that tells them apart."""
    unrecognised = {one.name for one in FORMATS if one.recognises is None} - {"luna"}  # words, as YASA writes them too
    assert unrecognised == {"dreams", "isruc", "ucddb", "stanford", "sleeptrip", "dreem"}


def test_no_short_name_is_also_a_coding_with_another_meaning():
    assert {one.name for one in FORMATS} & CODINGS.keys() == {"yasa", "zeo"}
