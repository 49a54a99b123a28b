"""What `arena doctor` looks at: one kind of thing a file, each a function that yields `Check`s."""
