"""The audit of a night, signal checks included, costs less than half of staging it."""

import statistics
import time

import pytest

from somnometry import audit, read_recording, simulate_night, stage, write_edf


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@pytest.mark.acceptance
def test_an_audit_costs_less_than_half_of_staging(tmp_path):
    path = tmp_path / "psg.edf"
    write_edf(simulate_night(1, hours=8)[0], path)
    audit(path), stage(read_recording(path))  # compiles kernels, reads classifiers
    audits, stagings = zip(
        *((seconds(lambda: audit(path)), seconds(lambda: stage(read_recording(path)))) for _ in range(5)), strict=True
    )
    assert statistics.median(audits) < 0.5 * statistics.median(stagings)
