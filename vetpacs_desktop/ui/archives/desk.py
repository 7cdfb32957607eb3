"""The panel of other archives as the window knows it: its card, the deed "send", and what it tells people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from vetpacs_desktop.jobs import Jobs, Progress
from vetpacs_desktop.store.archives.nodes import Node
from vetpacs_desktop.store.archives.outbox import Sending, State
from vetpacs_desktop.store.archives.routing import Rule
from vetpacs_desktop.store.machines.senders import senders
from vetpacs_desktop.store.records import StudyRow, StudyUID
from vetpacs_desktop.ui import ask, words
from vetpacs_desktop.ui.archives import saying
from vetpacs_desktop.ui.archives.card import ArchivesCard
from vetpacs_desktop.ui.archives.entering import Entering
from vetpacs_desktop.ui.archives.monitor import TrafficMonitor
from vetpacs_desktop.ui.archives.outbox_dialog import OutboxDialog
from vetpacs_desktop.ui.archives.rules_dialog import RulesDialog
from vetpacs_desktop.ui.archives.searching import Searching
from vetpacs_desktop.ui.archives.send_dialog import SendDialog
from vetpacs_desktop.ui.bridge import Bridge
from vetpacs_desktop.ui.card import Card
from vetpacs_desktop.ui.house import Deed, House
from vetpacs_desktop.ui.notices import ATTENTION, GOOD, PROBLEM, Notice
from vetpacs_desktop.ui.operations import sending
from vetpacs_desktop.ui.operations.sending import Traffic
from vetpacs_desktop.ui.transfers import Transfer

LAST = "archives/sent_to"


@dataclass(frozen=True, slots=True)
class Promise:
    """What a person was told is on its way, and what is said once it is there."""

    node: str
    uids: frozenset[StudyUID]
    said: str
    kept: str


class ArchivesDesk(QObject):
    """Joins the panel to the window."""

    def __init__(self, house: House, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._house = house
        self._library = house.app.library
        self._jobs = Jobs(2)
        self._talk = Bridge(self._jobs, self)
        """Conversations with other computers, which may take long, hold nobody else up."""
        self.monitor = TrafficMonitor(self._library, house.chores, self)
        self.card = ArchivesCard()
        self.entering = Entering(house, self._talk, self)
        self.searching: Searching | None = None
        self.dialog: QDialog | None = None
        """The dialog that is open, of those about the queue and the rules."""
        self._told: dict[str, str] = {}
        self._known: dict[int, State] | None = None
        self._promised: list[Promise] = []
        self._shown: dict[str, Transfer] = {}
        self._waiting_to_send: list[StudyRow] = []
        self._connect()

    def cards(self) -> Sequence[tuple[str, Card]]:
        """One."""
        return (("archives", self.card),)

    def deeds(self) -> Mapping[str, Deed]:
        """What this panel does with exams."""
        return {"send": self.send}

    def start(self) -> None:
        """Watch the queue from now on."""
        self.monitor.start()

    def stop(self) -> None:
        """Close what is open and end the conversations."""
        self.monitor.stop()
        self.entering.close()
        if self.searching is not None and self.searching.dialog is not None:
            self.searching.dialog.reject()
        if self.dialog is not None:
            self.dialog.reject()
        self._talk.close()
        self._jobs.close()

    def send(self, studies: list[StudyRow]) -> None:
        """Ask where to, then queue the exams."""
        last = str(self._house.state.value(LAST, ""))
        dialog = SendDialog(studies, self.monitor.now.nodes, last, self._house.window)
        dialog.chosen.connect(lambda node: self._queue(studies, node))
        dialog.add_requested.connect(lambda: self._add_then_send(studies))
        self._open(dialog)

    def show_outbox(self) -> None:
        """What is on its way."""
        dialog = OutboxDialog(self.monitor.now.sendings, self._house.window)
        outbox = self._library.outbox
        dialog.retry_requested.connect(lambda ids: self._do(lambda: outbox.retry(ids)))
        dialog.hold_requested.connect(lambda ids: self._do(lambda: outbox.hold(ids)))
        dialog.go_on_requested.connect(lambda ids: self._do(lambda: outbox.go_on(ids)))
        dialog.remove_requested.connect(lambda ids: self._do(lambda: outbox.remove(ids)))
        dialog.clear_requested.connect(lambda: self._do(outbox.forget_finished))
        dialog.details_wanted.connect(self._show_failures)
        self._open(dialog)

    def show_rules(self) -> None:
        """The rules that send by themselves."""
        names = [node.name for node, _ in self.monitor.now.nodes]

        def open_with(machines: list[str]) -> None:
            dialog = RulesDialog(self.monitor.now.rules, names, machines, self._house.window)
            dialog.save_requested.connect(self._save_rule)
            dialog.remove_requested.connect(self._remove_rule)
            dialog.preview_wanted.connect(self._preview)
            self._open(dialog)
            self._preview(dialog.rule())

        home = self._house.app.home
        self._house.chores.start(
            lambda _report, _cancel: sorted(row.name for row in senders(home)), open_with
        )

    def show_search(self) -> None:
        """Search the other archives."""
        if not self._names():
            self.entering.begin([])  # there is nothing to search yet
        elif self.searching is None or self.searching.dialog is None:
            self.searching = Searching(self._house, self._talk, self._names(), self)

    # -- what the card and the dialogs ask for -------------------------------------------------------------

    def _connect(self) -> None:
        self.monitor.changed.connect(self._changed)
        self.monitor.touched.connect(self._touched)
        self.card.add_requested.connect(lambda: self.entering.begin(self._names()))
        self.card.change_requested.connect(lambda node: self.entering.begin(self._names(), node))
        self.card.test_requested.connect(self.entering.test)
        self.card.remove_requested.connect(self._remove)
        self.card.outbox_requested.connect(self.show_outbox)
        self.card.rules_requested.connect(self.show_rules)
        self.card.search_requested.connect(self.show_search)

    def _names(self) -> list[str]:
        return [node.name for node, _ in self.monitor.now.nodes]

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def _do(self, work: Callable[[], object]) -> None:
        sending.run(self._house.chores, work, lambda _: self.monitor.look(), self._house.tell)

    def _queue(self, studies: list[StudyRow], node: Node) -> None:
        self._house.state.setValue(LAST, node.name)

        def told(images: int) -> None:
            what = studies[0].animal_name if len(studies) == 1 else ""
            what = what or words.exams(len(studies))
            facts = {"what": what, "images": words.images(images), "name": node.name}
            if images:
                text = self.tr("{what} ({images}) is on the way to {name}.").format(**facts)
                kept = self.tr("{what} ({images}) has been sent to {name}.").format(**facts)
                uids = frozenset(study.study_uid for study in studies)
                self._promised.append(Promise(node.name, uids, text, kept))
            else:
                text = self.tr("{what} is on the way to {name} already.").format(**facts)
            self._house.tell(Notice(GOOD, text, action=(self.tr("Show"), self.show_outbox)))
            self.monitor.look()

        sending.queue(self._house.app, self._house.chores, studies, node, told, self._house.tell)

    def _add_then_send(self, studies: list[StudyRow]) -> None:
        self._waiting_to_send = studies
        self.entering.begin(self._names())

    def _remove(self, node: Node) -> None:
        waiting = [one for one in self.monitor.now.sendings if one.node == node.name]
        open_still = [one for one in waiting if one.state not in (State.DONE, State.FAILED)]
        rules = [rule for rule in self.monitor.now.rules if rule.node == node.name]
        question = self.tr("Remove {name}?").format(name=node.name)
        if open_still or rules:
            text = self.tr("{exams} on their way there and {n} of the rules go with it.")
            question += " " + text.format(exams=words.exams(len(open_still)), n=len(rules))
        if ask.may(self._house.window, question, yes=self.tr("Remove"), no=self.tr("Keep")):
            self._do(lambda: self._library.nodes.remove(node.name))

    def _show_failures(self, job_id: int) -> None:
        def show(failures: list[tuple[str, str]]) -> None:
            if isinstance(self.dialog, OutboxDialog):
                self.dialog.show_failures(job_id, failures)

        work = self._library.outbox.failures
        sending.run(self._house.chores, lambda: work(job_id), show, self._house.tell)

    def _save_rule(self, rule: Rule) -> None:
        def saved(kept: Rule) -> None:
            self._renew_rules(kept.rule_id)

        def problem(notice: Notice) -> None:
            if isinstance(self.dialog, RulesDialog):
                self.dialog.show_problem(notice.text)

        sending.run(self._house.chores, lambda: self._library.routes.save(rule), saved, problem)

    def _remove_rule(self, rule_id: int) -> None:
        work = self._library.routes.remove
        sending.run(
            self._house.chores, lambda: work(rule_id), lambda _: self._renew_rules(0), self._house.tell
        )

    def _renew_rules(self, chosen: int) -> None:
        def show(rules: tuple[Rule, ...]) -> None:
            if isinstance(self.dialog, RulesDialog):
                self.dialog.show_rules(rules, chosen)
            self.monitor.look()

        sending.run(self._house.chores, self._library.routes.rules, show, self._house.tell)

    def _preview(self, rule: Rule) -> None:
        def show(found: list[StudyRow]) -> None:
            if isinstance(self.dialog, RulesDialog):
                self.dialog.show_preview(rule, found)

        work = self._library.routes.preview
        sending.run(self._house.chores, lambda: work(rule), show, self._house.tell)

    # -- what changed --------------------------------------------------------------------------------------

    def _changed(self, traffic: Traffic) -> None:
        self.card.show_traffic(traffic)
        if isinstance(self.dialog, OutboxDialog):
            self.dialog.show_sendings(traffic.sendings)
        self._show_in_strip(traffic)
        self._tell(traffic)
        if self._waiting_to_send and traffic.nodes:
            studies, self._waiting_to_send = self._waiting_to_send, []
            self.send(studies)

    def _touched(self) -> None:
        if self.searching is not None:
            self.searching.library_changed()

    def _show_in_strip(self, traffic: Traffic) -> None:
        """One line for each archive that is being sent to, or that exams wait for."""
        waiting: dict[str, list[Sending]] = {}
        for one in traffic.sendings:
            if one.state is State.WAITING:
                waiting.setdefault(one.node, []).append(one)
        titles = {
            (
                self.tr("Waiting for {name}")
                if any(map(saying.is_stuck, sendings))
                else self.tr("Sending to {name}")
            ).format(name=name): name
            for name, sendings in waiting.items()
        }
        for title in [title for title in self._shown if title not in titles]:
            self._house.transfers.end(self._shown.pop(title))
        for title, name in titles.items():
            if title not in self._shown:
                hold = partial(self._hold_all, name)
                self._shown[title] = self._house.transfers.follow(title, hold, place="archives")
            sendings = waiting[name]
            done, total = sum(one.sent + one.failed for one in sendings), sum(one.total for one in sendings)
            self._house.transfers.renew(self._shown[title], Progress(done, total))

    def _hold_all(self, name: str) -> None:
        ids = [one.job_id for one in self.monitor.now.sendings if one.node == name]
        self._do(lambda: self._library.outbox.hold(ids))
        text = self.tr("Sending to {name} is held. It goes on when you say so.").format(name=name)
        self._house.tell(Notice(ATTENTION, text, action=(self.tr("Show"), self.show_outbox)))

    def _tell(self, traffic: Traffic) -> None:
        """A notice when trouble begins or ends and when a sending has failed; each once."""
        stuck: dict[str, list[Sending]] = {}
        for one in traffic.sendings:
            if saying.is_stuck(one):
                stuck.setdefault(one.node, []).append(one)
        for name in [name for name in self._told if name not in stuck]:
            self._house.tell(Notice(GOOD, self._relief(traffic, name), replaces=self._told.pop(name)))
        show = (self.tr("Show"), self.show_outbox)
        for name, sendings in stuck.items():
            if name not in self._told:
                self._told[name] = saying.trouble(sendings)
                uids = {one.study_uid for one in sendings}
                untrue = next(
                    (one.said for one in self._promised if one.node == name and one.uids & uids), ""
                )
                self._house.tell(
                    Notice(ATTENTION, self._told[name], action=show, stays=True, replaces=untrue)
                )
        for one in traffic.sendings:
            before = None if self._known is None else self._known.get(one.job_id)
            if one.state is State.FAILED and before is not State.FAILED:
                self._house.tell(Notice(PROBLEM, saying.failure(one), action=show))
        self._known = {one.job_id: one.state for one in traffic.sendings}
        self._tell_done(traffic)

    def _relief(self, traffic: Traffic, name: str) -> str:
        """Why there is no more trouble with an archive."""
        if any(one.node == name and one.state is State.WAITING for one in traffic.sendings):
            return self.tr("{name} can be reached again; what waited is being sent.").format(name=name)
        if any(one.node == name and one.state is State.DONE for one in traffic.sendings):
            return self.tr("What waited for {name} has been sent.").format(name=name)
        return self.tr("Nothing waits for {name} any more.").format(name=name)

    def _tell_done(self, traffic: Traffic) -> None:
        """What was sent from this window is there: one sentence in place of the one that it is on its way."""
        for promise in tuple(self._promised):
            states = {
                one.state
                for one in traffic.sendings
                if one.node == promise.node and one.study_uid in promise.uids
            }
            if states <= {State.DONE, State.FAILED}:
                self._promised.remove(promise)
                if states == {State.DONE}:
                    self._house.tell(Notice(GOOD, promise.kept, replaces=promise.said))
