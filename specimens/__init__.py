"""Made-up identity documents, overprinted SPECIMEN, for the demo and the tests."""

from specimens.holder import Holder, invented
from specimens.picture import card, sides
from specimens.zone import FORMATS, zone_lines

__all__ = ["FORMATS", "Holder", "card", "invented", "sides", "zone_lines"]
