"""PettingZoo's board, card and hand games. All have a view of ours; action numbers are those of the
environments' sources.
"""

from __future__ import annotations

from arena.games.catalog_data.shared import presses, seats
from arena.games.entry import CatalogEntry, ControlScheme, OptionHint

_INSPECTORS = "arena.games.inspectors"
_TWO = seats(player=2)

_LIMIT_POKER = ControlScheme(
    presses(
        ("call", "Call", "left", 0),
        ("raise", "Raise", "up", 1),
        ("fold", "Fold", "down", 2),
        ("check", "Check", "right", 3),
    )
)

ENTRIES = (
    CatalogEntry(
        id="classic/chess-v6",
        title="Chess",
        summary="Checkmate the king. A draw that could be claimed (threefold, fifty moves) ends the game.",
        paradigm="sequential",
        pace="wait",
        scoring="final_reward",
        information="perfect",
        view="chess",
        sides=("White", "Black"),
        inspector=f"{_INSPECTORS}.chess:ChessInspector",
        pointer=True,
        resign=True,
        draw_offers=True,
        undo=True,
        clock="5+3",
        seats=_TWO,
        family="classic",
    ),
    CatalogEntry(
        id="classic/go-v5",
        title="Go 9×9",
        summary="Surround territory on a board of nine lines; two passes in a row end it. Area scoring.",
        paradigm="sequential",
        pace="wait",
        options={"board_size": 9},
        option_hints={
            "board_size": OptionHint("lines of the board", low=5, high=19),
            "komi": OptionHint("points given to White for moving second", low=-50, high=50),
        },
        scoring="final_reward",
        information="perfect",
        view="go",
        inspector=f"{_INSPECTORS}.go:GoInspector",
        pointer=True,
        resign=True,
        undo=True,
        clock="10+5",
        seats=("black_0", "white_0"),
        family="classic",
    ),
    CatalogEntry(
        id="classic/connect_four-v3",
        title="Connect Four",
        summary="Drop discs into seven columns; four in a row win, in any direction.",
        paradigm="sequential",
        pace="wait",
        schemes={
            "*": ControlScheme(
                presses(*((f"column_{n}", f"Column {n}", f"digit{n}", n - 1) for n in range(1, 8)))
            ),
        },
        scoring="final_reward",
        information="perfect",
        view="connect_four",
        sides=("moves first", "moves second"),
        inspector=f"{_INSPECTORS}.grids:ConnectFourInspector",
        pointer=True,
        resign=True,
        undo=True,
        seats=_TWO,
        family="classic",
    ),
    CatalogEntry(
        id="classic/tictactoe-v3",
        title="Tic-Tac-Toe",
        summary="Three marks in a row on a board of nine squares.",
        paradigm="sequential",
        pace="wait",
        schemes={
            "*": ControlScheme(
                presses(  # keys count along rows as people read, the environment counts down columns
                    ("top_left", "Top left", "digit1", 0),
                    ("top", "Top", "digit2", 3),
                    ("top_right", "Top right", "digit3", 6),
                    ("left", "Left", "digit4", 1),
                    ("centre", "Centre", "digit5", 4),
                    ("right", "Right", "digit6", 7),
                    ("bottom_left", "Bottom left", "digit7", 2),
                    ("bottom", "Bottom", "digit8", 5),
                    ("bottom_right", "Bottom right", "digit9", 8),
                )
            ),
        },
        scoring="final_reward",
        information="perfect",
        view="tictactoe",
        sides=("Crosses", "Noughts"),
        inspector=f"{_INSPECTORS}.grids:TicTacToeInspector",
        pointer=True,
        resign=True,
        undo=True,
        seats=("player_1", "player_2"),
        family="classic",
    ),
    CatalogEntry(
        id="classic/leduc_holdem-v4",
        title="Leduc Hold'em",
        summary="Poker with six cards: one in each hand, one on the table, two rounds of fixed bets.",
        paradigm="sequential",
        pace="wait",
        schemes={"*": _LIMIT_POKER},
        scoring="final_reward",
        information="hidden",
        view="leduc_holdem",
        inspector=f"{_INSPECTORS}.holdem:LeducInspector",
        pointer=True,
        seats=_TWO,
        family="classic",
    ),
    CatalogEntry(
        id="classic/texas_holdem-v4",
        title="Texas Hold'em",
        summary="Two cards in the hand, five on the table, bets of fixed size. An episode is one hand.",
        paradigm="sequential",
        pace="wait",
        option_hints={"num_players": OptionHint("players at the table", low=2, high=6)},
        schemes={"*": _LIMIT_POKER},
        scoring="final_reward",
        information="hidden",
        view="texas_holdem",
        inspector=f"{_INSPECTORS}.holdem:LimitHoldemInspector",
        pointer=True,
        seats=_TWO,
        family="classic",
    ),
    CatalogEntry(
        id="classic/texas_holdem_no_limit-v6",
        title="No-Limit Hold'em",
        summary="Texas Hold'em with raises of half the pot, the pot, or everything. An episode is one hand.",
        paradigm="sequential",
        pace="wait",
        option_hints={"num_players": OptionHint("players at the table", low=2, high=6)},
        schemes={
            "*": ControlScheme(
                presses(
                    ("fold", "Fold", "down", 0),
                    ("check_call", "Check or call", "right", 1),
                    ("raise_half", "Raise half the pot", "left", 2),
                    ("raise_pot", "Raise the pot", "up", 3),
                    ("all_in", "All in", "secondary", 4),
                )
            ),
        },
        scoring="final_reward",
        information="hidden",
        view="texas_holdem_no_limit",
        inspector=f"{_INSPECTORS}.holdem:NoLimitHoldemInspector",
        pointer=True,
        seats=_TWO,
        family="classic",
    ),
    CatalogEntry(
        id="classic/hanabi-v5",
        title="Hanabi",
        summary="Build five fireworks together, seeing everybody's cards but your own; hints are scarce.",
        paradigm="sequential",
        pace="wait",
        option_hints={
            "colors": OptionHint("colours in the deck", low=2, high=5),
            "ranks": OptionHint("ranks of each colour", low=2, high=5),
            "players": OptionHint("players, at most as many as colours", low=2, high=5),
            "hand_size": OptionHint("cards in a hand", low=2, high=5),
            "max_information_tokens": OptionHint("hints to begin with", low=0, high=20),
            "max_life_tokens": OptionHint("mistakes allowed", low=1, high=10),
            "observation_type": OptionHint(
                "what an observation tells", choices=("minimal", "card_knowledge", "seer")
            ),
        },
        scoring="cooperative",
        information="hidden",
        view="hanabi",
        inspector=f"{_INSPECTORS}.hanabi:HanabiInspector",
        pointer=True,
        seats=_TWO,
        family="classic",
    ),
    CatalogEntry(
        id="classic/rps-v2",
        title="Rock, Paper, Scissors",
        summary="Both choose at once, fifteen rounds to an episode.",
        paradigm="simultaneous",
        pace="wait",
        option_hints={
            "num_actions": OptionHint("gestures: 5 adds Spock and lizard", choices=(3, 5, 7, 9)),
            "max_cycles": OptionHint("rounds", low=1, high=10_000),
        },
        schemes={
            "*": ControlScheme(
                presses(
                    ("rock", "Rock", "left", 0),
                    ("paper", "Paper", "up", 1),
                    ("scissors", "Scissors", "right", 2),
                )
            ),
        },
        scoring="return",
        information="hidden",
        view="rps",
        inspector=f"{_INSPECTORS}.rps:RpsInspector",
        pointer=True,
        seats=_TWO,
        family="classic",
    ),
)
"""In the order of the picker."""
