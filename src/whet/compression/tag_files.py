"""Which files hold a tagger? Its graph, its tokenizer, and the scores between its tags."""

from pathlib import Path

import numpy as np
from safetensors.numpy import save
from tokenizers import Tokenizer

from whet.compression.export import export_tagger
from whet.compression.write import write_tokenizer
from whet.core.files import write_atomic
from whet.models.tagger import Tagger
from whet.serving.package import CHAIN_FILE, MODEL_FILE


def write_tagger(folder: Path, tagger: Tagger, tokenizer: Tokenizer, max_tokens: int) -> None:
    """Write the files of the form `tagger` into `folder`."""
    export_tagger(tagger, max_tokens, folder / MODEL_FILE)
    write_tokenizer(folder, tokenizer)
    chain = np.ascontiguousarray(tagger.chain(), dtype=np.float32)
    write_atomic(folder / CHAIN_FILE, save({"chain": chain}))
