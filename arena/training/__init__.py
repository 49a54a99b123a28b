"""Training: what policies are made of, and the programs that make them."""
