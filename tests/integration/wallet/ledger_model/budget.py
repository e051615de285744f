"""The authority's money: voted, given to members in the order of the line, and what waits for more."""

from __future__ import annotations

from datetime import datetime

from tests.integration.wallet.ledger_model.books import Books, Membership, Place, Purse
from tests.integration.wallet.ledger_model.rights import (
    ALL,
    CLOSES_WHEN_SPENT,
    LAST_JOIN,
    NEW_VERSION,
    RIGHTS,
    WITH_FEE,
    Right,
    age_on,
)


class Budget:
    def __init__(self, books: Books) -> None:
        self._books = books

    def vote(self, benefit: str, cents: int) -> None:
        self._books.voted[benefit] += cents
        self._books.give(benefit, cents)

    # --- Joining

    def join(self, member: str, scheme: str) -> str:
        """ "done", or why a request is refused; nothing has changed yet."""
        books = self._books
        if (member, scheme) in books.memberships:
            return "already_member"
        if books.today > LAST_JOIN:
            return "join_closed"
        wanted = [name for name in RIGHTS if RIGHTS[name].scheme == scheme and self._is_due(member, name)]
        if scheme in CLOSES_WHEN_SPENT and any(
            books.voted[name] and books.free[name] < books.cents_of(RIGHTS[name]) for name in wanted
        ):
            return "budget_spent"
        return "done"

    def joined(self, member: str, scheme: str, membership_id: str, now: datetime) -> None:
        state = "awaiting_payment" if scheme in WITH_FEE else "active"
        self._books.memberships[member, scheme] = Membership(membership_id, self._books.today, state)
        if state == "active":
            self._activate(member, scheme, now)

    def settle(self, member: str, scheme: str, now: datetime) -> str:
        """The fee is paid, or let go."""
        membership = self._books.memberships[member, scheme]
        if membership.state != "awaiting_payment":
            return "fee_not_due"
        membership.state = "active"
        self._activate(member, scheme, now)
        return "done"

    def _activate(self, member: str, scheme: str, now: datetime) -> None:
        """Each benefit as far as its envelope bears it: "budget épuisé" for the rest, who wait."""
        wanted = [name for name in RIGHTS if RIGHTS[name].scheme == scheme and self._is_due(member, name)]
        for name in wanted:
            self._wait(member, name, now)
        for name in wanted:
            self.serve(name)

    def _is_due(self, member: str, benefit: str) -> bool:
        """With the membership, on the day of its request."""
        books, right = self._books, ALL[benefit]
        person, membership = books.persons[member], books.memberships.get((member, right.scheme))
        asked = membership.requested_on if membership else books.today
        return age_on(person.born, asked) >= right.from_age and (person.mission or not right.by_proof)

    # --- What loads later

    def prove_mission(self, member: str, now: datetime) -> None:
        """A fact that a benefit waited for; members of its scheme get it then."""
        self._books.persons[member].mission = True
        for name, right in RIGHTS.items():
            if right.by_proof and self._books.is_member(member, right.scheme) and not self._has(member, name):
                self._load(member, name, now)

    def load_before_transfer(self, member: str, benefit: str, now: datetime) -> str:
        """ "", or why not yet: a benefit that waits for a birthday is looked at again, with the age of today."""
        books, right = self._books, RIGHTS[benefit]
        if not books.is_member(member, right.scheme) or (member, benefit) in books.purses:
            return ""
        if age_on(books.persons[member].born, books.today) < right.from_age:
            return "transfer_not_yet"
        self._load(member, benefit, now)
        return ""

    def _has(self, member: str, benefit: str) -> bool:
        """It, or a place in its line."""
        return self._waits(member, benefit) or (member, benefit) in self._books.purses

    def _waits(self, member: str, benefit: str) -> bool:
        return any(place.member == member for place in self._books.line[benefit])

    def _load(self, member: str, benefit: str, now: datetime) -> None:
        """With it the member's turn is looked at in every line of the same scheme."""
        if not self._has(member, benefit):
            self._wait(member, benefit, now)
        self._serve_all_of(member, RIGHTS[benefit].scheme)

    def _serve_all_of(self, member: str, scheme: str) -> None:
        for name, right in RIGHTS.items():
            if right.scheme == scheme and self._waits(member, name):
                self.serve(name, only=member)

    # --- A later version

    def adopt(self) -> str:
        if not self._books.version_adopted and self._books.today >= NEW_VERSION:
            return "version_too_late"
        self._books.version_adopted = True
        return "done"

    def apply_version(self) -> None:
        """On its first day members get the difference as far as the envelope goes; who waits, waits for more."""
        raised = {name: right for name, right in RIGHTS.items() if right.raised_cents}
        for member, scheme in sorted(self._books.memberships, key=lambda each: self._membership_id(*each)):
            for name, right in raised.items():
                if right.scheme == scheme and self._books.is_member(member, scheme):
                    self._raise(member, name, right)

    def _membership_id(self, member: str, scheme: str) -> str:
        return self._books.memberships[member, scheme].membership_id

    def _raise(self, member: str, benefit: str, right: Right) -> None:
        books, more = self._books, right.raised_cents - right.cents
        purse = books.purses.get((member, benefit))
        if purse and books.free[benefit] >= more:
            books.free[benefit] -= more
            purse.cents += more
        for place in books.line[benefit]:
            if place.member == member:
                place.cents = right.raised_cents
        self._serve_all_of(member, right.scheme)

    # --- The line

    def _wait(self, member: str, benefit: str, now: datetime) -> None:
        books, right = self._books, RIGHTS[benefit]
        membership = books.memberships[member, right.scheme]
        books.line[benefit].append(Place(member, membership.membership_id, now, books.cents_of(right)))

    def serve(self, benefit: str, only: str | None = None) -> None:
        """First the request that was complete first. Who needs more than is left is passed; cents of those before who
        are not served now are kept for them."""
        books = self._books
        left = books.free[benefit]
        for place in sorted(books.line[benefit], key=lambda each: each.turn):
            if place.cents > left:
                continue
            left -= place.cents
            if only in (None, place.member):
                self._credit(place, benefit, RIGHTS[benefit])
            else:
                books.called.add(benefit)

    def _credit(self, place: Place, benefit: str, right: Right) -> None:
        books = self._books
        books.line[benefit].remove(place)
        books.free[benefit] -= place.cents
        books.purses[place.member, benefit] = Purse(right, place.cents, right.uses, books.last_day_of(right))

    def serve_called(self) -> None:
        """What a job does as soon as an envelope that is waited for was given to."""
        while self._books.called:
            self.serve(self._books.called.pop())
