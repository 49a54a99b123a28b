"""The lobby: who sits where, and by which rules. People sit down by pressing a button of their device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygame

from arena.errors import ArenaError
from arena.games.entry import CatalogEntry
from arena.match.seating import parse_spec
from arena.session import MatchSetup
from scenes.screens import form, words
from scenes.screens.job import Job
from scenes.screens.lobby_check import Findings, examine
from scenes.screens.lobby_dialogs import Saved, SeatDialog, save_dialog, saved_dialog
from scenes.screens.lobby_draft import Draft, is_person
from scenes.screens.lobby_foot import Foot
from scenes.screens.lobby_invitation import Invitation
from scenes.screens.lobby_presets import Presets
from scenes.screens.lobby_rules import RulesForm
from scenes.screens.lobby_seats import SeatRow
from scenes.screens.lobby_sitters import (
    Sitter,
    by_turns,
    for_click,
    for_press,
    named,
    person_name,
    sitters,
    spoken,
    usual_opponent,
)
from scenes.screens.page import GAP, Page
from scenes.ui import Button, Panel, ScrollView, Tabs, layout

if TYPE_CHECKING:
    from scenes.app import App

ARROWS = {"up", "down", "left", "right"}
FOOT = 56
RULES = 430
NARROW = 860
"""Below this width, at scale 1, seats and rules take turns."""


class LobbyScreen(Page):
    """Seats at the left, rules at the right, Start below. ``setup`` is a match to begin from."""

    title = "Lobby"

    def __init__(self, app: App, entry: CatalogEntry, setup: MatchSetup | None = None) -> None:
        super().__init__(app)
        self.entry = entry
        self.presets = Presets(app.home.root)
        self.draft = Draft.of(entry, setup) if setup is not None else self._newcomer()
        self.offers: list[Sitter] = []
        self.findings: Findings | None = None
        self._job: Job[Findings] | None = None
        self._stale = True
        self._starting = False
        self._built: tuple[object, ...] = ()
        self.heading.text = entry.title
        self.rows: list[SeatRow] = []
        self.form = RulesForm(entry, self.draft, self._changed)
        self.seats_view = ScrollView(self._arrange_rows, padding=4)
        self.rules_panel = Panel()
        self.rules_view = ScrollView(self._arrange_rules, padding=16)
        self.tabs = Tabs(["Seats", "Rules"], on_change=lambda _: self.ui.relayout())
        self.invitation = Invitation(app.hub)
        self.foot = Foot(self.start, self.swap_seats, self.fill_seats)
        self.tools = [
            Button("Saved", self.open_saved, icon="bookmark", kind="ghost"),
            Button("Save", self.open_save, icon="save", kind="ghost"),
        ]

    def _newcomer(self) -> Draft:
        """An empty seat for the person, and somebody who can be beaten in the others."""
        draft = Draft.fresh(self.entry)
        for agent in list(draft.seats)[1:]:
            draft.seats[agent] = usual_opponent(self.entry)
        return draft

    # ---- the screen's life ---------------------------------------------------------------------------------

    def build(self) -> None:
        """Add everything; the focus is on the first empty seat."""
        super().build()
        self.ui.add(self.tabs, self.seats_view, self.invitation, self.rules_panel, self.rules_view)
        self.ui.add(*self.foot.widgets)
        self.subtitle.text = self.entry.summary
        self._refresh_offers()
        self._rebuild()
        self._focus_next()

    def uncover(self) -> None:
        """Back from a match: another seed, and whatever was plugged or unplugged."""
        self.form.renew_seed()
        self._refresh_offers()
        self._changed()

    def leave(self) -> None:
        """Wait for the check that is under way."""
        if self._job is not None:
            self._job.close()

    def devices_changed(self) -> None:
        """Pads can be seated or no longer."""
        self._refresh_offers()
        self._changed()

    def update(self, now: float) -> bool:
        """Take what the check has found, and check again what has changed since."""
        changed = False
        if self._job is not None and self._job.done:
            job, self._job = self._job, None
            self._take(job.result())
            changed = True
        if self._stale and self._job is None:
            self._stale = False
            draft, offers, hub, root = self.draft.copy(), list(self.offers), self.app.hub, self.app.home.root
            self._job = Job(lambda: examine(draft, offers, hub, root), self.app.waker.wake)
        return changed

    @property
    def checking(self) -> bool:
        """Whether the draft has changed since it was last checked."""
        return self._stale or self._job is not None

    def _take(self, findings: Findings) -> None:
        self.findings = findings
        self.draft.set_agents(findings.agents)
        described = [form.Described.of(option) for option in findings.described]
        if [option.name for option in described] != [option.name for option in self.form.described]:
            self.form.described = described
            self._rebuild()
        self._sync()
        if self._starting and not self.checking:
            self._starting = False
            self.start()

    # ---- seats ---------------------------------------------------------------------------------------------

    def sit(self, spec: str, agent: str | None = None) -> bool:
        """Seat a person: in ``agent``, else in the first empty seat, else instead of the first program."""
        free = agent or next(iter(self.draft.empty), None) or self._first_program()
        if free is None:
            self.app.say("Every seat is taken by a person", "warn")
            return False
        before = self.draft.seats[free]
        self.draft.seats[free] = self._with_name(spec)
        if before and not is_person(before):
            self.app.say(f"{words.agent_name(free)} is yours now instead of {spoken(before)}", "good")
        self.app.audio.play("join")
        self._changed()
        self._focus_next()
        return True

    def sit_by_click(self, agent: str) -> None:
        """Somebody clicked "Sit here", or chose it with keys or a pad."""
        self.sit(for_click(self.entry), agent)

    def choose(self, agent: str, sitter: Sitter) -> None:
        """Seat whom the chooser says, or ask for the address that is missing."""
        if sitter.ask:
            self._ask(agent, sitter.ask, "")
        else:
            person = is_person(sitter.words)
            self.draft.seats[agent] = self._with_name(sitter.words) if person else sitter.words
        self._changed()

    def open_options(self, agent: str) -> None:
        """Show what can be set for who sits there."""
        spec = self.draft.seats[agent]
        try:
            kind = parse_spec(spec).kind
        except ArenaError:
            kind = "*"
        self._ask(agent, kind, spec)

    def _ask(self, agent: str, kind: str, spec: str) -> None:
        def done(chosen: str) -> None:
            self.draft.seats[agent] = chosen
            if person_name(chosen):
                self.app.store.remember_name(person_name(chosen))
            self._changed()

        def refuse(why: str) -> None:
            self.app.say(why, "bad")
            self._changed()

        dialog = SeatDialog(kind, "" if kind == "*" and not spec else spec, done)
        title = words.agent_name(agent)
        self.ui.open(dialog.dialog(title, spoken(spec) if spec else "", refuse))

    def swap_seats(self) -> None:
        """Everybody moves on one seat."""
        self.draft.swap()
        self._changed()

    def fill_seats(self) -> None:
        """Seat the usual opponent wherever nobody sits."""
        for agent in self.draft.empty:
            self.draft.seats[agent] = usual_opponent(self.entry)
        self._changed()
        self._focus_next()

    def pressed(self, device_id: str, key: str) -> bool:
        """Sit down who pressed a key of a layout or a button of a pad that nobody has yet.

        Arrow keys and a pad's A also move and accept, so they mean a seat only while one is empty.
        """
        device = self.app.hub.device(device_id)
        typing = self.ui.focused is not None and self.ui.focused.wants_keys
        if device is None or self.ui.overlays or typing:
            return False
        spec = for_press(self.entry, self.app.hub, device, key)
        if spec is None or self._has_seat(spec):
            return False
        if (key in ARROWS or key == "a") and not (self.draft.empty and self._at_seats):
            return False
        return self.sit(spec)

    @property
    def _at_seats(self) -> bool:
        """Whether the focus is nowhere in particular or on a seat."""
        focused = self.ui.focused
        return focused is None or any(focused in row.children() for row in self.rows)

    def _has_seat(self, spec: str) -> bool:
        """Whether who would sit down as ``spec`` does so already; one mouse needs one invitation only."""
        if by_turns(self.entry) and spec == for_click(self.entry):
            return bool(self.draft.people)
        target = parse_spec(spec).target
        return any(person.target == target for person in self.draft.people.values())

    def _first_program(self) -> str | None:
        return next((agent for agent, spec in self.draft.seats.items() if not is_person(spec)), None)

    def _with_name(self, spec: str) -> str:
        """``spec`` with the newest name that nobody in the lobby has."""
        if person_name(spec):
            return spec
        used = {person_name(other) for other in self.draft.seats.values()}
        name = next((name for name in self.app.settings.names if name not in used), "")
        return named(spec, name) if name else spec

    # ---- the match -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Go to the match, once what was changed last is known to be good."""
        if self.checking:
            self._starting = True
            return
        if self._obstacle():
            self.app.say(self._obstacle(), "bad")
            return
        self.presets.remember(self.draft)
        from scenes.screens.match import MatchScreen

        self.app.push(MatchScreen(self.app, self.draft.setup()))

    def _obstacle(self) -> str:
        """Why the match cannot start, or nothing."""
        empty = self.draft.empty
        if empty:
            names = ", ".join(map(words.agent_name, empty[:3])) + (" and others" if len(empty) > 3 else "")
            return f"{names}: nobody sits there yet"
        if self.form.seed.error:
            return f"Seed: {self.form.seed.error}"
        if self.findings is None:
            return ""
        wrong = ", ".join(map(words.agent_name, self.findings.seats))
        return self.findings.options or self.findings.rules or (f"{wrong}: see above" if wrong else "")

    def open_save(self) -> None:
        """Ask for a name and keep the match under it."""
        self.ui.open(save_dialog(self.entry.title, self._save))

    def _save(self, name: str) -> None:
        try:
            self.presets.save(name, self.draft)
        except ArenaError as error:
            self.app.say(str(error), "bad")
        else:
            self.app.say(f"Saved as {name.strip()}", "good")

    def open_saved(self) -> None:
        """Offer the saved and the recent matches of this game."""
        named_ones = [Saved(draft, name) for name, draft in self.presets.named.items()]
        lines = [*named_ones, *map(Saved, self.presets.recent)]
        here = [line for line in lines if line.draft.game == self.entry.id]
        self.ui.open(saved_dialog(self.entry, here, self.use, self.presets.delete))

    def use(self, draft: Draft) -> None:
        """Take the choices of a saved match."""
        self.draft = draft.copy()
        self.form.draft = self.draft
        self.form.renew_seed()
        self._changed()
        self._focus_next()

    # ---- what is shown -------------------------------------------------------------------------------------

    def _refresh_offers(self) -> None:
        self.offers = sitters(self.entry, self.app.hub)

    def _changed(self) -> None:
        """Something was chosen: show it, and check it."""
        self._stale = True
        self._rebuild_rules()
        self._sync()

    def _rebuild(self) -> None:
        self._rebuild_rules()
        self._sync()

    def _rebuild_rules(self) -> None:
        """Fields come and go with the pace; the focus stays at its place."""
        shape = self._shape()
        if shape == self._built:
            return
        self._built = shape
        at = next((index for index, item in enumerate(self.rules_view.items) if item.state.focused), None)
        self.rules_view.set_items(self.form.build())
        if at is not None and at < len(self.rules_view.items):
            self.ui.focus(self.rules_view.items[at])

    def _shape(self) -> tuple[object, ...]:
        """What decides which fields there are."""
        options = tuple(option.name for option in self.form.described)
        return id(self.draft), self.draft.rules.pace, self.form.every_option, options

    def _sync(self) -> None:
        """Bring rows, buttons and status in line with the draft and the findings."""
        agents = list(self.draft.seats)
        if [row.agent for row in self.rows] != agents:
            self.rows = [SeatRow(self.entry, agent, number, self) for number, agent in enumerate(agents)]
            self.seats_view.set_items(self.rows)
        findings = self.findings
        unfit = findings.unfit if findings is not None else {}
        fitting = [offer for offer in self.offers if offer.missing or offer.words not in unfit]
        for row in self.rows:
            spec = self.draft.seats[row.agent]
            problem = findings.seats.get(row.agent, "") if findings is not None and spec else ""
            row.sync(spec, fitting, problem)
        used = [person.target for person in self.draft.people.values()]
        self.invitation.show(self.entry, open_seats=bool(self.draft.empty), used=used)
        self.foot.show(
            self._obstacle(),
            seats=len(self.draft.seats),
            empty=len(self.draft.empty),
            checking=self.checking,
        )
        self.ui.relayout()

    def _focus_next(self) -> None:
        """To the next empty seat; to Start when all are taken."""
        empty = next((row for row in self.rows if row.empty), None)
        self.ui.focus(empty.sit if empty is not None else self.foot.start)

    # ---- places --------------------------------------------------------------------------------------------

    def arrange(self, rect: pygame.Rect) -> None:
        """Two columns, or one at a time where there is little room; the foot below both."""
        px, gap = self.px, self.px(GAP)
        body, foot = layout.rows(rect, [1.0, px(FOOT)], gap)
        wide = rect.width >= px(NARROW)
        self.tabs.visible = not wide
        if wide:
            left, right = layout.columns(body, [1.0, px(RULES)], gap + px(8))
        else:
            tabs, left = layout.rows(body, [px(44), 1.0], px(12))
            self.tabs.place(tabs)
            right = left
        self.seats_view.visible = wide or self.tabs.index == 0
        self.rules_view.visible = self.rules_panel.visible = wide or self.tabs.index == 1
        needed = sum(px(row.height) + px(10) for row in self.rows)
        self.invitation.visible = self.seats_view.visible and left.height >= needed + px(Invitation.HEIGHT)
        if self.invitation.visible:
            left, below = layout.rows(left, [1.0, px(Invitation.HEIGHT)])
            self.invitation.place(below)
        self.seats_view.place(left.inflate(2 * px(4), 2 * px(4)))
        self.rules_panel.place(right)
        self.rules_view.place(right.inflate(-2 * px(4), -2 * px(4)))
        self.foot.place(foot, px)

    def _arrange_rows(self, rect: pygame.Rect) -> None:
        px, y = self.px, rect.y
        for row in self.rows:
            row.place(pygame.Rect(rect.x, y, rect.width, px(row.height)))
            y += px(row.height) + px(10)

    def _arrange_rules(self, rect: pygame.Rect) -> None:
        form.arrange(self.rules_view.items, rect)
