"""`VALIDATION`: agreement of automatic stagers with human scorers on each metric, by device."""

from __future__ import annotations

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
    sd : float
        SD of automatic less human, of one night of a new person, in the metric's unit.
    recurrence : float
        Share of the variance of that error that recurs in all nights of a person, 0 to 1; from the ten people with two
        or three nights, and so a rough figure.
    """

    icc: float
    bias: float
    human: float
    sd: float
    recurrence: float


#: Device -> metric -> agreement of its algorithm with human consensus on 64 nights of Bitbrain Open Access Sleep
#: (OpenNeuro ds005555 v1.1.0, CC0, doi 10.18112/openneuro.ds005555.v1.1.0), each night cut to what the device scored,
#: as in ``docs/agreement.md``. The headband's was measured on the headband; that on PSG is of another algorithm than
#: ours on other people than yours, and stands for its order of magnitude only.
VALIDATION: Mapping[Device, Mapping[str, Agreement]] = MappingProxyType(
    {
        "headband": MappingProxyType(
            {
                "tst": Agreement(0.950, -2.675, 384, 20.78, 0.21),
                "se": Agreement(0.925, -0.4293, 83.33, 4.396, 0.21),
                "sme": Agreement(0.879, -0.7216, 91.32, 4.668, 0.34),
                "sol": Agreement(0.948, -1.222, 33.14, 9.875, 0.07),
                "sol_5min": Agreement(0.976, -0.3413, 40.32, 8.157, 0.62),
                "lps": Agreement(0.977, 0.2381, 42.83, 11.59, 0.16),
                "waso": Agreement(0.923, 0.6746, 41.21, 17.35, 0.15),
                "waso_spt": Agreement(0.905, 1.024, 34.78, 17.09, 0.12),
                "long_wake_minutes": Agreement(0.903, 3.294, 18.04, 18.33, 0.00),
                "awakenings": Agreement(0.634, -3.73, 18.16, 6.939, 0.69),
                "awakenings_per_hour": Agreement(0.538, -0.6151, 2.93, 1.385, 0.74),
                "awakenings_1min": Agreement(0.711, -0.6032, 7.349, 3.991, 0.40),
                "awakenings_2min": Agreement(0.711, 0.5079, 3.143, 2.525, 0.00),
                "awakenings_3min": Agreement(0.727, 0.3016, 1.952, 1.968, 0.00),
                "awakenings_4min": Agreement(0.768, 0.3651, 1.365, 1.573, 0.00),
                "awakenings_5min": Agreement(0.668, 0.3492, 0.9683, 1.359, 0.00),
                "awakenings_bridged": Agreement(0.644, -3.603, 18.17, 6.861, 0.68),
                "longest_sleep": Agreement(0.497, 16.63, 96.85, 44.94, 0.20),
                "sleep_bouts": Agreement(0.616, -2.365, 19.27, 7.662, 0.79),
                "sfi_wake": Agreement(0.540, -0.6244, 3.029, 1.372, 0.73),
                "sfi_shift": Agreement(0.287, -2.138, 9.748, 3.157, 0.08),
                "sfi_wake_n1": Agreement(0.457, -1.099, 3.803, 1.687, 0.64),
                "stage_shift_index": Agreement(0.150, -1.523, 6.818, 2.752, 0.00),
                "transitions_3state": Agreement(0.661, -0.09472, 7.23, 2.569, 0.48),
                "sleep_to_wake": Agreement(0.537, -0.005087, 0.02446, 0.01162, 0.74),
                "wake_to_sleep": Agreement(0.715, -0.1065, 0.45, 0.1523, 0.49),
                "n1_percent": Agreement(0.190, -2.2, 4.469, 3.638, 0.41),
                "n2_percent": Agreement(0.356, 1.634, 70.96, 8.957, 0.16),
                "n3_percent": Agreement(0.720, -1.301, 5.854, 5.101, 0.62),
                "rem_percent": Agreement(0.392, 1.867, 18.71, 6.608, 0.13),
                "nrem_percent": Agreement(0.392, -1.867, 81.29, 6.608, 0.13),
                "n1_minutes": Agreement(0.249, -7.976, 16.59, 11.43, 0.45),
                "n2_minutes": Agreement(0.809, 2.238, 272.7, 31.51, 0.14),
                "n3_minutes": Agreement(0.758, -3.825, 21.24, 16.4, 0.59),
                "rem_minutes": Agreement(0.570, 6.889, 73.46, 25.22, 0.32),
                "n3_latency": Agreement(0.419, 17.07, 36.37, 65.92, 0.06),
                "rem_latency": Agreement(0.269, -57.49, 114.4, 69.15, 0.51),
                "rem_latency_5min": Agreement(0.704, -13.9, 122.6, 49.34, 0.57),
                "rem_latency_lights_off": Agreement(0.329, -58.71, 147.6, 70.36, 0.53),
                "cycles_feinberg": Agreement(0.713, 0, 3.302, 0.8916, 0.00),
                "rem_fragmentation": Agreement(0.040, 0.03108, 0.03517, 0.08111, 0.17),
                "rem_efficiency": Agreement(0.193, -8.764, 94.34, 14.97, 0.03),
            }
        ),
        "psg": MappingProxyType(
            {
                "tst": Agreement(0.956, 1.625, 390.3, 20.97, 0.67),
                "se": Agreement(0.928, 0.3422, 83.3, 4.216, 0.70),
                "sme": Agreement(0.874, -2.011, 91.37, 4.574, 0.29),
                "sol": Agreement(0.394, -10.15, 33.56, 27.85, 0.73),
                "sol_5min": Agreement(0.629, -5.812, 40.64, 28.07, 0.79),
                "lps": Agreement(0.764, -3.234, 43.11, 24.18, 0.71),
                "waso": Agreement(0.882, 8.625, 42.21, 19.71, 0.43),
                "waso_spt": Agreement(0.837, 9.602, 34.98, 20.96, 0.47),
                "long_wake_minutes": Agreement(0.840, 8.812, 17.76, 19.15, 0.24),
                "awakenings": Agreement(0.690, -0.04688, 18.56, 7.699, 0.53),
                "awakenings_per_hour": Agreement(0.615, -0.002066, 2.939, 1.44, 0.47),
                "awakenings_1min": Agreement(0.753, 0.2812, 7.516, 3.768, 0.32),
                "awakenings_2min": Agreement(0.744, 1.203, 3.203, 2.164, 0.32),
                "awakenings_3min": Agreement(0.742, 0.75, 1.969, 1.692, 0.44),
                "awakenings_4min": Agreement(0.659, 0.6406, 1.391, 1.591, 0.62),
                "awakenings_5min": Agreement(0.646, 0.6406, 0.9531, 1.326, 0.26),
                "awakenings_bridged": Agreement(0.686, 0.03125, 18.58, 7.761, 0.53),
                "longest_sleep": Agreement(0.487, 11.63, 96.15, 46.26, 0.00),
                "sleep_bouts": Agreement(0.683, 0.01562, 19.67, 7.815, 0.53),
                "sfi_wake": Agreement(0.615, -0.01127, 3.07, 1.449, 0.49),
                "sfi_shift": Agreement(0.372, -0.6894, 9.711, 3.426, 0.46),
                "sfi_wake_n1": Agreement(0.592, -0.2928, 3.84, 1.728, 0.58),
                "stage_shift_index": Agreement(0.285, -0.6873, 6.772, 2.68, 0.35),
                "transitions_3state": Agreement(0.545, 0.924, 7.234, 3.177, 0.42),
                "sleep_to_wake": Agreement(0.615, -1.203e-05, 0.02453, 0.01203, 0.47),
                "wake_to_sleep": Agreement(0.658, -0.1096, 0.4501, 0.173, 0.11),
                "n1_percent": Agreement(0.302, -1.148, 4.436, 3.615, 0.48),
                "n2_percent": Agreement(0.512, -0.4004, 70.97, 7.898, 0.42),
                "n3_percent": Agreement(0.871, -0.1584, 5.803, 3.909, 0.21),
                "rem_percent": Agreement(0.454, 1.707, 18.79, 6.094, 0.57),
                "nrem_percent": Agreement(0.454, -1.707, 81.21, 6.094, 0.57),
                "n1_minutes": Agreement(0.328, -4.062, 16.77, 13.44, 0.52),
                "n2_minutes": Agreement(0.845, -1.508, 277.2, 30.6, 0.01),
                "n3_minutes": Agreement(0.808, -0.3828, 21.35, 15.61, 0.24),
                "rem_minutes": Agreement(0.572, 7.578, 74.98, 26.24, 0.73),
                "n3_latency": Agreement(0.690, 11.01, 38.14, 29.02, 0.00),
                "rem_latency": Agreement(0.328, -55.12, 113.9, 68.4, 0.47),
                "rem_latency_5min": Agreement(0.597, -12.6, 121.6, 62.9, 0.30),
                "rem_latency_lights_off": Agreement(0.287, -65.27, 147.4, 72.66, 0.66),
                "cycles_feinberg": Agreement(0.786, 0.01562, 3.328, 0.7675, 0.00),
                "rem_fragmentation": Agreement(-0.023, 0.04258, 0.03513, 0.1333, 0.00),
                "rem_efficiency": Agreement(0.137, -8.938, 94.38, 16.25, 0.33),
            }
        ),
        "wearable": MappingProxyType({}),
    }
)
