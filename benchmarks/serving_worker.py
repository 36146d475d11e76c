"""One side of `serving.py`: `python serving_worker.py whet|transformers FOLDER`, JSON lines.

Both sides answer the same texts, tokenising included. `whet` gives whole answers: probabilities,
the right to abstain and evidence. `transformers` is `pipeline("text-classification")` on the same
encoder in float32 under a mean and a linear layer, which is all that this kind of classifier needs:
its own BertForSequenceClassification would add a pooling layer, and so a little more work.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import common

BATCH = 32
HEAD_FILE = "head.safetensors"
LABELS_FILE = "labels.txt"
Classify = Callable[[list[str]], list[str]]


def whet_classifier(folder: Path) -> Classify:
    """Return Whet's answers to a batch of texts, as labels."""
    from whet.serving.package import open_package
    from whet.serving.predictor import Predictor

    predictor = Predictor(open_package(folder))
    return lambda texts: [answer.label for answer in predictor.predict(texts)]


def transformers_classifier(folder: Path) -> Classify:
    """Return the pipeline's answers to a batch of texts, as labels."""
    import torch
    from safetensors.torch import load_file
    from transformers import AutoTokenizer, BertModel, BertPreTrainedModel, pipeline
    from transformers.modeling_outputs import SequenceClassifierOutput
    from transformers.utils import logging

    from whet.models.bases import find_base

    class MeanClassifier(BertPreTrainedModel):  # type: ignore[misc]
        """An encoder whose mean, scaled to length 1, goes through a linear layer."""

        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.bert = BertModel(config, add_pooling_layer=False)
            self.classifier = torch.nn.Linear(config.hidden_size, config.num_labels)
            self.post_init()

        def forward(
            self, input_ids: Any, attention_mask: Any, token_type_ids: Any = None
        ) -> SequenceClassifierOutput:
            last = self.bert(input_ids, attention_mask, token_type_ids).last_hidden_state
            total = (last * attention_mask.unsqueeze(-1)).sum(dim=1)
            return SequenceClassifierOutput(
                logits=self.classifier(torch.nn.functional.normalize(total, dim=-1))
            )

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    labels = (folder / LABELS_FILE).read_text(encoding="utf-8").splitlines()
    base = find_base("minilm", folder).folder
    names = dict(enumerate(labels))
    model = MeanClassifier.from_pretrained(base, id2label=names, dtype=torch.float32)
    model.classifier.load_state_dict(load_file(folder / HEAD_FILE))
    tokenizer = AutoTokenizer.from_pretrained(base)
    pipe = pipeline("text-classification", model=model.eval(), tokenizer=tokenizer, device="cpu")
    return lambda texts: [
        one["label"] for one in pipe(texts, batch_size=BATCH, truncation=True, max_length=256)
    ]


def at_once(classify: Classify, texts: Sequence[str]) -> common.Json:
    """Return the speed over all texts in one call, which each side batches, and the labels."""
    return timed(classify, [list(texts)])


def in_batches(classify: Classify, texts: Sequence[str]) -> common.Json:
    """Return the speed over all texts in calls of one batch each, and the labels."""
    return timed(classify, [list(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)])


def timed(classify: Classify, batches: Sequence[list[str]]) -> common.Json:
    """Return the speed over some calls, and the labels."""
    started = time.perf_counter()
    labels = [label for batch in batches for label in classify(batch)]
    return {"texts_per_s": len(labels) / (time.perf_counter() - started), "labels": labels}


def one_by_one(classify: Classify, texts: Sequence[str]) -> common.Json:
    """Return median and 95th percentile of the milliseconds of single texts."""
    times = []
    for text in texts:
        started = time.perf_counter()
        classify([text])
        times.append(1000 * (time.perf_counter() - started))
    return {"p50_ms": statistics.median(times), "p95_ms": statistics.quantiles(times, n=20)[-1]}


HOW = {"at once": at_once, "batches": in_batches, "singles": one_by_one}


def main() -> None:
    """Load the classifier and answer requests."""
    kind, folder = sys.argv[1], Path(sys.argv[2])
    classify = whet_classifier(folder) if kind == "whet" else transformers_classifier(folder)

    def handle(how: str, texts: list[str]) -> common.Json:
        return HOW[how](classify, texts)

    common.answer_requests(handle)


if __name__ == "__main__":
    main()
