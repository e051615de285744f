"""Where a commune lies: its department, its region and its academy, by INSEE codes.

Code officiel géographique: a commune's code begins with its department's (two characters; three overseas).
Overseas collectivities (975, 977, 978, 986 to 988) lie in no region.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

ACADEMIES = Path(__file__).with_name("academies.csv")
_COMMUNE_CODE = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB])[0-9]{3}|9[78][0-9]{3}")

_DEPARTMENTS_BY_REGION = {
    "01": "971",
    "02": "972",
    "03": "973",
    "04": "974",
    "06": "976",
    "11": "75 77 78 91 92 93 94 95",
    "24": "18 28 36 37 41 45",
    "27": "21 25 39 58 70 71 89 90",
    "28": "14 27 50 61 76",
    "32": "02 59 60 62 80",
    "44": "08 10 51 52 54 55 57 67 68 88",
    "52": "44 49 53 72 85",
    "53": "22 29 35 56",
    "75": "16 17 19 23 24 33 40 47 64 79 86 87",
    "76": "09 11 12 30 31 32 34 46 48 65 66 81 82",
    "84": "01 03 07 15 26 38 42 43 63 69 73 74",
    "93": "04 05 06 13 83 84",
    "94": "2A 2B",
}
_COLLECTIVITIES = frozenset({"975", "977", "978", "986", "987", "988"})
REGION_OF_DEPARTMENT: Mapping[str, str] = MappingProxyType(
    {
        **{code: region for region, codes in _DEPARTMENTS_BY_REGION.items() for code in codes.split()},
        **dict.fromkeys(_COLLECTIVITIES, ""),
    }
)


def is_commune_code(code: str) -> bool:
    """Whether the code has the form of a commune's, in a department that exists."""
    return _COMMUNE_CODE.fullmatch(code) is not None and department_of(code) in REGION_OF_DEPARTMENT


def academy_of(department: str) -> str:
    """The name of the academy that runs its schools; empty for a collectivity, which has none."""
    return _academies().get(department, "")


@cache
def _academies() -> Mapping[str, str]:
    lines = [line for line in ACADEMIES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = (line.split(",") for line in lines[1:])
    return {department: name for name, departments in rows for department in departments.split()}


def department_of(commune: str) -> str:
    return commune[:3] if commune[:2] in ("97", "98") else commune[:2]


def region_of(commune: str) -> str:
    """The region's code; empty in an overseas collectivity."""
    return REGION_OF_DEPARTMENT[department_of(commune)]
