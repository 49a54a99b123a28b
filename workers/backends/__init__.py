"""What decides inside a policy server: one module a way of loading policies."""
