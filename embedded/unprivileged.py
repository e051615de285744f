"""Servers never run as root: started by root, they run as `nobody`; started by a person, as that person."""

import os
from pathlib import Path

from embedded.files import write_private

_NOBODY = 65534
_CAP_DAC_READ_SEARCH = 2


def command_prefix() -> list[str]:
    """What comes before a server's command so that it drops root's rights; nothing for a normal user.

    `nobody` may have no right to enter the checkout's folders (/root is 0700). Their modes are not ours to
    change: the capability to pass through folders is kept instead, where root has it to give.
    """
    if os.geteuid() != 0:
        return []
    prefix = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    if _may_give_search():
        # Without the secure bit access(2) ignores the capability, and RabbitMQ asks it before it reads.
        prefix += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        prefix += ["--securebits=+no_setuid_fixup"]
    return [*prefix, "--"]


def give(path: Path) -> Path:
    """Make a folder (0700, made if missing) or a file belong to the user that servers run as."""
    if not path.exists():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(path, _NOBODY, _NOBODY)
    return path


def write_for_servers(path: Path, text: str) -> None:
    """Write a file that servers, and only they, can read."""
    write_private(path, text)
    give(path)


def _may_give_search() -> bool:
    # Containers often run as root without it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    effective = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(effective.split()[1], 16) >> _CAP_DAC_READ_SEARCH & 1)
