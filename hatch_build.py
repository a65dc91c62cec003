"""Build hook: the wheel and the sdist carry the built web UI.

When the UI is there and current nothing is done, so a wheel can be made from the sdist without Node.
When it has to be built and the machine has no recent Node, the build environment gets the PyPI wheel of
Node. ``ASSAY_BUILD_NODE`` names another one. An editable install builds nothing: ``make`` does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tools import build_ui


class UiBuildHook(BuildHookInterface[Any]):
    """Asked by hatchling before (``dependencies``) and at the start of (``initialize``) each build."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Packages for the build environment: Node when it is needed and missing, else none."""
        return build_ui.build_requirements(Path(self.root))

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the UI unless it is current. Raises build_ui.CannotBuild, which says what to do."""
        root = Path(self.root)
        if version == "editable" or build_ui.is_current(root):
            return
        node = build_ui.find_node(root)
        if node is None:
            raise build_ui.CannotBuild(
                f"The web UI must be built and there is no Node: install {build_ui.NODE_REQUIREMENT} "
                f"in the build environment, or set {build_ui.NODE_VARIABLE} to a node."
            )
        build_ui.build(root, node)
