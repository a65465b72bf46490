"""Options of a command out of a TOML file."""

from __future__ import annotations

from pathlib import Path

import typer

from .wrong_use import wrong_use

__all__ = ["configured"]


def configured(context: typer.Context, file: Path | None) -> Path | None:
    """Take options from a file; those on the command line win."""
    if file is not None:
        import difflib
        import tomllib

        from ..io.toml_files import read_toml

        try:
            _, options = read_toml(file)
        except OSError as error:
            wrong_use(f"cannot be read ({error.strerror})", place=str(file))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            wrong_use(f"no TOML ({error})", place=str(file))
        known = {parameter.name for parameter in context.command.params if parameter.name} - {"config", "paths"}
        given = {name.replace("-", "_"): value for name, value in options.items()}
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                remedy = f"is it {near[0]!r}?" if near else f"there are {', '.join(sorted(known))}"
                wrong_use(f"no option is called {name!r}", place=str(file), remedy=remedy)
        context.default_map = {**(context.default_map or {}), **given}
    return file
