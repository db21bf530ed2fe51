"""What is known beforehand, as data with its lookup, and the grammars of symbols, numbers and dates."""
