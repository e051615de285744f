"""Starts the whole platform on one machine: private servers, migrations, processes, and their supervisor."""
