"""The league: who played, what came of it. Importing the package imports no database driver."""
