"""The parts of the match screen, one idea a file: driving, people, board, seats, lists, menus, curtain."""
