"""Studies whose truth is known, and how often verdicts on them err."""
