"""One run of Hugging Face's Trainer on Banking77.

python trainer_peer.py RATE default|grouped EPOCHS
"""

import json
import sys
import tempfile
import time

import common
import numpy as np
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
    set_seed,
)

from whet.models.bases import find_base


def main() -> None:
    """Train, predict the test rows and print seconds and accuracy."""
    rate, kind, epochs = float(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    started = time.perf_counter()
    set_seed(0)
    folder = find_base("minilm", common.data_folder()).folder
    tokenizer = AutoTokenizer.from_pretrained(folder)
    data = common.data_folder() / "banking77"
    train, train_labels = common.read_csv(data / "train.csv", "text", "category")
    test, test_labels = common.read_csv(data / "test.csv", "text", "category")
    names = sorted(set(train_labels))
    number = {name: i for i, name in enumerate(names)}

    def rows(texts: list[str], labels: list[str]) -> list[dict[str, object]]:
        ids = tokenizer(texts, truncation=True)["input_ids"]
        return [{"input_ids": i, "label": number[y]} for i, y in zip(ids, labels, strict=True)]

    model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=len(names))
    with tempfile.TemporaryDirectory() as place:
        settings = TrainingArguments(
            output_dir=place,
            learning_rate=rate,
            num_train_epochs=epochs,
            per_device_train_batch_size=32,
            per_device_eval_batch_size=32,
            train_sampling_strategy="group_by_length" if kind == "grouped" else "random",
            report_to=[],
            save_strategy="no",
            use_cpu=True,
            disable_tqdm=True,
            seed=0,
        )
        trainer = Trainer(
            model=model,
            args=settings,
            train_dataset=rows(train, train_labels),
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        learning = time.perf_counter()
        trainer.train()
        learnt = time.perf_counter()
        answered = trainer.predict(rows(test, test_labels))
    # Grouping by length sorts what is predicted too: the labels come back in the same order.
    right = float(np.mean(answered.predictions.argmax(axis=1) == answered.label_ids))
    print(
        json.dumps(
            {
                "epochs": epochs,
                "seconds": time.perf_counter() - started,
                "train_seconds": learnt - learning,
                "texts_per_s": epochs * len(train) / (learnt - learning),
                "accuracy": right,
                "threads": torch.get_num_threads(),
            }
        )
    )


if __name__ == "__main__":
    main()
