"""Floor 4: the tables, the queries and the migrations; SQLite and PostgreSQL behind one set of functions."""
