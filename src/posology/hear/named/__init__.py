"""What a text names: phrases of the lexicon, and numbers with their names, units and dates."""
