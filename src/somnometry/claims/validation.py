"""How automatic staging errs: which metrics a device can measure, and by how much it may be biased."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..core.study import Device

__all__ = ["MIN_ICC", "VALIDATION", "Agreement"]

#: Below this agreement with human scoring, a metric is not measured by the device.
MIN_ICC = 0.5


@dataclass(frozen=True, slots=True)
class Agreement:
    """How an automatic stager agreed with human scorers on a metric.

    Parameters
    ----------
    icc : float
        ICC(A,1), absolute agreement.
    bias : float
        Mean of automatic less human, in the metric's unit.
    human : float
        Mean of the human scorings.
    """

    icc: float
    bias: float
    human: float

    @property
    def log_bias(self) -> float:
        """Bias of a count, as a logarithm of the ratio to the human mean."""
        return math.log((self.human + self.bias) / self.human)


#: Device -> metric -> agreement of its algorithm with human consensus on 64 nights of Bitbrain Open Access Sleep
#: (OpenNeuro ds005555 v1.1.0, CC0, doi 10.18112/openneuro.ds005555.v1.1.0), each night cut to what the device scored,
#: as in ``docs/agreement.md``. The headband's was measured on the headband; that on PSG is of another algorithm than
#: ours on other people than yours, and stands for its order of magnitude only.
VALIDATION: Mapping[Device, Mapping[str, Agreement]] = MappingProxyType(
    {
        "headband": MappingProxyType(
            {
                "tst": Agreement(0.950, -2.675, 384),
                "se": Agreement(0.925, -0.4293, 83.33),
                "sme": Agreement(0.879, -0.7216, 91.32),
                "sol": Agreement(0.948, -1.222, 33.14),
                "sol_5min": Agreement(0.976, -0.3413, 40.32),
                "lps": Agreement(0.977, 0.2381, 42.83),
                "waso": Agreement(0.923, 0.6746, 41.21),
                "waso_spt": Agreement(0.905, 1.024, 34.78),
                "long_wake_minutes": Agreement(0.903, 3.294, 18.04),
                "awakenings": Agreement(0.634, -3.73, 18.16),
                "awakenings_per_hour": Agreement(0.538, -0.6151, 2.93),
                "awakenings_1min": Agreement(0.711, -0.6032, 7.349),
                "awakenings_2min": Agreement(0.711, 0.5079, 3.143),
                "awakenings_3min": Agreement(0.727, 0.3016, 1.952),
                "awakenings_4min": Agreement(0.768, 0.3651, 1.365),
                "awakenings_5min": Agreement(0.668, 0.3492, 0.9683),
                "awakenings_bridged": Agreement(0.644, -3.603, 18.17),
                "longest_sleep": Agreement(0.497, 16.63, 96.85),
                "sleep_bouts": Agreement(0.616, -2.365, 19.27),
                "sfi_wake": Agreement(0.540, -0.6244, 3.029),
                "sfi_shift": Agreement(0.287, -2.138, 9.748),
                "sfi_wake_n1": Agreement(0.457, -1.099, 3.803),
                "stage_shift_index": Agreement(0.150, -1.523, 6.818),
                "transitions_3state": Agreement(0.661, -0.09472, 7.23),
                "sleep_to_wake": Agreement(0.537, -0.005087, 0.02446),
                "wake_to_sleep": Agreement(0.715, -0.1065, 0.45),
                "n1_percent": Agreement(0.190, -2.2, 4.469),
                "n2_percent": Agreement(0.356, 1.634, 70.96),
                "n3_percent": Agreement(0.720, -1.301, 5.854),
                "rem_percent": Agreement(0.392, 1.867, 18.71),
                "nrem_percent": Agreement(0.392, -1.867, 81.29),
                "n1_minutes": Agreement(0.249, -7.976, 16.59),
                "n2_minutes": Agreement(0.809, 2.238, 272.7),
                "n3_minutes": Agreement(0.758, -3.825, 21.24),
                "rem_minutes": Agreement(0.570, 6.889, 73.46),
                "n3_latency": Agreement(0.419, 17.07, 36.37),
                "rem_latency": Agreement(0.269, -57.49, 114.4),
                "rem_latency_5min": Agreement(0.704, -13.9, 122.6),
                "rem_latency_lights_off": Agreement(0.329, -58.71, 147.6),
                "cycles_feinberg": Agreement(0.713, 0, 3.302),
                "rem_fragmentation": Agreement(0.040, 0.03108, 0.03517),
                "rem_efficiency": Agreement(0.193, -8.764, 94.34),
            }
        ),
        "psg": MappingProxyType(
            {
                "tst": Agreement(0.956, 1.625, 390.3),
                "se": Agreement(0.928, 0.3422, 83.3),
                "sme": Agreement(0.874, -2.011, 91.37),
                "sol": Agreement(0.394, -10.15, 33.56),
                "sol_5min": Agreement(0.629, -5.812, 40.64),
                "lps": Agreement(0.764, -3.234, 43.11),
                "waso": Agreement(0.882, 8.625, 42.21),
                "waso_spt": Agreement(0.837, 9.602, 34.98),
                "long_wake_minutes": Agreement(0.840, 8.812, 17.76),
                "awakenings": Agreement(0.690, -0.04688, 18.56),
                "awakenings_per_hour": Agreement(0.615, -0.002066, 2.939),
                "awakenings_1min": Agreement(0.753, 0.2812, 7.516),
                "awakenings_2min": Agreement(0.744, 1.203, 3.203),
                "awakenings_3min": Agreement(0.742, 0.75, 1.969),
                "awakenings_4min": Agreement(0.659, 0.6406, 1.391),
                "awakenings_5min": Agreement(0.646, 0.6406, 0.9531),
                "awakenings_bridged": Agreement(0.686, 0.03125, 18.58),
                "longest_sleep": Agreement(0.487, 11.63, 96.15),
                "sleep_bouts": Agreement(0.683, 0.01562, 19.67),
                "sfi_wake": Agreement(0.615, -0.01127, 3.07),
                "sfi_shift": Agreement(0.372, -0.6894, 9.711),
                "sfi_wake_n1": Agreement(0.592, -0.2928, 3.84),
                "stage_shift_index": Agreement(0.285, -0.6873, 6.772),
                "transitions_3state": Agreement(0.545, 0.924, 7.234),
                "sleep_to_wake": Agreement(0.615, -1.203e-05, 0.02453),
                "wake_to_sleep": Agreement(0.658, -0.1096, 0.4501),
                "n1_percent": Agreement(0.302, -1.148, 4.436),
                "n2_percent": Agreement(0.512, -0.4004, 70.97),
                "n3_percent": Agreement(0.871, -0.1584, 5.803),
                "rem_percent": Agreement(0.454, 1.707, 18.79),
                "nrem_percent": Agreement(0.454, -1.707, 81.21),
                "n1_minutes": Agreement(0.328, -4.062, 16.77),
                "n2_minutes": Agreement(0.845, -1.508, 277.2),
                "n3_minutes": Agreement(0.808, -0.3828, 21.35),
                "rem_minutes": Agreement(0.572, 7.578, 74.98),
                "n3_latency": Agreement(0.690, 11.01, 38.14),
                "rem_latency": Agreement(0.328, -55.12, 113.9),
                "rem_latency_5min": Agreement(0.597, -12.6, 121.6),
                "rem_latency_lights_off": Agreement(0.287, -65.27, 147.4),
                "cycles_feinberg": Agreement(0.786, 0.01562, 3.328),
                "rem_fragmentation": Agreement(-0.023, 0.04258, 0.03513),
                "rem_efficiency": Agreement(0.137, -8.938, 94.38),
            }
        ),
    }
)
