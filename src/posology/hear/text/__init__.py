"""Text → words, phrases and clauses that can be compared, each with its place."""
