"""The pipeline over real databases: who gets which task, what becomes of an answer."""
