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


def test_a_name_that_is_a_number_or_a_word_of_the_table_hides_nothing_else(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    plain = measure([write_night(folder / "x.edf", seed=1)], tmp_path / "plain", Settings(figures=False))[0]
    (folder / "x.edf").unlink()
    names = ("01", "5", "2024", "C4", "psg", "YASA", "a")
    table = ["path,subject,condition", *(f"{name}.edf,{name},a" for name in names)]
    for seed, name in enumerate(names):
        write_night(folder / f"{name}.edf", seed=seed)
    (folder / "recordings.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    rows = measure([folder], tmp_path / "out", Settings(figures=False, pseudonymise=True))
    assert {row["subject"] for row in rows} == set(names)
    for row in rows:
        assert row["condition"] == "a"
        for key in ("status", "start", "eeg", "device", "model", "derivations", "versions", "findings"):
            assert row[key] == plain[key], key


def test_the_name_of_a_broken_file_is_hidden_however_short_it_is(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("Ann", "7", "20240501"):
        (folder / f"{name}.edf").write_bytes(b"broken")
    rows = measure([folder], tmp_path / "out", Settings(figures=False, pseudonymise=True))
    for row in rows:
        assert row["error"].startswith(f"{row['recording']}: ")
        for name in ("Ann", "7.edf", "20240501"):
            assert name not in row["error"]
