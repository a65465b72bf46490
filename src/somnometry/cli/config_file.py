"""Options of a command out of a TOML file."""

from __future__ import annotations

from pathlib import Path

import typer

from .wrong_use import leave_on_errors

__all__ = ["configured"]


def configured(context: typer.Context, file: Path | None) -> Path | None:
    """Take options from a file; those on the command line win."""
    if file is not None:
        import difflib

        from ..core.errors import SomnometryError
        from ..core.faults import Faults
        from ..io.toml_files import toml_of

        with leave_on_errors():
            remedy = "give long names of options, as in `jobs = 2`"
            _, options = toml_of(file, SomnometryError, "a file of options", remedy)
        known = {
            option.removeprefix("--").replace("-", "_"): parameter.name
            for parameter in context.command.params
            if parameter.name not in ("config", "help")
            for option in parameter.opts
            if option.startswith("--")
        }
        given = {name.replace("-", "_"): value for name, value in options.items()}
        faults = Faults()
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                remedy = f"is it {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"
                faults.found.append(SomnometryError(f"no option is called {name!r}", place=str(file), remedy=remedy))
        with leave_on_errors():
            faults.raise_all()
        context.default_map = {
            **(context.default_map or {}),
            **{known[name]: value for name, value in given.items()},
        }
    return file
