"""The seq2seq restorer as a network: damaged syllables in, one restored syllable for each out.

A *deliberation* network (Xia et al. 2017) over syllables: an encoder reads the characters of every slot and its
neighbours; a decoder is given that and a draft, the noisy channel's posterior over the candidates of each slot, and
scores the candidates anew, all slots at once. Where the decoder has nothing to add, the posterior stands: it enters
the scores as it is, and the network's own part begins at nought. `solo` hides draft and posterior of a slot: there
the network goes by the letters and by what stands around, and so learns what to say against the draft.

Shapes: B passages, T slots, K = WIDTH candidates.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PretrainedConfig, PreTrainedModel

from dau.restore.features import ALPHABET_SIZE, DAMAGES, ENGINES, KINDS, LETTERS, WIDTH

REACH = 24
"""Distance of slots up to which the attention tells distances apart."""


class RestorerConfig(PretrainedConfig):
    """Sizes of the network; `words` is that of the vocabulary."""

    model_type = "dau-restorer"

    def __init__(self, words: int = 20_000, embedding: int = 128, width: int = 256, heads: int = 4, encoder: int = 3,
                 decoder: int = 2, inner: int = 640, letter: int = 48, filters: int = 160, dropout: float = 0.1,
                 **more: object) -> None:
        super().__init__(**more)
        self.words, self.embedding, self.width, self.heads = words, embedding, width, heads
        self.encoder, self.decoder, self.inner = encoder, decoder, inner
        self.letter, self.filters, self.dropout = letter, filters, dropout


_QUICK = 10.0
"""Distances are learned so many times faster than the rest: their bias has far to go, in steps of the learning rate."""


def _locality(heads: int) -> Tensor:
    """A bias to begin with (2 · REACH + 1, heads): the first head looks everywhere, the next to the left, the next to
    the right, the others around, ever nearer (after Press et al. 2022)."""
    d = torch.arange(-REACH, REACH + 1, dtype=torch.float32)
    columns = [torch.zeros_like(d), -0.7 * d.abs() - 4.0 * (d >= 0), -0.7 * d.abs() - 4.0 * (d <= 0)]
    columns += [-(0.15 * 2.0**k) * d.abs() for k in range(heads)]
    return torch.stack(columns[:heads], -1)


class Layer(nn.Module):
    """Self-attention and feed-forward, normalised before (Xiong et al. 2020), distances as bias (Raffel et al.)."""

    def __init__(self, c: RestorerConfig) -> None:
        super().__init__()
        self.heads = c.heads
        self.before, self.between = nn.LayerNorm(c.width), nn.LayerNorm(c.width)
        self.project, self.out = nn.Linear(c.width, 3 * c.width), nn.Linear(c.width, c.width)
        self.up, self.down = nn.Linear(c.width, c.inner), nn.Linear(c.inner, c.width)
        self.distance = nn.Parameter(_locality(c.heads) / _QUICK)
        self.dropout = nn.Dropout(c.dropout)

    def forward(self, x: Tensor, apart: Tensor, hidden: Tensor) -> Tensor:
        """`x` (B, T, width); `apart` (T, T) clipped distances + REACH; `hidden` (B, 1, 1, T) −∞ where nothing is."""
        b, t, d = x.shape
        q, k, v = self.project(self.before(x)).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        bias = _QUICK * self.distance[apart].permute(2, 0, 1)[None] + hidden
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        x = x + self.dropout(self.out(seen.transpose(1, 2).reshape(b, t, d)))
        result: Tensor = x + self.dropout(self.down(functional.gelu(self.up(self.between(x)))))
        return result


class Reader(nn.Module):
    """The encoder's first step: what one slot looks like."""

    def __init__(self, c: RestorerConfig) -> None:
        super().__init__()
        self.letters = nn.Embedding(ALPHABET_SIZE, c.letter, padding_idx=0)
        self.filters = nn.Conv1d(c.letter, c.filters, 3, padding=1)
        self.joined = nn.Linear(c.filters, c.width)
        self.beside = nn.Conv1d(c.width, c.width, 3, padding=1)
        self.damage, self.engine = nn.Embedding(len(DAMAGES), c.width), nn.Embedding(len(ENGINES), c.width)
        self.flags = nn.Linear(5, c.width)

    def forward(self, letters: Tensor, marks: Tensor, sure: Tensor, present: Tensor) -> Tensor:
        b, t, _ = letters.shape
        found = self.filters(self.letters(letters.view(b * t, LETTERS)).transpose(1, 2))
        shape = self.joined(functional.gelu(found).amax(2)).view(b, t, -1)
        known = (sure > 0).to(shape.dtype)
        confidence = torch.stack((known, known * (sure.to(shape.dtype) - 1) / 100), -1)
        flags = self.flags(torch.cat((marks[..., 2:].to(shape.dtype), confidence), -1))
        seen = (shape + flags + self.damage(marks[..., 0]) + self.engine(marks[..., 1])) * present[..., None]
        result: Tensor = seen + functional.gelu(self.beside(seen.transpose(1, 2))).transpose(1, 2)
        return result


class Restorer(PreTrainedModel):
    """Scores for the candidates of every slot, and for "none of them"."""

    config_class = RestorerConfig

    def __init__(self, config: RestorerConfig) -> None:
        super().__init__(config)
        c = config
        self.reader = Reader(c)
        self.encoder = nn.ModuleList(Layer(c) for _ in range(c.encoder))
        self.decoder = nn.ModuleList(Layer(c) for _ in range(c.decoder))
        self.words = nn.Embedding(c.words, c.embedding)
        self.kinds = nn.Embedding(len(KINDS), c.embedding)
        self.draft = nn.Conv1d(c.embedding, c.width, 5, padding=2)
        self.numbers = nn.Linear(2 * WIDTH, c.width)
        self.alone = nn.Parameter(torch.zeros(c.width))
        self.voice = nn.Parameter(torch.tensor([0.3, 1.0]))
        self.last = nn.LayerNorm(c.width)
        self.query = nn.Linear(c.width, c.embedding)
        self.commonness = nn.Embedding(c.words, 1)
        self.trust = nn.Linear(c.width, 2)
        self.none = nn.Linear(c.width, 1)
        self.dropout = nn.Dropout(c.dropout)
        self.post_init()
        self.start()

    def start(self) -> None:
        """The network's own part of the scores at nought, trust in the draft at one."""
        for layer in (self.query, self.trust, self.none):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.commonness.weight)
        with torch.no_grad():
            self.none.bias.fill_(-4.0)

    def forward(self, letters: Tensor, marks: Tensor, sure: Tensor, first: Tensor, last: Tensor, kind: Tensor,
                prior: Tensor, channel: Tensor, present: Tensor, solo: Tensor) -> Tensor:
        """Scores (B, T, K + 1), the last for "none". `present` (B, T): 1 where there is a slot; `solo` (B, T): 1
        where the draft is hidden; the others are rows of `restore.features.Features`."""
        t = letters.shape[1]
        places = torch.arange(t, device=letters.device)
        apart = (places[:, None] - places[None]).clamp(-REACH, REACH) + REACH
        hidden = ((1 - present) * -1e4)[:, None, None, :]
        x = self.dropout(self.reader(letters, marks, sure, present))
        for layer in self.encoder:
            x = layer(x, apart, hidden)
        given = (1 - solo)[..., None]
        named = 0.5 * (self.words(first) + self.words(last)) + self.kinds(kind)
        share = prior.exp() * given * present[..., None]
        draft = self.draft((share[..., None] * named).sum(2).transpose(1, 2)).transpose(1, 2)
        draft = draft + self.numbers(torch.cat((prior * given, channel), -1) / 8)
        x = x + draft + solo[..., None] * self.alone
        for layer in self.decoder:
            x = layer(x, apart, hidden)
        x = self.last(x)
        own = (named * self.query(x)[:, :, None]).sum(-1) / 4 + self.commonness(first)[..., 0]
        own = own * (self.voice[0] * given + self.voice[1] * (1 - given))
        trust = self.trust(x)
        scores = own + prior * given * (1 + trust[..., :1]) + channel * (trust[..., 1:] * given + 0.5 * (1 - given))
        absent = (first == 0) & (prior <= -13.9)
        return torch.cat((scores.masked_fill(absent, -1e4), self.none(x)), -1)
