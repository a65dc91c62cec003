"""Shapes: the numbers of shapely, pycocotools and SciPy, to 1e-9. The recipe of each constant stands beside it."""

from __future__ import annotations

from collections.abc import Callable

import krippendorff
import numpy as np
import pytest
from scipy.spatial.distance import cdist

from assay.agreement.shapes import (
    Box,
    Keypoints,
    Mask,
    Polygon,
    ShapeTable,
    decode_rle,
    dice,
    encode_rle,
    hausdorff_95,
    iou,
    matched_label_alpha,
    object_agreement,
    oks,
    polygon_area,
    polygon_intersection_area,
)

# shapely 2.2.0: Polygon(a).area, Polygon(b).area, Polygon(a).intersection(Polygon(b)).area for the stars below.
SHAPELY = [
    (0.8854220000000006, 5.657603999999999, 0.0),
    (3.9711239999999997, 5.080029499999999, 1.0543998447767609),
    (20.017169999999997, 15.887235500000001, 7.390440335399471),
    (19.549650500000002, 21.531591499999998, 11.82605408404789),
    (36.39845749999999, 20.904151500000005, 16.758411241621754),
    (18.022735500000003, 30.050426999999996, 7.72028619111965),
]

# pycocotools 2.0.11: mask.encode of the mask in test_rle_is_that_of_coco, and of the disks.
COCO_SMALL = b"?4300NNO2300<M"
COCO_DISK = (
    "gS1?b26J6L2M4M2M4M2N2N2N2O0O2N2O0O2N2O000O2O000O2O0000000000000000000000000001N10001N10001N2N101N2N101N2N2N2N3L3N"
    "3L3N4J6JPk4"
)

# pycocotools 2.0.11: COCOeval.computeOks with area 4000 for annotation and detection, all points visible.
OKS_A = [
    [16.15, 2.67], [65.08, 21.47], [56.37, 94.48], [37.93, 25.28], [45.65, 65.72], [10.11, 38.06], [13.37, 66.24],
    [83.06, 37.69], [37.17, 53.95], [21.51, 24.74], [32.99, 45.74], [8.15, 75.27], [57.91, 29.97], [7.75, 76.32],
    [13.11, 13.32], [13.07, 8.13], [90.64, 26.92],
]  # fmt: skip
OKS_B = [
    [13.02, 4.2], [63.03, 24.75], [52.56, 94.07], [37.91, 21.31], [50.82, 70.1], [8.72, 40.38], [14.51, 58.4],
    [83.81, 37.51], [37.42, 50.72], [20.7, 24.21], [36.55, 46.74], [8.13, 79.86], [56.24, 28.8], [2.3, 81.03],
    [16.0, 16.07], [15.08, 8.46], [91.29, 26.16],
]  # fmt: skip
COCO_SIGMAS = np.array([26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89]) / 1000.0


def star(rng: np.random.Generator, n: int, center: tuple[float, float]) -> np.ndarray:
    angle, radius = np.sort(rng.uniform(0, 2 * np.pi, n)), rng.uniform(1, 5, n)
    points = np.c_[center[0] + radius * np.cos(angle), center[1] + radius * np.sin(angle)]
    return np.asarray(np.round(points, 3))


def test_polygons_are_those_of_shapely() -> None:
    rng = np.random.default_rng(7)
    for k, (area_a, area_b, both) in enumerate(SHAPELY):
        a, b = star(rng, 3 + 3 * k, (0, 0)), star(rng, 4 + 2 * k, (1.5, 0.5))
        assert polygon_area(a) == pytest.approx(area_a, abs=1e-9)
        assert polygon_area(b[::-1]) == pytest.approx(area_b, abs=1e-9)
        assert polygon_intersection_area(a, b) == pytest.approx(both, abs=1e-9)
        assert polygon_intersection_area(b[::-1], np.roll(a, 2, axis=0)) == pytest.approx(both, abs=1e-9)
        assert polygon_intersection_area(a, a) == pytest.approx(area_a, abs=1e-9)


def test_a_polygon_that_crosses_itself_has_the_area_of_both_parts() -> None:
    bow = np.array([(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)])
    assert polygon_area(bow) == pytest.approx(2.0)
    assert polygon_intersection_area(bow, np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 2.0), (0.0, 2.0)])) == pytest.approx(
        1
    )


def test_shared_edges_are_no_overlap() -> None:
    square = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    assert polygon_intersection_area(square, square + np.array((1.0, 0.0))) == 0.0
    assert polygon_intersection_area(square, square + np.array((0.0, 1.0))) == 0.0
    assert polygon_intersection_area(square, square + np.array((0.5, 0.0))) == pytest.approx(0.5)


def test_rle_is_that_of_coco() -> None:
    small = np.zeros((7, 9), dtype=bool)
    small[1:5, 2:7] = True
    small[3, 4], small[6, 8] = False, True
    assert (decode_rle(COCO_SMALL, (7, 9)) == small).all()
    y, x = np.mgrid[:100, :120]
    disk = (y - 50) ** 2 + (x - 40) ** 2 < 900
    assert (decode_rle(COCO_DISK, (100, 120)) == disk).all()
    assert (decode_rle(encode_rle(disk), (100, 120)) == disk).all()
    # pycocotools 2.0.11: mask.iou([encode(disk)], [encode(other)], [0])
    other = (y - 55) ** 2 + (x - 50) ** 2 < 700
    assert iou(Mask(disk), Mask(other)) == pytest.approx(0.58546603, abs=5e-9)
    assert dice(Mask(disk), Mask(other)) == pytest.approx(2 * 0.58546603 / 1.58546603, abs=1e-8)


def test_oks_is_that_of_coco() -> None:
    a, b = Keypoints(OKS_A, area=4000.0), Keypoints(OKS_B, area=4000.0)
    assert oks(a, b, COCO_SIGMAS) == pytest.approx(0.8044450729155008, abs=1e-9)
    assert oks(b, a, COCO_SIGMAS) == oks(a, b, COCO_SIGMAS)


@pytest.mark.parametrize("seed", range(4))
def test_hausdorff_is_that_of_all_distances(seed: int) -> None:
    """The slow way: every outline pixel against every other."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:30, :40]
    masks = []
    for _ in range(2):
        center, radius = rng.uniform(10, 20, 2), rng.uniform(4, 9)
        masks.append((y - center[0]) ** 2 + (x - center[1]) ** 2 < radius**2)
    outlines = []
    for pixels in masks:
        framed = np.pad(pixels, 1)
        neighbours = sum(np.roll(framed, step, axis).astype(int) for step, axis in ((1, 0), (-1, 0), (1, 1), (-1, 1)))
        outlines.append(np.argwhere(pixels & (np.asarray(neighbours)[1:-1, 1:-1] < 4)) * (2.0, 0.5))
    apart = cdist(outlines[0], outlines[1])
    a, b = (Mask(pixels) for pixels in masks)
    for percentile in (95.0, 100.0):
        expected = max(np.percentile(apart.min(axis=1), percentile), np.percentile(apart.min(axis=0), percentile))
        assert hausdorff_95(a, b, spacing=(2.0, 0.5), percentile=percentile) == pytest.approx(expected, abs=1e-9)


def test_kinds_agree_on_the_same_rectangle() -> None:
    boxes = Box(0, 0, 6, 4), Box(2, 1, 8, 5)
    polygons = [
        Polygon([(b.x_min, b.y_min), (b.x_max, b.y_min), (b.x_max, b.y_max), (b.x_min, b.y_max)]) for b in boxes
    ]
    masks = []
    for b in boxes:
        pixels = np.zeros((6, 9), dtype=bool)
        pixels[int(b.y_min) : int(b.y_max), int(b.x_min) : int(b.x_max)] = True
        masks.append(Mask(pixels))
    expected = 12 / (24 + 24 - 12)
    assert iou(*boxes) == pytest.approx(expected, abs=1e-12)
    assert iou(*polygons) == pytest.approx(expected, abs=1e-12)
    assert iou(*masks) == pytest.approx(expected, abs=1e-12)


def test_quality_is_the_product_of_finding_and_drawing() -> None:
    rng = np.random.default_rng(3)
    rows = []
    for task in range(12):
        for annotator in "ab":
            corners = rng.uniform(0, 60, (4, 2))
            shapes = [Box(x, y, x + 30, y + 30 + rng.uniform(0, 3), "c") for x, y in corners]
            rows.append((f"t{task}", annotator, shapes[: int(rng.integers(1, 5))]))
    table = ShapeTable.from_arrays(*zip(*rows, strict=True))
    f1, similar, quality = (
        object_agreement(table, measure=measure, threshold=0.3).value
        for measure in ("f1", "matched_similarity", "quality")
    )
    assert f1 is not None and similar is not None and 0.0 < f1 < 1.0
    assert quality == pytest.approx(f1 * similar, abs=1e-12)


ONE, OTHER = Mask(np.eye(3)), Mask(np.eye(4))
POINTS = Keypoints([(0, 0), (1, 1)], area=4)
WRONG: list[tuple[Callable[[], object], str]] = [
    (lambda: iou(Box(0, 0, 1, 1), ONE), "no intersection over union of Box and Mask"),
    (lambda: iou(POINTS, POINTS), "no intersection over union of Keypoints and Keypoints"),
    (lambda: dice(ONE, OTHER), r"Masks have the sizes \(3, 3\) and \(4, 4\)"),
    (lambda: hausdorff_95(ONE, OTHER), r"Masks have the sizes \(3, 3\) and \(4, 4\)"),
    (lambda: hausdorff_95(ONE, ONE, percentile=101), "percentile is 101"),
    (lambda: oks(POINTS, Keypoints([(0, 0)], area=4)), "Keypoints have 2 and 1 points"),
    (lambda: oks(POINTS, POINTS, [0.1]), r"sigmas has shape \(1,\)"),
    (lambda: oks(POINTS, POINTS, [0.1, 0.0]), "one number above 0 for each of the 2 points"),
    (lambda: decode_rle([1, 2], (2, 2)), "counts add up to 3, and size 2 x 2 has 4 pixels"),
    (lambda: decode_rle([5, -1], (2, 2)), "give runs of at least 0"),
    (lambda: decode_rle("0", (2, 2)), "counts add up to 0"),
    (lambda: decode_rle("P", (2, 2)), "breaks off in the middle of a number"),
    (lambda: decode_rle("\x7f", (2, 2)), "which COCO's compressed form has not"),
]


@pytest.mark.parametrize(("call", "said"), WRONG)
def test_wrong_arguments_are_named(call: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_keypoints_agree_as_objects() -> None:
    """Two people in one image: each annotator's points are matched to the nearest, whatever their order."""
    near, far = [(10.0, 10.0), (20.0, 20.0)], [(110.0, 10.0), (120.0, 20.0)]
    ann = [Keypoints(near, area=400), Keypoints(far, area=400)]
    ben = [Keypoints([(111.0, 10.0), (120.0, 20.0)], area=400), Keypoints(near, area=400)]
    table = ShapeTable.from_arrays(["i", "i"], ["ann", "ben"], [ann, ben])
    assert object_agreement(table).value == 1.0
    expected = (1.0 + oks(ann[1], ben[0], [0.1, 0.1])) / 2
    assert object_agreement(table, measure="matched_similarity", sigmas=[0.1, 0.1]).value == pytest.approx(expected)


def test_labels_of_matched_objects_have_krippendorffs_alpha() -> None:
    """With every object drawn by both, alpha is that of the pairs of labels."""
    rng = np.random.default_rng(1)
    labels = rng.choice(list("xyz"), (40, 2), p=[0.5, 0.3, 0.2])
    labels[:25, 1] = labels[:25, 0]
    tasks, annotators, answers = [], [], []
    for annotator in range(2):
        for task in range(8):
            tasks.append(f"i{task}")
            annotators.append(f"a{annotator}")
            answers.append([Box(k * 20, 0, k * 20 + 10, 10, str(labels[5 * task + k, annotator])) for k in range(5)])
    found = matched_label_alpha(ShapeTable.from_arrays(tasks, annotators, answers))
    codes = np.searchsorted(list("xyz"), labels.T).astype(float)
    expected = krippendorff.alpha(reliability_data=codes, level_of_measurement="nominal")
    assert found.value == pytest.approx(expected, abs=1e-9)
    # One object that only one of them drew lowers it.
    answers[0] = [*answers[0], Box(500, 0, 510, 10, "x")]
    missing = matched_label_alpha(ShapeTable.from_arrays(tasks, annotators, answers))
    assert missing.value is not None and missing.value < expected
