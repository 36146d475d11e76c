"""How likely is a sequence of tags under a linear chain? Batched, in log space.

Source: Lafferty, McCallum and Pereira 2001, Conditional Random Fields, ICML.
"""

import torch


class LinearChain(torch.nn.Module):
    """Scores of one tag behind another, learnt where a tag may follow at all.

    Args:
        rules: (k + 1, k + 1), 0 where tag j may follow tag i and a large negative number where
            not; the last row is the beginning of a text, the last column its end.
    """

    rules: torch.Tensor

    def __init__(self, rules: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("rules", rules)
        self.learnt = torch.nn.Parameter(torch.zeros_like(rules))

    def scores(self) -> torch.Tensor:
        """Return the scores (k + 1, k + 1) of one tag behind another."""
        return self.learnt + self.rules

    def loss(self, scores: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the mean negative log likelihood of tag sequences, per word.

        Args:
            scores: of the tags of each word, (n, w, k).
            tags: true ones, (n, w); whatever stands behind the last word is not looked at.
            mask: true for words, (n, w); each row has its words first, and at least one.
        """
        chain = self.scores()
        likelihood = _path(scores, chain, tags, mask) - _total(scores, chain, mask)
        return -likelihood.sum() / mask.sum()


def _path(
    scores: torch.Tensor, chain: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """Return the score (n,) of the given tag sequence of each row."""
    k = scores.shape[2]
    chosen = scores.gather(2, tags.unsqueeze(2)).squeeze(2)
    steps = chain[tags[:, :-1], tags[:, 1:]]
    last = tags.gather(1, mask.sum(dim=1, keepdim=True) - 1).squeeze(1)
    begin, end = chain[k, tags[:, 0]], chain[last, k]
    return begin + (chosen * mask).sum(dim=1) + (steps * mask[:, 1:]).sum(dim=1) + end


def _total(scores: torch.Tensor, chain: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the log (n,) of the sum over all tag sequences of each row."""
    k = scores.shape[2]
    between = chain[:k, :k].unsqueeze(0)
    sums = chain[k, :k] + scores[:, 0]
    for i in range(1, scores.shape[1]):
        longer = torch.logsumexp(sums.unsqueeze(2) + between, dim=1) + scores[:, i]
        sums = torch.where(mask[:, i, None], longer, sums)
    return torch.logsumexp(sums + chain[:k, k], dim=1)
