"""What the tests stand on: a private PostgreSQL, fresh databases, running servers, a browser."""
