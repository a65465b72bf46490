"""Scorings of other programs: one reader for each format, and one table of them."""
