"""The Python client: everything by HTTP. ``from assay import Client``."""

from assay.client.annotator import Assignment, Workbench
from assay.client.client import Client
from assay.client.project import Job, Project

__all__ = ["Assignment", "Client", "Job", "Project", "Workbench"]
