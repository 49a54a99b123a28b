"""The command line: one command a file, each imported only when it is called.

A command module has two functions: `add_arguments(parser)` declares its options and `run(args)` does the work
and returns the exit code. `arena.cli.main` holds the table of commands.
"""
