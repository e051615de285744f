"""The ledger against a model: `model` is what the rules say, `commands` what is done to both, `world` their meeting."""
