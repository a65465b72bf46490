"""The questions of `study new`: wrong answers are told at once, in words, and asked again."""

import os
import pty
import select
import signal
import sys

import pytest
from typer.testing import CliRunner

from somnometry.cli import app, study_new

BASE = ["study", "new", "--one-person"]
GOOD = {"claim": "tst", "enough": "15", "device": "zmax", "tried": "tea", "control": "water", "nights": "14",
        "run": "1", "start": "2026-01-05", "noted": "none"}  # fmt: skip


@pytest.fixture
def answered(tmp_path, monkeypatch):
    """What is said to answers, and the folder."""
    monkeypatch.setattr(study_new, "is_asked", lambda: True)
    monkeypatch.setattr(study_new, "tell_what_can_be_learned", lambda *_: None)

    def ask(**answers):
        given = GOOD | answers
        lines = [line for one in given.values() for line in ([one] if isinstance(one, str) else one)]
        result = CliRunner().invoke(
            app, [*BASE, "--seed", "3", "--out", str(tmp_path / "s")], input="\n".join(lines) + "\n"
        )
        return result, tmp_path / "s"

    return ask


@pytest.mark.parametrize(
    ("which", "wrong", "right", "said"),
    [
        ("claim", "deep", "n3_percent", "no metric is called 'deep'"),
        ("enough", "much", "20", "'much' is no effect of tst"),
        ("enough", "0", "20", "'0' is no effect of tst"),
        ("device", "toaster", "muse", "nobody knows what records with 'toaster'"),
        ("control", "tea", "", "tea cannot be compared with itself"),
        ("nights", "two", "20", "'two' is no whole number such as 20"),
        ("nights", "14.5", "20", "'14.5' is no whole number"),
        ("nights", "-3", "20", "'-3' is no whole number"),
        ("nights", "3", "20", "only 4 orders might be drawn"),
        ("nights", "1000000", "20", "more than the 1000"),
        ("run", "1000000", "0", "run-in of at most 366"),
        ("control", " Tea ", "water", "Tea cannot be compared with itself"),
        ("run", "-2", "0", "'-2' is no whole number"),
        ("start", "tomorrow", "2026-01-06", "'tomorrow' is no day; write year, month and day"),
        ("start", "2026-02-30", "2026-03-01", "'2026-02-30' is no day"),
        ("noted", "tst", "alcohol", "tst"),
        ("noted", "nights", "alcohol", "would be taken for 'night'"),
        ("noted", "alcohol, Alcohol", "alcohol", "given twice"),
    ],
)
def test_a_wrong_answer_is_told_in_words_and_asked_again(which, wrong, right, said, answered):
    result, folder = answered(**{which: [wrong, right]})
    assert result.exit_code == 0, result.output
    assert said in result.output.replace("\n", " ")
    assert "invalid literal" not in result.output
    assert "does not match" not in result.output
    assert (folder / "claims.toml").is_file()


def test_of_a_metric_that_has_no_usual_size_the_size_is_asked(answered):
    result, folder = answered(claim="n2_percent", enough=["", "-4"])
    assert result.exit_code == 0, result.output
    text = (folder / "claims.toml").read_text(encoding="utf-8")
    assert 'direction = "decreases"' in text
    assert "smallest_effect = 4.0" in text


def test_empty_answers_take_what_is_shown_and_none_is_noted(answered):
    result, folder = answered(**dict.fromkeys(GOOD, ""))
    assert result.exit_code == 0, result.output
    head, *rows = (folder / "recordings.csv").read_text(encoding="utf-8").splitlines()
    assert head.endswith("lost,alcohol,travel,shift")
    assert len(rows) == 20
    assert '"headband"' in (folder / "claims.toml").read_text(encoding="utf-8")


def test_ctrl_c_at_a_question_writes_nothing(tmp_path):
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # heeded also where tests run in the background
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        os.execv(sys.executable, [sys.executable, "-m", "somnometry", *BASE, "--out", "s"])
    said, asked = b"", False
    for _ in range(120):  # half a second each
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                part = os.read(terminal, 4096)
            except OSError:  # the other end is closed: it has ended
                break
            if not part:
                break
            said += part
            asked = asked or said.endswith(b"]: ")
        elif asked:  # pressed once it waits, and again: readline misses a signal between its prompt and its waiting
            os.write(terminal, b"\x03")
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) != 0
    assert b"Aborted" in said
    assert b"Traceback" not in said
    assert not (tmp_path / "s").exists()
