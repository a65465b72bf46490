"""Truth first: nights whose hypnogram and events are known before their signals exist."""
