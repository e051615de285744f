"""Use cases: `(work, what it needs, command) -> result`. Each runs in one transaction, committed at the door."""
