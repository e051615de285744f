"""A payment provider's stand-in: a page where a fee is paid with a test card, and signed webhooks that say so."""
