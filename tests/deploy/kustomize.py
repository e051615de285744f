"""What our kustomizations mean, for tests: resources, components, strategic merge and JSON patches, images.

A field that this does not know is an error, so that a kustomization stays within what is checked here. Where `kubectl`
is installed, test_kubernetes.py compares with its own rendering.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]

_KNOWN = {"apiVersion", "kind", "resources", "components", "patches", "images"}
# Lists that are merged by a field, as the API describes them; any other list is replaced.
_MERGED_BY = {"containers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath", "ports": "name"}


class NotUnderstood(Exception):
    """A kustomization uses what this loader does not know."""


def documents(path: Path) -> list[Object]:
    """Every YAML document of a file."""
    return [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document]


def render(folder: Path) -> list[Object]:
    """The objects of a kustomization. Raises NotUnderstood."""
    return _apply(folder, [])


def _apply(folder: Path, objects: list[Object]) -> list[Object]:
    (own,) = documents(folder / "kustomization.yaml")
    if unknown := set(own) - _KNOWN:
        raise NotUnderstood(f"{folder.name}: {', '.join(sorted(unknown))}")
    for name in own.get("resources", ()):
        path = folder / name
        objects = objects + (render(path) if path.is_dir() else documents(path))
    for name in own.get("components", ()):
        objects = _apply(folder / name, objects)
    for patch in own.get("patches", ()):
        _patch(folder, objects, patch)
    for image in own.get("images", ()):
        _name_image(objects, image)
    return objects


def _patch(folder: Path, objects: list[Object], patch: Mapping[str, Any]) -> None:
    if set(patch) == {"path"}:
        for change in documents(folder / patch["path"]):
            target = find(objects, change["kind"], change["metadata"]["name"])
            target.update(_merged(target, change))
    elif set(patch) == {"target", "patch"}:
        target = find(objects, patch["target"]["kind"], patch["target"]["name"])
        for operation in yaml.safe_load(patch["patch"]):
            _operate(target, operation)
    else:
        raise NotUnderstood(f"a patch of {sorted(patch)}")


def find(objects: Iterable[Object], kind: str, name: str) -> Object:
    """The object of that kind and name. Raises NotUnderstood when there is not exactly one."""
    found = [one for one in objects if one["kind"] == kind and one["metadata"]["name"] == name]
    if len(found) != 1:
        raise NotUnderstood(f"{len(found)} objects {kind} {name}")
    return found[0]


def _merged(old: Any, new: Any, field: str = "") -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merged(old[key], value, key) if key in old else value for key, value in new.items()}}
    if isinstance(old, list) and isinstance(new, list) and field in _MERGED_BY:
        return _merged_list(old, new, _MERGED_BY[field])
    return new


def _merged_list(old: list[Any], new: list[Any], key: str) -> list[Any]:
    changes = {one[key]: one for one in new}
    kept = [_merged(one, changes.pop(one[key], {})) for one in old]
    return [*kept, *changes.values()]


def _operate(target: Object, operation: Mapping[str, Any]) -> None:
    if operation["op"] != "replace":
        raise NotUnderstood(operation["op"])
    *parents, last = operation["path"].strip("/").split("/")
    place: Any = target
    for name in parents:
        place = place[name]
    if last not in place:
        raise NotUnderstood(f"nothing to replace at {operation['path']}")
    place[last] = operation["value"]


def _name_image(objects: Iterable[Object], image: Mapping[str, str]) -> None:
    for container in (container for one in objects for container in containers_of(one)):
        if container["image"] == image["name"]:
            container["image"] = f"{image['newName']}:{image['newTag']}"


def pod_spec(one: Object) -> Object:
    """The pod of a workload; empty for anything else."""
    if one["kind"] not in ("Deployment", "Job"):
        return {}
    spec: Object = one["spec"]["template"]["spec"]
    return spec


def containers_of(one: Object) -> list[Object]:
    found: list[Object] = pod_spec(one).get("containers", [])
    return found


def rendered(folder: Path) -> list[Object]:
    """A copy that a test may change."""
    return copy.deepcopy(render(folder))
