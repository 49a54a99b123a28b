"""Everything that pygame draws: the window, its screens, the views of games and the widgets."""
