"""PostgreSQL's connections are shared out, never fought for."""

from embedded.platform import PLATFORM, SERVICES, Process
from embedded.postgres import MAX_CONNECTIONS, MORE_DATABASES

_RESERVED_FOR_SUPERUSERS = 3
# An operator's commands, one a service at a time (chassis.config gives each 4), and the supervisor's probe.
_AT_HAND = 4 * len(SERVICES) + 2


def _sum(processes: tuple[Process, ...]) -> int:
    """Identity's processes reach the key database with half as many connections again, on the same server."""
    shares = [(process.connections, process.service in MORE_DATABASES.values()) for process in processes]
    return sum(share + ((share + 1) // 2 if has_another else 0) for share, has_another in shares)


def test_all_pools_together_fit_in_the_server() -> None:
    """Replicas × pools, with what operators may open, stay below max_connections."""
    most = max(_sum(PLATFORM.processes), _sum(PLATFORM.migrations))
    assert most + _AT_HAND + _RESERVED_FOR_SUPERUSERS <= MAX_CONNECTIONS


def test_each_process_of_a_service_has_its_share() -> None:
    """A process without a share would fall back on a default that nobody counted."""
    of_services = [*PLATFORM.processes, *PLATFORM.migrations]
    shares = {process.name: process.connections for process in of_services if process.service in SERVICES}
    assert len(shares) == len(SERVICES) * 4 + 2
    assert all(share > 0 for share in shares.values())


def test_the_doors_without_tables_have_none() -> None:
    """The gateway and the sandbox reach no database."""
    assert {process.name: process.connections for process in PLATFORM.processes if process.door} == {
        "gateway": 0,
        "sandbox.payments": 0,
    }
