"""The REST API, asked in the test's own process: every operation of the OpenAPI document."""
