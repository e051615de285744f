"""A season of two schemes, played by made-up people through the public HTTP API alone."""
