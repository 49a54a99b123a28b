"""The opponents that come with Arena: simple controllers of graded strength, one game a file."""
