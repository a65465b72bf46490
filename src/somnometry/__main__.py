"""``python -m somnometry``."""

from .cli import main

main()
