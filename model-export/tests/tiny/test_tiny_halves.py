import numpy as np
import onnx
import onnxruntime
import torch

from zeroshot4j_export.tiny import halves
from zeroshot4j_export.tiny.model import TinyClip
from zeroshot4j_export.towers import export_tower


def graph(tmp_path, small):
    torch.manual_seed(3)
    tower = TinyClip(small, [5, 6, 7], 4).image
    for module in tower.modules():
        if isinstance(module, torch.nn.BatchNorm2d):  # as after training: not the identity
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    path = tmp_path / "vision_model.onnx"
    return tower.eval(), path


def embed(path, pixels):
    return onnxruntime.InferenceSession(str(path)).run(None, {"pixel_values": pixels.numpy()})[0]


def test_the_smaller_file_computes_the_very_same(tmp_path, small):
    tower, path = graph(tmp_path, small)
    pixels = torch.randn(3, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    export_tower("vision", halves.rounded(tower), pixels[:2], path)
    before, size = embed(path, pixels), path.stat().st_size
    halves.store(path)
    np.testing.assert_array_equal(embed(path, pixels), before)
    assert path.stat().st_size < 0.9 * size  # this small one is mostly nodes
    kinds = {t.data_type for t in onnx.load(str(path)).graph.initializer if np.prod(t.dims) >= halves.LEAST}
    assert kinds == {onnx.TensorProto.FLOAT16}


def test_rounding_moves_embeddings_by_little_and_not_the_tower_itself(tmp_path, small):
    tower, _ = graph(tmp_path, small)
    pixels = torch.randn(3, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        exact, near, again = tower(pixels), halves.rounded(tower)(pixels), tower(pixels)
    torch.testing.assert_close(again, exact, rtol=0, atol=0)
    assert 0 < (near - exact).norm() / exact.norm() < 1e-3  # 11 bits of each weight


def test_a_weight_that_16_bits_do_not_hold_is_left_as_it_is(tmp_path, small):
    tower, path = graph(tmp_path, small)
    with torch.no_grad():
        tower.blocks[0].mlp[0].weight[0, 0] = 1e6
        tower.project.weight[0, 0] = 1 / 3
    pixels = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    export_tower("vision", tower, pixels.expand(2, -1, -1, -1), path)
    before = embed(path, pixels)
    halves.store(path)
    np.testing.assert_array_equal(embed(path, pixels), before)


def test_what_is_restored_has_no_casts_and_the_very_numbers(tmp_path, small):
    tower, path = graph(tmp_path, small)
    pixels = torch.randn(3, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    export_tower("vision", halves.rounded(tower), pixels[:2], path)
    exported = {i.name: onnx.numpy_helper.to_array(i) for i in onnx.load(path).graph.initializer}
    nodes = len(onnx.load(path).graph.node)
    halves.store(path)
    assert any(n.op_type == "Cast" and n.input[0].endswith("_half") for n in onnx.load(path).graph.node)
    halves.restore(path, tmp_path / "single.onnx")
    restored = onnx.load(tmp_path / "single.onnx").graph
    assert len(restored.node) == nodes
    assert {i.name: i.data_type for i in restored.initializer}.keys() == exported.keys()
    for i in restored.initializer:
        np.testing.assert_array_equal(onnx.numpy_helper.to_array(i), exported[i.name])
