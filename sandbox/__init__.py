"""Development stand-ins for what others run in production; each announces itself as one."""
