"""Background jobs: imports, exports, and how a worker keeps or loses them."""
