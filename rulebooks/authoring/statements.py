"""Every rule of a rulebook's file in French words, in the order in which a règlement is read.

One statement is one value of the file (or one condition) with its article; a page prints them, a comparison of two
versions matches them by `key`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rulebooks.authoring.conditions import Words, test_in_words
from rulebooks.authoring.words import VALUES, article, term
from rulebooks.documents import Document
from rulebooks.french import counted, euros, listed, written_day
from rulebooks.vocabulary import PARTNER, PERSON, Vocabulary

Stated = Mapping[str, Any]
Key = tuple[str, ...]

REQUEST, WHO, BENEFITS, PARTNERS = "La demande", "Qui y a droit", "Les avantages", "Les partenaires"
TILL, PAYOUTS, OFFERS, MEANS = "La carte et le paiement", "Les versements aux partenaires", "Les bons plans", "Moyens"


@dataclass(frozen=True, slots=True)
class Statement:
    """One rule. `heading`: of the part, then of the benefit or category. `source`: its article, empty for a title."""

    key: Key
    heading: tuple[str, ...]
    label: str
    words: Words
    source: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """Where statements go: their heading, and how their keys begin."""

    heading: tuple[str, ...]
    key: Key = ()

    def says(self, name: str, label: str, text: str | Words, source: str = "") -> Statement:
        words = text if isinstance(text, Words) else Words(text)
        return Statement((*self.key, name), self.heading, label, words, article(source))

    def inside(self, name: str, title: str | None = None) -> _Part:
        return _Part((*self.heading, title) if title else self.heading, (*self.key, name))


def statements(document: Document) -> Iterator[Statement]:
    """Those of a checked rulebook's file."""
    content: Stated = document.content
    for write in _PARTS:
        yield from write(content)


def _day(text: str) -> str:
    return written_day(date.fromisoformat(text))


def _days(stated: Stated) -> str:
    return f"du {_day(stated['opens_on'])} au {_day(stated['closes_on'])}"


def _yes_or_no(value: bool) -> str:
    return "oui" if value else "non"


def _terms(name: str, values: list[str]) -> str:
    return listed(term(name, value) for value in values)


def _season(content: Stated) -> Iterator[Statement]:
    part = _Part(("Le règlement",), ("season",))
    season = content["season"]
    yield part.says("document", "Texte", content["document"])
    yield part.says("title", "Dispositif", content["title"])
    yield part.says("name", "Saison", season["name"], season["source"])
    yield part.says("days", "Dates", f"du {_day(season['starts_on'])} au {_day(season['ends_on'])}", season["source"])
    yield part.says("spend_until", "Dernier jour de dépense", _day(season["spend_until"]), season["source"])
    version = content.get("version")
    if version:
        members = "et aussi pour les adhérents d'une version précédente"
        whom = members if version["applies_to_members"] else "pour les nouvelles demandes seulement"
        text = f"à partir du {_day(version['counts_from'])}, {whom}"
        yield part.says("version", "Cette version compte", text, version["source"])


def _request(content: Stated) -> Iterator[Statement]:
    part, join = _Part((REQUEST,), ("request",)), content["join"]
    messages = (Words(f"Ouverte : « {join['met']} »"), Words(f"Fermée : « {join['unmet']} »"))
    yield part.says("days", f"Période ({join['code']})", Words(_days(join), messages), join["source"])
    settle = join["settle"]
    yield part.says("settle", "Validation et encaissement", f"jusqu'au {_day(settle['until'])}", settle["source"])
    identity = content["identity_check"]
    yield part.says("identity", "Pièce d'identité", _identity(identity), identity["source"])
    school = content["school_validation"]
    yield part.says("school", "Validation par l'établissement", _yes_or_no(school["required"]), school["source"])
    yield from _fee(part, content.get("fee"))
    charter = content.get("beneficiary_charter")
    if charter:
        yield _charter(part, charter, charter["title"])
    for consent in content.get("consents", []):
        yield _consent(part, consent, content)


def _identity(stated: Stated) -> str:
    asked = "demandée en ligne" if stated["required"] else "non demandée en ligne"
    return f"{asked}, vérifiée par le caissier" if stated.get("at_till") else asked


def _fee(part: _Part, fee: Stated | None) -> Iterator[Statement]:
    if fee is None:
        yield part.says("fee", "Prix de l'adhésion", "gratuit")
        return
    waived = ", ou offert par la collectivité" if fee["waivable"] else ""
    means = listed((term("means", each) for each in fee["means"]), "ou")
    text = f"{euros(fee['cents'])}, par {means}{waived}"
    yield part.says("fee", "Prix de l'adhésion", text, fee["source"])


def _charter(part: _Part, charter: Stated, title: str) -> Statement:
    lines = tuple(Words(line) for line in charter["text"].splitlines() if line.strip())
    return part.says("charter", title, Words(f"version {charter['version']}", lines), charter["source"])


def _consent(part: _Part, consent: Stated, content: Stated) -> Statement:
    titles = {benefit["id"]: benefit["title"] for benefit in content["benefits"]}
    concerned = listed(titles.get(each, each) for each in consent.get("for", [])) or "l'adhésion"
    parts = (
        Words("de qui", (test_in_words(consent["when"], PERSON),)),
        Words(f"pour : {concerned}"),
        Words(f"« {consent['sentence']} »"),
    )
    text = Words(f"donnée par {term('by', consent['by'])}", parts)
    return part.says(f"consent.{consent['code']}", f"Autorisation ({consent['code']})", text, consent["source"])


def _who(content: Stated) -> Iterator[Statement]:
    yield from _conditions(_Part((WHO,), ("who",)), content["eligibility"], PERSON)


def _conditions(part: _Part, stated: list[Stated], vocabulary: Vocabulary) -> Iterator[Statement]:
    for condition in stated:
        concerned = (Words("concerne", (test_in_words(condition["if"], vocabulary),)),) if "if" in condition else ()
        messages = (Words(f"Si oui : « {condition['met']} »"), Words(f"Si non : « {condition['unmet']} »"))
        test = test_in_words(condition["when"], vocabulary)
        words = Words("", (test, *concerned, *messages))
        yield part.says(condition["code"], f"Condition ({condition['code']})", words, condition["source"])


def _benefits(content: Stated) -> Iterator[Statement]:
    categories = {category["id"]: category["title"] for category in content["categories"]}
    for benefit in content["benefits"]:
        part = _Part((BENEFITS, benefit["title"]), ("benefit", benefit["id"]))
        yield part.says("kind", "Forme", term("kind", benefit["kind"]))
        if "category" in benefit:
            title = categories.get(benefit["category"], benefit["category"])
            yield part.says("category", "Agrément des partenaires", title)
        for write in _OF_BENEFIT:
            yield from write(part, benefit)


def _amounts(part: _Part, benefit: Stated) -> Iterator[Statement]:
    for amount in benefit.get("amounts", []):
        instalment = amount.get("instalment", "")
        whom = test_in_words(amount["when"], PERSON) if "when" in amount else None
        words = Words(_worth(benefit, amount), (Words("pour qui", (whom,)),) if whom else ())
        label = f"Montant ({instalment})" if instalment else "Montant"
        yield part.says(f"amount.{instalment}.{whom.flat() if whom else ''}", label, words, amount["source"])
    without = benefit.get("without_amount")
    if without:
        text = f"« {without['unmet']} »"
        yield part.says("without_amount", f"Sans montant ({without['code']})", text, without["source"])


def _worth(benefit: Stated, amount: Stated) -> str:
    if "cents" in amount:
        return euros(amount["cents"])
    noun = "ticket" if benefit["kind"] == "tickets" else "bon"
    return counted(amount["count"], noun)


def _unit(part: _Part, benefit: Stated) -> Iterator[Statement]:
    unit = benefit.get("unit")
    if unit:
        share = unit.get("holder_cents")
        text = f"{euros(unit['cents'])} payés par la collectivité"
        text += f", {euros(share)} par le bénéficiaire" if share else ""
        yield part.says("unit", "Valeur de chacun", text, unit["source"])


def _use(part: _Part, benefit: Stated) -> Iterator[Statement]:
    if spending := benefit.get("spending"):
        text = f"{term('uses', spending['uses'])}, {term('amount', spending['amount'])}"
        yield part.says("spending", "Se dépense", text, spending["source"])
    if limit := benefit.get("limit"):
        times = f"{limit['count']} fois {term('per', limit['per'])} au plus"
        yield part.says("limit", "Utilisations", times, limit["source"])
    once = benefit["once"]
    messages = [Words(f"{label} : « {once[name]} »") for name, label in _ANSWERS if name in once]
    label = f"Est accordé ({once['code']})" if "code" in once else "Est accordé"
    yield part.says("once", label, Words(term("once", once["per"]), tuple(messages)), once["source"])
    if loading := benefit.get("loading"):
        months = loading.get("valid_months")
        life = f", valable {months} mois à partir de ce jour" if months else ""
        yield part.says("loading", "Est chargé", f"{term('at', loading['at'])}{life}", loading["source"])


_ANSWERS = (("met", "Si non encore reçu"), ("unmet", "Si déjà reçu"))


def _places(part: _Part, benefit: Stated) -> Iterator[Statement]:
    windows = benefit.get("windows", [benefit["window"]] if "window" in benefit else [])
    for number, window in enumerate(windows, start=1):
        label = f"Période {number}" if len(windows) > 1 else "Période"
        yield part.says(f"window.{number}", label, _days(window), window["source"])
    if channels := benefit.get("channels"):
        yield part.says("channels", "Se présente par", _terms("by", channels["by"]), channels["source"])
    if vouchers := benefit.get("vouchers"):
        takers = listed(VALUES.get(each, each) for each in vouchers["taken_by"])
        yield part.says("vouchers", "Coupons acceptés par", takers, vouchers["source"])
    if paid_out := benefit.get("paid_out"):
        paid = "remboursé au partenaire" if paid_out["to_partner"] else "non remboursé au partenaire"
        yield part.says("paid_out", "Remboursement", paid, paid_out["source"])


def _benefit_conditions(part: _Part, benefit: Stated) -> Iterator[Statement]:
    yield from _conditions(part.inside("condition"), benefit.get("conditions", []), PERSON)


def _additions(part: _Part, benefit: Stated) -> Iterator[Statement]:
    for top_up in benefit.get("top_ups", []):
        whom = (Words("pour qui", (test_in_words(top_up["if"], PERSON),)),) if "if" in top_up else ()
        where = Words("chez quel partenaire", (test_in_words(top_up["partner"], PARTNER),))
        words = Words(euros(top_up["cents"]), (*whom, where, Words(f"« {top_up['sentence']} »")))
        yield part.says(f"top_up.{top_up['code']}", f"Complément ({top_up['code']})", words, top_up["source"])
    if transfer := benefit.get("transfer"):
        times = "en une seule fois" if transfer["in_one_go"] else "en plusieurs fois"
        text = f"versé à {transfer['operator']} {times}, 1 {transfer['unit']} pour {euros(transfer['unit_cents'])}"
        yield part.says("transfer", "Versement", text, transfer["source"])
    if grant := benefit.get("grant"):
        text = f"décidée par {term('decided_by', grant['decided_by'])}, versée à {term('paid_to', grant['paid_to'])}"
        yield part.says("grant", "Aide", text, grant["source"])
        yield from _documents(part.inside("grant"), grant.get("documents", []), PERSON)


def _goods(part: _Part, stated: Stated) -> Iterator[Statement]:
    if goods := stated.get("goods"):
        yield part.says("allowed", "Permet d'acheter", goods["allowed"], goods["source"])
        if "refused" in goods:
            yield part.says("refused", "Ne permet pas", goods["refused"], goods["source"])


_OF_BENEFIT: tuple[Callable[[_Part, Stated], Iterator[Statement]], ...] = (
    _amounts,
    _unit,
    _use,
    _places,
    _benefit_conditions,
    _additions,
    _goods,
)


def _documents(part: _Part, stated: list[Stated], vocabulary: Vocabulary, whom: str = "") -> Iterator[Statement]:
    for document in stated:
        age = document.get("max_age_months")
        old = (Words(f"de moins de {counted(age, 'mois')}"),) if age else ()
        asked = (Words("demandé à qui", (test_in_words(document["if"], vocabulary),)),) if "if" in document else ()
        label = f"Pièce ({whom})" if whom else "Pièce"
        words = Words(document["title"], (*old, *asked))
        yield part.says(f"document.{whom}.{document['id']}", label, words, document["source"])


def _by_kind(part: _Part, stated: Mapping[str, list[Stated]]) -> Iterator[Statement]:
    for kind, documents in stated.items():
        yield from _documents(part, documents, PARTNER, VALUES[kind])


def _partners(content: Stated) -> Iterator[Statement]:
    part, roles = _Part((PARTNERS,), ("partners",)), content["partners"]["roles"]
    yield part.says("roles", "Types de partenariat", _terms("known", roles["known"]), roles["source"])
    yield from _by_kind(part, content["documents"])
    if agreement := content.get("agreement"):
        end = f"jusqu'au {_day(agreement['until'])}, " if "until" in agreement else ""
        text = f"{end}renouvelée {term('renewal', agreement['renewal'])}"
        yield part.says("agreement", "Convention", text, agreement["source"])
    yield _charter(part, content["charter"], "Charte")
    for category in content["categories"]:
        inner = _Part((PARTNERS, f"Agrément : {category['title']}"), ("category", category["id"]))
        yield from _conditions(inner, category["conditions"], PARTNER)
        yield from _by_kind(inner, category.get("documents", {}))
        yield from _goods(inner, category)


def _till(content: Stated) -> Iterator[Statement]:
    part, card = _Part((TILL,), ("card",)), content["card"]
    yield part.says("forms", "Formes de la carte", _terms("known", card["forms"]["known"]), card["forms"]["source"])
    for name, label in _CARD_FLAGS.items():
        if name not in card:
            continue
        (value,) = (value for key, value in card[name].items() if key != "source")
        yield part.says(name, label, _yes_or_no(value), card[name]["source"])
    holder = card["holder"]
    checked = [words for name, words in _HOLDER.items() if holder[name]]
    yield part.says("holder", "Le caissier vérifie", listed(checked) or "rien d'autre que la carte", holder["source"])
    if code := content.get("secret_code"):
        asked, needed = _terms("asked_by", code["asked_by"]), _terms("needed_by", code["needed_by"])
        parts = (Words(f"demandé par : {asked}"), Words(f"doit être choisi avant : {needed}"))
        yield part.says("secret_code", "Code secret", Words(counted(code["digits"], "chiffre"), parts), code["source"])
    yield part.says(
        "cancellation", "Annulation", _cancellation(content["cancellation"]), content["cancellation"]["source"]
    )
    if suspension := content.get("suspension"):
        text = f"{term('of', suspension['of'])}, {term('until', suspension['until'])}"
        yield part.says("suspension", "Suspension", text, suspension["source"])


_CARD_FLAGS = {
    "typed_code": "Code de la carte saisi",
    "pairing": "Carte à rattacher à son compte",
    "opposition": "Opposition en cas de perte ou de vol",
    "kept": "Carte imprimée gardée d'une saison à l'autre",
}
_HOLDER = {"identity_shown": "l'identité", "photo": "la photo"}


def _cancellation(stated: Stated) -> str:
    days = stated.get("days")
    text = f"dans les {counted(days, 'jour')}" if days else term("window", stated["window"])
    return f"{text}, en présence du bénéficiaire" if stated.get("holder_present") else text


def _payouts(content: Stated) -> Iterator[Statement]:
    part, payout, dispute = _Part((PAYOUTS,), ("payout",)), content["payout"], content["dispute"]
    yield part.says("rhythm", "Rythme", term("rhythm", payout["rhythm"]), payout["source"])
    due = f"au plus tard {counted(payout['due_days'], 'jour')} après la fin de la période"
    yield part.says("due", "Virement", due, payout["source"])
    for hold in payout.get("holds", []):
        yield _hold(part, hold, content)
    yield part.says("dispute", "Contestation", f"dans les {counted(dispute['days'], 'jour')}", dispute["source"])
    if months := dispute.get("appeal_months"):
        yield part.says("appeal", "Recours gracieux", f"dans les {counted(months, 'mois')}", dispute["source"])


def _hold(part: _Part, hold: Stated, content: Stated) -> Statement:
    titles = {category["id"]: category["title"] for category in content["categories"]}
    parts = [Words(f"demandé {term('renewed', hold['renewed'])}"), Words(f"« {hold['sentence']} »")]
    if categories := hold.get("categories"):
        parts.append(Words(f"pour : {listed(titles.get(each, each) for each in categories)}"))
    if document := hold.get("document"):
        parts.append(Words(f"pièce : {document['title']}"))
    if declaration := hold.get("declaration"):
        parts.append(Words(f"ou déclaration : « {declaration} »"))
    text = Words(f"levé par {term('lifted_by', hold['lifted_by'])}", tuple(parts))
    return part.says(f"hold.{hold['code']}", f"Blocage ({hold['code']})", text, hold["source"])


def _offers(content: Stated) -> Iterator[Statement]:
    offers = content.get("bons_plans")
    if not offers:
        return
    part = _Part((OFFERS,), ("offers",))
    yield part.says("audience", "Ouverts à", term("who", offers["audience"]["who"]), offers["audience"]["source"])
    yield part.says("authors", "Proposés par", _terms("known", offers["authors"]["known"]), offers["authors"]["source"])
    if types := offers.get("types"):
        yield part.says("types", "Types", _terms("known", types["known"]), types["source"])
    winners = offers["winners"]
    yield part.says("winners", "Attribués par", _terms("by", winners["by"]), winners["source"])
    if "draws_run_by" in winners:
        drawn = _terms("draws_run_by", winners["draws_run_by"])
        yield part.says("draws_run_by", "Tirages au sort organisés par", drawn, winners["source"])
    for theme in offers.get("themes", []):
        yield _theme(part, theme)
    if pictures := offers.get("pictures"):
        yield part.says("pictures", "Images", f"{pictures['most']} au plus", pictures["source"])
    if minimum := offers.get("yearly_minimum"):
        yield part.says("yearly_minimum", "Par partenaire et par an", f"au moins {minimum['count']}", minimum["source"])
    for step in offers.get("no_show", []):
        words = Words(term("step", step["step"]), (Words(f"« {step['sentence']} »"),))
        yield part.says(f"no_show.{step['count']}", f"Absence n° {step['count']}", words, step["source"])


def _theme(part: _Part, theme: Stated) -> Statement:
    whom = (Words("pour qui", (test_in_words(theme["when"], PERSON),)),) if "when" in theme else ()
    unmet = (Words(f"aux autres : « {theme['unmet']} »"),) if "unmet" in theme else ()
    return part.says(f"theme.{theme['id']}", "Thème", Words(theme["title"], (*whom, *unmet)), theme["source"])


def _means(content: Stated) -> Iterator[Statement]:
    part, budget, kept = _Part((f"{MEANS} et données",), ("means",)), content["budget"], content["retention"]
    yield part.says("when_spent", "Budget épuisé", term("when_spent", budget["when_spent"]), budget["source"])
    shares = listed(f"{percent} %" for percent in budget["thresholds_percent"])
    yield part.says("thresholds", "Alertes sur le budget", shares, budget["source"])
    days, years = kept["identity_images_days"], kept["membership_years"]
    yield part.says("images", "Image de la pièce d'identité", f"gardée {counted(days, 'jour')}", kept["source"])
    yield part.says("memberships", "Adhésions", f"gardées {counted(years, 'an')}", kept["source"])
    contact = f"{counted(kept['contact_years'], 'an')} après l'usage"
    yield part.says("contact", "Contact pour une évaluation", contact, kept["source"])


_PARTS: tuple[Callable[[Stated], Iterator[Statement]], ...] = (
    _season,
    _request,
    _who,
    _benefits,
    _till,
    _partners,
    _payouts,
    _offers,
    _means,
)
