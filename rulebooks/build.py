"""From a checked document to frozen values. Assumes that `structure` and `checks` found nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from rulebooks.authorities import Authority, DataRetention, Debtor, MailSender, Subscriber
from rulebooks.benefits import Amount, Benefit, Goods, Grant, Limit, Loading, TopUp, Transfer
from rulebooks.bons_plans import BonsPlans, NoShow, Theme
from rulebooks.conditions import ALWAYS, AllOf, AnyOf, Comparison, Condition, Predicate, Reason
from rulebooks.documents import Document
from rulebooks.kinds import Spending, Unit
from rulebooks.partners import Category, Hold, RequiredDocument
from rulebooks.rulebook import Rulebook
from rulebooks.schedule import Cancellation, Dispute, Payout, Window
from rulebooks.terms import Agreement, Budget, CardRules, Charter, Consent, Fee, Retention, SecretCode, Suspension

Stated = Mapping[str, Any]


def authority(content: Stated) -> Authority:
    built = {
        "debtor": Debtor(**content["debtor"]),
        "theme": MappingProxyType(dict(content["theme"])),
        "mail": MailSender(**content["mail"]),
        "retention": DataRetention(**content.get("retention", {})),
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
        payout=_payout(stated["payout"]),
        holds=tuple(_hold(hold) for hold in stated["payout"].get("holds", [])),
        cancellation=Cancellation(**stated["cancellation"]),
        dispute=Dispute(**stated["dispute"]),
        charter=Charter(**stated["charter"]),
        partner_roles=frozenset(stated["partners"]["roles"]["known"]),
        card=_card(stated["card"]),
        budget=_budget(stated["budget"]),
        retention=Retention(**stated["retention"]),
        **_options(stated),
    )


def _options(stated: Stated) -> dict[str, Any]:
    """The sections that a scheme may do without."""
    version = stated.get("version")
    built: dict[str, Any] = {"consents": tuple(_consent(consent) for consent in stated.get("consents", []))}
    if version is not None:
        built |= {"counts_from": _day(version["counts_from"]), "applies_to_members": version["applies_to_members"]}
    for section, build in _OPTIONAL.items():
        if section in stated:
            built[section] = build(stated[section])
    return built


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _window(stated: Stated) -> Window:
    return Window(_day(stated["opens_on"]), _day(stated["closes_on"]))


def _fee(stated: Stated | None) -> Fee | None:
    if stated is None:
        return None
    return Fee(stated["cents"], frozenset(stated["means"]), stated.get("waivable", False), stated["source"])


def _payout(stated: Stated) -> Payout:
    return Payout(stated["rhythm"], stated["due_days"], stated["source"])


def _hold(stated: Stated) -> Hold:
    document = stated.get("document", {"id": "", "title": ""})
    return Hold(
        stated["code"],
        stated["lifted_by"],
        stated["renewed"],
        stated["sentence"],
        stated["source"],
        frozenset(stated.get("categories", ())),
        document["id"],
        document["title"],
        stated.get("declaration", ""),
    )


def _consent(stated: Stated) -> Consent:
    concerned = frozenset(stated.get("for", ()))
    return Consent(stated["code"], stated["by"], _test(stated["when"]), concerned, stated["sentence"], stated["source"])


def _card(stated: Stated) -> CardRules:
    holder = stated["holder"]
    return CardRules(
        frozenset(stated["forms"]["known"]),
        stated["typed_code"]["allowed"],
        stated["pairing"]["required"],
        holder["identity_shown"],
        holder["photo"],
        stated["opposition"]["allowed"],
        "kept" in stated and stated["kept"]["across_seasons"],
    )


def _secret_code(stated: Stated) -> SecretCode:
    return SecretCode(stated["digits"], frozenset(stated["asked_by"]), frozenset(stated["needed_by"]), stated["source"])


def _agreement(stated: Stated) -> Agreement:
    until = stated.get("until")
    return Agreement(_day(until) if until else None, stated["renewal"], stated["source"])


def _budget(stated: Stated) -> Budget:
    return Budget(stated["when_spent"], tuple(stated["thresholds_percent"]), stated["source"])


def _bons_plans(stated: Stated) -> BonsPlans:
    winners, pictures = stated["winners"], stated.get("pictures")
    return BonsPlans(
        stated["audience"]["who"],
        frozenset(stated["authors"]["known"]),
        frozenset(stated.get("types", {}).get("known", ())),
        frozenset(winners["by"]),
        frozenset(winners.get("draws_run_by", ())),
        tuple(_theme(theme) for theme in stated.get("themes", [])),
        pictures["most"] if pictures else None,
        stated.get("yearly_minimum", {"count": 0})["count"],
        tuple(NoShow(**step) for step in stated.get("no_show", [])),
    )


def _theme(stated: Stated) -> Theme:
    return Theme(stated["id"], stated["title"], stated["source"], stated.get("unmet", ""), _test(stated.get("when")))


_OPTIONAL: Mapping[str, Any] = MappingProxyType(
    {
        "beneficiary_charter": lambda stated: Charter(**stated),
        "secret_code": _secret_code,
        "suspension": lambda stated: Suspension(**stated),
        "agreement": _agreement,
        "bons_plans": _bons_plans,
    }
)


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
    unit = Unit(**stated["unit"]) if "unit" in stated else None
    return Benefit(
        id=stated["id"],
        title=stated["title"],
        kind=stated["kind"],
        category=stated.get("category", ""),
        windows=_windows(stated),
        channels=frozenset(stated.get("channels", {}).get("by", ())),
        once=once["per"],
        voucher_partner_kinds=frozenset(stated.get("vouchers", {}).get("taken_by", ())),
        conditions=_conditions(stated.get("conditions", [])),
        amounts=tuple(_amount(amount, unit) for amount in stated.get("amounts", [])),
        without_amount=_unmet(without) if without else None,
        once_reasons=None if once["per"] == "season" else _both_answers(once),
        unit=unit,
        top_ups=tuple(_top_up(top_up) for top_up in stated.get("top_ups", [])),
        paid_out=stated.get("paid_out", {"to_partner": True})["to_partner"],
        **_spending(stated),
        **{name: build(stated[name]) for name, build in _OF_BENEFIT.items() if name in stated},
    )


def _spending(stated: Stated) -> dict[str, Any]:
    """A transfer in one go is the whole balance, once."""
    if "spending" in stated:
        return {"spending": Spending(stated["spending"]["uses"], stated["spending"]["amount"])}
    in_one_go = stated.get("transfer", {}).get("in_one_go", False)
    return {"spending": Spending("once", "whole")} if in_one_go else {}


def _windows(stated: Stated) -> tuple[Window, ...]:
    several = stated.get("windows", [stated["window"]] if "window" in stated else [])
    return tuple(sorted((_window(window) for window in several), key=lambda window: window.opens_on))


def _top_up(stated: Stated) -> TopUp:
    return TopUp(
        stated["code"],
        stated["cents"],
        stated["sentence"],
        stated["source"],
        _test(stated["partner"]),
        _test(stated.get("if")),
    )


_OF_BENEFIT: Mapping[str, Any] = MappingProxyType(
    {
        "loading": lambda stated: Loading(stated["at"], stated.get("valid_months")),
        "limit": lambda stated: Limit(stated["count"], stated["per"]),
        "transfer": lambda stated: Transfer(**stated),
        "grant": lambda stated: Grant(
            stated["decided_by"], stated["paid_to"], _documents(stated.get("documents", [])), stated["source"]
        ),
        "goods": lambda stated: Goods(stated["allowed"], stated.get("refused", ""), stated["source"]),
    }
)


def _amount(stated: Stated, unit: Unit | None) -> Amount:
    count = stated.get("count")
    cents = count * unit.cents if count is not None and unit else stated.get("cents", 0)
    return Amount(cents, stated["source"], _test(stated.get("when")), count, stated.get("instalment"))


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
