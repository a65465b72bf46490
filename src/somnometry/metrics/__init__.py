"""From a hypnogram to numbers: `architecture` of a night, `architecture_table` of many, and what `METRICS` mean.

The modules are families of plain functions of `StageMatrix`; `table` lists them, `requirements` says when they are
defined.
"""

from .architecture import architecture, architecture_table
from .metric import Metric
from .table import METRICS

__all__ = ["METRICS", "Metric", "architecture", "architecture_table"]
