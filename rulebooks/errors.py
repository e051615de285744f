"""What the package refuses, named as facts. One root: `RulebookError`."""


class RulebookError(Exception):
    """Root of every error that this package raises on purpose."""


class UnknownAuthority(RulebookError):
    """No authority has this id."""

    def __init__(self, authority_id: str) -> None:
        super().__init__(f"no authority {authority_id!r}")
        self.authority_id = authority_id


class UnknownRulebook(RulebookError):
    """No loaded rulebook answers to this key (authority/scheme/season, or a content hash)."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no rulebook {key!r}")
        self.key = key


class UnknownBenefit(RulebookError):
    """The rulebook states no benefit with this id."""

    def __init__(self, benefit_id: str) -> None:
        super().__init__(f"no benefit {benefit_id!r}")
        self.benefit_id = benefit_id


class UnknownCategory(RulebookError):
    """The rulebook states no accreditation category with this id."""

    def __init__(self, category_id: str) -> None:
        super().__init__(f"no accreditation category {category_id!r}")
        self.category_id = category_id


class InvalidFacts(RulebookError):
    """Facts outside the vocabulary: unknown names, wrong types, values outside a closed list."""

    def __init__(self, complaints: tuple[str, ...]) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = complaints


class SpendingRefused(RulebookError):
    """A wallet cannot be spent like that.

    `code`: `whole_amount_only` (cents: the only amount), `whole_tickets_only` (cents: of one ticket), `no_use_left`,
    `no_amount`, `not_spent_at_a_till` (cents: 0).
    """

    def __init__(self, code: str, cents: int) -> None:
        super().__init__(f"{code} ({cents})")
        self.code = code
        self.cents = cents
