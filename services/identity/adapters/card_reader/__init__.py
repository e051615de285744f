"""Reading identity documents from pictures. `CardReader.read` is the door."""

from services.identity.adapters.card_reader.reader import CardReader

__all__ = ["CardReader"]
