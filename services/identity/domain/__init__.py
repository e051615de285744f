"""What identity decides: pure rules, no database, no network."""
