"""The services as the contracts' tests walk them: their modules by convention, their code as syntax."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from chassis.config import SERVICES
from embedded.rundir import ROOT

# Whose call makes a fact: the unit of work, the outbox's row for many at once, and wrappers named after them.
_PUBLISHERS = frozenset({"publish", "_publish", "publish_all", "publish_fact", "outbox_row"})


def entrypoint(service: str, name: str) -> ModuleType:
    return importlib.import_module(f"services.{service}.entrypoints.{name}")


def descriptors() -> dict[str, Any]:
    """The gRPC service of each."""
    return {service: entrypoint(service, "rpc").DESCRIPTOR for service in SERVICES}


def refusals(service: str) -> Iterator[type[Exception]]:
    """Every exception class that a service's domain defines."""
    domain = importlib.import_module(f"services.{service}.domain")
    for found in pkgutil.walk_packages(domain.__path__, f"{domain.__name__}."):
        module = importlib.import_module(found.name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == module.__name__:
                yield value


def published_facts(service: str) -> set[str]:
    """Names of the facts that the service's code publishes: the texts given where a fact's name goes."""
    return {
        text
        for path in (ROOT / "services" / service).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and _name(call.func) in _PUBLISHERS
        for argument in call.args[:4]
        for text in _texts(argument)
    }


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(argument: ast.expr) -> Iterator[str]:
    """A literal, or either side of a choice between two."""
    if isinstance(argument, ast.IfExp):
        yield from _texts(argument.body)
        yield from _texts(argument.orelse)
    elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
