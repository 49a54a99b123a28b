"""Whatever decides for a seat: one kind of controller a file."""
