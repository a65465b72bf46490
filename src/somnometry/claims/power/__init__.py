"""How many people and nights claims take, by studies that are simulated and judged like real ones."""
