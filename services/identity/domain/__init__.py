"""What identity decides: who may sign in, what is believed of a person, and who said so. No input, no output."""
