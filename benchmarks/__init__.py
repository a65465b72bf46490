"""What is measured of the package: its speed and its errors, beside those of others."""
