"""Which nights a folder holds: files found, put together, described by the user, scored, and their lights."""
