"""Which models are tried? The rungs of the ladder, cheapest first, behind one contract.

A rung fits on rows and answers on rows. Cheap rungs are cross-validated over all folds and give a
learning curve; a dear one is judged on the rows of the first fold alone.
"""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from whet.compression.export import export_onnx
from whet.compression.write import write_linear, write_tokenizer
from whet.core.seeds import derived_seed, generator
from whet.evaluation.calibration import fit_temperature
from whet.ladder.context import Context
from whet.models.classifier import Classifier, classify
from whet.models.encoder import encode, token_ids
from whet.models.linear import LinearFit, fit_linear
from whet.models.output import Floats, Ids, Output
from whet.models.probe import ProbeFit, fit_probe
from whet.serving.blend import mixed
from whet.serving.contents import Blend
from whet.serving.package import MODEL_FILE
from whet.training.finetune import Recipe, TrainingData, batch_loss, fine_tune

TRIAL_ROWS = 64
FIT_TRIALS = (100, 500)
"""Rows of the two fits whose times give the time of any number of rows."""
MIX_HELD_BACK = 0.2
"""Share of the rows of a blend's first fit that choose how it is mixed."""
MIX_WEIGHTS = (0.3, 0.5, 0.7)
"""Weights of the linear model that are tried; a finer grid would fit the noise of the rows."""
HELD_BACK = 0.1
"""Share of the rows of a fine-tuning that only decide when it stops."""


@dataclass(frozen=True)
class Form:
    """Which files hold a model, and how its two models are mixed where there are two."""

    name: Literal["onnx", "linear", "blend"]
    blend: Blend | None = None


class Fitted(Protocol):
    """A model that has learnt."""

    def predict(self, rows: Ids) -> Output:
        """Return the answers for rows of the build's corpus."""

    def write(self, folder: Path, temperature: float) -> Form:
        """Write the files of the model, calibrated by `temperature`, and return their form."""


class Rung(Protocol):
    """One way to make a model."""

    cross_validated: bool
    """Whether the rung is cheap enough for every fold and for a learning curve."""

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return what `fits` fits on about `rows` rows would take, from a short measured trial."""

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> Fitted:
        """Learn from development rows; end by `deadline` (`time.monotonic()`) where possible."""


@dataclass(frozen=True)
class FittedLinear:
    """The linear model and the build whose counts it reads."""

    context: Context
    model: LinearFit

    def predict(self, rows: Ids) -> Output:
        """Return decision values; there is no embedding."""
        return self.model.predict(self.context.counts.counts[rows])

    def write(self, folder: Path, temperature: float) -> Form:
        """Write coefficients and vocabulary."""
        write_linear(folder, self.model, self.context.counts.features, t=temperature)
        return Form("linear")


class LinearRung:
    """Word and character n-grams under a linear support-vector model."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context = context
        self.strength: float | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of a trial on a tenth of the rows, scaled up."""
        sample = _sample(self.context, max(200, rows // 10))
        started = time.perf_counter()
        counts = self.context.counts.counts[sample]
        fit_linear(counts, self.context.labels[sample], self.context.classes, seed=0, strength=1.0)
        return (time.perf_counter() - started) * max(1.0, rows / len(sample)) * fits

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedLinear:
        """Learn from rows; the first fit chooses the regularisation for all later ones."""
        context = self.context
        model = fit_linear(
            context.counts.counts[rows],
            context.labels[rows],
            context.classes,
            seed=derived_seed(context.seed, "linear"),
            strength=self.strength,
        )
        self.strength = model.strength
        return FittedLinear(context, model)


@dataclass(frozen=True)
class FittedProbe:
    """The probe and the build whose embeddings it reads."""

    context: Context
    model: ProbeFit

    def predict(self, rows: Ids) -> Output:
        """Return logits and embeddings."""
        return self.model.predict(self.context.views(rows))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write the encoder with the probe as its head, and the tokenizer."""
        weight, bias = self.model.folded()
        classifier = Classifier(self.context.encoder.module, weight, bias, dropout=0.0).eval()
        return _write_encoder(self.context, classifier, folder, temperature)


class ProbeRung:
    """A frozen encoder under a regularised logistic regression."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context = context
        self.strength: float | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time to embed what is not embedded yet, and to fit, from small trials."""
        return self._embedding_seconds() + self._fit_seconds(rows) * fits

    def _embedding_seconds(self) -> float:
        """Return the time to embed the development rows that are missing, from a sample."""
        context = self.context
        if not context.not_embedded:
            return 0.0
        texts = [context.texts[row] for row in _sample(context, TRIAL_ROWS)]
        encode(context.encoder, texts[:2])  # the first pass of a process is slower than all others
        started = time.perf_counter()
        encode(context.encoder, texts)
        return (time.perf_counter() - started) / len(texts) * context.not_embedded

    def _fit_seconds(self, rows: int) -> float:
        """Return the time of one fit: a line through two small fits on random numbers."""
        random, classes = generator(self.context.seed, "trial"), self.context.classes
        width, times = 3 * self.context.encoder.dimension, []
        for size in FIT_TRIALS:
            views = random.normal(size=(size, width)).astype(np.float16)
            labels = np.arange(size) % min(classes, size)
            started = time.perf_counter()
            fit_probe(views, labels, classes, seed=0, strength=0.03)
            times.append(time.perf_counter() - started)
        slope = max(0.0, times[1] - times[0]) / (FIT_TRIALS[1] - FIT_TRIALS[0])
        return times[0] + slope * rows

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedProbe:
        """Learn from rows; the first fit chooses the regularisation for all later ones."""
        context = self.context
        model = fit_probe(
            context.views(rows),
            context.labels[rows],
            context.classes,
            seed=derived_seed(context.seed, "probe"),
            strength=self.strength,
        )
        self.strength = model.strength
        return FittedProbe(context, model)


@dataclass(frozen=True)
class FittedFull:
    """A fine-tuned classifier and the build whose texts it reads."""

    context: Context
    model: Classifier
    rows: Ids
    """Rows that it learnt from; the others may judge it."""

    def predict(self, rows: Ids) -> Output:
        """Return logits and embeddings."""
        texts = [self.context.texts[row] for row in rows]
        return classify(self.model, token_ids(self.context.encoder.tokenizer, texts))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write the classifier and the tokenizer."""
        return _write_encoder(self.context, self.model, folder, temperature)


@dataclass(frozen=True)
class Mix:
    """Temperatures of the two models of a blend, and the weight of the linear one."""

    linear_temperature: float
    probe_temperature: float
    weight: float

    def output(self, linear: Output, probe: Output) -> Output:
        """Return the mixed answers."""
        words = linear.probabilities(self.linear_temperature)
        read = probe.probabilities(self.probe_temperature)
        return Output(mixed(words, read, self.weight), probe.embedding)


@dataclass(frozen=True)
class FittedBlend:
    """A linear model and a probe, and how their answers are mixed."""

    linear: FittedLinear
    probe: FittedProbe
    mix: Mix

    def predict(self, rows: Ids) -> Output:
        """Return the logarithms of the mixed probabilities, and the probe's embeddings."""
        return self.mix.output(self.linear.predict(rows), self.probe.predict(rows))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write both models, each at its own temperature."""
        self.linear.write(folder, self.mix.linear_temperature)
        self.probe.write(folder, self.mix.probe_temperature)
        return Form("blend", Blend(linear_weight=self.mix.weight, temperature=temperature))


class BlendRung:
    """The linear model and the probe together: words and meaning."""

    cross_validated = True

    def __init__(self, context: Context) -> None:
        self.context = context
        self.linear, self.probe = LinearRung(context), ProbeRung(context)
        self.mix: Mix | None = None

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of both models; one more fit of each chooses how they are mixed."""
        fits += 1
        return self.linear.predicted_seconds(rows, fits) + self.probe.predicted_seconds(rows, fits)

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedBlend:
        """Learn from rows; the first fit chooses the mix on rows held back inside them."""
        if self.mix is None:
            self.mix = self._choose_mix(rows)
        return FittedBlend(self.linear.fit(rows), self.probe.fit(rows), self.mix)

    def _choose_mix(self, rows: Ids) -> Mix:
        """Return temperatures and weight with the smallest log loss on rows held back."""
        held = _held_back(self.context, rows, "mix", MIX_HELD_BACK)
        if not held.any() or len(np.unique(self.context.labels[rows[~held]])) < 2:
            return Mix(1.0, 1.0, 0.5)
        linear = self.linear.fit(rows[~held]).predict(rows[held])
        probe = self.probe.fit(rows[~held]).predict(rows[held])
        truth = self.context.labels[rows[held]]
        temperatures = fit_temperature(linear.logits, truth), fit_temperature(probe.logits, truth)
        mixes = [Mix(*temperatures, weight) for weight in MIX_WEIGHTS]
        losses = [_log_loss(mix.output(linear, probe).logits, truth) for mix in mixes]
        return mixes[int(np.argmin(losses))]


class FullRung:
    """The whole encoder, fine-tuned from the probe's solution."""

    cross_validated = False

    def __init__(self, context: Context) -> None:
        self.context = context
        self.recipe = Recipe(seed=derived_seed(context.seed, "full"))

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return the time of two measured steps, scaled to all steps."""
        context, recipe = self.context, self.recipe
        sample = _sample(context, 2 * recipe.rows_per_batch)
        data = self._data(sample, sample[:1])
        classifier = self._start(sample)
        started = time.perf_counter()
        for batch in np.array_split(np.arange(len(sample)), 2):
            batch_loss(classifier, data, batch).backward()  # type: ignore[no-untyped-call]
        per_row = (time.perf_counter() - started) / len(sample)
        # The optimiser step and the evaluations come on top: a third, as measured.
        return per_row * 1.35 * rows * recipe.epochs * fits

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> FittedFull:
        """Learn from nine tenths of the rows; one tenth decides when to stop."""
        context = self.context
        held = _held_back(context, rows, "held back", HELD_BACK)
        if not held.any():
            held[-1] = True
        data = self._data(rows[~held], rows[held])
        recipe = self.recipe
        steps = math.ceil(len(data.ids) / recipe.rows_per_batch) * recipe.epochs
        start = self._start(rows[~held])  # may embed texts, which is a stage of its own
        context.progress.start("fine-tuning", steps)
        tuned = fine_tune(
            start,
            data,
            recipe,
            evaluate=self._score,
            folder=context.work_folder / "full",
            deadline=deadline,
            on_step=self._on_step,
        )
        return FittedFull(context, tuned.model, rows[~held])

    def _data(self, rows: Ids, held: Ids) -> TrainingData:
        """Return token ids and class ids of the rows to learn from and of those held back."""
        context = self.context
        tokenizer = context.encoder.tokenizer
        ids = token_ids(tokenizer, [context.texts[row] for row in rows])
        held_ids = token_ids(tokenizer, [context.texts[row] for row in held])
        return TrainingData(ids, context.labels[rows], held_ids, context.labels[held])

    def _start(self, rows: Ids) -> Classifier:
        """Return the classifier to start from: a copy of the encoder under the probe's head."""
        context = self.context
        probe = fit_probe(
            context.views(rows),
            context.labels[rows],
            context.classes,
            seed=derived_seed(context.seed, "probe"),
        )
        weight, bias = probe.folded()
        views = copy.deepcopy(context.encoder.module)
        return Classifier(views, weight, np.maximum(bias, -50), self.recipe.dropout)

    def _on_step(self, step: int, values: dict[str, float]) -> None:
        """Draw the step and pass its measurements on."""
        self.context.progress.advance()
        self.context.on_training(step, values)

    def _score(self, logits: Floats, labels: Ids) -> float:
        """Return the negative log loss: finer than accuracy on few rows, and calibrated."""
        return -_log_loss(logits, labels)


def _write_encoder(
    context: Context, classifier: Classifier, folder: Path, temperature: float
) -> Form:
    """Write the ONNX graph and the tokenizer of a classifier."""
    context.progress.start("exporting")
    export_onnx(classifier, temperature, context.encoder.max_tokens, folder / MODEL_FILE)
    write_tokenizer(folder, context.encoder.tokenizer)
    return Form("onnx")


def _log_loss(logits: Floats, labels: Ids) -> float:
    """Return the mean negative log likelihood."""
    log_p = log_softmax(logits, axis=1)
    return -float(log_p[np.arange(len(labels)), labels].mean())


def _held_back(context: Context, rows: Ids, name: str, share: float) -> NDArray[np.bool_]:
    """Return which rows judge instead of teaching, (n,); every class of theirs is also taught.

    A row of a class that was not taught has a probability of nearly 0, and its loss would drown
    what all others say.
    """
    held = generator(context.seed, name).random(len(rows)) < share
    labels = context.labels[rows]
    return held & np.isin(labels, labels[~held])


def _sample(context: Context, size: int) -> Ids:
    """Return up to `size` development rows, at random, the same in every run."""
    rows = generator(context.seed, "trial").permutation(len(context.development))
    return np.sort(rows[:size]).astype(np.int64)


RUNGS: dict[str, Callable[[Context], Rung]] = {
    "linear": LinearRung,
    "probe": ProbeRung,
    "blend": BlendRung,
    "full": FullRung,
}
"""Every rung by the name that cards use, cheapest first."""
