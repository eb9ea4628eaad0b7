"""Builds of PyTorch against cards."""

import pytest

from comfydoctor.diagnosis.torch_build import capability_of, cuda_of, kind_of, unfit


@pytest.mark.parametrize(
    ("card", "capability"),
    [
        ("cuda:0 NVIDIA GeForce RTX 5090 : cudaMallocAsync", 12.0),
        ("NVIDIA B200", 10.0),
        ("NVIDIA H100 80GB HBM3", 9.0),
        ("NVIDIA GeForce RTX 4060 Ti", 8.9),
        ("NVIDIA GeForce RTX 3060", 8.6),
        ("NVIDIA A100-SXM4-40GB", 8.0),
        ("NVIDIA GeForce GTX 1660 SUPER", 7.5),
        ("Tesla V100-SXM2-16GB", 7.0),
        ("NVIDIA GeForce GTX 1080 Ti", 6.1),
        ("Tesla P40", 6.1),
        ("NVIDIA GeForce GTX 970", 5.2),
        ("NVIDIA GeForce GTX 750 Ti", 5.0),
        ("Quadro M4000", 5.2),
        ("NVIDIA GeForce MX350", 6.1),
        ("NVIDIA T1000 8GB", 7.5),
        ("NVIDIA GeForce MX450", 7.5),
        ("NVIDIA GB10", 12.1),
        ("NVIDIA RTX PRO 6000 Blackwell Workstation Edition", 12.0),
        ("NVIDIA GeForce RTX 5070 Ti Laptop GPU", 12.0),
        ("AMD Radeon RX 7900 XTX", None),
    ],
)
def test_capability_by_name(card, capability):
    assert capability_of(card) == capability


@pytest.mark.parametrize(
    ("torch", "kind", "cuda"),
    [
        ("2.9.1+cu128", "cu", 128),
        ("2.6.0+rocm6.4", "rocm", None),
        ("2.8.0+xpu", "xpu", None),
        ("2.13.0+cpu", "cpu", None),
        ("2.5.1", "", None),
    ],
)
def test_kind_of_a_build(torch, kind, cuda):
    assert (kind_of(torch), cuda_of(torch)) == (kind, cuda)


@pytest.mark.parametrize(
    ("card", "torch", "cause"),
    [
        ("NVIDIA GeForce RTX 5090", "2.6.0+cu124", "torch-wheel-lacks-new-gpu-arch"),
        ("NVIDIA GeForce RTX 5090", "2.9.1+cu128", ""),
        (
            "NVIDIA GeForce GTX 1080",
            "2.9.1+cu130",
            "torch-wheel-dropped-old-gpu-arch",
        ),
        ("NVIDIA GeForce GTX 1080", "2.9.1+cu126", ""),
        ("NVIDIA GeForce GTX 1660", "2.9.1+cu130", ""),
        ("Some Card", "2.9.1+cu128", ""),
    ],
)
def test_unfit_pairs(card, torch, cause):
    assert unfit(card, torch) == cause
