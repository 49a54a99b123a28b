"""The catalog's entries, one family a file."""
