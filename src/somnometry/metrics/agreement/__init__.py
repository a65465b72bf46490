"""Agreement of scorings: epochs, values, metrics, and the consensus of several scorers."""
