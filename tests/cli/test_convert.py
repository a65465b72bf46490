"""What `convert` writes and says."""

import numpy as np

from ..io.exports.app_files import muse_signals, write_muse


def test_a_muse_night_becomes_edf_and_what_was_found_is_said(run, tmp_path):
    kept = np.delete(np.arange(60 * 256), slice(256 * 20, 256 * 25))
    path = write_muse(tmp_path / "m.csv", muse_signals(60)[:, kept], kept / 256)
    result = run("convert", path, "--out", tmp_path / "night.edf")
    assert result.exit_code == 0, result.output
    assert "2024-05-01 22:30:00" in result.output
    assert "RAW_TP9 at 256 Hz" in result.output
    assert "gaps" in result.output
    assert "not written: Delta_TP9" in result.output
    assert run("inspect", tmp_path / "night.edf").exit_code == 0


def test_wrong_use_leaves_with_code_2(run, tmp_path):
    (tmp_path / "a.hyp").write_bytes(b"x")
    result = run("convert", tmp_path / "a.hyp", "--out", tmp_path / "night.edf")
    assert result.exit_code == 2
    assert "ZMax" in result.output
    assert run("convert", tmp_path / "none.csv", "--out", tmp_path / "night.edf").exit_code == 2
    assert run("convert", tmp_path / "a.hyp", "--out", tmp_path / "no" / "night.edf").exit_code == 2


def test_measure_and_inspect_name_the_command(run, tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    path = write_muse(folder / "my night.csv", muse_signals(20), np.arange(20 * 256) / 256)
    command = "somnometry convert 'my night.csv' --out 'my night'.edf"
    for words in (("inspect", "--json", path), ("inspect", folder), ("measure", folder, "--out", tmp_path / "d")):
        result = run(*words)
        assert result.exit_code != 0
        assert command in " ".join(result.output.split()), (words, result.output)
    assert run("measure", path, "--out", tmp_path / "d").exit_code == 1
    assert command in (tmp_path / "d" / "nights.csv").read_text()


def test_an_export_beside_its_edf_is_no_scoring_of_it(run, tmp_path):
    from somnometry import find_nights

    path = write_muse(tmp_path / "n1.csv", muse_signals(20), np.arange(20 * 256) / 256)
    assert run("convert", path, "--out", tmp_path / "n1.edf").exit_code == 0
    nights = find_nights(tmp_path)
    assert [night.scorings for night in nights.nights] == [()]
    assert [entry.code for entry in nights.left_out] == ["other"]
    assert "somnometry convert n1.csv" in nights.left_out[0].reason
