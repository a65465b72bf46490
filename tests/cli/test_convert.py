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
