"""The HTTP door: it parses, makes one gRPC call, and maps the answer. No rule and no table lives here."""
