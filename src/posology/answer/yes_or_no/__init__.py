"""Yes or no, worked out by comparing what a question claims with what a statement says."""
