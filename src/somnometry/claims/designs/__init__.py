"""The analysis of each design: crossover, parallel, pre-post, n-of-1; each gives effects."""
