"""Claims and verdicts in plain English."""
