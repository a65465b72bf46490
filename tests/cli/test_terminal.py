"""Nothing that is printed steers the terminal but what is meant to, in whatever part of a table it stands."""

import io

import pytest
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from somnometry.cli.terminal import Terminal

EVIL = "\x1b]0;owned\x07\x9b2J\u202efde.1n"


def table(cell):
    made = Table(title=Text(EVIL), caption=Text(EVIL))
    made.add_column(Text(EVIL), overflow="fold")
    made.add_row(cell)
    return made


@pytest.mark.parametrize("what", [EVIL, Text(EVIL), table(EVIL), table(Text(EVIL)), Panel(table(EVIL), title=EVIL)])
def test_text_of_others_is_shown_as_its_escape_in_every_part(what):
    terminal = Terminal(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    terminal.print(what, markup=False)
    printed = terminal.file.getvalue()
    assert not set(printed) & set("\x07\x1b\x9b\u202e")
    assert r"\x1b]0;owned" in printed
    assert r"\u202efde" in printed


def test_colours_of_ours_stay():
    terminal = Terminal(file=io.StringIO(), force_terminal=True, color_system="standard")
    terminal.print("refused", style="red")
    assert terminal.file.getvalue() == "\x1b[31mrefused\x1b[0m\n"
