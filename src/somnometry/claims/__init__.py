"""Tables of nights -> answers about claims. The only importer of statsmodels."""
