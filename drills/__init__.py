"""Fault drills: what must survive, done to a real platform under load, counted by the drill's own client."""
