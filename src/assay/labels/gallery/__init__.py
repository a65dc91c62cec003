"""One file per template; each is listed in ``assay.labels.templates``."""
