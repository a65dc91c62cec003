"""Templates, file formats, and a look at a label config before it is saved."""

from __future__ import annotations

from assay.formats import FORMATS
from assay.labels.label_config import parse_label_config
from assay.labels.templates import TEMPLATES
from assay.server.access.principal import MayChange, MayRead
from assay.server.routing import router
from assay.server.views.labels import CheckedLabelConfig, CheckLabelConfig, TemplateList, TemplateView
from assay.server.views.projects import FormatList, FormatView

routes = router("gallery")


@routes.get("/templates", operation_id="list_templates")
async def list_templates(_: MayChange) -> TemplateList:
    """The template gallery, each with a worked guideline."""
    items = []
    for template in TEMPLATES:
        config = parse_label_config(template.label_config)
        items.append(
            TemplateView.model_validate(
                {
                    "id": template.id,
                    "title": template.title,
                    "description": template.description,
                    "label_config": template.label_config,
                    "sample": template.sample,
                    "guideline": template.guideline,
                    "controls": config.controls_json(),
                    "outline": config.outline,
                }
            )
        )
    return TemplateList(items=items)


@routes.post("/label-configs/check", operation_id="check_label_config")
async def check_label_config(body: CheckLabelConfig, _: MayChange) -> CheckedLabelConfig:
    """Read a label config and say what Assay understood; nothing is saved."""
    config = parse_label_config(body.label_config)
    return CheckedLabelConfig.model_validate(
        {
            "outline": config.outline,
            "controls": config.controls_json(),
            "data_keys": list(config.data_keys),
            "problems": list(config.problems),
            "sample": config.sample_task(),
        }
    )


@routes.get("/formats", operation_id="list_formats")
async def list_formats(_: MayRead) -> FormatList:
    """The file formats, with what each of them loses."""
    cards = [file_format.card for file_format in FORMATS]
    return FormatList(
        items=[
            FormatView(
                id=card.id,
                title=card.title,
                extension=card.extension,
                reads=card.reads,
                writes=card.writes,
                lossless=card.lossless,
                drops=list(card.drops),
            )
            for card in cards
        ]
    )
