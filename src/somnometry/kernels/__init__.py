"""Numerical kernels: arrays in, arrays out, without a noun of the package. The only importer of numba."""
