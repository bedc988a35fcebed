"""OpenAI checkpoints, against a model written here the way OpenAI's is: same names, torch's own attention."""

import json

import numpy as np
import onnxruntime
import pytest
import torch
from file_tree import tree
from torch import nn

WIDTH, LAYERS, DIMENSION, SIDE, PATCH, VOCAB, CONTEXT = 128, 2, 24, 32, 8, 560, 20


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.c_fc, self.c_proj = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        x = self.c_fc(x)
        return self.c_proj(x * torch.sigmoid(1.702 * x))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(WIDTH, WIDTH // 64, batch_first=True)
        self.ln_1, self.mlp, self.ln_2 = nn.LayerNorm(WIDTH), Mlp(), nn.LayerNorm(WIDTH)

    def forward(self, x, mask):
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, need_weights=False, attn_mask=mask)[0]
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.resblocks = nn.ModuleList(Block() for _ in range(LAYERS))

    def forward(self, x, mask=None):
        for block in self.resblocks:
            x = block(x, mask)
        return x


class Visual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, PATCH, PATCH, bias=False)
        self.class_embedding = nn.Parameter(torch.randn(WIDTH) * 0.3)
        self.positional_embedding = nn.Parameter(torch.randn((SIDE // PATCH) ** 2 + 1, WIDTH) * 0.3)
        self.ln_pre, self.transformer, self.ln_post = nn.LayerNorm(WIDTH), Transformer(), nn.LayerNorm(WIDTH)
        self.proj = nn.Parameter(torch.randn(WIDTH, DIMENSION) * WIDTH**-0.5)

    def forward(self, x):
        x = self.conv1(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_embedding.expand(len(x), 1, WIDTH), x], dim=1) + self.positional_embedding
        return self.ln_post(self.transformer(self.ln_pre(x))[:, 0]) @ self.proj


class OpenAiClip(nn.Module):
    def __init__(self):
        super().__init__()
        self.visual, self.transformer, self.ln_final = Visual(), Transformer(), nn.LayerNorm(WIDTH)
        self.token_embedding = nn.Embedding(VOCAB, WIDTH)
        self.positional_embedding = nn.Parameter(torch.randn(CONTEXT, WIDTH) * 0.3)
        self.text_projection = nn.Parameter(torch.randn(WIDTH, DIMENSION) * WIDTH**-0.5)
        self.logit_scale = nn.Parameter(torch.tensor(4.0))

    def encode_text(self, ids):
        x = self.token_embedding(ids) + self.positional_embedding[: ids.shape[1]]
        mask = torch.full((ids.shape[1], ids.shape[1]), float("-inf")).triu(1)
        x = self.ln_final(self.transformer(x, mask))
        return x[torch.arange(len(x)), ids.argmax(dim=-1)] @ self.text_projection

    def forward(self, image, ids):
        return self.visual(image), self.encode_text(ids)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(11)
    model = OpenAiClip().eval()
    with torch.no_grad():  # layer norms and biases start at 1 and 0: a mix-up of two would not show
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.add_(torch.randn_like(parameter) * 0.2)
    return model


@pytest.fixture(scope="module")
def inputs():
    rng = np.random.default_rng(3)
    pixels = rng.normal(size=(3, 3, SIDE, SIDE)).astype(np.float32)
    ids = rng.integers(0, VOCAB - 2, (4, CONTEXT))
    ids[:, 0], ids[range(4), [5, 9, 19, 1]] = VOCAB - 2, VOCAB - 1
    return pixels, ids


def check(out, model, inputs, tolerance=1e-5):
    pixels, ids = inputs
    with torch.no_grad():
        expected = {"vision": model.visual(torch.from_numpy(pixels)), "text": model.encode_text(torch.from_numpy(ids))}
    for kind, value in (("vision", pixels), ("text", ids)):
        session = onnxruntime.InferenceSession(str(out / "onnx" / f"{kind}_model.onnx"))
        got = session.run(None, {session.get_inputs()[0].name: value})[0]
        np.testing.assert_allclose(got, expected[kind].numpy(), atol=tolerance, err_msg=kind)


def test_state_dict_gives_the_same_embeddings(model, inputs, run, tmp_path):
    torch.save(model.state_dict(), tmp_path / "clip.pt")
    code, _, err = run("export", tmp_path / "clip.pt", tmp_path / "out", "--variants", "fp32")
    assert code == 0, err
    check(tmp_path / "out", model, inputs)
    facts = json.loads((tmp_path / "out" / "zeroshot4j.json").read_text())
    assert facts["logitScale"] == round(float(np.exp(np.float64(model.logit_scale.item()))), 4)
    assert facts["modelName"] == "clip"
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["text_config"]["eos_token_id"] == VOCAB - 1 and config["vision_config"]["image_size"] == SIDE
    assert {"tokenizer.json", "preprocessor_config.json"} <= tree(tmp_path / "out").keys()


@pytest.mark.filterwarnings("ignore")  # tracing is deprecated; the archives that exist were made by it
def test_torchscript_archive_in_half_precision_is_read(model, inputs, run, tmp_path):
    """As OpenAI publishes them: TorchScript, fp16 weights, three numbers about the model in the state dict."""
    half = OpenAiClip().eval()
    half.load_state_dict({k: v.half().float() for k, v in model.state_dict().items()})
    for name, value in (("input_resolution", SIDE), ("context_length", CONTEXT), ("vocab_size", VOCAB)):
        half.register_buffer(name, torch.tensor(value))
    pixels, ids = inputs
    traced = torch.jit.trace(half, (torch.from_numpy(pixels), torch.from_numpy(ids)), check_trace=False)
    torch.jit.save(traced.half(), str(tmp_path / "ViT.pt"))
    half.float()  # the archive shares its parameters
    code, _, err = run("export", tmp_path / "ViT.pt", tmp_path / "out", "--variants", "fp32")
    assert code == 0, err
    check(tmp_path / "out", half, inputs)


def test_training_checkpoint_of_a_wrapped_model_is_read(model, inputs, run, tmp_path):
    state = {f"module.{key}": value for key, value in model.state_dict().items()}
    torch.save({"epoch": 3, "state_dict": state}, tmp_path / "epoch_3.pt")
    code, _, err = run("export", tmp_path / "epoch_3.pt", tmp_path / "out", "--variants", "fp32")
    assert code == 0, err
    check(tmp_path / "out", model, inputs)


def drop(key):
    return lambda state: state.pop(key)


def put(key, *shape):
    return lambda state: state.update({key: torch.zeros(*shape)})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (drop("visual.proj"), "missing visual.proj"),
        (drop("visual.transformer.resblocks.1.ln_2.bias"), "missing ['vision_model.encoder.layers.1.layer_norm2.bias']"),
        (drop("transformer.resblocks.0.attn.in_proj_weight"), "text_model.encoder.layers.0.self_attn.k_proj.weight"),
        (put("surplus", 3), "unexpected surplus"),
        (put("transformer.resblocks.0.extra.weight", 3), "unexpected ['text_model.encoder.layers.0.extra.weight']"),
        (put("visual.ln_post.weight", 7), "shape of vision_model.post_layernorm.weight must be (128,), found (7,)"),
        (put("ln_final.weight", 100), "width of a tower (100) must be a multiple of 64"),
        (put("visual.layer1.0.conv1.weight", 3), "ResNet image tower"),
    ],
)
def test_bad_checkpoint_is_explained_and_nothing_is_written(change, expected, model, run, tmp_path):
    state = dict(model.state_dict())
    change(state)
    torch.save(state, tmp_path / "clip.pt")
    code, _, err = run("export", tmp_path / "clip.pt", tmp_path / "out")
    assert code == 1 and expected in err, err
    assert [p.name for p in tmp_path.iterdir()] == ["clip.pt"]


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 half an archive"])
def test_file_that_is_no_checkpoint_is_refused(content, run, tmp_path):
    (tmp_path / "clip.pt").write_bytes(content)
    code, _, err = run("export", tmp_path / "clip.pt", tmp_path / "out")
    assert code == 1 and "clip.pt is neither a TorchScript archive nor a state dict" in err
    assert not (tmp_path / "out").exists()


def test_object_other_than_a_state_dict_is_refused(run, tmp_path):
    torch.save([1, 2, 3], tmp_path / "list.pt")
    code, _, err = run("export", tmp_path / "list.pt", tmp_path / "out")
    assert code == 1 and "must hold a state dict of tensors" in err
