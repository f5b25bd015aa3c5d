"""How and of whom something is told: denied, doubted, over, supposed, of another."""
