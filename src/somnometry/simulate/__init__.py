"""Simulated nights whose hypnogram and events are known, and studies whose true effects are known."""
