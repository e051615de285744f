"""Names of the gRPC metadata that every call carries, beside `authorization` and `traceparent`."""

SERVICE_TOKEN = "atouts-service"  # noqa: S105 - a name: the calling service's own proof travels under it
AUTHORITY = "atouts-authority"  # the tenant
ADDRESS = "atouts-address"  # where the person's request came from
