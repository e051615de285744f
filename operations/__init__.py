"""The operator's command line: each service answers for itself, what spans services is compared here."""
