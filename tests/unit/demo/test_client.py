"""The demo's client: it asks until it knows, applies nothing twice, and tells a refusal from a failure."""

from collections.abc import Iterator

import httpx
import pytest

from demo import client
from demo.client import Caller, Gateway, NoAnswer, Refused, Request
from demo.sessions import Login, Member

Answer = httpx.Response | httpx.TransportError


class Scripted(Gateway):
    """A gateway that gives these answers, in order, and keeps what it was asked with which token."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__("http://nowhere", "normandie.localhost")
        self._answers: Iterator[Answer] = iter(answers)
        self.asked: list[tuple[Request, str]] = []

    def answer(self, request: Request, token: str = "", timeout_s: float | None = None) -> httpx.Response:
        assert timeout_s is None
        self.asked.append((request, token))
        given = next(self._answers)
        if isinstance(given, httpx.TransportError):
            raise given
        return given


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


def ok(**body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def problem(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "detail": "Non.", "field": "x"})


LOST = httpx.ReadError("connection reset")


def test_a_lost_answer_is_asked_for_again_with_the_same_key() -> None:
    gateway = Scripted(LOST, problem(503, "unavailable"), ok(done=True))
    assert Caller(gateway).post("/v1/x", {"a": 1}, key="k1") == {"done": True}
    assert {request.key for request, _ in gateway.asked} == {"k1"}
    assert len(gateway.asked) == 3


def test_after_a_lost_answer_what_was_applied_is_not_sent_again() -> None:
    gateway = Scripted(LOST)
    assert Caller(gateway).post("/v1/x", found=lambda: {"there": True}) == {"there": True}
    assert len(gateway.asked) == 1


def test_after_a_lost_answer_what_was_not_applied_is_sent_again() -> None:
    gateway = Scripted(LOST, ok(done=True))
    assert Caller(gateway).post("/v1/x", found=lambda: None) == {"done": True}


def test_a_refusal_after_a_lost_answer_may_say_that_it_was_applied_meanwhile() -> None:
    looks = iter([None, {"there": True}])
    gateway = Scripted(LOST, problem(409, "already_member"))
    assert Caller(gateway).post("/v1/x", found=lambda: next(looks)) == {"there": True}


def test_a_first_refusal_stands_even_when_something_is_there() -> None:
    gateway = Scripted(problem(409, "already_member"))
    with pytest.raises(Refused) as refused:
        Caller(gateway).post("/v1/x", found=lambda: {"there": True})
    assert (refused.value.code, refused.value.field) == ("already_member", "x")


def test_too_many_requests_are_waited_out() -> None:
    gateway = Scripted(httpx.Response(429, headers={"Retry-After": "1"}), ok(done=True))
    assert Caller(gateway).get("/v1/x") == {"done": True}


def test_a_failure_of_the_platform_is_not_taken_for_a_passing_one() -> None:
    with pytest.raises(Refused):
        Caller(Scripted(problem(500, "internal"))).get("/v1/x")


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_PATIENCE_S", -1.0)
    with pytest.raises(NoAnswer, match="connection reset"):
        Caller(Scripted(LOST)).get("/v1/x")


def test_a_replayed_answer_says_so() -> None:
    gateway = Scripted(httpx.Response(200, json={}, headers={"Idempotent-Replayed": "true"}))
    assert Caller(gateway).send(Request("POST", "/v1/x", key="k")).replayed


def test_pages_are_followed_to_the_last() -> None:
    gateway = Scripted(ok(debits=[{"n": 1}], next_page_token="t"), ok(debits=[{"n": 2}], next_page_token=""))
    assert [each["n"] for each in Caller(gateway).pages("/v1/x", "debits")] == [1, 2]


def _session(number: int) -> httpx.Response:
    return ok(session={"access_token": f"a{number}", "refresh_token": f"r{number}"})


def test_an_ended_access_token_is_renewed_once_and_the_request_sent_again() -> None:
    gateway = Scripted(_session(1), problem(401, "token_expired"), _session(2), ok(done=True))
    member = Member(gateway, Login("a@example.org", "secret"))
    assert member.get("/v1/x") == {"done": True}
    assert [token for request, token in gateway.asked if request.path == "/v1/x"] == ["a1", "a2"]


def test_a_refresh_token_that_was_used_up_leads_to_a_new_sign_in() -> None:
    gateway = Scripted(
        _session(1), problem(401, "token_expired"), problem(401, "session_ended"), _session(2), ok(done=True)
    )
    assert Member(gateway, Login("a@example.org", "secret")).get("/v1/x") == {"done": True}


def test_what_a_member_may_not_do_is_told_at_once() -> None:
    gateway = Scripted(_session(1), problem(403, "not_allowed"))

    with pytest.raises(Refused):
        Member(gateway, Login("a@example.org", "s")).get("/v1/x")
