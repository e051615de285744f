"""The platform's services: none imports another."""
