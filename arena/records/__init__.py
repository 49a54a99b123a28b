"""Record files: writing, reading, verifying, replaying."""
