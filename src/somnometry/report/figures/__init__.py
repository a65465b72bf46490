"""Figures. The only importer of matplotlib."""
