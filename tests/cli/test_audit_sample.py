"""The command that draws an audit: what it asks for, and what it leaves behind."""

from ..batch.test_audit_sample import study_table


def test_a_draw_is_kept_in_the_studys_folder(run, tmp_path):
    folder = study_table(tmp_path / "study")
    result = run("audit-sample", folder, "--n", 8)
    assert result.exit_code == 0, result.output
    assert "8 subjects, 32 nights" in result.output
    assert len((folder / "audit" / "sample.csv").read_text().splitlines()) == 33
    again = run("audit-sample", folder, "--n", 9)
    assert again.exit_code == 2
    assert "drawn once" in again.output


def test_what_was_not_asked_for_whole_is_wrong_use(run, tmp_path):
    folder = study_table(tmp_path / "study")
    assert run("audit-sample", folder).exit_code == 2
    assert run("audit-sample", folder, "--out", tmp_path / "x").exit_code == 2
    assert run("audit-sample", folder, "--scorings", tmp_path).exit_code == 2
