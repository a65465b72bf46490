"""Verdicts as files: table, JSON, page."""
