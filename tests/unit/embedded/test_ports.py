"""Ports are private, distinct, and kept from one start to the next where nobody took them."""

import socket

from embedded import ports


def test_names_get_distinct_ports_outside_the_ephemeral_range() -> None:
    """An outgoing connection of the machine can never take a port that we keep."""
    chosen = ports.choose([f"name-{number}" for number in range(50)], kept={})
    assert len(set(chosen.values())) == 50
    assert all(port < 32_768 for port in chosen.values())


def test_a_free_port_is_kept() -> None:
    """The second start finds the same addresses."""
    first = ports.choose(["a", "b"], kept={})
    assert ports.choose(["a", "b"], kept=first) == first


def test_a_port_that_another_took_is_replaced() -> None:
    """A stranger on our port costs a new address, not the start."""
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        chosen = ports.choose(["a"], kept={"a": taken})
    assert chosen["a"] != taken
