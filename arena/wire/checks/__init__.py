"""Conformance: does a policy server, or a bot that dials in, keep to the seat protocol?

The checks are a published table (:mod:`arena.wire.checks.table`, printed as ``docs/conformance.md``).
They play the client by hand, message by message, without the state machine of matches: that one forgives.
"""
