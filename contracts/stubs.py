"""Generates Python stubs of `contracts/proto` into `contracts/generated` (never edited, never committed)."""

import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib import resources
from pathlib import Path

CONTRACTS = Path(__file__).resolve().parent
PROTOS = CONTRACTS / "proto"
GENERATED = CONTRACTS / "generated"
SCRIPTS = Path(sysconfig.get_path("scripts"))


def generate(target: Path) -> None:
    """Write messages, services and their types for every proto under `PROTOS` into `target`.

    Raises `subprocess.CalledProcessError` when a proto does not compile; protoc has said why on stderr.
    """
    protos = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    command = [sys.executable, "-m", "grpc_tools.protoc", *_includes(), *_outputs(target), *protos]
    subprocess.run(command, check=True, cwd=PROTOS)


def _includes() -> list[str]:
    # google/protobuf ships with grpc_tools, google/rpc with googleapis-common-protos.
    well_known = resources.files("grpc_tools") / "_proto"
    return ["-I.", f"-I{well_known}", f"-I{sysconfig.get_path('purelib')}"]


def _outputs(target: Path) -> list[str]:
    return [
        f"--plugin=protoc-gen-mypy_grpc={SCRIPTS / 'protoc-gen-mypy_grpc'}",
        f"--python_out={target}",
        f"--pyi_out={target}",
        f"--grpc_python_out={target}",
        f"--mypy_grpc_out=quiet:{target}",
    ]


def replace(folder: Path, by: Path) -> None:
    """Put `by` in the place of `folder`, so that no reader ever sees half of it."""
    old = by.with_name(by.name + ".old")
    if folder.exists():
        folder.rename(old)
    by.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def main() -> int:
    target = Path(tempfile.mkdtemp(prefix=".generated-", dir=CONTRACTS))
    target.chmod(0o755)
    try:
        generate(target)
        replace(GENERATED, by=target)
    except subprocess.CalledProcessError as failure:
        return int(failure.returncode)
    finally:
        shutil.rmtree(target, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
