"""Text of further programs of laboratories: Alice, Sandman, ZMax, Zurich, ELAN, Stanford, DREAMS."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from ...core.plain import plain_word
from ...core.scorer import Scorer
from ...core.stage import Stage
from ..annotations import MOST_EPOCHS, stage_of_text
from .clock_change import clock_change
from .clocks import clock_of, moment_of, seconds_of_clock, unwrapped
from .codings import CODINGS, as_integers, says_no_stage, stages_of_cells
from .columns import check_blank_lines, read_column
from .content import Content
from .scored import Ask, Scored, bouts_of_steps, epoch_of_bouts, epochs_in_row
from .tables import delimiter_of, stage_share

__all__ = [
    "is_alice", "is_elan", "is_sandman", "is_zmax", "is_zurich", "read_alice", "read_dreams", "read_elan",
    "read_sandman", "read_stanford", "read_zmax", "read_zurich",
]  # fmt: skip


def _clocked(content: Content, rows: list[tuple[str, str]], ask: Ask, coding: str | None = None) -> Scored:
    """Give stages at their clock times; rows that are missing leave their epochs unscored."""
    clocks = [seconds_of_clock(clock) for clock, _ in rows]
    if None in clocks:
        raise content.error(f"row {clocks.index(None) + 1} has no clock time", "export the scoring again")
    times = unwrapped([clock for clock in clocks if clock is not None])
    changed = clock_change(times)
    if changed is not None:
        times = [times[0] + changed.step * i for i in range(len(times))]
    stages = stages_of_cells([word for _, word in rows], ask, coding=coding, source=content.name)
    onset = [time - times[0] for time in times]
    steps = Counter(round(b - a, 3) for a, b in pairwise(onset))
    alike = steps.most_common(1)[0][0] if len(steps) == 1 else None
    epoch = ask.epoch or alike or epoch_of_bouts(onset, [0.0] * len(onset), stages)
    return Scored(onset, [epoch] * len(onset), [stage.label for stage in stages], stages, epoch, clock=times[0],
                  changed=changed)  # fmt: skip


# -------------------------------------------------------------------------------------------------------------- Alice
def is_alice(content: Content) -> bool:
    """Whether its columns are the number of an epoch, its clock and its stage."""
    head = [plain_word(cell) for cell in content.head.split(delimiter_of(content))]
    return head[:3] == ["epochnumber", "starttime", "sleepstage"]


def read_alice(content: Content, ask: Ask) -> list[Scored]:
    """Read the stages of Alice or Sleepware: clocks of AM and PM without a date."""
    rows = [row for row in content.rows(delimiter_of(content))[1:] if len(row) >= 3]
    if not rows:
        raise content.error("no row follows the names of the columns")
    numbers = as_integers([row[0] for row in rows]) or []
    if any(b is not None and a is not None and b <= a for a, b in pairwise(numbers)):
        raise content.error("its epochs are not in order, or of several nights", "export each night by itself")
    return [_clocked(content, [(row[1], row[2]) for row in rows], ask, "alice_numeric")]


# ------------------------------------------------------------------------------------------------------------ Sandman
SANDMAN_CLOCK = re.compile(r"\d{1,2}:\d{2}:\d{2}\s*[AaPp]\.?[Mm]\.?")
SANDMAN_LINE = 1000  # characters
SANDMAN_START = re.compile(r"\d{1,2}/\d{1,2}/\d{4}\s+\d{1,2}:\d{2}:\d{2}\s*[AaPp]\.?[Mm]\.?")


def _sandman_rows(content: Content) -> list[tuple[str, str]]:
    lines = [line for line in content.lines if len(line) < SANDMAN_LINE and "\t" in line]
    rows = [[cell for cell in map(str.strip, line.split("\t")) if cell] for line in lines]
    return [(row[-1], row[-2]) for row in rows if len(row) > 1 and SANDMAN_CLOCK.fullmatch(row[-1])]


def is_sandman(content: Content) -> bool:
    """Whether its lines end in a stage, a tab and a clock of AM and PM, below a date."""
    rows = _sandman_rows(content)
    dated = any(SANDMAN_START.search(line[:SANDMAN_LINE]) for line in content.lines[:14])
    return dated and len(rows) > 1 and stage_share([word for _, word in rows]) > 0.5


def read_sandman(content: Content, ask: Ask) -> list[Scored]:
    """Read the stages of Sandman; the day comes first in its date."""
    rows = _sandman_rows(content)
    if not rows:
        raise content.error("no line ends in a stage and a clock time")
    scored = _clocked(content, rows, ask)
    found = next((match[0] for line in content.lines[:14] if (match := SANDMAN_START.search(line[:SANDMAN_LINE]))), "")
    begun = moment_of(found, days_first=True)
    if begun is None or scored.clock is None:
        return [scored]
    gap = (scored.clock - (begun.hour * 3600 + begun.minute * 60 + begun.second)) % 86400
    if gap > 43200:
        raise content.error(
            f"its stages begin at {clock_of(scored.clock)}, and its study at {found}", "export the stages again"
        )
    return [replace(scored, start=begun + timedelta(seconds=gap), clock=None)]


# --------------------------------------------------------------------------------------------------------------- ZMax
LIGHTS = ("LOUT", "LON")


def _zmax_rows(content: Content) -> list[list[str]]:
    return [row for row in content.rows(",") if row[0].upper() in LIGHTS or len(row) >= 4]


def is_zmax(content: Content) -> bool:
    """Whether it is a list of ZMax: the stage in the fourth column, and rows that begin with LOUT or LON."""
    rows = content.rows(",", most=5000)
    lights = any(row[0].upper() in LIGHTS for row in rows)
    return lights and stage_share([row[3] for row in rows if len(row) >= 4 and row[0].upper() not in LIGHTS]) > 0.5


def read_zmax(content: Content, ask: Ask) -> list[Scored]:
    """Read a list of ZMax: LOUT and LON are the lights, by their place among the epochs; or one integer a line."""
    rows = _zmax_rows(content)
    if not rows:
        return read_column("zmax_autoscored", 30.0)(content, ask)
    epochs = [row[3] for row in rows if row[0].upper() not in LIGHTS]
    titled = bool(epochs) and stage_of_text(epochs[0]) is None and not says_no_stage(epochs[0])
    epoch = ask.epoch or 30.0
    stages = stages_of_cells(epochs[titled:], ask, source=content.name)
    marks: dict[str, float] = {}
    before = -int(titled)
    for row in rows:
        name = row[0].upper()
        if name not in LIGHTS:
            before += 1
        elif name == "LON" or name not in marks:  # the first lights-off, the last lights-on
            marks[name] = max(before, 0) * epoch
    return [
        epochs_in_row(stages, epoch=epoch, scorer=Scorer(), lights_off=marks.get("LOUT"), lights_on=marks.get("LON"))
    ]


# ------------------------------------------------------------------------------------------------------------- Zurich
ZURICH_ROW = re.compile(r"(\d{1,6})\s+([0-9a-zA-Z])(?:\s+\S+)?")
ZURICH_TOTAL = re.compile(r"([0-4rem])(?:\s*+[:=]\s*+|\s++)(\d{1,6})")
ZURICH = {"0": Stage.W, "1": Stage.N1, "2": Stage.N2, "3": Stage.N3, "4": Stage.N3, "r": Stage.R, "m": Stage.UNSCORED}


def is_zurich(content: Content) -> bool:
    """Whether a number stands alone in the first line, and epochs in rising order with a symbol in those below."""
    first, *lines = content.filled or [""]
    if not re.fullmatch(r"-?\d+", first) or not lines:
        return False
    rows = [ZURICH_ROW.fullmatch(line.lower()) for line in lines]
    end = next((i for i, row in enumerate(rows) if row and row[2] == "e"), len(rows))
    numbers = [int(row[1]) for row in rows[:end] if row]
    known = all(row and row[2] in ZURICH for row in rows[:end])
    return known and bool(numbers) and all(a < b for a, b in pairwise(numbers))


def read_zurich(content: Content, ask: Ask) -> list[Scored]:
    """Read a .vis of Zurich: epochs of 20 s, a symbol where the stage changes, "e" at the end, and perhaps totals."""
    _, *lines = content.filled or [""]
    marks: list[tuple[int, str]] = []
    totals: dict[Stage, int] = {}
    ended = False
    for line in map(str.lower, lines):
        row = ZURICH_ROW.fullmatch(line)
        if row is not None and not ended:
            if row[2] != "e" and row[2] not in ZURICH:
                raise content.error(f"epoch {row[1][:9]} has the stage {row[2]!r}, which Zurich does not use")
            marks.append((int(row[1]), row[2]))
            ended = row[2] == "e"
        elif (total := ZURICH_TOTAL.fullmatch(line)) is not None and total[1] in ZURICH:
            totals[ZURICH[total[1]]] = totals.get(ZURICH[total[1]], 0) + int(total[2])
    if not marks or marks[0][1] == "e" or any(a[0] >= b[0] for a, b in pairwise(marks)):
        raise content.error("its epochs are not in rising order, each with its stage")
    if marks[-1][0] > MOST_EPOCHS:
        raise content.error(f"it has an epoch {marks[-1][0]:,}, beyond any recording", "export the scoring again")
    stages = [Stage.UNSCORED] * (marks[0][0] - 1)
    for (at, symbol), (until, _) in pairwise([*marks, (marks[-1][0] + 1, "")]):
        stages += [ZURICH[symbol] if symbol != "e" else stages[-1]] * (until - at)
    for stage, count in totals.items():
        if stages.count(stage) != count:
            raise content.error(
                f"it counts {count} epochs of {stage.label}, but {stages.count(stage)} are scored: lines are lost",
                "export the scoring again",
            )
    return [epochs_in_row(stages, epoch=ask.epoch or 20.0)]


# --------------------------------------------------------------------------------------------------------------- ELAN
ELAN_HEAD = re.compile(r"(time_base|sampling_period|epoch_nb)\s+(\S+)", re.IGNORECASE)


def is_elan(content: Content) -> bool:
    """Whether it is a .hyp of ELAN, which Visbrain reads and writes: a head of names and numbers, then integers."""
    return (content.filled or [""])[0].casefold().startswith("time_base") and "epoch_list" in content.text[:500]


def read_elan(content: Content, ask: Ask) -> list[Scored]:
    """Read a .hyp of ELAN: one integer for each step, as a rule of a second; stages last as many steps as they do."""
    head = {found[1].casefold(): found[2] for line in content.filled[:6] if (found := ELAN_HEAD.fullmatch(line))}
    at = next((i for i, line in enumerate(content.filled) if line.casefold().startswith("epoch_list")), None)
    try:
        step = float(head["time_base"]) * float(head.get("sampling_period", "1"))
        promised = int(float(head["epoch_nb"])) if "epoch_nb" in head else None
    except (KeyError, ValueError, OverflowError):
        raise content.error("its head does not say how long a step is") from None
    cells = [] if at is None else content.filled[at + 1 :]
    if not step > 0 or not cells:
        raise content.error("its head does not say how long a step is, or no stage follows it")
    if promised is not None and promised != len(cells):
        raise content.error(f"its head promises {promised} steps, and {len(cells)} follow: the file is cut short")
    stages = stages_of_cells(cells, ask, coding="elan_hyp", epoch=step, source=content.name)
    return [bouts_of_steps(stages, step, ask.epoch or (step if step >= 4 else 30.0))]


# --------------------------------------------------------------------------------------------------- Stanford, DREAMS
def read_stanford(content: Content, ask: Ask) -> list[Scored]:
    """Read the stages of Stanford: .sta has epochs of 30 s, and perhaps their numbers in front; .txt has 15 s."""
    epoch = ask.epoch or (15.0 if content.name.casefold().endswith(".txt") else 30.0)
    check_blank_lines(content)
    rows = [re.split(r"[\s,;]+", line) for line in content.filled]
    numbered = len(rows) > 1 and all(len(row) >= 2 for row in rows)
    cells = [row[1 if numbered else 0] for row in rows]
    coding = "fasst_isruc_spisop_sleeptrip"
    return [epochs_in_row(stages_of_cells(cells, ask, coding=coding, epoch=epoch, source=content.name), epoch=epoch)]


def read_dreams(content: Content, ask: Ask) -> list[Scored]:
    """Read the stages of DREAMS: epochs of 5 s; by Rechtschaffen and Kales, as its first line says, 0 is stage 4."""
    rk = re.match(r"\[hypnogram_?r\s*&\s*k\]", content.text.lstrip(), re.IGNORECASE)
    if rk and ask.coding is None:
        by_rk: dict[int | str, Stage] = dict(CODINGS["dreams_aasm"].items())
        by_rk |= {0: Stage.N3, -3: Stage.UNSCORED}
        ask = Ask(by_rk, ask.epoch, ask.scorer)
    return read_column("dreams_aasm", 5.0)(content, ask)
