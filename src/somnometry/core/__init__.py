"""The nouns: what flows from an EDF file to an answer. NumPy and the standard library only."""
