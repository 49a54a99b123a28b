"""Many matches in one loop: tables, queue, drops, returns, faults, and every result stored once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any
from unittest import mock

import pytest

from arena.errors import ArenaError, SeatError
from arena.hosting.reception import HouseRules
from arena.match.choices import RuleChoices
from arena.match.match import Match
from arena.wire.codec import encode
from arena.wire.messages import Act, Bye, Join, Message, Refusal, Refused
from tests.arena.hosting.inn import Inn, answer, first_legal, setup

SHORT = HouseRules(grace_s=0.3)


@pytest.fixture
def make_inn() -> Iterator[Any]:
    made: list[Inn] = []

    def make(rules: HouseRules | None = None) -> Inn:
        made.append(Inn(rules))
        return made[-1]

    yield make
    for inn in made:
        inn.close()


def outcomes(inn: Inn) -> list[dict[str, Any]]:
    return [event.fields["outcome"] for event in inn.told("result")]


def test_a_match_begins_when_its_seats_are_taken_and_is_stored_and_told_once(make_inn: Any) -> None:
    inn = make_inn()
    table = inn.house.open_table(setup("tictactoe", "*=open"))
    first = inn.player(table.place(0), "Ada")
    assert first.joined is not None
    assert first.joined.place == "player_1 at table 1, Tic-Tac-Toe"
    assert inn.house.running == {}
    second = inn.player("t1.player_2", "Bob")
    inn.until(lambda: inn.told("match_ended"))
    (outcome,) = outcomes(inn)
    assert outcome["reason"] == "win"
    ranks = {seat["agent"]: seat["rank"] for seat in outcome["seats"]}
    assert [seat["player"] for seat in outcome["seats"]] == ["guest:Ada", "guest:Bob"]
    inn.until(lambda: first.byes and second.byes)
    assert [dict(end.ranks) for end in (*first.ends, *second.ends)] == [ranks, ranks]
    inn.close()
    stored = {(outcome["match_id"], 0): ranks}
    assert inn.recorded() == inn.in_league() == stored


def test_a_guest_is_told_what_was_wrong_with_its_own_answers_only(make_inn: Any) -> None:
    inn = make_inn()
    table = inn.house.open_table(setup("tictactoe", "*=open", rules=RuleChoices(on_illegal="retry")))
    first = inn.player(table.place(0), "Ada", choose=lambda act: answer(act, lambda row: 77))
    second = inn.player(table.place(1), "Bob")
    inn.until(lambda: first.ends and second.ends)
    assert (dict(first.ends[0].illegal), dict(first.ends[0].late)) == ({"player_1": 4}, {})
    assert (dict(second.ends[0].illegal), dict(second.ends[0].ranks)) == ({}, {"player_1": 2, "player_2": 1})


def test_fixed_seats_play_at_tables_of_the_host(make_inn: Any) -> None:
    inn = make_inn()
    inn.house.open_table(setup("tictactoe", "player_1=open", "player_2=random"))
    inn.player("t1.0", "Ada")
    inn.until(lambda: inn.told("match_ended"))
    assert [seat["player"] for seat in outcomes(inn)[0]["seats"]] == ["guest:Ada", "random"]


def test_people_are_told_their_place_as_it_is_called_at_the_board(make_inn: Any) -> None:
    inn = make_inn()
    for game, word in (("chess", "player_1=open"), ("kaz", "archer_0=open"), ("connect_four", "*=open")):
        inn.house.open_table(setup(game, word, *(["*=random"] if word[0] != "*" else [])))
    people = [inn.player(place, role="person") for place in ("t1.1", "t2.archer_0", "t3.0")]
    assert [person.joined.place for person in people] == [
        "Chess at table 1, Black",
        "Knights Archers Zombies at table 2, Archer 0",
        "Connect Four at table 3, moves first",
    ]
    assert "player_1 at table 1, Chess" in inn.told("joined")[0].text


def test_one_guest_may_hold_several_seats(make_inn: Any) -> None:
    inn = make_inn()
    inn.house.open_table(setup("tictactoe", "[player_1,player_2]=open"))
    player = inn.player("t1.0", "Both")
    inn.until(lambda: inn.told("match_ended"))
    assert player.joined.place.startswith("player_1+player_2 at table 1")
    assert {agent for act in player.acts for block in act.blocks for agent in block.agents} == {
        "player_1",
        "player_2",
    }


def test_what_could_not_be_played_is_said_before_anybody_joins(make_inn: Any) -> None:
    inn = make_inn()
    for seats, why in (
        (["player_1=random", "player_2=random"], "no seat of classic/tictactoe-v3 is open"),
        (["player_1=open"], "nobody decides for player_2"),
        (["player_1=open", "player_2=stonkfish"], "stonkfish"),
        (["player_9=open"], "player_9"),
        (["*=guest:g1"], "seated by the host"),
        (["player_1=human"], "write player_1=open"),
    ):
        with pytest.raises(ArenaError, match=why):
            inn.house.open_table(setup("tictactoe", *seats))
    with pytest.raises(ArenaError, match="has no clocks"):
        inn.house.offer(setup("chess", rules=RuleChoices(pace="realtime", clock="5+3")))
    with pytest.raises(SeatError, match="no queue"):
        inn.house.token("queue")


def test_the_queue_varies_company_and_swaps_seats(make_inn: Any) -> None:
    inn = make_inn(HouseRules(total=9))
    inn.house.offer(setup())
    for name in "abc":
        inn.player(name=name)
    inn.until(lambda: inn.house.stopping)
    pairs = [tuple(sorted(event.fields["players"].values())) for event in inn.told("match_began")]
    assert len(pairs) == 9
    assert all(one != other for one, other in pairwise(pairs))
    firsts = [event.fields["players"]["player_1"] for event in inn.told("match_began")]
    assert all(2 <= firsts.count(name) <= 4 for name in "abc")
    inn.close()
    assert len(inn.recorded()) == 9
    assert inn.recorded() == inn.in_league()


def test_those_who_were_paired_may_play_several_matches_with_seats_swapped(make_inn: Any) -> None:
    inn = make_inn(HouseRules(matches=2, total=4))
    inn.house.offer(setup())
    for name in "abcd":
        inn.player(name=name)
    inn.until(lambda: inn.house.stopping)
    seated = [tuple(event.fields["players"].values()) for event in inn.told("match_began")]
    assert sorted(seated) == sorted([("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")])


def test_a_guest_that_drops_comes_back_into_its_match(make_inn: Any) -> None:
    inn = make_inn(HouseRules(grace_s=20.0))
    inn.house.open_table(setup("tictactoe", "*=open"))
    ada, bob = inn.player("t1.0", "Ada", choose=lambda _act: None), inn.player("t1.1", "Bob")
    inn.until(lambda: ada.acts)
    ada.close()
    inn.until(lambda: inn.told("dropped"))
    again = inn.back(ada)
    inn.until(lambda: inn.told("match_ended"))
    assert outcomes(inn)[0]["reason"] == "win"
    assert again.acts[0].tick == ada.acts[0].tick == 0
    assert [event.kind for event in inn.events if event.kind in {"dropped", "returned"}] == [
        "dropped",
        "returned",
    ]
    inn.until(lambda: bob.ends and again.ends)
    assert len(bob.ends) == len(again.ends) == 1


def test_one_that_does_not_come_back_forfeits_and_loses_its_place(make_inn: Any) -> None:
    inn = make_inn(SHORT)
    inn.house.open_table(setup("tictactoe", "*=open"))
    ada, bob = inn.player("t1.0", "Ada", choose=lambda _act: None), inn.player("t1.1", "Bob")
    inn.until(lambda: ada.acts)
    ada.close()
    inn.until(lambda: inn.told("left"))
    (outcome,) = outcomes(inn)
    assert outcome["reason"] == "disconnect"
    assert [seat["forfeited"] for seat in outcome["seats"]] == ["disconnect", None]
    inn.until(lambda: bob.ends)
    assert bob.ends[0].ranks == {"player_1": 2, "player_2": 1}
    assert inn.house.tables[1].empty == [0]
    third = inn.player("t1.0", "Cleo")
    assert inn.console.do("rematch") == ["it begins at once"]
    inn.until(lambda: third.ends)


def test_one_that_leaves_or_is_kicked_forfeits_at_once(make_inn: Any) -> None:
    inn = make_inn(HouseRules(grace_s=600.0, matches=2))
    inn.house.open_table(setup("tictactoe", "*=open"))
    leaver, bob = inn.player("t1.0", "Lea", choose=lambda _act: None), inn.player("t1.1", "Bob")
    inn.until(lambda: leaver.acts)
    leaver.say(Bye("", message="dinner"))
    inn.until(lambda: len(outcomes(inn)) == 1)
    assert "Lea left: dinner" in outcomes(inn)[0]["detail"]
    kicked = inn.player("t1.0", "Kim", choose=lambda _act: None)
    inn.until(lambda: kicked.acts)
    assert inn.console.do("kick kim") == ["Kim was shown out"]
    inn.until(lambda: len(outcomes(inn)) == 2)
    assert [outcome["reason"] for outcome in outcomes(inn)] == ["disconnect", "disconnect"]
    inn.until(lambda: any(bye.match == "" for bye in kicked.byes))
    inn.until(lambda: len(bob.ends) == 2)


@pytest.mark.parametrize("fault", ["illegal", "garbage", "wrong shape", "foreign", "double"])
def test_a_bad_guest_spoils_only_its_own_match(make_inn: Any, fault: str) -> None:
    inn = make_inn(HouseRules(grace_s=20.0))
    for _ in range(2):
        inn.house.open_table(setup("tictactoe", "*=open"))
    bad = inn.player("t1.0", "Bad", choose=lambda _act: None)
    good = [inn.player(place, place) for place in ("t1.1", "t2.0", "t2.1")]
    inn.until(lambda: bad.acts and len(inn.house.running) + len(outcomes(inn)) == 2)
    act = bad.acts[0]
    head = bytes(encode(first_legal(act))[0])
    if fault == "illegal":
        bad.shout(head, (99).to_bytes(8, "little"))
    elif fault == "wrong shape":
        bad.shout(head, b"\0" * 4)
    elif fault == "garbage":
        for _ in range(5):
            bad.shout(b"\xc1\xc1")
    elif fault == "foreign":
        inn.until(lambda: good[1].hellos)
        other = good[1].hellos[0].match
        for _ in range(3):
            bad.say(replace(first_legal(act), match=other))
            bad.say(Bye(other))
        bad.choose = first_legal
        bad.say(first_legal(act))
    else:
        for _ in range(3):
            bad.say(first_legal(act))
        bad.choose = first_legal
    inn.until(lambda: len(outcomes(inn)) == 2)
    by_player = {outcome["seats"][0]["player"]: outcome for outcome in outcomes(inn)}
    assert by_player["guest:t2.0"]["reason"] == "win"
    expected = {"illegal": "illegal", "wrong shape": "illegal", "garbage": "illegal"}.get(fault, "win")
    assert by_player["guest:Bad"]["reason"] == expected


def test_a_match_that_breaks_ends_alone(
    make_inn: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    inn = make_inn()
    inn.house.offer(setup())
    waits = [inn.player(name=name, choose=lambda _act: None) for name in "abcd"]
    inn.until(lambda: len(inn.house.running) == 2 and sum(len(player.acts) for player in waits) == 2)
    broken = inn.house.running[1].match
    tick = Match.tick
    monkeypatch.setattr(Match, "tick", lambda self, now: 1 / 0 if self is broken else tick(self, now))
    inn.until(lambda: inn.told("match_ended"))
    (ended,) = inn.told("match_ended")
    assert "ZeroDivisionError" in ended.text
    assert list(inn.house.running) == [2]
    for player in waits:
        player.choose = first_legal
    (asked,) = [player for player in waits if player.acts and player.acts[0].match != ended.fields["match"]]
    asked.say(first_legal(asked.acts[0]))
    inn.until(lambda: any(outcome["reason"] == "win" for outcome in outcomes(inn)))
    assert "match 1 failed" in caplog.text


@pytest.mark.parametrize("error", [SeatError("no room"), ZeroDivisionError("no room")])
def test_a_match_that_cannot_be_opened_is_told_and_waits_for_a_start(
    make_inn: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    inn = make_inn()
    inn.house.offer(setup())
    with monkeypatch.context() as patched:
        patched.setattr("arena.hosting.house.open_session", mock.Mock(side_effect=error))
        ada, _ = inn.player(name="Ada"), inn.player(name="Bob")
        inn.until(lambda: inn.told("fault"))
        assert "no room" in inn.told("fault")[0].text
        inn.until(lambda: any("no room" in remark for remark in ada.remarks))
        assert inn.house.holding
        assert len(inn.house.queue) == 2
    inn.console.do("start")
    inn.until(lambda: inn.told("match_ended"))


def test_closing_ends_matches_stores_them_and_tells_everyone(make_inn: Any) -> None:
    inn = make_inn()
    inn.house.offer(setup())
    ada, bob = (inn.player(name=name, choose=lambda _act: None) for name in ("Ada", "Bob"))
    inn.until(lambda: ada.acts or bob.acts)
    inn.house.close()
    for player in (ada, bob):
        while not any(bye.match == "" for bye in player.byes):
            assert player.socket.poll(5000)
            player.play()
        assert len(player.ends) == 1
    (outcome,) = outcomes(inn)
    assert outcome["reason"] == "aborted"
    assert outcome["void"]
    assert list(inn.recorded()) == list(inn.in_league()) == [(outcome["match_id"], 0)]


def test_people_are_shown_the_game_and_its_result(make_inn: Any) -> None:
    inn = make_inn()
    inn.house.open_table(setup("tictactoe", "*=open"))
    person = inn.stranger()
    person.wants = ("view",)
    token = inn.house.token("t1.0")
    person.say(Join(token=token, name="Ada", role="person"))
    inn.until(lambda: person.joined)
    person.choose = first_legal_without_observation
    bot = inn.player("t1.1", "Bob")
    inn.until(lambda: inn.told("match_ended"))
    inn.until(lambda: bot.ends)
    assert person.views
    assert person.views[-1].table["phase"] == "finished"


def first_legal_without_observation(act: Act) -> Message:
    assert all("observation" not in block.arrays for block in act.blocks)
    return first_legal(act)


def test_tokens_of_seats_replace_each_other_and_wait_for_a_free_seat(make_inn: Any) -> None:
    inn = make_inn()
    inn.house.open_table(setup("tictactoe", "*=open"))
    old = inn.house.token("t1.0")
    inn.player("t1.0", "Ada")
    with pytest.raises(SeatError, match="Ada sits there"):
        inn.house.token("t1.0")
    with pytest.raises(SeatError, match=r"no open seat 't7\.0'; seats: t1\.0, t1\.1"):
        inn.house.token("t7.0")
    stranger = inn.stranger()
    stranger.say(Join(token=old))
    inn.until(lambda: stranger.refused)
    assert "revoked" in stranger.refused[0].message


def test_a_seat_is_free_or_taken_before_the_note_of_it_is_read(make_inn: Any) -> None:
    inn = make_inn()
    inn.house.open_table(setup("tictactoe", "*=open"))
    ada = inn.stranger()
    ada.say(Join(token=inn.house.token("t1.0"), name="Ada"))
    while ada.joined is None:  # without a turn of the house
        ada.play()
    with pytest.raises(SeatError, match="Ada sits there"):
        inn.house.token("t1.player_1")
    ada.say(Bye(""))
    while inn.house.gate.door.guests:
        ada.play()
    assert inn.house.token("t1.0")


def test_nobody_is_paired_while_away(make_inn: Any) -> None:
    inn = make_inn(HouseRules(grace_s=20.0))
    inn.house.offer(setup())
    ada = inn.player(name="Ada")
    ada.close()
    inn.until(lambda: inn.told("dropped"))
    bob = inn.player(name="Bob")
    inn.until(lambda: bob.remarks)
    assert inn.house.running == {}
    inn.back(ada)
    inn.until(lambda: inn.told("match_ended"))


def test_a_bot_that_crashes_three_times_in_a_row_leaves_the_queue(make_inn: Any) -> None:
    inn = make_inn()
    inn.house.offer(setup())
    bad = inn.player(name="Bad", choose=lambda act: Refused(act.match, Refusal.CRASH, "it raised KeyError"))
    good = inn.player(name="Good")
    inn.until(lambda: inn.told("left"))
    told = "Bad crashed in 3 matches in a row and left the queue; mend it and join again with a new token"
    assert [event.text for event in inn.told("left")] == [told]
    assert [outcome["reason"] for outcome in outcomes(inn)] == ["crash"] * 3
    inn.until(lambda: [bye.message for bye in bad.byes if not bye.match] == [told])
    assert inn.guest(good).is_here
    assert inn.console.do("queue") == ["1. Good", "playing: nobody"]


def test_a_bot_that_refuses_three_matches_in_a_row_leaves_the_queue(make_inn: Any) -> None:
    inn = make_inn()
    inn.house.offer(setup())
    inn.player(name="Bad").refuses = Refusal.SPACES
    good = inn.player(name="Good")
    inn.until(lambda: inn.told("left"))
    assert inn.told("left")[0].text.startswith("Bad refused 3 matches in a row and left the queue; mend it")
    assert [(outcome["reason"], outcome["void"]) for outcome in outcomes(inn)] == [("refused", True)] * 3
    assert inn.guest(good).is_here


def test_crashes_with_a_match_played_well_between_them_are_forgiven(make_inn: Any) -> None:
    inn = make_inn()
    inn.house.offer(setup())
    begun: list[str] = []

    def now_and_then(act: Act) -> Message:
        begun.extend([act.match] * (act.match not in begun))
        if len(begun) % 3:
            return Refused(act.match, Refusal.CRASH, "it raised KeyError")
        return first_legal(act)

    inn.player(name="Moody", choose=now_and_then)
    inn.player(name="Good")
    inn.until(lambda: len(outcomes(inn)) >= 6)
    reasons = [outcome["reason"] for outcome in outcomes(inn)][:6]
    assert reasons[:2] == reasons[3:5] == ["crash"] * 2
    assert "crash" not in (reasons[2], reasons[5])
    assert not inn.told("left")
