"""Intents that are mined without labels lie close to the true ones: Banking77, Bitext.

    WHET_DATA=... python benchmarks/intents.py [--develop] [--cache FOLDER]

The texts of a set are divided without their labels; the labels only judge the division. Ours finds
the number of groups by itself (`whet.products.support.history.mining`). Beside it, on the same
embeddings of the same frozen encoder: k-means with the true number of classes, k-means with the
number of the best silhouette, Ward's agglomeration with the true number, and HDBSCAN on 20
principal components. Adjusted mutual information counts a message that is left out as a class of
its own kind, `inside` judges only those that are in a group; purity is the share of the messages
in a group that are of its most frequent class.

With `--develop` the official test rows of Banking77 and the dev and test rows of Bitext are used:
choices were made on those, and the table is of the training rows, which nothing was chosen on.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from common import Json, banking77, data_folder, finish, read_csv
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_mutual_info_score, silhouette_score

from whet.core.progress import Quiet
from whet.models.output import Floats, Ids
from whet.products.support.history.mining.essence import essence
from whet.products.support.history.mining.features import Reader
from whet.products.support.history.mining.grouping import group

_TRIED = (20, 40, 80, 120)
"""Numbers of groups among which the silhouette chooses."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--develop", action="store_true", help="Use the rows of development.")
    options.add_argument("--cache", type=Path, help="Folder of embeddings; else a new one.")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader("minilm", Path(folder), asked.cache or Path(folder))
        sets = {"Banking77": _banking, "Bitext": _bitext}
        results = {name: _judged(read(asked.develop), reader) for name, read in sets.items()}
    rows = [
        [
            name,
            design,
            f"{r['ami']:.3f}",
            f"{r['inside']:.3f}",
            f"{r['purity']:.3f}",
            f"{r['groups']} of {r['classes']}",
            f"{r['left_out']:.1%}",
            f"{r['seconds']:.1f}",
        ]
        for name, designs in results.items()
        for design, r in designs.items()
    ]
    header = ["set", "design", "AMI", "AMI inside", "purity", "groups", "left out", "seconds"]
    finish({"develop": asked.develop, "results": results}, header, rows)


def _banking(develop: bool) -> tuple[list[str], list[str]]:
    """Return texts and labels of Banking77."""
    return banking77("test" if develop else "train")


def _bitext(develop: bool) -> tuple[list[str], list[str]]:
    """Return texts and labels of Bitext."""
    texts: list[str] = []
    labels: list[str] = []
    for part in ("dev", "test") if develop else ("train",):
        path = data_folder() / "bitext_support_intents" / f"{part}.csv"
        own, intents = read_csv(path, "utterance", "intent")
        texts, labels = texts + own, labels + intents
    return texts, labels


def _judged(data: tuple[list[str], list[str]], reader: Reader) -> dict[str, Json]:
    """Return how close each design comes to the labels."""
    texts, names = data
    labels = np.unique(names, return_inverse=True)[1]
    classes = int(labels.max()) + 1
    features = reader.vectors([essence(text) for text in texts], Quiet())
    designs: dict[str, Callable[[], Ids]] = {
        "ours": lambda: group(features, seed=0, progress=Quiet()).member,
        "ours, true number": lambda: (
            group(features, seed=0, progress=Quiet(), wanted=classes).member
        ),
        "k-means, true number": lambda: _kmeans(features, classes),
        "k-means, silhouette": lambda: _by_silhouette(features),
        "Ward, true number": lambda: AgglomerativeClustering(classes).fit_predict(features),
        "HDBSCAN, 20 components": lambda: _hdbscan(features),
    }
    return {name: _measured(divide, labels, classes) for name, divide in designs.items()}


def _measured(divide: Callable[[], Ids], labels: NDArray[np.int64], classes: int) -> Json:
    """Return the measures of one division."""
    started = time.perf_counter()
    member = divide()
    seconds = time.perf_counter() - started
    inside = member >= 0
    groups = np.unique(member[inside])
    right = sum(np.bincount(labels[member == g]).max() for g in groups)
    return {
        "ami": float(adjusted_mutual_info_score(labels, member)),
        "inside": float(adjusted_mutual_info_score(labels[inside], member[inside])),
        "purity": float(right / max(inside.sum(), 1)),
        "groups": len(groups),
        "classes": classes,
        "left_out": float(1 - inside.mean()),
        "seconds": seconds,
    }


def _kmeans(features: Floats, count: int, starts: int = 3) -> Ids:
    """Return the groups of k-means."""
    return KMeans(count, n_init=starts, random_state=0).fit_predict(features).astype(np.int64)


def _by_silhouette(features: Floats) -> Ids:
    """Return the groups of k-means with the best silhouette, which 3,000 rows tell."""
    tried = [_kmeans(features, count, 1) for count in _TRIED]
    scores = [
        silhouette_score(features, own, sample_size=min(3000, len(features)), random_state=0)
        for own in tried
    ]
    return tried[int(np.argmax(scores))]


def _hdbscan(features: Floats) -> Ids:
    """Return the groups of HDBSCAN on principal components."""
    reduced = PCA(20, random_state=0).fit_transform(features)
    own = HDBSCAN(min_cluster_size=10, min_samples=3, copy=True).fit_predict(reduced)
    return np.asarray(own, dtype=np.int64)


if __name__ == "__main__":
    main()
