"""Small platforms of dummy processes."""

from embedded.platform import Platform, Process

_MODULE = "tests.integration.dummies.process"


def _process(name: str, behaviour: str, *, door: bool = False) -> Process:
    return Process(name, "wallet", (_MODULE, behaviour), connections=1, door=door)


_MIGRATION = _process("wallet.migrate", "migrate")
_WORKER = _process("wallet.worker", "serve")
_DOOR = _process("gateway", "serve", door=True)

HEALTHY = Platform((_MIGRATION,), (_WORKER, _DOOR))
BROKEN_MIGRATION = Platform((_process("wallet.migrate", "break"),), (_WORKER, _DOOR))
BROKEN_PROCESS = Platform((_MIGRATION,), (_WORKER, _process("payout.relay", "break")))
