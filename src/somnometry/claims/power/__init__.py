"""Power of claims by subjects and nights, in studies that are simulated and judged like real ones."""
