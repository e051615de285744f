"""Seasons and budget."""

from __future__ import annotations

from atouts.wallet.v1 import seasons_pb2 as pb

from chassis.work import Work
from rulebooks import Rulebook
from services.wallet.application import seasons as use_cases
from services.wallet.application.idempotency import RequestKey, hash_request
from services.wallet.bootstrap import Parts
from services.wallet.domain.versions import Version
from services.wallet.entrypoints import parse
from services.wallet.entrypoints.doors.times import timestamp
from services.wallet.store import budget, seasons


class SeasonDoor:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def open_season(self, work: Work, request: pb.OpenSeasonRequest) -> pb.OpenSeasonResponse:
        command = use_cases.OpenSeason(parse.name("scheme", request.scheme), parse.name("season", request.season))
        rulebook = use_cases.open_season(work, self._parts.rules, command)
        return pb.OpenSeasonResponse(season=self._season(work, rulebook))

    def adopt_version(self, work: Work, request: pb.AdoptVersionRequest) -> pb.AdoptVersionResponse:
        command = use_cases.AdoptVersion(
            parse.name("scheme", request.scheme), parse.name("season", request.season), request.rulebook_hash
        )
        use_cases.adopt_version(work, self._parts.rules, command)
        in_force = self._parts.rules.in_force(work, command.scheme, command.season)
        return pb.AdoptVersionResponse(season=self._season(work, in_force))

    def list_seasons(self, work: Work, _request: pb.ListSeasonsRequest) -> pb.ListSeasonsResponse:
        rules = self._parts.rules
        opened = seasons.open_hashes(work)
        stated = {
            (each.scheme, each.season): each for each in rules.catalogue.of_authority(work.authority_id, work.today)
        }
        in_force = stated | {season: rules.by_hash(rulebook_hash) for season, rulebook_hash in opened.items()}
        return pb.ListSeasonsResponse(seasons=[self._season(work, rulebook) for rulebook in in_force.values()])

    def vote_budget(self, work: Work, request: pb.VoteBudgetRequest) -> pb.VoteBudgetResponse:
        amount_cents = parse.positive_cents("amount_cents", request.amount_cents)
        key = RequestKey(
            f"account:{work.context.account_id}",
            "vote_budget",
            parse.idempotency_key(request.idempotency_key),
            hash_request(self._parts.request_key, request.SerializeToString(deterministic=True)),
        )
        command = use_cases.VoteBudget(
            parse.name("scheme", request.scheme),
            parse.name("season", request.season),
            parse.name("benefit", request.benefit),
            amount_cents,
        )
        envelope_id = use_cases.vote_budget(work, self._parts.rules, key, command)
        return pb.VoteBudgetResponse(envelope=self._envelope(work, budget.envelope(work, envelope_id)))

    def list_envelopes(self, work: Work, request: pb.ListEnvelopesRequest) -> pb.ListEnvelopesResponse:
        found = budget.envelopes_of(
            work, parse.optional_name("scheme", request.scheme), parse.optional_name("season", request.season)
        )
        return pb.ListEnvelopesResponse(envelopes=[self._envelope(work, each) for each in found])

    def list_waiting_members(self, work: Work, request: pb.ListWaitingMembersRequest) -> pb.ListWaitingMembersResponse:
        found, next_page_token = budget.waiting_members(
            work,
            parse.name("scheme", request.scheme),
            parse.name("season", request.season),
            parse.name("benefit", request.benefit),
            request.page_token,
        )
        return pb.ListWaitingMembersResponse(
            members=[
                pb.WaitingMember(
                    membership_id=str(each.membership_id),
                    person_id=str(each.person_id),
                    amount_cents=each.amount_cents,
                    due_since=timestamp(each.due_since),
                )
                for each in found
            ],
            next_page_token=next_page_token,
        )

    def _envelope(self, work: Work, figures: budget.EnvelopeFigures) -> pb.Envelope:
        rulebook = self._parts.rules.in_force(work, figures.scheme, figures.season)
        return pb.Envelope(
            scheme=figures.scheme,
            season=figures.season,
            benefit=figures.benefit,
            voted_cents=figures.voted_cents,
            unallocated_cents=figures.unallocated_cents,
            credited_cents=figures.credited_cents,
            left_cents=figures.left_cents,
            debited_cents=figures.debited_cents,
            expired_cents=figures.expired_cents,
            thresholds_percent=rulebook.budget.thresholds_percent,
            announced_percent=figures.announced_percent,
            waiting_members=figures.waiting_members,
            waiting_cents=figures.waiting_cents,
        )

    def _season(self, work: Work, rulebook: Rulebook) -> pb.Season:
        adopted = {version.rulebook_hash for version in seasons.versions_of(work, rulebook.scheme, rulebook.season)}
        known = self._parts.rules.known_versions(work, rulebook.scheme, rulebook.season)
        return pb.Season(
            scheme=rulebook.scheme,
            season=rulebook.season,
            title=rulebook.title,
            rulebook_hash=rulebook.hash,
            starts_on=rulebook.starts_on.isoformat(),
            ends_on=rulebook.ends_on.isoformat(),
            open=bool(adopted),
            versions=[_version(each, is_adopted=each.hash in adopted) for each in known],
        )


def _version(rulebook: Rulebook, *, is_adopted: bool) -> pb.SeasonVersion:
    return pb.SeasonVersion(
        rulebook_hash=rulebook.hash,
        counts_from=Version.of(rulebook).counts_from.isoformat(),
        applies_to_members=rulebook.applies_to_members,
        adopted=is_adopted,
    )
