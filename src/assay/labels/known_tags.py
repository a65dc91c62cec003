"""Tags of Label Studio that Assay knows by name and does not offer yet, in lower case.

Source: https://labelstud.io/tags. A tag moves out of these lists when a label type or an object for
it is added; a test sees to it.
"""

from __future__ import annotations

from typing import Final

OTHER_CONTROL_TAGS: Final = frozenset({
    "bitmask", "bitmasklabels", "brush", "brushlabels", "chat", "cube", "cubelabels", "datetime", "ellipse",
    "ellipselabels",
    "hypertextlabels", "keypoint", "keypointlabels", "labels", "magicwand", "number", "ocrlabels", "ocrtokenlabels",
    "pairwise", "paragraphlabels", "pdflabels", "polygon", "polygonlabels", "ranker", "rating", "reactcode",
    "rectangle", "rectanglelabels", "relations", "repeater", "tablelabels", "taxonomy", "textarea", "timelinelabels",
    "timeserieslabels", "vector", "vectorlabels", "videorectangle", "videovector", "videovectorlabels",
})  # fmt: skip
"""Controls; also Repeater, which makes controls, and Chat, which is answered itself.

Leaving one out would lose a question, so the label config is refused.
"""

OTHER_OBJECT_TAGS: Final = frozenset({
    "audio", "audioplus", "html", "hypertext", "image", "list", "multichannel", "object3d", "paragraphs",
    "pdf", "table", "timeseries", "video", "website",
})  # fmt: skip
"""Objects: they stay in the outline as Unsupported; a control about one is refused."""
