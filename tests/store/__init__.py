"""The tables, the queries, the engines and the migrations, on both databases."""
