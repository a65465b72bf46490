"""Files as apps and boards write them, after their public descriptions, with the traps that those tell of."""

from datetime import datetime, timedelta

import numpy as np

#: The columns of Mind Monitor's CSV (forum.choosemuse.com, curiositry/EEGrunt issue 17).
MUSE_COLUMNS = (
    "TimeStamp,Delta_TP9,Delta_AF7,Delta_AF8,Delta_TP10,Theta_TP9,Theta_AF7,Theta_AF8,Theta_TP10,Alpha_TP9,Alpha_AF7,"
    "Alpha_AF8,Alpha_TP10,Beta_TP9,Beta_AF7,Beta_AF8,Beta_TP10,Gamma_TP9,Gamma_AF7,Gamma_AF8,Gamma_TP10,RAW_TP9,"
    "RAW_AF7,RAW_AF8,RAW_TP10,AUX_RIGHT,Accelerometer_X,Accelerometer_Y,Accelerometer_Z,Gyro_X,Gyro_Y,Gyro_Z,"
    "HeadBandOn,HSI_TP9,HSI_AF7,HSI_AF8,HSI_TP10,Battery,Elements"
).split(",")
SENSORS = ("RAW_TP9", "RAW_AF7", "RAW_AF8", "RAW_TP10")


def muse_signals(seconds, rate=256, seed=0):
    """Four sensors as a Muse gives them: around 800 uV, in steps of 1682.815 / 4095 uV."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate)
    slow = np.cumsum(rng.normal(0, 3.0, (4, n)), axis=1)
    slow -= np.linspace(slow[:, 0], slow[:, -1], n, axis=1)
    step = 1682.815 / 4095
    return np.clip(np.round((800 + slow + rng.normal(0, 8, (4, n))) / step), 0, 4095) * step


def muse_row(stamp, values, worn=1, text=""):
    """One row of samples."""
    cells = [stamp, *["0.4980847"] * 20, *(f"{value:.6f}" for value in values), *["0.0"] * 7, str(worn)]
    return ",".join([*cells, *["1.0"] * 4, "97.94", text])


def muse_mark(stamp, text):
    """A row that marks: a comma short, so that its text stands in front of the column Elements."""
    return stamp + "," * (len(MUSE_COLUMNS) - 2) + text


def stamped(start, seconds):
    """The app's stamps: local time in milliseconds."""
    return [f"{start + timedelta(seconds=float(second)):%Y-%m-%d %H:%M:%S.%f}"[:-3] for second in seconds]


def write_muse(path, signals, arrivals, start=datetime(2024, 5, 1, 22, 30, 0, 250_000), marks=(), worn=None):
    """Write a CSV of samples that arrived at these seconds, and rows that mark, each (second, text)."""
    rows = list(zip(arrivals, stamped(start, arrivals), signals.T, strict=True))
    lines = [
        (at, 1, muse_row(stamp, values, 1 if worn is None else worn[i])) for i, (at, stamp, values) in enumerate(rows)
    ]
    lines += [(second, 0, muse_mark(stamped(start, [second])[0], text)) for second, text in marks]
    ordered = [line for _, _, line in sorted(lines, key=lambda line: line[:2])]
    path.write_text("\n".join([",".join(MUSE_COLUMNS), *ordered]) + "\n", encoding="utf-8")
    return path


def in_bursts(n, rate=256, packet=12, seed=0, most=0.07):
    """Seconds at which samples arrive by Bluetooth: twelve at once, after they were measured, by up to `most`."""
    rng = np.random.default_rng(seed)
    packets = -(-n // packet)
    sent = (np.arange(packets) + 1) * packet / rate
    arrived = np.maximum.accumulate(sent + rng.uniform(0, most, packets))
    return np.repeat(arrived, packet)[:n]
