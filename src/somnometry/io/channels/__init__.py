"""From channel labels to a montage: what labels mean, which recorder wrote them, which channels are chosen."""
