"""What windows of the signals tell: how sound channels are, alone and beside each other."""
