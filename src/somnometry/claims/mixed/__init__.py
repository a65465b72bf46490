"""Linear mixed models of nights within people, by REML, with the tests of Kenward and Roger."""

from .fit import MixedFit, RandomTerm, fit_mixed
from .kenward_roger import KRTest
from .leave_one_out import leave_one_out
from .reml import ExactFitError

__all__ = ["ExactFitError", "KRTest", "MixedFit", "RandomTerm", "fit_mixed", "leave_one_out"]
