"""From a hypnogram to numbers."""
