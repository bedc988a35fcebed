"""Exports CLIP models to the directories that zeroshot4j reads.

The environment is set before anything imports ONNX Runtime or the Hugging Face libraries: their telemetry is on by
default and is read once, at import.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # what matters in its warnings is checked here
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

__version__ = "0.1.0"
