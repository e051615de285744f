"""Pages: server-rendered, working without script, on the same calls and proofs as the JSON API."""
