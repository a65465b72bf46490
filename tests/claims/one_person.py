"""Nights of one person in an order that was drawn, and the study that declares it."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

import somnometry as sm

CLAIM = sm.Claim("tst", "increases", smallest_effect=15.0)
DRAWN = sm.Schedule("blocks", periods=21, seed=11)


def study(schedule=DRAWN, **more):
    return sm.Study(
        design="n-of-1", treatment="active", control="placebo", schedule=schedule, randomised=True, staging="human",
        **more,
    )  # fmt: skip


def nights(order=DRAWN.order, effect=40.0, leave=(), column="night", sd=20.0):
    values = np.random.default_rng(4).normal(400, sd, len(order))
    return [
        {"subject": "me", "condition": {"A": "placebo", "B": "active"}[letter], column: i,
         "tst": values[i - 1] + effect * (letter == "B")}
        for i, letter in enumerate(order, 1) if i not in leave
    ]  # fmt: skip


def exchanged(table, *numbers):
    """The nights with the other condition at some numbers, as somebody took it."""
    other = {"active": "placebo", "placebo": "active"}
    return [row | {"condition": other[row["condition"]]} if row["night"] in numbers else row for row in table]


def codes_said(verdict):
    return [warning.code for warning in verdict.warnings]


def dated(table, hour=23, *, first=datetime(2026, 3, 2), pause=0):
    """The nights on evenings in a row, begun at an hour (from 24 after midnight), with a pause after the tenth."""
    days = [row["night"] - 1 + pause * (row["night"] > 10) for row in table]
    starts = [(first + timedelta(days=day, hours=hour)).isoformat() for day in days]
    return [row | {"start": start} for row, start in zip(table, starts, strict=True)]
