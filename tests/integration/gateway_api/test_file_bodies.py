"""Files in a request: one as the body, or several in a form."""

from __future__ import annotations

import httpx
import pytest

from tests.integration.gateway_api.conftest import FakeServices

PATH = "/v1/card-checks"
_Part = tuple[str, tuple[str, bytes, str]]
FRONT: _Part = ("image", ("recto.jpg", b"recto", "image/jpeg"))
BACK: _Part = ("back", ("verso.jpg", b"verso", "image/jpeg"))


def test_two_files_of_a_form_become_the_fields_of_their_names(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str]
) -> None:
    """Both sides of one document travel in one request."""
    response = client.post(PATH, files=[FRONT, BACK], headers=bearer)
    assert response.status_code == 202, response.text
    assert (services.last.request.image, services.last.request.back) == (b"recto", b"verso")


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/heic", "image/heif", "application/pdf"])
def test_one_file_may_be_the_body_itself(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str], media_type: str
) -> None:
    """Each format that the reader takes."""
    response = client.post(PATH, content=b"octets", headers={**bearer, "Content-Type": media_type})
    assert response.status_code == 202, response.text
    assert (services.last.request.image, services.last.request.back) == (b"octets", b"")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([BACK], (400, "body_empty", "image")),
        ([("image", ("recto.jpg", b"", "image/jpeg"))], (400, "body_empty", "image")),
        ([FRONT, ("autre", ("a.jpg", b"a", "image/jpeg"))], (400, "malformed", "autre")),
        ([FRONT, FRONT], (400, "malformed", "image")),
        ([FRONT, BACK, FRONT], (400, "form_unreadable", None)),
    ],
)
def test_a_form_of_other_files_is_refused(
    client: httpx.Client,
    services: FakeServices,
    bearer: dict[str, str],
    files: list[_Part],
    expected: tuple[int, str, str | None],
) -> None:
    """The first is needed, a second may come, nothing else: the problem names the field."""
    response = client.post(PATH, files=files, headers=bearer)
    problem = response.json()
    assert (response.status_code, problem["code"], problem.get("field")) == expected
    assert not services.calls


def test_a_text_in_the_form_is_refused(client: httpx.Client, services: FakeServices, bearer: dict[str, str]) -> None:
    """A form of files holds files."""
    response = client.post(PATH, files=[FRONT], data={"back": "verso"}, headers=bearer)
    assert (response.status_code, response.json()["code"]) == (400, "form_unreadable")
    assert not services.calls


@pytest.mark.parametrize("megabytes", [11, 21])
def test_a_form_is_bounded_by_what_its_files_may_hold(
    client: httpx.Client, services: FakeServices, bearer: dict[str, str], megabytes: int
) -> None:
    """10 MB a file, and read no further than two files may hold."""
    large = ("image", ("recto.jpg", b"x" * (megabytes << 20), "image/jpeg"))
    response = client.post(PATH, files=[large], headers=bearer)
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert not services.calls
