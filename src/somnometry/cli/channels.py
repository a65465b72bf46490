"""`somnometry channels`: what channel labels mean, alone and together."""

from __future__ import annotations

from typing import Annotated

import typer

from .say import say

__all__ = ["channels"]


def channels(
    labels: Annotated[list[str] | None, typer.Argument(help="As a file has them.", metavar="LABEL")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page of the documentation instead.")] = False,
) -> None:
    """Tell what labels mean, and which recorder or cohort writes them all; without labels, list those we know."""
    from ..report.tables.channels import channels_page, families_table, labels_table
    from .terminal import Terminal

    if markdown:
        say(channels_page(), nl=False)
        return
    Terminal().print(labels_table(labels) if labels else families_table())
