"""What a terminal shows."""

import io

from rich.console import Console


def printed(*what, width=200):
    """Print on a terminal of that width, and give the text."""
    console = Console(width=width, file=io.StringIO())
    console.print(*what)
    return console.file.getvalue()
