"""Floor 3: the pipeline, one file a stage. Knows no web framework and no SQL; takes the clock as an argument.

Each stage names what it needs of the records as a ``Protocol``; the store implements them.
"""
