"""The books read as a whole: balances, and the journal as files that accountants' own programs take."""
