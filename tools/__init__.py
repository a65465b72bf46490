"""Programs that maintain the package: what they write stands in it, and no user needs them."""
