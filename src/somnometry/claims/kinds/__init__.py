"""What each kind of claim asks of effects, and how it is decided."""
