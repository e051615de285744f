"""From a checked document to frozen values. Assumes that `structure` and `checks` found nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from rulebooks.conditions import ALWAYS, AllOf, AnyOf, Comparison, Condition, Predicate, Reason
from rulebooks.documents import Document
from rulebooks.model import (
    Amount,
    Authority,
    Benefit,
    Category,
    Charter,
    Debtor,
    Fee,
    MailSender,
    RequiredDocument,
    Subscriber,
)
from rulebooks.rulebook import Rulebook
from rulebooks.schedule import Cancellation, Payout, Window

Stated = Mapping[str, Any]


def authority(content: Stated) -> Authority:
    built = {
        "debtor": Debtor(**content["debtor"]),
        "theme": MappingProxyType(dict(content["theme"])),
        "mail": MailSender(**content["mail"]),
        "subscribers": tuple(
            Subscriber(stated["id"], stated["name"], frozenset(stated["schemes"]))
            for stated in content.get("subscribers", ())
        ),
    }
    return Authority(**{**content, **built})


def rulebook(document: Document, authority_id: str, scheme: str) -> Rulebook:
    """`authority_id` and `scheme` come from the file's place in the catalogue."""
    stated: Stated = document.content
    season, join = stated["season"], stated["join"]
    return Rulebook(
        authority_id=authority_id,
        scheme=scheme,
        season=season["name"],
        title=stated["title"],
        document=stated["document"],
        hash=document.content_hash(),
        starts_on=_day(season["starts_on"]),
        ends_on=_day(season["ends_on"]),
        join_window=_window(join),
        join_reasons=_both_answers(join),
        spend_until=_day(season["spend_until"]),
        settle_until=_day(join["settle"]["until"]),
        identity_check=stated["identity_check"]["required"],
        school_validation=stated["school_validation"]["required"],
        fee=_fee(stated.get("fee")),
        eligibility=_conditions(stated["eligibility"]),
        benefits=tuple(_benefit(benefit) for benefit in stated["benefits"]),
        categories=tuple(_category(category, stated["documents"]) for category in stated["categories"]),
        payout=Payout(**stated["payout"]),
        cancellation=Cancellation(**stated["cancellation"]),
        dispute_days=stated["dispute"]["days"],
        charter=Charter(**stated["charter"]),
        partner_roles=frozenset(stated["partners"]["roles"]["known"]),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _window(stated: Stated) -> Window:
    return Window(_day(stated["opens_on"]), _day(stated["closes_on"]))


def _fee(stated: Stated | None) -> Fee | None:
    if stated is None:
        return None
    return Fee(stated["cents"], frozenset(stated["means"]), stated.get("waivable", False), stated["source"])


def _test(stated: str | Stated | None) -> Predicate:
    if stated is None:
        return ALWAYS
    if isinstance(stated, str):
        return Comparison.compiled(stated)
    ((joined_by, tests),) = stated.items()
    inner = tuple(_test(test) for test in tests)
    return AllOf(inner) if joined_by == "all" else AnyOf(inner)


def _conditions(stated: list[Stated]) -> tuple[Condition, ...]:
    return tuple(_condition(condition) for condition in stated)


def _condition(stated: Stated) -> Condition:
    return Condition(
        code=stated["code"],
        test=_test(stated["when"]),
        met=stated["met"],
        unmet=stated["unmet"],
        source=stated["source"],
        applies=_test(stated.get("if")),
    )


def _unmet(stated: Stated) -> Reason:
    return Reason(stated["code"], stated["unmet"], stated["source"], met=False)


def _both_answers(stated: Stated) -> tuple[Reason, Reason]:
    return Reason(stated["code"], stated["met"], stated["source"], met=True), _unmet(stated)


def _benefit(stated: Stated) -> Benefit:
    without, once = stated.get("without_amount"), stated["once"]
    return Benefit(
        id=stated["id"],
        title=stated["title"],
        kind=stated["kind"],
        category=stated["category"],
        spend_window=_window(stated["window"]),
        channels=frozenset(stated["channels"]["by"]),
        once=once["per"],
        voucher_partner_kinds=frozenset(stated.get("vouchers", {}).get("taken_by", ())),
        conditions=_conditions(stated.get("conditions", [])),
        amounts=tuple(_amount(amount) for amount in stated["amounts"]),
        without_amount=_unmet(without) if without else None,
        once_reasons=_both_answers(once) if once["per"] == "schooling" else None,
    )


def _amount(stated: Stated) -> Amount:
    return Amount(stated["cents"], stated["source"], _test(stated.get("when")))


def _category(stated: Stated, common: Mapping[str, list[Stated]]) -> Category:
    own = stated.get("documents", {})
    kinds = {**common, **own}
    documents = {kind: _documents([*common.get(kind, []), *own.get(kind, [])]) for kind in kinds}
    return Category(stated["id"], stated["title"], _conditions(stated["conditions"]), MappingProxyType(documents))


def _documents(stated: list[Stated]) -> tuple[RequiredDocument, ...]:
    return tuple(_document(document) for document in stated)


def _document(stated: Stated) -> RequiredDocument:
    return RequiredDocument(
        stated["id"],
        stated["title"],
        stated["source"],
        stated.get("max_age_months"),
        _test(stated.get("if")),
    )
