"""`warm-up` says what it makes, step by step."""

from somnometry.staging.models import KNOWN_CLASSIFIERS


def test_every_step_is_a_line(run):
    done = run("warm-up")
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[:2] == ["1 of 10: kernels 256 Hz", "2 of 10: kernels 100 Hz"]
    assert [line.split(": classifier ")[1] for line in lines[2:-1]] == list(KNOWN_CLASSIFIERS)
    assert lines[-1] == "done"


def test_a_missing_classifier_is_said(run, monkeypatch):
    from somnometry.core.errors import ModelError
    from somnometry.staging import warm_up

    def missing(name):
        raise ModelError("there is no classifier", place=name)

    monkeypatch.setattr(warm_up, "load_classifier", missing)
    done = run("warm-up")
    assert done.exit_code == 2
    assert "there is no classifier" in done.output
