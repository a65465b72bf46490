"""The table of a study's nights, and the values of a metric that enter an analysis."""
