"""Snapshots to draw, made without an environment where its shuffling might change with a release."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import chess

from arena.games.inspectors.chess import ChessInspector
from arena.games.inspectors.grids import winning_line

OPENING = ("e4", "e5", "Nf3", "Nc6", "Bb5", "a6", "Bxc6", "dxc6", "Nxe5")
PLAYERS = ["player_0", "player_1"]


def chess_after(*sans: str) -> tuple[dict[str, Any], chess.Board]:
    board = chess.Board()
    for san in sans:
        board.push_san(san)
    return chess_of(board), board


def chess_of(board: chess.Board) -> dict[str, Any]:
    """A snapshot of any position; one set up without moves has no last move."""
    over = board.is_game_over()
    env = SimpleNamespace(
        board=board, possible_agents=PLAYERS, agents=PLAYERS, terminations={"player_0": over}, truncations={}
    )
    env.unwrapped = env
    if board.move_stack and board.root().fen() != chess.STARTING_FEN:
        raise ValueError("moves must start from the starting position")
    return ChessInspector(env).snapshot("all")


def grid(game: str, *lines: str, last: tuple[int, int] | None = None) -> dict[str, Any]:
    """``x`` is the first agent's mark, ``o`` the second's."""
    rows = [[".xo".index(mark) for mark in line] for line in lines]
    won = winning_line(rows, 3 if game == "tictactoe" else 4)
    agents = ["player_1", "player_2"] if game == "tictactoe" else PLAYERS
    marks = sum(mark > 0 for row in rows for mark in row)
    return {
        "game": game,
        "agents": agents,
        "to_move": None if won else agents[marks % 2],
        "over": bool(won),
        "rows": rows,
        "last": None if last is None else list(last),
        "line": [list(cell) for cell in won],
        "moves": [],
    }


def go(
    *lines: str, territory: str | None = None, last: int | None = None, taken: list[int] | None = None
) -> dict[str, Any]:
    board = "".join(lines)
    return {
        "game": "go",
        "agents": ["black_0", "white_0"],
        "to_move": None if territory else "black_0",
        "over": territory is not None,
        "size": len(lines),
        "komi": 7.5,
        "board": board,
        "turn": "B",
        "last": last,
        "last_vertex": None,
        "taken": taken or [],
        "ko": None,
        "prisoners": [0, 0],
        "territory": territory,
        "result": None,
        "moves": [],
    }


GO_NINE = go(
    ".........",
    "..b...w..",
    "..b.w....",
    "...bw.w..",
    "...bbw...",
    "..b.bww..",
    "..w.b....",
    ".........",
    ".........",
    last=33,
    taken=[30],
)


def poker_seat(agent: str, cards: list[str | None], **changes: Any) -> dict[str, Any]:
    seat = {
        "agent": agent,
        "cards": cards,
        "bet": 0,
        "in_pot": 2,
        "stack": None,
        "folded": False,
        "all_in": False,
        "button": False,
        "payoff": None,
        "hand": None,
    }
    return seat | changes


HOLDEM = {
    "game": "texas_holdem",
    "agents": PLAYERS,
    "to_move": "player_0",
    "over": False,
    "stage": "flop",
    "community": ["5h", "Qd", "9d"],
    "pot": 10,
    "seats": [
        poker_seat("player_0", ["5c", "7c"], in_pot=4, button=True),
        poker_seat("player_1", [None, None], in_pot=6, bet=2),
    ],
    "history": [["player_1", "raise to 4", 0], ["player_0", "call 2", 0], ["player_1", "raise to 2", 1]],
}

SHOWDOWN = {
    "game": "texas_holdem_no_limit",
    "agents": [f"player_{index}" for index in range(5)],
    "to_move": None,
    "over": True,
    "stage": "showdown",
    "community": ["Ac", "Qc", "As", "5d", "Th"],
    "pot": 130,
    "seats": [
        poker_seat(
            "player_0", ["Td", "Tc"], stack=0, all_in=True, payoff=80.0, hand="full house, tens over aces"
        ),
        poker_seat("player_1", [None, None], stack=98, folded=True, payoff=-2.0),
        poker_seat("player_2", ["Ah", "2c"], stack=50, payoff=-50.0, hand="three aces"),
        poker_seat("player_3", [None, None], stack=86, folded=True, payoff=-14.0, button=True),
        poker_seat("player_4", [None, None], stack=86, folded=True, payoff=-14.0, bet=14),
    ],
    "history": [],
}

LEDUC = {
    "game": "leduc_holdem",
    "agents": PLAYERS,
    "to_move": "player_1",
    "over": False,
    "stage": "second round",
    "community": ["Qh"],
    "pot": 8,
    "seats": [
        poker_seat("player_0", ["Qs"], in_pot=4, button=True),
        poker_seat("player_1", [None], in_pot=4),
    ],
    "history": [["player_0", "check", 1]],
}


def hanabi_card(
    card: str | None, known: str = "XX", colours: str = "RYGWB", ranks: str = "12345"
) -> dict[str, Any]:
    colour, rank = (None if part == "X" else part for part in known)
    return {
        "card": card,
        "colour": colour,
        "rank": None if rank is None else int(rank),
        "colours": colours,
        "ranks": ranks,
    }


HANABI: Mapping[str, Any] = {
    "game": "hanabi",
    "agents": PLAYERS,
    "to_move": "player_0",
    "over": False,
    "colours": "RYGWB",
    "ranks": 5,
    "hand_size": 5,
    "fireworks": {"R": 1, "Y": 0, "G": 3, "W": 0, "B": 2},
    "discards": ["R3", "W2", "W1", "B1"],
    "information": 5,
    "max_information": 8,
    "lives": 2,
    "max_lives": 3,
    "deck": 31,
    "hands": [
        [
            hanabi_card(None, "G3", "G", "3"),
            hanabi_card(None, "X2", "RYB", "2"),
            hanabi_card(None, "BX", "B", "1345"),
            hanabi_card(None, ranks="1345"),
            hanabi_card(None),
        ],
        [
            hanabi_card("R1", "R1", "R", "1"),
            hanabi_card("G4", colours="YGWB", ranks="2345"),
            hanabi_card("Y2", colours="YGWB", ranks="2345"),
            hanabi_card("W5"),
            hanabi_card("B1", colours="RYGWB", ranks="12345"),
        ],
    ],
    "history": [["player_0", "tell player_1 red"], ["player_1", "play card 2"]],
}

RPS = {
    "game": "rps",
    "agents": PLAYERS,
    "to_move": None,
    "over": False,
    "choices": ["rock", "paper", "scissors", "spock", "lizard", "action 6", "action 7"],
    "rounds": [[0, 1], [2, 2], [5, 6], [3, 4], [0, 2]],
    "max_rounds": 9,
    "score": [1, 3],
}
