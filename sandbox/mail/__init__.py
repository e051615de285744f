"""The mail server's stand-in: takes every mail, delivers none, shows them."""
