#!/bin/sh
# What both recipes run, in the folder of the source: the package, its caches, and a look at whether it works.
set -eu
python -m pip install --no-cache-dir ".[tables,excel,hdf5]"
somnometry warm-up
somnometry --version
somnometry metrics waso
