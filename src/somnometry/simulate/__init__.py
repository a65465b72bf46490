"""nights whose hypnogram is known before their signals exist."""
