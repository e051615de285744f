"""Technical plumbing that every service shares, one concern a file. No noun of the domain lives here."""
