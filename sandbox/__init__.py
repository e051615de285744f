"""Stand-ins for what belongs to others: they announce themselves, and exist only in the modes demo and test."""
