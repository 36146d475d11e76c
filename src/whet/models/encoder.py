"""What does a pretrained encoder make of a text? Three pooled views from one pass.

The views are the mean over the last layer, the mean over the embedding layer (which words occur),
and the maximum over the last layer (which features occur anywhere). A linear model on all three is
clearly better than on the first alone, and costs the same pass: see docs/experiments.md.
"""

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.processors import Sequence as Steps
from tokenizers.processors import TemplateProcessing

from whet.core.errors import InputError
from whet.models.bases import TOKENIZER, Base, Pooling, read_config
from whet.serving.tokens import Text

MAX_TOKENS = 256
"""Longest input in tokens, special ones included; longer texts are cut and the audit says so."""
VIEWS = 3
"""Pooled views of a text; each is as wide as the encoder."""
PADDED_TOKENS_PER_BATCH = 4096
MAX_BATCH = 64


@dataclass(frozen=True)
class Encoder:
    """A tokenizer and the module that turns token ids into views."""

    base: Base
    tokenizer: Tokenizer
    module: "PooledViews"
    max_tokens: int

    @property
    def dimension(self) -> int:
        """Return d, the width of one view; a row of views is 3 d wide."""
        return self.module.dimension


class PooledViews(torch.nn.Module):
    """Maps (n, t) token ids and mask to (n, 3 d): pooled, lexical mean and maximum.

    The first view is the mean of the last layer, or its first or last token where the base was
    trained to put the meaning of a text there.
    """

    def __init__(
        self, transformer: Any, pooling: Pooling = "mean", separator: int | None = None
    ) -> None:
        super().__init__()
        self.transformer = transformer
        self.pooling = pooling
        self.separator = separator
        """Token that ends the first of two texts, where the base tells their tokens apart."""
        self.dimension = int(transformer.config.hidden_size)

    @property
    def device(self) -> torch.device:
        """Return where the weights are; inputs must be there as well."""
        return next(self.parameters()).device

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the three views side by side, each scaled to length 1."""
        output = self.read(input_ids, attention_mask, output_hidden_states=True)
        lexical = masked_mean(output.hidden_states[0], attention_mask)
        return self.pooled(output.last_hidden_state, lexical, attention_mask)

    def read(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **asked: bool) -> Any:
        """Return what the transformer makes of each token, and what else it is `asked` for."""
        return self.transformer(
            input_ids=input_ids,
            attention_mask=attention_mask,
            **asked,
            **self._positions(input_ids),
            **self._segments(input_ids),
        )

    def _positions(self, input_ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return the positions of each row where they are rotary.

        Transformers rotate all rows by one row of positions; onnxruntime wants as many as rows.
        """
        if not hasattr(self.transformer, "rotary_emb"):
            return {}
        rows, width = input_ids.shape
        return {"position_ids": torch.arange(width, device=input_ids.device).expand(rows, width)}

    def _segments(self, input_ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return 1 for the tokens of the second of two texts, 0 for those of the first."""
        if self.separator is None:
            return {}
        ends = (input_ids == self.separator).long()
        return {"token_type_ids": (ends.cumsum(dim=1) - ends).clamp(max=1)}

    def pooled(
        self, last: torch.Tensor, lexical: torch.Tensor, attention_mask: torch.Tensor
    ) -> torch.Tensor:
        """Return the views from the last layer (n, t, d) and the mean embedding (n, d)."""
        outside = 1 - attention_mask.unsqueeze(-1).to(last.dtype)
        highest = (last + outside * -1e4).amax(dim=1)
        views = (self._pooled(last, attention_mask), lexical, highest)
        return torch.cat([torch.nn.functional.normalize(view, dim=-1) for view in views], dim=-1)

    def _pooled(self, last: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return one vector a text, (n, d), from the last layer (n, t, d)."""
        if self.pooling == "first":
            return last[:, 0]
        if self.pooling == "last":  # texts are padded on the right
            place = (attention_mask.sum(dim=1) - 1).clamp(min=0)[:, None, None]
            return last.gather(1, place.expand(-1, 1, last.shape[-1])).squeeze(1)
        return masked_mean(last, attention_mask)


def masked_mean(hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
    """Return the mean (n, d) over the positions of (n, t, d) that the mask shows."""
    mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)


def load_encoder(base: Base, device: torch.device | str = "cpu") -> Encoder:
    """Return the encoder of a base on a device, in evaluation mode, in float32.

    Decoders work as well: their tokens are pooled like those of an encoder.

    Raises:
        InputError: the folder does not hold a model that transformers can load and pool.
    """
    tokenizer = load_tokenizer(base)
    transformer = _load_transformer(base)
    limit = min(MAX_TOKENS, _positions(transformer))
    tokenizer.enable_truncation(limit)
    views = PooledViews(transformer.eval(), base.pooling).eval().to(device)
    return Encoder(base, tokenizer, views, limit)


def _load_transformer(base: Base) -> Any:
    """Return the model of a base without any head, every weight from its files."""
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    from transformers import AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            transformer, loading = AutoModel.from_pretrained(
                base.folder,
                dtype=torch.float32,
                use_safetensors=not base.is_pickled,
                trust_remote_code=base.runs_code,
                weights_only=True,  # a trusted pickle is still read as tensors and nothing else
                output_loading_info=True,
            )
    except Exception as error:  # transformers raises many types for a folder it cannot load
        raise InputError(
            f"base {base.name!r} must be an encoder or a decoder that transformers can load; "
            f"{base.folder} failed with {type(error).__name__}: {error}"
        ) from error
    if getattr(transformer, "pooler", None) is not None:
        transformer.pooler = None  # the views pool by themselves; its weights would never learn
    _check_loaded(base, transformer, loading["missing_keys"])
    if transformer.config.to_dict().get("use_cache"):
        transformer.config.use_cache = False  # keys of earlier tokens serve generation only
    return transformer


def _check_loaded(base: Base, transformer: Any, missing: Iterable[str]) -> None:
    """Refuse a model that cannot be pooled, or of which a part would be random numbers.

    A pooler is never used, and many published models leave it out.
    """
    random = sorted(name for name in missing if "pooler" not in name)
    if random:
        raise InputError(
            f"base {base.name!r} must hold every weight of its {transformer.config.model_type} "
            f"model; {len(random)} are missing, among them {random[0]}."
        )
    if transformer.config.is_encoder_decoder or not hasattr(transformer.config, "hidden_size"):
        raise InputError(
            f"base {base.name!r} must be one encoder or one decoder of texts; its model type is "
            f"{transformer.config.model_type!r}."
        )


def _positions(transformer: Any) -> int:
    """Return how many tokens fit: RoBERTa and its kin keep the first positions for padding."""
    positions = int(getattr(transformer.config, "max_position_embeddings", MAX_TOKENS))
    for name, module in transformer.named_modules():
        if name.endswith("position_embeddings"):
            kept = getattr(module, "padding_idx", None)
            positions -= 0 if kept is None else kept + 1
    return positions


def load_tokenizer(base: Base) -> Tokenizer:
    """Return the tokenizer of a base, which neither pads nor cuts.

    Raises:
        InputError: the file is not one that the tokenizers library reads.
    """
    try:
        tokenizer = Tokenizer.from_file(str(base.folder / TOKENIZER))
    except Exception as error:  # the library raises bare Exception
        raise InputError(
            f"base {base.name!r} must have a tokenizer.json that the tokenizers library reads; "
            f"{base.folder / 'tokenizer.json'} failed: {error}"
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if not tokenizer.encode("").ids:
        _close_texts(base, tokenizer)
    return tokenizer


def _close_texts(base: Base, tokenizer: Tokenizer) -> None:
    """Make the tokenizer end every text with the base's end token.

    Tokenizers of decoders add none: an empty text would have no token to pool, and the last token
    would be a different one for each text.
    """
    end = read_config(base.name, base.folder).get("eos_token_id")
    number = end[0] if isinstance(end, list) and end else end
    token = tokenizer.id_to_token(number) if isinstance(number, int) else None
    if token is None:
        raise InputError(
            f"base {base.name!r} must have a token for an empty text: a tokenizer that adds one, "
            "or eos_token_id in config.json."
        )
    closing = TemplateProcessing(single=f"$A {token}", special_tokens=[(token, number)])
    before = tokenizer.post_processor
    steps = [closing] if before is None else [before, closing]
    tokenizer.post_processor = Steps(steps)


def text_separator(encoder: Encoder) -> int | None:
    """Return the special token that the tokenizer puts between two texts; None when it has none."""
    pair = encoder.tokenizer.encode("a", "a")
    second = pair.sequence_ids.index(1)
    return pair.ids[second - 1] if pair.sequence_ids[second - 1] is None else None


def segment_separator(encoder: Encoder) -> int | None:
    """Return the token after which the base tells the second of two texts from the first.

    None where the base has no embedding of segments, or its tokenizer nothing between two texts.
    """
    config = encoder.module.transformer.config.to_dict()
    has_segments = config.get("type_vocab_size", 0) > 1
    is_told = 1 in encoder.tokenizer.encode("a", "a").type_ids
    return text_separator(encoder) if has_segments and is_told else None


def token_ids(tokenizer: Tokenizer, texts: Sequence[Text]) -> list[list[int]]:
    """Return the token ids of each text, truncated as the tokenizer says."""
    return [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]


def length_batches(
    lengths: Sequence[int], *, tokens: int = PADDED_TOKENS_PER_BATCH, rows: int = MAX_BATCH
) -> Iterator[NDArray[np.int64]]:
    """Yield positions in batches of similar length, of at most `tokens` padded tokens.

    Longest first, so that a lack of memory shows at the start and not after an hour.

    >>> [batch.tolist() for batch in length_batches([3, 9, 3, 8], tokens=18)]
    [[1, 3], [0, 2]]
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    start = 0
    while start < len(order):
        longest = max(1, lengths[order[start]])
        size = max(1, min(rows, tokens // longest))
        yield order[start : start + size]
        start += size


def padded(
    ids: Sequence[list[int]], pad: int = 0, *, device: torch.device | str = "cpu"
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return token ids and attention mask, both (n, t) int64, padded on the right."""
    width = max(1, max(len(row) for row in ids))
    tokens = torch.full((len(ids), width), pad, dtype=torch.int64)
    mask = torch.zeros((len(ids), width), dtype=torch.int64)
    for i, row in enumerate(ids):
        tokens[i, : len(row)] = torch.tensor(row, dtype=torch.int64)
        mask[i, : len(row)] = 1
    return tokens.to(device), mask.to(device)


def encode(
    encoder: Encoder, texts: Sequence[Text], on_batch: Callable[[], None] = lambda: None
) -> NDArray[np.float32]:
    """Return the views of `texts`, (n, 3 d) float32, computed in batches of similar length."""
    ids = token_ids(encoder.tokenizer, texts)
    views = np.zeros((len(texts), VIEWS * encoder.dimension), dtype=np.float32)
    with torch.inference_mode():
        for batch in length_batches([len(row) for row in ids]):
            tokens, mask = padded([ids[i] for i in batch], device=encoder.module.device)
            views[batch] = encoder.module(tokens, mask).cpu().numpy()
            on_batch()
    return views
