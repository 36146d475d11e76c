"""Which files hold an encoder that answers from passages? Its graph and its tokenizer."""

from pathlib import Path

from tokenizers import Tokenizer

from whet.compression.export import export_reader
from whet.compression.write import write_tokenizer
from whet.models.passage_reader import PassageModel
from whet.serving.package import MODEL_FILE


def write_reader(folder: Path, model: PassageModel, tokenizer: Tokenizer, max_tokens: int) -> None:
    """Write the files of the form `reader` into `folder`."""
    export_reader(model, max_tokens, folder / MODEL_FILE)
    write_tokenizer(folder, tokenizer)
