"""Comparing two exports of debits, sorted by id."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from operations import services
from operations.verify import ExportError, compare, compare_exports


def _debit(debit_id: str, amount_cents: int = 500, state: str = "recorded") -> dict[str, object]:
    return {"debit_id": debit_id, "partner_id": "p", "amount_cents": amount_cents, "state": state}


def _debits(*ids: str) -> list[dict[str, object]]:
    return [_debit(each) for each in ids]


def test_equal_exports_have_no_difference_and_are_counted() -> None:
    """Each debit of one list has met its like in the other."""
    comparison = compare(iter(_debits("a", "b", "c")), iter(_debits("a", "b", "c")))
    assert (comparison.compared, comparison.difference) == (3, None)


@pytest.mark.parametrize(
    ("wallet", "payout", "told"),
    [
        (_debits("a", "b"), _debits("a"), "debit b of the wallet is unknown to payout"),
        (_debits("a"), _debits("a", "b"), "debit b of payout is unknown to the wallet"),
        (_debits("a", "b"), _debits("b"), "debit a of the wallet is unknown to payout"),
        (_debits("b"), _debits("a", "b"), "debit a of payout is unknown to the wallet"),
        (_debits("a"), [], "debit a of the wallet is unknown to payout"),
        ([_debit("a", 500)], [_debit("a", 499)], "debit a: amount_cents is 500 in the wallet, 499 in payout"),
        (
            [_debit("a", state="cancelled")],
            [_debit("a")],
            "debit a: state is cancelled in the wallet, recorded in payout",
        ),
        (
            [_debit("a") | {"kept_cents": 300}],
            [_debit("a") | {"kept_cents": 500}],
            "debit a: kept_cents is 300 in the wallet, 500 in payout",
        ),
    ],
)
def test_the_first_difference_is_named(
    wallet: list[dict[str, object]], payout: list[dict[str, object]], told: str
) -> None:
    """The sentence says which debit, who lacks it, or which value differs."""
    assert compare(iter(wallet), iter(payout)).difference == told


_DROPPED = [{"season": "normandie/s/2023-2024", "partner_id": "p", "sum_cents": 900}]


def _of_dropped(debit_id: str, kept_cents: int) -> dict[str, object]:
    return _debit(debit_id) | {"season": "normandie/s/2023-2024", "kept_cents": kept_cents}


def test_what_the_wallet_dropped_is_compared_by_its_sealed_sums() -> None:
    """Debits of a dropped season are in payout alone; how many were compared by their sums is said."""
    payout = [_of_dropped("a", 500), _debit("b") | {"season": "normandie/s/2024-2025"}, _of_dropped("c", 400)]
    comparison = compare(iter(_debits("b")), iter(payout), _DROPPED)
    assert (comparison.compared, comparison.by_sums, comparison.difference) == (1, 2, None)


@pytest.mark.parametrize("payout", [[], [_of_dropped("a", 500)], [_of_dropped("a", 500), _of_dropped("b", 500)]])
def test_a_partner_of_a_dropped_season_whose_sum_differs_is_named(payout: list[dict[str, object]]) -> None:
    """Whatever payout lost or gained since the days were sealed."""
    told = compare(iter([]), iter(payout), _DROPPED).difference
    assert told is not None
    assert told.startswith("partner p of normandie/s/2023-2024: 900 cents on the wallet's sealed days, ")


def test_a_debit_twice_is_a_difference() -> None:
    """A list that holds a debit twice is not equal to one that holds it once."""
    assert compare(iter(_debits("a", "a")), iter(_debits("a"))).difference is not None


def test_nothing_is_read_beyond_the_first_difference() -> None:
    """Ten million debits are not read to report the third."""

    def endless() -> Iterator[dict[str, object]]:
        number = 0
        while True:
            number += 1
            yield _debit(f"{number:04}")

    assert compare(endless(), iter(_debits("0001", "0002"))).compared == 2


def _writes(line: str, *, then_ends_with: int) -> list[str]:
    return [sys.executable, "-c", f"import sys; print({line!r}); sys.exit({then_ends_with})"]


def test_a_list_that_ends_because_its_writer_failed_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that breaks in the middle of its export is told as such, not as debits that it lacks."""
    exports = {
        "wallet": _writes('{"debit_id": "a"}', then_ends_with=3),
        "payout": _writes('{"debit_id": "a"}\n{"debit_id": "b"}', then_ends_with=0),
    }

    def open_lines(service: str, _export: str, what: str) -> "subprocess.Popen[str]":
        nothing = [sys.executable, "-c", ""]
        return subprocess.Popen(exports[service] if what == "debits" else nothing, stdout=subprocess.PIPE, text=True)

    monkeypatch.setattr(services, "open_lines", open_lines)
    with pytest.raises(ExportError, match="wallet could not export its debits"):
        compare_exports()
