"""What the public API of an environment does not say: its state, what each viewer may see, why it ended.

One module a game; each holds one class that follows :class:`arena.games.contract.Inspector`. An inspector is
made right after ``reset`` and read between steps. Snapshots are plain, MessagePack-able data; every snapshot
has ``game`` (the view's name), ``agents``, ``to_move`` (an agent or ``None``) and ``over``.
"""
