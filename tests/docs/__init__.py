"""The documents say what is so: links, settings, commands, examples and capability rows are checked."""
