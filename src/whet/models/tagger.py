"""What finds spans in a text? An encoder with a tag for each word, and the case of words beside it.

Bases that know no upper case lose what marks names, so an embedding of how each word is written is
added to the word embeddings. It starts at zero: the first answers are the encoder's own.
"""

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from whet.core.errors import InputError
from whet.models.chain import LinearChain
from whet.models.encoder import length_batches
from whet.models.tag_output import TagOutput, decoded
from whet.serving.tagging.tag_set import Floats, Ids, TagSet
from whet.serving.tagging.windows import Reading, Window, stitched
from whet.serving.tagging.words import SHAPES


class TagHead(torch.nn.Module):
    """What training adds to an encoder: scores of tags, case embeddings, scores between tags."""

    def __init__(
        self, width: int, tag_set: TagSet, *, has_case: bool, has_chain: bool, layers: int
    ) -> None:
        super().__init__()
        # One weight a layer, embeddings included; none where the last layer alone is read.
        self.mix = torch.nn.Parameter(torch.zeros(layers)) if layers else None
        self.linear = torch.nn.Linear(width, len(tag_set))
        self.case = torch.nn.Embedding(len(SHAPES), width) if has_case else None
        rules = torch.from_numpy(tag_set.transitions)
        self.chain = LinearChain(rules) if has_chain else None
        torch.nn.init.normal_(self.linear.weight, std=0.02)
        torch.nn.init.zeros_(self.linear.bias)
        if self.case is not None:
            torch.nn.init.zeros_(self.case.weight)


class Tagger(torch.nn.Module):
    """Maps (n, t) token ids, mask and case shapes to the scores (n, t, k) of tags.

    Args:
        transformer: an encoder that takes word embeddings as its input.
        tag_set: the tags.
        dropout: on the encoder's output, in training.
        has_case: whether the case of words is an input.
        has_chain: whether scores between tags are learnt (a conditional random field); without,
            the tags of a text are only kept from standing for nothing.
        has_mix: whether the head reads a learnt mean of all layers instead of the last one.
            Source: Peters et al. 2018, arXiv:1802.05365.
        seed: seed of the head's first weights.

    Raises:
        InputError: the encoder does not take word embeddings.
    """

    def __init__(
        self,
        transformer: Any,
        tag_set: TagSet,
        *,
        dropout: float = 0.1,
        has_case: bool = True,
        has_chain: bool = True,
        has_mix: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if "inputs_embeds" not in inspect.signature(transformer.forward).parameters:
            raise InputError(
                "A tagger needs a base that takes word embeddings in place of tokens; "
                f"{type(transformer).__name__} does not. Choose another base."
            )
        self.transformer = transformer
        self.tag_set = tag_set
        self.dropout = torch.nn.Dropout(dropout)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            width = int(transformer.config.hidden_size)
            layers = int(transformer.config.num_hidden_layers) + 1 if has_mix else 0
            self.head = TagHead(
                width, tag_set, has_case=has_case, has_chain=has_chain, layers=layers
            )

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, shapes: torch.Tensor
    ) -> torch.Tensor:
        """Return the scores of the tags of every token."""
        embeddings = self.transformer.get_input_embeddings()(input_ids)
        if self.head.case is not None:
            embeddings = embeddings + self.head.case(shapes)
        output = self.transformer(
            inputs_embeds=embeddings,
            attention_mask=attention_mask,
            output_hidden_states=self.head.mix is not None,
        )
        hidden = output.last_hidden_state
        if self.head.mix is not None:
            shares = torch.softmax(self.head.mix, dim=0)
            hidden = sum(s * layer for s, layer in zip(shares, output.hidden_states, strict=True))
        scores: torch.Tensor = self.head.linear(self.dropout(hidden))
        return scores

    def loss(self, windows: Sequence[Window], tags: Sequence[Ids]) -> torch.Tensor:
        """Return the mean loss per word of some windows, with gradients.

        Args:
            windows: each with at least one word to judge.
            tags: the true tags of these words.
        """
        scores, truth, mask = self._of_words(windows, tags)
        if self.head.chain is not None:
            return self.head.chain.loss(scores, truth, mask)
        return torch.nn.functional.cross_entropy(scores[mask], truth[mask])

    def chain(self) -> Floats:
        """Return the scores (k + 1, k + 1) of one tag behind another, begin and end last."""
        if self.head.chain is None:
            return self.tag_set.transitions
        scores: Floats = self.head.chain.scores().detach().numpy()
        return scores

    def _of_words(
        self, windows: Sequence[Window], tags: Sequence[Ids]
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return scores (n, w, k), true tags (n, w) and mask (n, w) of the words of windows."""
        logits = self(*padded(windows))
        width = max(len(window.places) for window in windows)
        places = torch.zeros((len(windows), width), dtype=torch.int64)
        truth, mask = torch.zeros_like(places), torch.zeros_like(places, dtype=torch.bool)
        for i, (window, own) in enumerate(zip(windows, tags, strict=True)):
            places[i, : len(own)] = torch.tensor(window.places)
            truth[i, : len(own)] = torch.from_numpy(own)
            mask[i, : len(own)] = True
        index = places.unsqueeze(2).expand(-1, -1, logits.shape[2])
        return logits.gather(1, index), truth, mask


def padded(windows: Sequence[Window]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return token ids, attention mask and case shapes, each (n, t) int64, padded on the right."""
    width = max(len(window.ids) for window in windows)
    tokens, mask, shapes = torch.zeros((3, len(windows), width), dtype=torch.int64)
    for i, window in enumerate(windows):
        length = len(window.ids)
        tokens[i, :length] = torch.tensor(window.ids)
        shapes[i, :length] = torch.tensor(window.shapes)
        mask[i, :length] = 1
    return tokens, mask, shapes


def word_scores(model: Tagger, readings: Sequence[Reading]) -> list[Floats]:
    """Return the scores (w, k) of the words of each text, in batches of similar length."""
    windows = [window for reading in readings for window in reading.windows]
    logits: list[Floats] = [np.zeros((0, 0), dtype=np.float32)] * len(windows)
    model.eval()
    with torch.inference_mode():
        for batch in length_batches([len(window.ids) for window in windows]):
            scores = model(*padded([windows[i] for i in batch])).numpy()
            for i, own in zip(batch, scores, strict=True):
                logits[i] = own[: len(windows[i].ids)]
    rest = iter(logits)
    return [stitched(reading, [next(rest) for _ in reading.windows]) for reading in readings]


def tag_texts(model: Tagger, readings: Sequence[Reading]) -> TagOutput:
    """Return the spans of each text, and how sure the tagger is of them."""
    scores = word_scores(model, readings)
    texts = [(reading.words, own) for reading, own in zip(readings, scores, strict=True)]
    return decoded(model.tag_set, model.chain(), texts)
