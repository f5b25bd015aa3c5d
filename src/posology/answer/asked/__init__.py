"""What a question asks: whether it is about the guideline, which aspects, and which statements speak to them."""
