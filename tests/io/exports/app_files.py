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


# -------------------------------------------------------------------------------------------------------------- OpenBCI
def write_openbci(
    path, values, *, rate=250, arrivals=None, counter=None, start=datetime(2024, 5, 1, 22, 30), markers=None
):
    """Write what the GUI 5 writes of a Cyton: a counter to 255, microvolts, motion, stamps and the clock."""
    n_channels, n = values.shape
    arrivals = np.arange(n) / rate if arrivals is None else arrivals
    counter = np.arange(n) % 256 if counter is None else counter
    inputs = [f"EXG Channel {i}" for i in range(n_channels)]
    motion = ["Accel Channel 0", "Accel Channel 1", "Accel Channel 2", "Not Used", "Analog Channel 0"]
    columns = ["Sample Index", *inputs, *motion, "Timestamp", "Marker Channel", "Timestamp (Formatted)"]
    lines = ["%OpenBCI Raw EXG Data", f"%Number of channels = {n_channels}", f"%Sample Rate = {rate} Hz",
             "%Board = OpenBCI_GUI$BoardCytonSerial", ", ".join(columns)]  # fmt: skip
    epoch = 1714595400.0
    marks = np.zeros(n) if markers is None else markers
    for i in range(n):
        cells = [f"{float(counter[i])}", *(f"{value:.6f}" for value in values[:, i]), "0.0", "0.0", "0.0", "0.0", "0.0",
                 f"{epoch + arrivals[i]:.6f}", f"{marks[i]:.1f}", stamped(start, [arrivals[i]])[0]]  # fmt: skip
        lines.append(", ".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_old_openbci(path, values, *, rate=250, start=datetime(2024, 5, 1, 22, 30), comma=False, half_days=False):
    """Write what the GUI 3 writes: no names of columns, a clock and nothing else, in some languages commas."""
    lines = ["%OpenBCI Raw EEG Data", "%", f"%Sample Rate = {rate}.0 Hz", "%First Column = SampleIndex",
             "%Last Column = Timestamp", "%Other Columns = EEG data in microvolts followed by Accel Data"]  # fmt: skip
    for i, row in enumerate(values.T):
        at = start + timedelta(seconds=i / rate)
        clock = f"{at:%I:%M:%S.%f}" if half_days else f"{at:%H:%M:%S.%f}"
        numbers = [f"{value:.2f}" for value in (*row, 0.0, 0.0, 0.0)]
        if comma:
            numbers = [number.replace(".", ",") for number in numbers]
        lines.append(", ".join([str(i % 256), *numbers, clock[:-3]]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def board_signals(seconds, channels=4, rate=250, seed=0):
    """Inputs in microvolts on offsets of tens of thousands, as electrodes have them."""
    rng = np.random.default_rng(seed)
    offsets = np.linspace(-45_000, 20_000, channels)
    return offsets[:, None] + rng.normal(0, 15, (channels, seconds * rate))
