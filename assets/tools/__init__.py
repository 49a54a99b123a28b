"""Developer tools that regenerate the bundled fonts, icons and sounds; never imported by the program."""
