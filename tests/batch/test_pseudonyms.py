"""A pseudonymous batch writes no name of a file anywhere."""

from somnometry import Settings, measure

from .small_nights import write_night


def test_a_pseudonymous_batch_writes_no_name_of_a_file(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write_night(folder / "Smith_John.edf", seed=1)
    write_night(folder / "Doe_Jane.edf", seed=2, seconds=20)
    (folder / "Roe_Richard.edf").write_bytes(b"broken")
    (folder / "Smith_John.txt").write_text("a scoring that cannot be read")
    rows = measure([folder], tmp_path / "out", Settings(figures=False, pseudonymise=True))
    assert [row["status"] for row in rows] == ["failed", "ok", "failed"]
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    for path in written:
        content = path.read_bytes() + str(path.relative_to(tmp_path / "out")).encode()
        for word in (b"Smith", b"John", b"Doe", b"Jane", b"Roe", b"Richard"):
            assert word not in content, (path, word)
    again = measure([folder], tmp_path / "out", Settings(figures=False, pseudonymise=True))
    assert [row["recording"] for row in again] == [row["recording"] for row in rows]
