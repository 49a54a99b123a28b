"""PettingZoo's arcade games.

``render_mode`` is ``rgb_array`` everywhere, window or not: without it cooperative pong's observations are
black and pistonball's are frozen. What draws on its own account then is only KAZ, once a reset.
"""

from __future__ import annotations

from arena.games.catalog_data.shared import presses, pushes, seats
from arena.games.entry import CatalogEntry, Control, ControlScheme, OptionHint

ENTRIES = (
    CatalogEntry(
        id="butterfly/knights_archers_zombies-v11",
        title="Knights Archers Zombies",
        summary="Archers shoot and knights strike to keep zombies out; it ends when one gets through.",
        paradigm="simultaneous",
        pace="realtime",
        hz=20.0,
        hz_choices=(15.0, 20.0, 30.0),
        render_mode="rgb_array",
        option_hints={
            "spawn_delay": OptionHint("ticks between two zombies", low=1, high=1000),
            "num_archers": OptionHint("archers", low=0, high=8),
            "num_knights": OptionHint("knights", low=0, high=8),
            "max_zombies": OptionHint("zombies on the field at once", low=1, high=100),
            "max_arrows": OptionHint("arrows in the air at once", low=1, high=100),
            "max_cycles": OptionHint("ticks of an episode", low=1, high=100_000),
            "obs_method": OptionHint(
                "what an observation is", choices=("vector", "image", "vector-sequence", "vector-masked")
            ),
        },
        schemes={
            "*": ControlScheme(
                (
                    *presses(
                        ("forward", "Forward", "up", 0),
                        ("back", "Back", "down", 1),
                        ("turn_left", "Turn left", "left", 2),
                        ("turn_right", "Turn right", "right", 3),
                    ),
                    Control("attack", "Shoot or strike", "primary", action=4, edge=True),
                ),
                noop=5,
            ),
        },
        scoring="cooperative",
        seats=seats(archer=2, knight=2),
        family="butterfly",
    ),
    CatalogEntry(
        id="butterfly/cooperative_pong-v6",
        title="Cooperative Pong",
        summary="Two paddles, one of them shaped like a cake, keep one ball in play for as long as they can.",
        paradigm="simultaneous",
        pace="realtime",
        hz=30.0,
        hz_choices=(15.0, 20.0, 30.0, 45.0),
        render_mode="rgb_array",
        signature="pettingzoo.butterfly.cooperative_pong.cooperative_pong:CooperativePong",
        option_hints={
            "ball_speed": OptionHint("pixels a tick", low=1, high=40),
            "left_paddle_speed": OptionHint("pixels a tick", low=1, high=40),
            "right_paddle_speed": OptionHint("pixels a tick", low=1, high=40),
            "max_cycles": OptionHint("ticks of an episode", low=1, high=100_000),
            "render_ratio": OptionHint("the picture's size is 960×560 over this", low=1, high=8),
        },
        schemes={
            "*": ControlScheme(presses(("up", "Up", "up", 1), ("down", "Down", "down", 2)), noop=0),
        },
        scoring="cooperative",
        seats=seats(paddle=2),
        family="butterfly",
    ),
    CatalogEntry(
        id="butterfly/pistonball-v6",
        title="Pistonball",
        summary="A row of pistons rolls a ball to the left wall by rising and sinking in time.",
        paradigm="simultaneous",
        pace="realtime",
        hz=20.0,
        hz_choices=(10.0, 15.0, 20.0),
        render_mode="rgb_array",
        option_hints={
            "n_pistons": OptionHint("pistons in the row", low=4, high=40),
            "max_cycles": OptionHint("ticks of an episode", low=1, high=100_000),
            "ball_mass": OptionHint("mass of the ball", low=0.01, high=10),
            "ball_friction": OptionHint("friction of the ball", low=0, high=2),
            "ball_elasticity": OptionHint("bounce of the ball", low=0, high=2),
        },
        schemes={
            "*": ControlScheme(
                pushes(("rise", "Rise", "up", 0, 1.0), ("sink", "Sink", "down", 0, -1.0)), noop=(0.0,)
            ),
        },
        scoring="cooperative",
        seats=seats(piston=20),
        family="butterfly",
    ),
)
