"""What providers tell later of money that was sent back, for those that can't be asked about it."""
