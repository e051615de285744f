"""The use cases of a service that write, found in its source: what a door, a handler or the operator's commands name of
`application`, and from which a statement that writes is reached.

A name counts as reached where it is only mentioned: a function that is passed on is called by somebody.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.architecture.sources import python_files

_STATEMENT = re.compile(r"\b(INSERT INTO|UPDATE \w+ |DELETE FROM|ALTER TABLE|TRUNCATE) ?")
# What a repository builds statements with, and what a unit of work writes beside them.
_WRITING = {"insert", "update", "delete", "copy", "audit", "publish", "schedule"}
_ROOMS = ("application", "store")


@dataclass
class _Module:
    """Functions by name, methods as `Class.method`; `imports`: where a name comes from, as `room.module` or
    `room.module.name`."""

    name: str
    tree: ast.Module
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)
    constants: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)


def writing_use_cases(service: str) -> frozenset[str]:
    """As `module.function` or `module.Class.method`."""
    code = _Code(service)
    return frozenset(name.removeprefix("application.") for name in code.named_by_doors() if name in code.writing)


def use_cases(service: str) -> frozenset[str]:
    """All that `application` has for others, whether it writes or not."""
    return frozenset(name.removeprefix("application.") for name in _Code(service).public())


class _Code:
    """`writing`: functions, methods and classes from which a statement that writes is reached."""

    def __init__(self, service: str) -> None:
        package = f"services.{service}"
        self._modules = [
            _parsed(path, f"{room}.{path.stem}", package)
            for room in _ROOMS
            for path in python_files(f"services/{service}/{room}")
            if path.parent.name == room
        ]
        self._doors = [_parsed(path, "", package) for path in python_files(f"services/{service}/entrypoints")]
        self.writing = self._reaching()

    def public(self) -> Iterator[str]:
        """Functions, and methods that take something: who asks for nothing starts or stops a thread."""
        for module in self._modules:
            if module.name.startswith("application."):
                yield from (
                    f"{module.name}.{each}" for each, node in module.functions.items() if _is_public(each, node)
                )

    def named_by_doors(self) -> Iterator[str]:
        """Functions by their name, methods by theirs, of whatever object."""
        named = {name for door in self._doors for name in _mentioned(door.tree, door)}
        attributes = {name for door in self._doors for name in _attributes(door.tree)}
        for name in self.public():
            _room, _module, *function = name.split(".")
            if name in named or (len(function) > 1 and function[-1] in attributes):
                yield name

    def _reaching(self) -> frozenset[str]:
        """From the statements upwards, until nobody new is found."""
        edges, found = dict(self._edges()), self._stating()
        while more := {name for name, reached in edges.items() if name not in found and reached & found}:
            found |= more
        return frozenset(found)

    def _stating(self) -> set[str]:
        return {
            f"{module.name}.{name}"
            for module in self._modules
            for name, node in module.functions.items()
            if _states(node, module)
        }

    def _edges(self) -> Iterator[tuple[str, set[str]]]:
        """A method reaches what its object is built with, a class its methods."""
        for module in self._modules:
            for name, node in module.functions.items():
                built = module.functions.get(f"{name.partition('.')[0]}.__init__")
                mentioned = set(_mentioned(node, module)) | (set(_mentioned(built, module)) if built else set())
                yield f"{module.name}.{name}", mentioned
            for owner in module.classes:
                methods = {f"{module.name}.{each}" for each in module.functions if each.startswith(f"{owner}.")}
                yield f"{module.name}.{owner}", methods


@cache
def _parsed(path: Path, name: str, package: str) -> _Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    module = _Module(name, tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            module.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            module.classes.add(node.name)
            methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
            module.functions |= {f"{node.name}.{each.name}": each for each in methods}
        elif isinstance(node, ast.Assign):
            module.constants |= {
                each.id: ast.unparse(node.value) for each in node.targets if isinstance(each, ast.Name)
            }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package):
            place = (node.module or "").removeprefix(package).lstrip(".")
            module.imports |= {each.asname or each.name: f"{place}.{each.name}" for each in node.names}
    return module


def _is_public(name: str, node: ast.FunctionDef) -> bool:
    takes = [each.arg for each in node.args.args if each.arg not in ("self", "cls")]
    return bool(takes) and not any(part.startswith("_") for part in name.split("."))


def _mentioned(node: ast.AST, module: _Module) -> Iterator[str]:
    """Functions and classes of the service that are named there."""
    owner = ""
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            if each.id in module.functions or each.id in module.classes:
                yield f"{module.name}.{each.id}"
            elif each.id in module.imports:
                yield module.imports[each.id]
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            if each.value.id in module.imports:
                yield f"{module.imports[each.value.id]}.{each.attr}"
            elif each.value.id == "self":
                owner = owner or _owner(node, module)
                yield f"{module.name}.{owner}.{each.attr}"


def _owner(node: ast.AST, module: _Module) -> str:
    """The class of a method."""
    return next((name.partition(".")[0] for name, each in module.functions.items() if each is node), "")


def _attributes(node: ast.AST) -> set[str]:
    return {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _states(node: ast.AST, module: _Module) -> bool:
    """Whether a statement that writes stands there, or in a constant that is named there."""
    return any(_is_writing(each, module) for each in ast.walk(node))


def _is_writing(node: ast.AST, module: _Module) -> bool:
    match node:
        case ast.Attribute(ast.Name("sa" | "work" | "many_rows"), name):
            return name in _WRITING
        case ast.Name(name):
            return name == "insert" or _is_statement(name, module)
        case ast.Constant(str(text)):
            return bool(_STATEMENT.search(text))
    return False


def _is_statement(name: str, module: _Module) -> bool:
    return bool(_STATEMENT.search(module.constants.get(name, "")))
