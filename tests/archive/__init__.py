"""Backup, restore and move."""
