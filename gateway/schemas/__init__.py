"""What the HTTP API takes and gives, one noun a file. Requests load into gRPC's fields; answers dump from messages."""
