"""From a recording and its hypnogram to its microstructure: `microstructure`, and what `MICROSTRUCTURE` means.

`traces` makes signals fit for detectors, `night` runs YASA's, `table` lists the metrics, `requirements` says when they
are defined.
"""

from .measure import microstructure
from .table import MICROSTRUCTURE, MicroMetric

__all__ = ["MICROSTRUCTURE", "MicroMetric", "microstructure"]
