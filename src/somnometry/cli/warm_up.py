"""`somnometry warm-up`: what is made once on a machine, made now."""

from __future__ import annotations

from .wrong_use import leave_on_errors

__all__ = ["warm_up"]


def warm_up() -> None:
    """Compile and keep what the first night on this machine would wait for; later processes only load it."""
    from ..staging.models import KNOWN_CLASSIFIERS
    from ..staging.warm_up import RATES
    from ..staging.warm_up import warm_up as make_all
    from .terminal import Terminal

    console, steps = Terminal(), len(RATES) + len(KNOWN_CLASSIFIERS)
    done = 0

    def tell(step: str) -> None:
        nonlocal done
        done += 1
        what = step if step.startswith("kernels") else f"classifier {step}"
        console.print(f"{done} of {steps}: {what}", highlight=False)

    with leave_on_errors():
        make_all(tell)
    console.print("done", highlight=False)
