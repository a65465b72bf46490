"""arrays in, arrays out; knows no noun. The only importer of numba."""
