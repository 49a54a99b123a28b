"""The screens of the arena, one a file: Home, Play, Lobby, match, result, History, Settings."""
