"""One night as other programs and fields of research report it."""
