"""What the views of our physics games share: where metres lie, round sprites, effects, and the score line."""
