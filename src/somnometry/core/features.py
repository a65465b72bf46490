"""`Features`: one row of numbers per epoch, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .arrays import frozen_array
from .equality import EqualByFields

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Features"]


@dataclass(frozen=True, slots=True, eq=False)
class Features(EqualByFields):
    """Staging features of one night.

    Parameters
    ----------
    values : array of float32, shape (n_epochs, n_features)
        Read-only. A row is NaN where the epoch could not be measured.
    names : tuple of str, length n_features
        In the order of the columns.

    Examples
    --------
    >>> features = Features([[1.0, 2.0]], ("eeg_std", "eeg_iqr"))
    >>> features["eeg_iqr"]
    array([2.], dtype=float32)
    """

    values: npt.NDArray[np.float32]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        values = frozen_array(self.values, np.float32)
        names = tuple(self.names)
        if values.ndim != 2 or values.shape[1] != len(names) or len(set(names)) != len(names):
            raise ValueError(f"{len(names)} distinct names do not fit an array of shape {values.shape}")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "names", names)

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def __getitem__(self, name: str) -> npt.NDArray[np.float32]:
        return self.values[:, self.names.index(name)]

    def __reduce__(self) -> tuple[Any, ...]:
        return Features, (self.values, self.names)

    def to_frame(self) -> pd.DataFrame:
        """Give a DataFrame with one row per epoch.

        Examples
        --------
        >>> Features([[1.0]], ("eeg_std",)).to_frame().columns.tolist()
        ['eeg_std']
        """
        import pandas as pd

        return pd.DataFrame(self.values, columns=list(self.names)).rename_axis("epoch")

    def __repr__(self) -> str:
        return f"Features({len(self)} epochs x {len(self.names)})"
