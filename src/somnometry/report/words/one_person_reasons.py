"""The English of orders that were drawn: what one person's and a trial's lack, what is to come, how it was tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...core.shown_text import shown_text
from .numbers import count, listed

__all__ = ["ONE_PERSON_REASONS"]

Facts = Mapping[str, Any]

#: How many names are told of more.
TOLD = 6


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - TOLD
    return listed([*names[:TOLD], *([f"{more} more"] if more > 0 else [])])


#: Code -> a template that takes the facts by name, or a function of the facts.
ONE_PERSON_REASONS: Mapping[str, str | Callable[[Facts], str]] = {
    "lost-as-noted": lambda f: f"lost, as the table says: {_some(tuple(map(shown_text, f['why'])))}",
    "n-of-1-arms": "one person's study compares one treatment with one control",
    "n-of-1-contrast": "one person's study answers only whether the treatment differs from the control",
    "no-schedule": "the study declares no schedule: how the order of treatments was drawn decides what chance can do",
    "weekday-of-periods": "a covariate of the day of the week asks for periods of one night each",
    "covariates-tell-arms": "trend and weekday alone tell which nights were under treatment; leave one out",
    "order-repeats-itself": "the order that was taken, {order}, repeats itself as people make orders, and no seed "
    "proves that chance drew it; draw one with a seed (`seed` and `periods` of the schedule)",
    "order-looks-made": "the order that was taken, {order}, is one that people make (long runs, like phases, or one "
    "half made of the other), which chance would hardly ever have drawn, and no seed proves that it did",
    "dates-of-another-order": "by their dates {n} of {of} nights did not come in the order of their numbers ({key}), "
    "so that they are not those that were drawn",
    "order-nearly-repeats-itself": "but for two nights, the order that was taken, {order}, repeats itself as people "
    "make orders, and no seed proves that chance drew it; draw one with a seed (`seed` and `periods` of the schedule)",
    "taken-otherwise": lambda f: (
        f"on {count(len(f['which']), f['key'])} of {f['planned']} ({listed(list(f['which']))}) the other one was taken "
        "than was drawn; judged as drawn, since what was taken was chosen, which makes a difference look smaller than "
        "it is"
    ),
    "nights-out-of-order": lambda f: (
        f"by the dates of the table, {f['key']} {f['which'][1]} ({f['evenings'][1]}) did not come after {f['key']} "
        f"{f['which'][0]} ({f['evenings'][0]}); judged by their numbers"
    ),
    "unfinished": lambda f: (
        f"the study is not over: {f['done']} of {count(f['planned'], 'period')} are; a verdict is given after "
        f"{f['next']}, since looking until something shows finds what is not there"
    ),
    "draw-not-recorded": "nothing but the declaration says that chance drew this order: the schedule holds no seed "
    "from which anybody could draw it again",
    "as-allocated": lambda f: (
        f"all {count(f['n'], 'subject')} got what the seed {f['seed']} of the declared allocation draws"
    ),
    "not-as-allocated": lambda f: (
        f"{len(f['which'])} of {count(f['n'], 'subject')} ({_some(f['which'])}) got something else than the declared "
        "allocation draws for them, so that chance did not decide all of it; enter everybody under what was drawn for "
        "them, whatever they took, and they are judged as they were allocated (intention to treat)"
    ),
    "not-allocated": lambda f: (
        f"{len(f['which'])} of {count(f['n'], 'subject')} ({_some(f['which'])}) are no places of the declared "
        "allocation, so that nothing shows what chance drew for them; call them as the list does, or leave out with a "
        "reason who was never allocated"
    ),
    "places-passed-over": lambda f: (
        f"of {count(len(f['which']), 'place')} of the declared allocation ({_some(f['which'])}) the table says "
        "nothing, though others entered after: who is left out after the draw may be left out for it"
    ),
    "unknown-order": lambda f: (
        f"one person's study needs the column {' or '.join(map(repr, f['columns']))}, so that its order is known"
    ),
    "few-orders": lambda f: (
        f"the declared schedule might have drawn {count(f['n'], 'order')}; with fewer than {f['least']} no result "
        "is rare enough: plan more periods"
    ),
    "randomisation-test": lambda f: (
        f"randomisation test over {'all ' if f['listed'] else ''}{f['n']} orders"
        f"{'' if f['listed'] else ', drawn at random from those'} that the declared schedule might have drawn"
    ),
    "adjusted-randomisation-test": lambda f: (
        f"randomisation test, adjusted for {' and '.join(f['covariates'])}, over {'all ' if f['listed'] else ''}"
        f"{f['n']} orders{'' if f['listed'] else ', drawn at random from those'} that the declared schedule might "
        "have drawn"
    ),
}
