"""Benchmarks: every speed is a ratio to a peer in the same run, a median of three rounds at least."""
