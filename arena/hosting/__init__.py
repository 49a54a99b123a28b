"""Hosting: many matches at once, and guests (bots, people) that dial in with tokens to take their seats."""
