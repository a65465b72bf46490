"""`CALLED`: what people call a metric where neither its key nor its label says so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CALLED"]

#: What people call a metric -> its key.
CALLED: Mapping[str, str] = MappingProxyType({
    "deep": "n3_percent", "deep_sleep": "n3_percent", "delta_sleep": "n3_percent", "sws": "n3_percent",
    "slow_wave_sleep": "n3_percent", "light_sleep": "light_percent", "efficiency": "se", "sleep_efficiency": "se",
    "latency": "sol", "sleep_latency": "sol", "sleep_onset_latency": "sol", "onset": "sol",
    "latency_to_persistent_sleep": "lps", "rem_onset": "rem_latency", "rem_sleep": "rem_percent", "r": "rem_percent",
    "duration": "tst", "total_sleep": "tst", "total_sleep_time": "tst", "sleep_duration": "tst", "sleep_time": "tst",
    "time_in_bed": "trt", "tib": "trt", "wake": "waso", "wake_after_sleep_onset": "waso", "arousals": "awakenings",
    "fragmentation": "sfi_shift", "fragmentation_index": "sfi_shift", "regularity": "sri", "nrem": "nrem_percent",
    "wakefulness": "waso", "dream": "rem_percent", "dreams": "rem_percent", "dreaming": "rem_percent",
    "dream_sleep": "rem_percent", "paradoxical_sleep": "rem_percent", "stage_1": "n1_percent", "stage1": "n1_percent",
    "stage_2": "n2_percent", "stage2": "n2_percent", "stage_3": "n3_percent", "stage3": "n3_percent",
    "stage_4": "n3_percent", "swa": "n3_delta_power", "slow_wave_activity": "n3_delta_power",
    "delta_power": "n3_delta_power", "sigma_power": "n2_sigma_power", "slow_waves": "slow_wave_density_n3",
    "slow_oscillations": "slow_wave_density_n3", "apneas": "apnea_index", "apnoea_index": "apnea_index",
    "hypnogram_fragmentation": "sfi_shift", "bedtime_duration": "trt",
})  # fmt: skip
