"""What `study new` asks on a terminal, each question until its answer can be used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import typer

from .say import say
from .wrong_use import wrong_use

__all__ = [
    "NIGHTS", "RUN_IN", "asked", "asked_claims", "asked_confounders", "asked_control", "asked_device", "asked_number",
    "asked_start", "asked_treatment",
]  # fmt: skip

#: What is taken where nobody says it, and nobody can be asked.
TREATMENT, CONTROL, NIGHTS, RUN_IN = "active", "nothing", 20, 0
DEVICES = "say psg, headband or wearable, or a name such as muse, zmax, dreem, oura or fitbit"


def asked(question: str, default: Any, check: Callable[[str], Any] | None = None) -> str:
    """Ask until the answer can be used; `check` raises where it cannot."""
    from ..core.errors import SomnometryError

    while True:
        answer = str(typer.prompt(question, default=default, type=str)).strip()
        try:
            if check is not None:
                check(answer)
        except (SomnometryError, ValueError) as error:
            say(str(error), err=True)
            continue
        return answer


def asked_number(question: str, usual: int, asking: bool, check: Callable[[int], Any]) -> int:
    """Ask for a whole number, or take the usual one."""

    def number(answer: str) -> None:
        if not answer.isdecimal():
            raise ValueError(f"{answer!r} is no whole number such as {usual}")
        check(int(answer))

    return int(asked(question, str(usual), number)) if asking else usual


def asked_control(tried: str, asking: bool) -> str:
    """Ask what the treatment is compared with."""

    def other(answer: str) -> None:
        if " ".join(answer.split()).casefold() == tried.casefold():
            raise ValueError(f"{answer} cannot be compared with itself; say what is taken instead, or nothing")

    return asked("What is it compared with?", CONTROL, other) if asking else CONTROL


def asked_treatment(asking: bool) -> str:
    """Ask what is tried."""
    return asked("What is tried?", TREATMENT) if asking else TREATMENT


def asked_claims(asking: bool) -> list[str]:
    """Ask for a metric, and what of it would be enough, in its unit."""
    from ..catalogue import CATALOGUE
    from ..claims.asked import USUAL, asked_claim
    from ..claims.data.estimand import Estimand

    if not asking:
        wrong_use("nothing is claimed", place="--claim", remedy="say what, such as --claim tst")
    metric = asked(f"What is claimed? A metric: {', '.join(USUAL)}", "tst", _metric)
    if "=" in metric:
        return [metric]
    name = metric.lower()
    if name not in USUAL:  # nobody says how much of it matters
        question = f"What would be enough, in {CATALOGUE[name].unit or 'its unit'}, minus for less?"
        enough = asked(question, None, lambda answer: asked_claim(f"{metric}={answer}"))
        return [f"{metric}={enough}"]
    one = asked_claim(metric)
    is_ratio = Estimand.of(one).is_ratio
    unit = "as a ratio, such as 0.8 for a fifth fewer" if is_ratio else f"in {CATALOGUE[name].unit}, minus for less"
    usual = f"{'-' if one.direction == 'decreases' and not is_ratio else ''}{one.smallest_effect:g}"
    enough = asked(f"What would be enough, {unit}?", usual, lambda answer: asked_claim(f"{metric}={answer}"))
    return [metric if enough == usual else f"{metric}={enough}"]


def _metric(answer: str) -> None:
    """Refuse what names no metric; one of which nobody says how much matters is asked for that."""
    from ..catalogue import CATALOGUE
    from ..claims.asked import asked_claim

    if answer.lower() not in CATALOGUE:
        asked_claim(answer)


def asked_device(asking: bool) -> str:
    """Ask what records."""
    from ..claims.data.provenance import device_called

    if not asking:
        wrong_use("nothing is said of the device", place="--device", remedy="say what records, such as --device muse")

    def known(answer: str) -> None:
        if device_called(answer) is None:
            raise ValueError(f"nobody knows what records with {answer!r}; {DEVICES}")

    return asked("What records? psg, headband, wearable, or its name", "headband", known)


def asked_start() -> datetime:
    """Ask for the first evening."""
    today = f"{date.today():%Y-%m-%d}"

    def day(answer: str) -> datetime:
        try:
            return datetime.strptime(answer, "%Y-%m-%d")
        except ValueError:
            raise ValueError(f"{answer!r} is no day; write year, month and day, such as {today}") from None

    return day(asked("First evening?", today, day))


def asked_confounders(asking: bool, check: Callable[[list[str]], Any]) -> list[str]:
    """Ask what else is noted; "none" is nothing."""
    if not asking:
        return []

    def noted(answer: str) -> list[str]:
        if answer.lower() in ("none", "nothing", "no", "-"):
            return []
        return [part.strip() for part in answer.split(",") if part.strip()]

    question = "What else may change a night and is noted, parted by commas, or none?"
    return noted(asked(question, "alcohol, travel, shift", lambda answer: check(noted(answer))))
