"""Nights that apps and boards write and that are no EDF: what each file is, read into signals, markers and a clock."""
