"""Where a commune is: INSEE codes of communes, departments and regions (2016 regions)."""

from __future__ import annotations

import re

_COMMUNE = re.compile(r"(?P<department>97[1-6]|2[AB]|[0-9]{2})[0-9]{2,3}")
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
_REGION_BY_DEPARTMENT = {
    department: region for region, departments in _DEPARTMENTS_BY_REGION.items() for department in departments.split()
}


def region_of(commune: str) -> str | None:
    """INSEE region code of a commune code of five characters; None when it is no commune of a region."""
    found = _COMMUNE.fullmatch(commune) if len(commune) == 5 else None
    return _REGION_BY_DEPARTMENT.get(found["department"]) if found else None
