"""Training: seeded, with atomic checkpoints, resumable to the same result."""

from __future__ import annotations

import copy
import logging
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from . import attributes, captions
from .batches import PAINTED, PAINTED_THEMES, Batch, Data, Shown, Targets
from .checkpoint import WHOLE, check_options, read
from .compose import random_placement, side_by_side, where
from .model import TinyClip, TinyConfig
from .options import TrainOptions
from .planning import Plan, Planner
from .schedule import FromScratch, GoingOn
from .tokenizer import encode

log = logging.getLogger(__name__)

ABSENT_WEIGHT = 35.0  # of all absent concepts together, beside the present ones, however many are asked


class Trainer:
    def __init__(self, data: Data, config: TinyConfig, options: TrainOptions):
        self.device = _device(options.device)
        torch.manual_seed(options.seed)
        torch.set_num_threads(1)
        self.pool = ThreadPoolExecutor(options.shards, initializer=torch.set_num_threads, initargs=(1,))
        self.data, self.options = data, options
        self.composer = data.composer.to(self.device) if self.device.type == "cuda" else data.composer
        self.planner = Planner(data, options.seed, options.batch, options.shards, options.concepts_per_step)
        self.ahead, self.planned = ThreadPoolExecutor(1), None
        tokens = sorted({i for row in encode(captions.vocabulary(data.concepts)).tolist() for i in row})
        self.model = TinyClip(config, tokens, len(data.concepts) + 1)
        self.schedule = GoingOn(Path(options.start)) if options.start else FromScratch()
        self.before = self.schedule.begin(self.model)
        self.fixed = options.fixed()
        self.model = self.model.to(memory_format=torch.channels_last).to(self.device)
        self.towers = [self.model.image, *(_twin(self.model.image) for _ in range(options.shards - 1))]
        self.image_parameters = [p for p in (*self.model.image.parameters(), *self.model.classifier.parameters(),
                                             self.model.log_scale) if p.requires_grad]
        self.averaged = copy.deepcopy(self.model).requires_grad_(False)
        self.tokens = tokens
        self.step, self.elapsed = 0, 0.0
        row = {h: i for i, h in enumerate(self.planner.hypernyms)}
        is_a = torch.zeros(len(data.concepts), len(row))
        for i, c in enumerate(data.concepts):
            for h in c.hypernyms:
                is_a[i, row[h]] = 1.0
        self.is_a, self.classes, self.wholeness, self.counted = (
            x.to(self.device) for x in (is_a, data.classes, data.wholeness, data.counted))
        matrices, others = [], []
        for name, p in self.model.named_parameters():
            if p.requires_grad:
                (matrices if "blocks" in name and p.ndim == 2 else others).append(p)
        lr, decay = options.learning_rate, options.weight_decay
        self.optimizers = [
            torch.optim.Muon(matrices, lr=2 * lr, weight_decay=decay, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, lr=lr, betas=(0.9, 0.98), weight_decay=decay)]

    # --- one step ---

    def progress(self, step: int | None = None) -> float:
        by_time = self.elapsed / 60 / self.options.minutes if self.options.minutes else 0.0
        return min(1.0, max((self.step if step is None else step) / self.options.steps, by_time))

    def _rate(self) -> float:
        warm = min(1.0, (self.step + 1) / self.options.warmup)
        return warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * self.progress())))

    def plan(self, step: int) -> Plan:
        return self.planner.plan(step, self.schedule.difficulty(self.progress(step))[0])

    def draw(self, shown: Shown, generator_seed: int) -> Batch:
        """Composes the windows of a shard."""
        device = self.composer.device
        g = torch.Generator(device).manual_seed(generator_seed)
        ease, jitter = self.schedule.difficulty(self.progress())
        n, beside = len(shown.first), shown.beside.to(device)
        free = random_placement(n, ease, g), random_placement(n, 0.0, g)
        places = [where(beside, p, q) for p, q in zip(side_by_side(n, g), free, strict=True)]
        painted = torch.where(shown.of_theme.to(device), PAINTED_THEMES, PAINTED)
        w = self.composer.batch(shown.first.to(device), shown.second.to(device), *places, g, jitter, painted)
        objects = [i.to(self.device) for i in (shown.first, shown.second)]
        first, second = (torch.where(i >= 0, self.classes[i.clamp(min=0)], -1) for i in objects)
        whole1, whole2 = (self.wholeness[i.clamp(min=0)] for i in objects)
        pixels, w1, w2, colours1, colours2, pair = (getattr(w, f.name).to(self.device) for f in fields(w))
        return Batch(pixels, first, second, w1 * whole1, w2 * whole2, colours1, colours2,
                     pair * (first == second) * torch.minimum(whole1, whole2))

    def targets(self, batch: Batch, chosen: Tensor, negatives: int) -> Targets:
        """Probability of each object by its weight; what is left goes to the negatives in equal shares."""
        n, k, device = len(batch.first), len(chosen), batch.first.device
        column = torch.full((len(self.data.concepts) + 1,), k, device=device)
        column[chosen] = torch.arange(k, device=device)
        presence = torch.zeros(n, k + 1, device=device)
        for c, w in ((batch.first, batch.weight1), (batch.second, batch.weight2)):
            presence.scatter_reduce_(1, column[c][:, None], (w * (c >= 0))[:, None].float(), "amax")
        presence = presence[:, :k]
        soft = presence / presence.sum(1, keepdim=True).clamp(min=1.0)
        rest = (1 - soft.sum(1, keepdim=True)) / negatives
        kinds = (presence[:, :, None] * self.is_a[chosen][None]).amax(1)
        return Targets(torch.cat([soft, rest.expand(n, negatives)], 1), presence, kinds)

    def text(self, ids: Tensor) -> Tensor:
        """Embeddings of unit length, on the device."""
        with torch.autocast(self.device.type, torch.bfloat16):
            text = self.model.text(ids.to(self.device))
        return F.normalize(text.float(), dim=-1)

    def loss(self, tower, batch: Batch, text: Tensor, chosen: Tensor, negatives: int,
             themes: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Loss and figures of one shard. ``text``: embeddings of concepts, negatives, hypernyms, attributes, in this order."""
        t, k = self.targets(batch, chosen, negatives), len(chosen)
        pixels = batch.pixels.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16):
            image = tower.small(pixels).float()
        logits = self.model.scale * F.normalize(image, dim=-1) @ text.T
        asked, of_kinds, of_attributes = logits.tensor_split([k + negatives, k + negatives + len(self.planner.hypernyms)], 1)
        nothing = logits[:, k:k + negatives].logsumexp(1, keepdim=True)
        main = -(t.softmax * asked.log_softmax(1)).sum(1).mean()
        presence = F.binary_cross_entropy_with_logits(asked[:, :k] - nothing, t.presence, reduction="none")
        presence = (presence * torch.where(t.presence > 0, 1.0, ABSENT_WEIGHT / k)).sum(1).mean()
        kinds = F.binary_cross_entropy_with_logits(of_kinds - nothing, t.hypernyms, reduction="none").sum(1).mean()
        back = self._back(asked[:, :k], t.softmax[:, :k])
        told, colour = attributes.loss(of_attributes - nothing, batch, themes, self.counted[themes])
        aux = self._auxiliary(image, chosen, t.softmax[:, :k]) if self.schedule.classifies else torch.zeros_like(main)
        hard = self.schedule.presence_weight(self.progress())
        total = main + 0.3 * back + hard * presence + 0.1 * kinds + 0.5 * aux + hard * told
        best = t.softmax[:, :k].max(1)
        sure = best.values > 0.6
        hit = ((asked.argmax(1) == best.indices) & sure).sum() / sure.sum()
        return total, {"loss": total, "main": main, "presence": presence, "kinds": kinds, "aux": aux, "attributes": told,
                       "top1": hit, "colour": colour, "scale": self.model.scale}

    @staticmethod
    def _back(logits: Tensor, soft: Tensor) -> Tensor:
        """Which window does a caption belong to: the other direction of CLIP's loss."""
        mass = soft.sum(0)
        columns = -((soft / mass.clamp(min=1e-6)) * logits.log_softmax(0)).sum(0) * (mass > 0.3)
        return columns.sum() / (mass > 0.3).sum().clamp(min=1)

    def _auxiliary(self, image: Tensor, chosen: Tensor, soft: Tensor) -> Tensor:
        """A plain classifier over all concepts and nothing; it gets training off its first plateau."""
        classes = torch.zeros(len(image), len(self.data.concepts) + 1, device=self.device)
        classes[:, chosen] = soft
        classes[:, -1] = 1 - soft.sum(1)
        return -(classes * self.model.classifier(image).log_softmax(1)).sum(1).mean()

    def _shard(self, index: int, batch: Batch, text: Tensor, chosen: Tensor, negatives: int, themes: Tensor):
        """Gradients of one shard; shards share their weights and run in threads of their own."""
        leaf = text.detach().requires_grad_()
        loss, figures = self.loss(self.towers[index], batch, leaf, chosen, negatives, themes)
        grads = torch.autograd.grad(loss / len(self.towers), [leaf, *self.image_parameters])
        return grads, {k: v.detach() for k, v in figures.items()}

    def train_step(self) -> dict[str, Tensor]:
        started, shards = time.perf_counter(), range(len(self.towers))
        self._set_rates()
        self.model.train()
        for tower in self.towers:
            self.schedule.train(tower)
        plan = self._planned()
        asked = plan.chosen.to(self.device), len(plan.negatives), plan.themes.to(self.device)
        batches = list(self.pool.map(lambda i: self.draw(plan.shown[i], self.planner.seeds(self.step, i)[1]), shards))
        text = self.text(plan.ids)
        done = list(self.pool.map(lambda i: self._shard(i, batches[i], text, *asked), shards))
        sums = [torch.stack(g).sum(0) for g in zip(*(grads for grads, _ in done), strict=True)]
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        text.backward(sums[0])
        for parameter, gradient in zip(self.image_parameters, sums[1:], strict=True):
            parameter.grad = gradient
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 2.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self._average()
        self.step += 1
        self.elapsed += time.perf_counter() - started
        return {k: sum(f[k] for _, f in done) / len(done) for k in done[0][1]}

    def _planned(self) -> Plan:
        """The plan of this step; a thread makes that of the next one meanwhile, as a GPU would wait for it."""
        ahead, self.planned = self.planned, None
        plan = ahead[1].result() if ahead and ahead[0] == self.step else self.plan(self.step)
        if self.device.type == "cuda":
            self.planned = self.step + 1, self.ahead.submit(self.plan, self.step + 1)
        return plan

    def _set_rates(self) -> None:
        for optimizer, factor in zip(self.optimizers, (2.0, 1.0), strict=True):
            for group in optimizer.param_groups:
                group["lr"] = factor * self.options.learning_rate * self._rate()

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(self.options.average, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(list(self.averaged.parameters()), list(self.model.parameters()), 1 - keep)
        for slow, fast in zip(self.averaged.buffers(), self.model.buffers(), strict=True):
            slow.lerp_(fast, 1 - keep) if slow.is_floating_point() else slow.copy_(fast)

    # --- the run ---

    def run(self, folder: Path, stop_after: int | None = None) -> None:
        """Trains from where the folder's checkpoint stands to the end (or for ``stop_after`` steps)."""
        if stop_after is not None and stop_after < 0:
            raise ValueError(f"stop_after ({stop_after}) must not be negative")
        self.resume(folder)
        saved, begun = time.monotonic(), self.step
        while self.progress() < 1.0 and (stop_after is None or self.step - begun < stop_after):
            figures = self.train_step()
            if self.step % 50 == 0 or self.step == begun + 10:
                shown = " ".join(f"{k} {float(v):.3f}" for k, v in figures.items())
                log.info("step %d, %.1f min, %.0f images/s: %s", self.step, self.elapsed / 60,
                         self.step * self.options.batch / self.elapsed, shown)
            if time.monotonic() - saved > self.options.checkpoint_seconds:
                self.save(folder)
                saved = time.monotonic()
        self.save(folder)

    def save(self, folder: Path) -> None:
        """Writes ``checkpoint.pt`` atomically: a break leaves the previous one."""
        folder.mkdir(parents=True, exist_ok=True)
        state = {"step": self.step, "elapsed": self.elapsed, "config": self.model.config.to_dict(),
                 "tokens": self.tokens, "model": self.model.state_dict(), "averaged": self.averaged.state_dict(),
                 "optimizers": [o.state_dict() for o in self.optimizers],
                 "concepts": [c.name for c in self.data.concepts], "options": self.fixed, "before": self.before}
        partial = folder / "checkpoint.pt.part"
        torch.save(state, partial)
        os.replace(partial, folder / "checkpoint.pt")

    def resume(self, folder: Path) -> None:
        file = folder / "checkpoint.pt"
        if not file.is_file():
            return
        state = read(file, WHOLE)
        if state["concepts"] != [c.name for c in self.data.concepts] or state["tokens"] != self.tokens:
            raise ValueError(f"{file} must belong to this concept list; delete it to start anew")
        check_options(file, state, self.fixed)
        self.model.load_state_dict(state["model"])
        self.averaged.load_state_dict(state["averaged"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step, self.elapsed, self.before = state["step"], state["elapsed"], state.get("before", self.before)
        log.info("resumed at step %d", self.step)


def _device(name: str) -> torch.device:
    if name == "cuda" and not torch.cuda.is_available():
        raise ValueError(f"device (cuda) must be one that torch {torch.__version__} can use here, found no CUDA GPU")
    return torch.device(name)


def _twin(tower: torch.nn.Module) -> torch.nn.Module:
    """A second tower over the same weights with batch statistics of its own, for use in another thread."""
    twin = copy.deepcopy(tower)
    for mine, shared in zip(twin.modules(), tower.modules(), strict=True):
        mine._parameters = shared._parameters
    return twin
